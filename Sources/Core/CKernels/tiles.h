// Tiles of the blocked product, written once for all vector variants. The including file defines,
// besides what vector.h asks for, TILE_ROWS (most rows of a tile) and TILE_VECTORS (vectors a row).
//
// A tile multiplies `terms` terms of one block: R rows of the left factor, whose elements are
// broadcast, with TILE_COLUMNS columns of the right factor, which are vectors. The left factor is
// read where it lies, in one of four ways:
//
//   ROWS      element (row, term) at a[row * a_step + term]
//   COLUMNS   element (row, term) at a[term * a_step + row]
//   WINDOWS   element (row, term) at a[offsets[term] + row]
//   WINDOWS2  element (row, term) at a[offsets[term] + 2 * row]
//
// Every output is its own chain of fused multiply-adds, k ascending, whatever the tile; the blocks'
// sums are added ascending. So the walk over rows, panels and blocks cannot change a bit.

enum { TILE_COLUMNS = LANES * TILE_VECTORS };

enum left_order { ROWS, COLUMNS, WINDOWS, WINDOWS2, LEFT_ORDERS };

/// The left factor of a tile, from the block's first term on.
typedef struct {
    const float *a;
    size_t a_step;
    const int64_t *offsets;
} left_factor;

/// Where a tile's results go: `width` columns of rows `c_step` apart, added to what is there unless
/// `is_first`; with `epilogue` the block is the last one, and its rows begin at `row`, its columns
/// at `column` of the whole result.
typedef struct {
    float *c;
    size_t c_step, width;
    int is_first;
    const aivm_epilogue *epilogue;
    size_t row, column;
} tile_target;

/// Completes `width` columns of one row: adds the earlier blocks, then the epilogue.
ALWAYS_INLINE TARGET void finish_row(
    const float *sums, size_t row, const tile_target *target, const vector low,
    const vector high) {
    const aivm_epilogue *epilogue = target->epilogue;
    float *c = target->c + row * target->c_step;
    for (size_t done = 0; done < target->width; done += LANES) {
        size_t count = target->width - done;
        vector x = load(sums + done);
        if (!target->is_first) x = load_part(c + done, count) + x;
        if (epilogue != NULL) {
            size_t column = target->column + done;
            if (epilogue->bias_axis == AIVM_BIAS_ROWS) {
                x += splat(epilogue->bias[target->row + row]);
            } else if (epilogue->bias_axis == AIVM_BIAS_COLUMNS) {
                x += load_part(epilogue->bias + column, count);
            }
            if (epilogue->addend != NULL) {
                size_t offset = (target->row + row) * epilogue->addend_step + column;
                x += load_part(epilogue->addend + offset, count);
            }
            x = canonical_vector(activated(x, epilogue->activation, low, high));
        }
        store_part(c + done, count, x);
    }
}

static __attribute__((noinline)) TARGET void finish(
    const float *sums, size_t rows, const tile_target *target) {
    const aivm_epilogue *epilogue = target->epilogue;
    const vector low = splat(epilogue != NULL ? epilogue->low : 0);
    const vector high = splat(epilogue != NULL ? epilogue->high : 0);
    for (size_t row = 0; row < rows; row++) {
        finish_row(sums + row * TILE_COLUMNS, row, target, low, high);
    }
}

/// The sums of one tile, `rows` x TILE_COLUMNS, of which the first `vectors` are computed. `order`,
/// `rows` and `vectors` are constants at every call, so the sums live in registers.
ALWAYS_INLINE TARGET void fixed_tile(
    const int order, const size_t rows, const size_t vectors, size_t terms, left_factor left,
    const float *b, size_t b_step, float *sums) {
    vector totals[TILE_ROWS][TILE_VECTORS];
#pragma clang loop unroll(full)
    for (size_t row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) totals[row][v] = (vector){0};
    }
    // Three rows to a pointer: the addressing of most machines reaches p, p + step, p + 2 step.
    const size_t step = left.a_step;
    const float *thirds[(TILE_ROWS + 2) / 3];
