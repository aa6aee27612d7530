// The walks over the tiles: the matrix product, and the product with windows of a padded input.
// Shared by the vector variants, after tiles.h.
#include "transpose.h"

enum {
    /// Rows kept in the second-level cache while the groups of columns go by.
    ROW_CHUNK = 384,
    /// Least panels of a group of columns, and the floats of one block of it that suffice.
    GROUP_PANELS = 4,
    GROUP_FLOATS = GROUP_PANELS * AIVM_PANEL_COLUMNS * AIVM_BLOCK_TERMS,
    /// Distance of rows from which on a right factor that is not packed is gathered for reuse.
    SCATTERED_STEP = 256,
};

/// `wide` vectors of `rows` rows, all blocks: for few rows, where one panel would leave the
/// multipliers waiting for each other.
ALWAYS_INLINE TARGET void fixed_wide_tile(
    const size_t rows, size_t terms, const float *a, size_t row_step, size_t term_step,
    const float *b, size_t b_step, size_t panel_step, float *sums) {
    enum { PER_PANEL = AIVM_PANEL_COLUMNS / LANES };
    vector totals[WIDE_ROWS][WIDE_VECTORS];
#pragma clang loop unroll(full)
    for (size_t row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < WIDE_VECTORS; v++) totals[row][v] = (vector){0};
    }
    for (size_t i = 0; i < terms; i++) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < WIDE_VECTORS; v++) {
            const float *from = b + v / PER_PANEL * panel_step + v % PER_PANEL * LANES;
            if (v * LANES % 16 == 0) __builtin_prefetch(from + 512);
            vector right = load(from);
#pragma clang loop unroll(full)
            for (size_t row = 0; row < rows; row++) {
                totals[row][v] = fused(splat(a[row * row_step]), right, totals[row][v]);
            }
        }
        a += term_step;
        b += b_step;
    }
#pragma clang loop unroll(full)
    for (size_t row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < WIDE_VECTORS; v++) {
            store(sums + (row * WIDE_VECTORS + v) * LANES, totals[row][v]);
        }
    }
}

static TARGET void wide_tile(
    size_t rows, size_t terms, const float *a, size_t row_step, size_t term_step, const float *b,
    size_t b_step, size_t panel_step, float *sums) {
    switch (rows) {
    case 1:
        fixed_wide_tile(1, terms, a, row_step, term_step, b, b_step, panel_step, sums);
        break;
#if WIDE_ROWS_MACRO == 3
    case 2:
        fixed_wide_tile(2, terms, a, row_step, term_step, b, b_step, panel_step, sums);
        break;
    case 3:
        fixed_wide_tile(3, terms, a, row_step, term_step, b, b_step, panel_step, sums);
        break;
#endif
    }
}

/// The columns that whole wide tiles cover, for m <= WIDE_ROWS; how many these are.
static TARGET size_t wide_product(const aivm_product_call *p) {
    enum { WIDTH = WIDE_VECTORS * LANES };
    _Alignas(64) float sums[WIDE_ROWS * WIDTH];
    size_t done = 0;
    for (; done + WIDTH <= p->n; done += WIDTH) {
        const float *from = p->b + done / AIVM_PANEL_COLUMNS * p->panel_step;
        size_t first = 0;
        do {
            size_t terms = lesser(p->k - first, AIVM_BLOCK_TERMS);
            wide_tile(
                p->m, terms, p->a + first * p->a_term_step, p->a_row_step, p->a_term_step,
                from + first * p->b_step, p->b_step, p->panel_step, sums);
            for (size_t part = 0; part < WIDTH; part += TILE_COLUMNS) {
                const tile_target target = {
                    p->c + done + part, p->c_step, TILE_COLUMNS, first == 0,
                    first + terms == p->k ? &p->epilogue : NULL, 0, done + part};
                finish(sums + part, WIDTH, p->m, &target);
            }
            first += terms;
        } while (first < p->k);
    }
    return done;
}

/// One block of one tile: the columns from `column` on and the `rows` rows from `row` on.
static TARGET void block_tile(
    const aivm_product_call *p, size_t row, size_t rows, size_t column, size_t first,
    size_t terms, const float *b, size_t b_step, const float *ahead) {
    const int isRows = p->a_term_step == 1;
    const left_factor left = {
        p->a + row * p->a_row_step + first * p->a_term_step,
        isRows ? p->a_row_step : p->a_term_step, NULL};
    const tile_target target = {
        p->c + row * p->c_step + column, p->c_step, lesser(p->n - column, TILE_COLUMNS),
        first == 0, first + terms == p->k ? &p->epilogue : NULL, row, column};
    tile(isRows ? ROWS : COLUMNS, rows, terms, &left, b, b_step, ahead, &target);
}

