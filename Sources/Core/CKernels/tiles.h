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

enum { TILE_COLUMNS = LANES * TILE_VECTORS, AHEAD_FLOATS = 16 };

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

/// What the end of a tile does; constants at every call.
enum finish_kind {
    /// Stores the sums, or adds them to earlier blocks.
    FINISH_PARTIAL,
    /// The last block, without bias, addend or activation.
    FINISH_PLAIN,
    /// The last block with an epilogue.
    FINISH_EPILOGUE,
};

/// Completes rows of a tile. `is_whole` says that every row has TILE_COLUMNS columns.
ALWAYS_INLINE TARGET void finish_rows(
    const int kind, const int is_whole, const int is_first, const float *sums, size_t sums_step,
    size_t rows, const tile_target *target) {
    const aivm_epilogue *epilogue = target->epilogue;
    vector low = (vector){0}, high = low, row_bias = low, column_bias[TILE_VECTORS];
    size_t counts[TILE_VECTORS];
    const size_t vectors = is_whole ? TILE_VECTORS : (target->width + LANES - 1) / LANES;
    for (size_t v = 0; v < vectors; v++) {
        counts[v] = is_whole ? LANES : lesser(target->width - v * LANES, LANES);
    }
    if (kind == FINISH_EPILOGUE) {
        low = splat(epilogue->low);
        high = splat(epilogue->high);
        for (size_t v = 0; v < vectors; v++) {
            column_bias[v] = epilogue->bias_axis != AIVM_BIAS_COLUMNS
                ? (vector){0}
                : load_part(epilogue->bias + target->column + v * LANES, counts[v]);
        }
    }
    for (size_t row = 0; row < rows; row++) {
        float *c = target->c + row * target->c_step;
        if (kind == FINISH_EPILOGUE && epilogue->bias_axis == AIVM_BIAS_ROWS) {
            row_bias = splat(epilogue->bias[target->row + row]);
        }
        for (size_t v = 0; v < vectors; v++) {
            float *to = c + v * LANES;
            vector x = load(sums + row * sums_step + v * LANES);
            if (!is_first) x = (is_whole ? load(to) : load_part(to, counts[v])) + x;
            if (kind == FINISH_EPILOGUE) {
                if (epilogue->bias_axis == AIVM_BIAS_ROWS) x += row_bias;
                if (epilogue->bias_axis == AIVM_BIAS_COLUMNS) x += column_bias[v];
                if (epilogue->addend != NULL) {
                    x += load_part(
                        epilogue->addend + (target->row + row) * epilogue->addend_step
                            + target->column + v * LANES,
                        counts[v]);
                }
                x = activated(x, epilogue->activation, low, high);
            }
            if (kind != FINISH_PARTIAL) x = canonical_vector(x);
            if (is_whole) {
                store(to, x);
            } else {
                store_part(to, counts[v], x);
            }
        }
    }
}

#define FINISH(kind)                                                                              \
    if (is_whole && target->is_first) {                                                           \
        finish_rows(kind, 1, 1, sums, sums_step, rows, target);                                   \
    } else if (is_whole) {                                                                        \
        finish_rows(kind, 1, 0, sums, sums_step, rows, target);                                   \
    } else {                                                                                      \
        finish_rows(kind, 0, target->is_first, sums, sums_step, rows, target);                    \
    }

static __attribute__((noinline)) TARGET void finish(
    const float *sums, size_t sums_step, size_t rows, const tile_target *target) {
    const aivm_epilogue *epilogue = target->epilogue;
    const int is_whole = target->width == TILE_COLUMNS;
    if (epilogue == NULL) {
        FINISH(FINISH_PARTIAL)
    } else if (
        epilogue->bias_axis == AIVM_BIAS_NONE && epilogue->addend == NULL
        && epilogue->activation == AIVM_ACTIVATION_NONE) {
        FINISH(FINISH_PLAIN)
    } else {
        FINISH(FINISH_EPILOGUE)
    }
}