#pragma clang loop unroll(full)
    for (size_t third = 0; third < (rows + 2) / 3; third++) {
        thirds[third] = left.a + (order == ROWS ? 3 * third * step : 0);
    }
    for (size_t i = 0; i < terms; i++) {
        const float *column = left.a;
        if (order == WINDOWS || order == WINDOWS2) column += left.offsets[i];
        vector right[TILE_VECTORS];
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) right[v] = load(b + v * LANES);
#pragma clang loop unroll(full)
        for (size_t row = 0; row < rows; row++) {
            float factor = order == ROWS      ? thirds[row / 3][row % 3 * step]
                         : order == WINDOWS2  ? column[2 * row]
                                              : column[row];
#pragma clang loop unroll(full)
            for (size_t v = 0; v < vectors; v++) {
                totals[row][v] = fused(splat(factor), right[v], totals[row][v]);
            }
        }
        b += b_step;
        if (order == COLUMNS) left.a += step;
        if (order == ROWS) {
#pragma clang loop unroll(full)
            for (size_t third = 0; third < (rows + 2) / 3; third++) thirds[third]++;
        }
    }
#pragma clang loop unroll(full)
    for (size_t row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) {
            store(sums + row * TILE_COLUMNS + v * LANES, totals[row][v]);
        }
    }
}

#define TILE_CASE(order, vectors, rows)                                                           \
    case rows: fixed_tile(order, rows, vectors, terms, left, b, b_step, sums); break;

#if TILE_ROWS_MACRO == 14
#define TILE_CASES(order, vectors)                                                                \
    TILE_CASE(order, vectors, 1) TILE_CASE(order, vectors, 2) TILE_CASE(order, vectors, 3)        \
    TILE_CASE(order, vectors, 4) TILE_CASE(order, vectors, 5) TILE_CASE(order, vectors, 6)        \
    TILE_CASE(order, vectors, 7) TILE_CASE(order, vectors, 8) TILE_CASE(order, vectors, 9)        \
    TILE_CASE(order, vectors, 10) TILE_CASE(order, vectors, 11) TILE_CASE(order, vectors, 12)     \
    TILE_CASE(order, vectors, 13) TILE_CASE(order, vectors, 14)
#else
#define TILE_CASES(order, vectors)                                                                \
    TILE_CASE(order, vectors, 1) TILE_CASE(order, vectors, 2) TILE_CASE(order, vectors, 3)        \
    TILE_CASE(order, vectors, 4) TILE_CASE(order, vectors, 5) TILE_CASE(order, vectors, 6)
#endif

/// Tiles of one order: all vectors, or half of them for narrow targets.
#define TILE(name, order)                                                                         \
    static TARGET void name##_full(                                                               \
        size_t rows, size_t terms, left_factor left, const float *b, size_t b_step,               \
        float *sums) {                                                                            \
        switch (rows) { TILE_CASES(order, TILE_VECTORS) }                                         \
    }                                                                                             \
    static TARGET void name##_half(                                                               \
        size_t rows, size_t terms, left_factor left, const float *b, size_t b_step,               \
        float *sums) {                                                                            \
        switch (rows) { TILE_CASES(order, TILE_VECTORS / 2) }                                     \
    }

TILE(rows_tile, ROWS)
TILE(columns_tile, COLUMNS)
TILE(windows_tile, WINDOWS)
TILE(windows2_tile, WINDOWS2)

/// One tile of one block, `rows` <= TILE_ROWS, `target->width` <= TILE_COLUMNS. Reads the right
/// factor's TILE_COLUMNS columns, or half of them when the target is that narrow.
static TARGET void tile(
    int order, size_t rows, size_t terms, left_factor left, const float *b, size_t b_step,
    const tile_target *target) {
    _Alignas(64) float sums[TILE_ROWS * TILE_COLUMNS];
    if (target->width > TILE_COLUMNS / 2) {
        switch (order) {
        case ROWS: rows_tile_full(rows, terms, left, b, b_step, sums); break;
        case COLUMNS: columns_tile_full(rows, terms, left, b, b_step, sums); break;
        case WINDOWS: windows_tile_full(rows, terms, left, b, b_step, sums); break;
        default: windows2_tile_full(rows, terms, left, b, b_step, sums); break;
        }
    } else {
        switch (order) {
        case ROWS: rows_tile_half(rows, terms, left, b, b_step, sums); break;
        case COLUMNS: columns_tile_half(rows, terms, left, b, b_step, sums); break;
        case WINDOWS: windows_tile_half(rows, terms, left, b, b_step, sums); break;
        default: windows2_tile_half(rows, terms, left, b, b_step, sums); break;
        }
    }
    finish(sums, rows, target);
}