/// Copies the right factor's block for a tile of `width` columns, zeros behind them.
static TARGET void copy_block(
    const float *from, size_t step, size_t terms, size_t width, float *to) {
    for (size_t i = 0; i < terms; i++, from += step, to += TILE_COLUMNS) {
        for (size_t v = 0; v < TILE_VECTORS; v++) {
            if ((v + 1) * LANES <= width) {
                store(to + v * LANES, load(from + v * LANES));
            } else {
                size_t count = v * LANES < width ? width - v * LANES : 0;
                store(to + v * LANES, load_part(from + v * LANES, count));
            }
        }
    }
}

/// As copy_block, of a right factor that lies transposed, its columns `step` apart.
static TARGET void copy_transposed_block(
    const float *from, size_t step, size_t terms, size_t width, float *to) {
    for (size_t v = 0; v < TILE_VECTORS; v++, from += LANES * step, to += LANES) {
        const size_t rows = v * LANES < width ? lesser(width - v * LANES, LANES) : 0;
        for (size_t first = 0; first < terms; first += LANES) {
            const size_t count = lesser(terms - first, LANES);
            vector x[LANES];
            if (rows == LANES && count == LANES) {
                transpose(from + first, step, x);
#pragma clang loop unroll(full)
                for (size_t i = 0; i < LANES; i++) store(to + (first + i) * TILE_COLUMNS, x[i]);
            } else {
                transpose_part(from + first, step, rows, count, x);
                for (size_t i = 0; i < count; i++) store(to + (first + i) * TILE_COLUMNS, x[i]);
            }
        }
    }
}

/// One block of a group of columns: for each band of rows the tiles of the group, so that the
/// band's left factor stays in the first-level cache and the group's right one in the second.
static TARGET void group_block(
    const aivm_product_call *p, size_t top, size_t bottom, size_t column, size_t end, size_t first,
    size_t terms, float *copies) {
    const int isTransposed = p->b_is_transposed;
    const int isPacked = !isTransposed && p->b_step == AIVM_PANEL_COLUMNS
                      && p->panel_step != AIVM_PANEL_COLUMNS;
    const float *block = p->b + first * (isTransposed ? 1 : p->b_step);
    // Tiles of nearly equal height: a small last one would be slow.
    size_t bands = (bottom - top + TILE_ROWS - 1) / TILE_ROWS;
    // A right factor with long rows is gathered when many bands use it, one that lies transposed
    // always. A tile at the edge too: its vectors would read behind the last row.
    size_t copied = end;
    if (!isPacked) {
        const int isScattered = isTransposed || (bands >= 4 && p->b_step >= SCATTERED_STEP);
        copied = isScattered ? column : end - (end - column) % TILE_COLUMNS;
        for (size_t at = copied; at < end; at += TILE_COLUMNS) {
            const size_t width = lesser(end - at, TILE_COLUMNS);
            float *copy = copies + (at - copied) * terms;
            if (isTransposed) {
                copy_transposed_block(block + at * p->b_step, p->b_step, terms, width, copy);
            } else {
                copy_block(block + at, p->b_step, terms, width, copy);
            }
        }
    }
    // The next block of these panels, or the first of the next ones.
    const ptrdiff_t next = first + terms < p->k
        ? (ptrdiff_t)(terms * p->b_step)
        : (ptrdiff_t)((end - column) / AIVM_PANEL_COLUMNS * p->panel_step)
              - (ptrdiff_t)(first * p->b_step);
    for (size_t row = top, band = 0; bands > 0; bands--, band++) {
        size_t rows = (bottom - row + bands - 1) / bands;
        for (size_t at = column; at < end; at += TILE_COLUMNS) {
            if (at >= copied) {
                const float *b = copies + (at - copied) * terms;
                block_tile(p, row, rows, at, first, terms, b, TILE_COLUMNS, b);
                continue;
            }
            const float *b =
                block + at / AIVM_PANEL_COLUMNS * p->panel_step + at % AIVM_PANEL_COLUMNS;
            // Each band fetches a part of what this tile's panel needs next.
            size_t part = band * terms * AHEAD_FLOATS;
            const float *ahead =
                isPacked && part < terms * AIVM_PANEL_COLUMNS ? b + next + part : b;
            block_tile(p, row, rows, at, first, terms, b, p->b_step, ahead);
        }
        row += rows;
    }
}