/// The sums of one tile, `rows` x TILE_COLUMNS, of which the first `vectors` are computed; they are
/// stored, or with `adds` added, at `sums`, canonical when `completes`. `order`, `rows` and
/// `vectors` are constants at every call, so the totals live in registers.
ALWAYS_INLINE TARGET void fixed_tile(
    const int order, const size_t rows, const size_t vectors, size_t terms, left_factor left,
    const float *b, size_t b_step, const float *ahead, float *sums, size_t sums_step, int adds,
    int completes) {
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
        __builtin_prefetch(ahead + i * AHEAD_FLOATS, 0, 2);
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
    if (adds) {
#pragma clang loop unroll(full)
        for (size_t row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
            for (size_t v = 0; v < vectors; v++) {
                totals[row][v] = load(sums + row * sums_step + v * LANES) + totals[row][v];
            }
        }
    }
    if (completes) {
#pragma clang loop unroll(full)
        for (size_t row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
            for (size_t v = 0; v < vectors; v++) {
                totals[row][v] = canonical_vector(totals[row][v]);
            }
        }
    }
#pragma clang loop unroll(full)
    for (size_t row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) {
            store(sums + row * sums_step + v * LANES, totals[row][v]);
        }
    }
}

#define TILE_CASE(order, vectors, rows)                                                           \
    case rows:                                                                                    \
        fixed_tile(                                                                               \
            order, rows, vectors, terms, *left, b, b_step, ahead, sums, sums_step, adds,          \
            completes);                                                                           \
        break;

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
        size_t rows, size_t terms, const left_factor *left, const float *b, size_t b_step,        \
        const float *ahead, float *sums, size_t sums_step, int adds, int completes) {             \
        switch (rows) { TILE_CASES(order, TILE_VECTORS) }                                         \
    }                                                                                             \
    static TARGET void name##_half(                                                               \
        size_t rows, size_t terms, const left_factor *left, const float *b, size_t b_step,        \
        const float *ahead, float *sums, size_t sums_step, int adds, int completes) {             \
        switch (rows) { TILE_CASES(order, TILE_VECTORS / 2) }                                     \
    }

TILE(rows_tile, ROWS)
TILE(columns_tile, COLUMNS)
TILE(windows_tile, WINDOWS)
TILE(windows2_tile, WINDOWS2)

#define TILE_CALL(name) name(rows, terms, left, b, b_step, ahead, sums, step, adds, completes);

/// One tile of one block, `rows` <= TILE_ROWS, `target->width` <= TILE_COLUMNS. Reads the right
/// factor's TILE_COLUMNS columns, or half of them when the target is that narrow. What lies from
/// `ahead` on, AHEAD_FLOATS a term, is brought into the second-level cache for later tiles.
static TARGET void tile(
    int order, size_t rows, size_t terms, const left_factor *left, const float *b, size_t b_step,
    const float *ahead, const tile_target *target) {
    _Alignas(64) float buffer[TILE_ROWS * TILE_COLUMNS];
    // Whole blocks that need no epilogue go straight to the result.
    const aivm_epilogue *epilogue = target->epilogue;
    const int isPlain =
        epilogue == NULL
        || (epilogue->bias_axis == AIVM_BIAS_NONE && epilogue->addend == NULL
            && epilogue->activation == AIVM_ACTIVATION_NONE);
    const int isDirect = isPlain && target->width == TILE_COLUMNS;
    const int adds = isDirect && !target->is_first;
    const int completes = isDirect && epilogue != NULL;
    float *sums = isDirect ? target->c : buffer;
    size_t step = isDirect ? target->c_step : TILE_COLUMNS;
    if (target->width > TILE_COLUMNS / 2) {
        switch (order) {
        case ROWS: TILE_CALL(rows_tile_full) break;
        case COLUMNS: TILE_CALL(columns_tile_full) break;
        case WINDOWS: TILE_CALL(windows_tile_full) break;
        default: TILE_CALL(windows2_tile_full) break;
        }
    } else {
        switch (order) {
        case ROWS: TILE_CALL(rows_tile_half) break;
        case COLUMNS: TILE_CALL(columns_tile_half) break;
        case WINDOWS: TILE_CALL(windows_tile_half) break;
        default: TILE_CALL(windows2_tile_half) break;
        }
    }
    if (!isDirect) finish(sums, TILE_COLUMNS, rows, target);
}
