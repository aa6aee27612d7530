// The blocked product, shared by all variants. The including file defines TARGET (a function
// attribute), TILE_ROWS (most rows of a tile) and two tiles:
//
//   tile(rows, width, terms, a, a_step, b, b_step, c, c_step, is_first)
//       c[rows x width] = or += one block of the dot rule; width <= 32
//   wide_tile(terms, a, b, b_step, panel_step, c, is_first)
//       the same for one row and WIDE_PANELS full panels
//
// Every output is its own chain of fused multiply-adds, k ascending, whatever the tile; the blocks'
// sums are added ascending. So the walk over rows, panels and blocks cannot change a bit.

/// Rows kept in the second-level cache while the panels go by.
enum { ROW_CHUNK = 192 };

static TARGET void product(
    size_t m, size_t n, size_t k, const float *a, size_t a_step, const float *b, size_t b_step,
    size_t panel_step, float *c, size_t c_step) {
    if (k == 0) {
        for (size_t row = 0; row < m; row++) memset(c + row * c_step, 0, n * sizeof(float));
        return;
    }
    size_t done = 0;
    if (m == 1) {
        const size_t width = (size_t)WIDE_PANELS * AIVM_PANEL_COLUMNS;
        for (; done + width <= n; done += width) {
            const float *from = b + done / AIVM_PANEL_COLUMNS * panel_step;
            for (size_t first = 0; first < k; first += AIVM_BLOCK_TERMS) {
                size_t terms = k - first < AIVM_BLOCK_TERMS ? k - first : AIVM_BLOCK_TERMS;
                wide_tile(
                    terms, a + first, from + first * b_step, b_step, panel_step, c + done,
                    first == 0);
            }
        }
    }
    for (size_t top = 0; top < m; top += ROW_CHUNK) {
        size_t bottom = m - top < ROW_CHUNK ? m : top + ROW_CHUNK;
        for (size_t first = 0; first < k; first += AIVM_BLOCK_TERMS) {
            size_t terms = k - first < AIVM_BLOCK_TERMS ? k - first : AIVM_BLOCK_TERMS;
            for (size_t column = done; column < n; column += AIVM_PANEL_COLUMNS) {
                size_t width = n - column < AIVM_PANEL_COLUMNS ? n - column : AIVM_PANEL_COLUMNS;
                const float *from = b + column / AIVM_PANEL_COLUMNS * panel_step + first * b_step;
                for (size_t row = top; row < bottom; row += TILE_ROWS) {
                    size_t rows = bottom - row < TILE_ROWS ? bottom - row : TILE_ROWS;
                    tile(
                        rows, width, terms, a + row * a_step + first, a_step, from, b_step,
                        c + row * c_step + column, c_step, first == 0);
                }
            }
        }
    }
}