static TARGET void product(const aivm_product_call *p) {
    _Alignas(64) float copies[GROUP_FLOATS];
    const size_t start = p->m <= WIDE_ROWS && !p->b_is_transposed ? wide_product(p) : 0;
    const size_t group = AIVM_PANEL_COLUMNS
                       * (GROUP_FLOATS / AIVM_PANEL_COLUMNS
                          / (lesser(p->k, AIVM_BLOCK_TERMS - 1) + 1));
    for (size_t top = 0; top < p->m; top += ROW_CHUNK) {
        size_t bottom = lesser(p->m, top + ROW_CHUNK);
        for (size_t column = start; column < p->n; column += group) {
            size_t end = lesser(p->n, column + group), first = 0;
            do {
                size_t terms = lesser(p->k - first, AIVM_BLOCK_TERMS);
                group_block(p, top, bottom, column, end, first, terms, copies);
                first += terms;
            } while (first < p->k);
        }
    }
}

// Windows. The left factor is the padded input, read through a table of offsets; the right one the
// packed weights; so vectors run over output channels, and a tile's rows are neighbouring
// positions. The sums of a chunk of positions are kept in `sums` and turned around at the end.

/// Writes the sums of a panel, position by position, as rows of the output.
static TARGET void turn_around(
    const aivm_windows *w, const float *sums, size_t first_feature, size_t features) {
    const aivm_epilogue *epilogue = &w->epilogue;
    const vector low = splat(epilogue->low), high = splat(epilogue->high);
    for (size_t block = 0; block < features; block += LANES) {
        size_t rows = lesser(features - block, LANES);
        for (size_t position = 0; position < w->positions; position += LANES) {
            size_t count = w->positions - position;
            vector x[LANES];
            transpose(sums + position * AIVM_PANEL_COLUMNS + block, AIVM_PANEL_COLUMNS, x);
            for (size_t row = 0; row < rows; row++) {
                size_t feature = first_feature + block + row;
                vector y = x[row];
                if (epilogue->bias_axis != AIVM_BIAS_NONE) y += splat(epilogue->bias[feature]);
                if (epilogue->addend != NULL) {
                    y += load_part(
                        epilogue->addend + feature * epilogue->addend_step + position, count);
                }
                y = canonical_vector(activated(y, epilogue->activation, low, high));
                store_part(w->out + feature * w->out_step + position, count, y);
            }
        }
    }
}

/// One block of one run of positions, for the TILE_COLUMNS weights at `b`.
static TARGET void tile_run(
    const aivm_windows *w, const aivm_run *run, size_t first, size_t terms, const float *b,
    const float *ahead, tile_target target) {
    float gathered[AIVM_BLOCK_TERMS * TILE_ROWS];
    const size_t count = (size_t)run->count;
    size_t tiles = (count + TILE_ROWS - 1) / TILE_ROWS;
    for (size_t done = 0; tiles > 0; tiles--) {
        size_t rows = (count - done + tiles - 1) / tiles;
        const float *source = w->source + run->source + done * w->step;
        left_factor left = {source, TILE_ROWS, w->offsets + first};
        int order = w->step == 1 ? WINDOWS : WINDOWS2;
        if (w->step > 2) {
            for (size_t i = 0; i < terms; i++) {
                for (size_t row = 0; row < rows; row++) {
                    gathered[i * TILE_ROWS + row] = source[left.offsets[i] + row * w->step];
                }
            }
            left.a = gathered;
            order = COLUMNS;
        }
        tile(order, rows, terms, &left, b, AIVM_PANEL_COLUMNS, ahead, &target);
        ahead += terms * AHEAD_FLOATS;
        target.c += rows * AIVM_PANEL_COLUMNS;
        done += rows;
    }
}

static TARGET void windows(const aivm_windows *w) {
    _Alignas(64) float sums[(AIVM_CHUNK_POSITIONS + 16) * AIVM_PANEL_COLUMNS];
    for (size_t feature = w->first_feature; feature < w->last_feature;
         feature += AIVM_PANEL_COLUMNS) {
        size_t width = lesser(w->last_feature - feature, AIVM_PANEL_COLUMNS), first = 0;
        const float *panel = w->panels + feature * w->terms;
        do {
            size_t terms = lesser(w->terms - first, AIVM_BLOCK_TERMS);
            const float *block = panel + first * AIVM_PANEL_COLUMNS;
            for (size_t part = 0; part < width; part += TILE_COLUMNS) {
                tile_target target = {
                    sums + part, AIVM_PANEL_COLUMNS, lesser(width - part, TILE_COLUMNS),
                    first == 0, NULL, 0, 0};
                for (size_t r = 0; r < w->run_count; r++) {
                    tile_run(
                        w, w->runs + r, first, terms, block + part,
                        block + terms * (AIVM_PANEL_COLUMNS + r * AHEAD_FLOATS), target);
                    target.c += (size_t)w->runs[r].count * AIVM_PANEL_COLUMNS;
                }
            }
            first += terms;
        } while (first < w->terms);
        turn_around(w, sums, feature, width);
    }
}
