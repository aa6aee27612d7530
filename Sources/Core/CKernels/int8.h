// The product of 8-bit integers, exact modulo 2^32. Shared by the vector variants. The including
// file defines TARGET, LANES and
//
//   INT8(name)         the name of this instance of a function
//   INT8_ROWS          most rows of a tile
//   wide_bytes, INT8(widened), INT8(added)
//                      how four neighbouring products are added to each lane: `added(sum, a, b)`,
//                      a four unsigned bytes, b LANES times four signed bytes made ready by
//                      `widened`
//
// Every left element is made unsigned and every right one signed (by 128, which only moves the zero
// points), because that is what the dot product instructions multiply.

#ifndef AIVM_INT8_H
#define AIVM_INT8_H

enum {
    INT8_VECTORS = 2,
    /// Groups of four terms of one block.
    INT8_BLOCK = 256,
    /// Most rows whose groups are laid out at a time: a multiple of all INT8_ROWS.
    INT8_CHUNK = 132,
};

/// Some left rows, a band of at most INT8_ROWS after the other: group by group, in each group the
/// band's rows. And the sum of each row so far.
typedef struct {
    _Alignas(64) uint32_t groups[INT8_CHUNK * INT8_BLOCK];
    uint32_t sums[INT8_CHUNK];
} int8_rows;

/// The zero points as the unsigned left and the signed right elements have them.
ALWAYS_INLINE uint32_t left_zero(const aivm_int8_product *p, size_t row) {
    uint32_t zero = p->a_zeros == NULL ? 0 : (uint32_t)p->a_zeros[row * p->a_zero_step];
    return p->a_is_signed ? zero + 128 : zero;
}

ALWAYS_INLINE uint32_t right_zero(const aivm_int8_product *p, size_t column) {
    uint32_t zero = p->b_zeros == NULL ? 0 : (uint32_t)p->b_zeros[column * p->b_zero_step];
    return p->b_is_signed ? zero : zero - 128;
}

/// sum (a - a0)(b - b0) = sum ab - b0 sum a - a0 (sum b - k b0).
ALWAYS_INLINE uint32_t int8_result(
    uint32_t sum, uint32_t left_sum, uint32_t left_zero, uint32_t right_sum, uint32_t right_zero,
    size_t k) {
    return sum - right_zero * left_sum - left_zero * (right_sum - (uint32_t)k * right_zero);
}

#endif

/// `rows` rows and INT8_VECTORS vectors of columns, their sums beginning with `start`; `rows` is a
/// constant at every call.
ALWAYS_INLINE TARGET void INT8(fixed_tile)(
    const size_t rows, size_t groups, const uint32_t *a, size_t a_step, const int8_t *b,
    const uint32_t *start, uint32_t *c, size_t c_step, int adds) {
    lanes32 totals[INT8_ROWS][INT8_VECTORS];
#pragma clang loop unroll(full)
    for (size_t row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < INT8_VECTORS; v++) {
            totals[row][v] = *(const loose_lanes32 *)(start + v * LANES);
        }
    }
    for (size_t i = 0; i < groups; i++) {
        wide_bytes right[INT8_VECTORS];
#pragma clang loop unroll(full)
        for (size_t v = 0; v < INT8_VECTORS; v++) {
            right[v] = INT8(widened)(*(const loose_lanes32 *)(b + v * LANES * 4));
        }
#pragma clang loop unroll(full)
        for (size_t row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
            for (size_t v = 0; v < INT8_VECTORS; v++) {
                totals[row][v] = INT8(added)(totals[row][v], a[row], right[v]);
            }
        }
        a += a_step;
        b += AIVM_PANEL_COLUMNS * 4;
    }
#pragma clang loop unroll(full)
    for (size_t row = 0; row < rows; row++) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < INT8_VECTORS; v++) {
            loose_lanes32 *to = (loose_lanes32 *)(c + row * c_step + v * LANES);
            *to = adds ? *to + totals[row][v] : totals[row][v];
        }
    }
}

#define INT8_CASE(count)                                                                          \
    case count:                                                                                   \
        INT8(fixed_tile)(count, groups, a, a_step, b, start, c, c_step, adds);                    \
        break;

static TARGET void INT8(tile)(
    size_t rows, size_t groups, const uint32_t *a, size_t a_step, const int8_t *b,
    const uint32_t *start, uint32_t *c, size_t c_step, int adds) {
    switch (rows) {
        INT8_CASE(1) INT8_CASE(2) INT8_CASE(3) INT8_CASE(4)
#if INT8_ROWS_MACRO == 12
        INT8_CASE(5) INT8_CASE(6) INT8_CASE(7) INT8_CASE(8) INT8_CASE(9) INT8_CASE(10)
        INT8_CASE(11) INT8_CASE(12)
#endif
    }
}

/// Lays out the first groups of `rows` rows, at most `whole`, as many as fill vectors: squares of
/// rows and groups are turned in registers. Returns how many.
static TARGET size_t INT8(lay_out_squares)(
    const uint8_t *from, size_t step, size_t rows, size_t whole, uint32_t flip, uint32_t *to,
    uint32_t *sums) {
    const lanes32 low = (lanes32){0} + 0x00FF00FF;
    lanes32 total = (lanes32){0};
    size_t done = 0;
    for (; rows <= LANES && done + LANES <= whole; done += LANES) {
        vector x[LANES];
#pragma clang loop unroll(full)
        for (size_t r = 0; r < LANES; r++) {
            if (r < rows) {
                memcpy(&x[r], from + r * step + 4 * done, sizeof x[r]);
            } else {
                x[r] = (vector){0};
            }
        }
        transpose_vectors(x);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < LANES; i++) {
            lanes32 group = (lanes32)x[i] ^ (int32_t)flip;
            lanes32 pairs = (group & low) + (group >> 8 & low);
            total += (pairs & 0xFFFF) + (pairs >> 16 & 0xFFFF);
            store_part((float *)to + (done + i) * rows, rows, (vector)group);
        }
    }
    for (size_t r = 0; done > 0 && r < rows; r++) sums[r] += (uint32_t)total[r];
    return done;
}

/// Lays out terms first ..< first + 4 groups of `rows` rows, made unsigned; adds to the sums.
static TARGET void INT8(lay_out)(
    const aivm_int8_product *p, size_t row, size_t rows, size_t first, size_t groups,
    uint32_t *to, uint32_t *sums) {
    const uint32_t flip = p->a_is_signed ? 0x80808080u : 0;
    const size_t whole = lesser(groups, (p->k - first) / 4);
    const size_t squares = INT8(lay_out_squares)(
        p->a + row * p->a_step + first, p->a_step, rows, whole, flip, to, sums);
    for (size_t r = 0; r < rows; r++) {
        const uint8_t *from = p->a + (row + r) * p->a_step + first;
        uint32_t sum = 0;
        for (size_t i = squares; i < whole; i++) {
            uint32_t group;
            memcpy(&group, from + 4 * i, 4);
            group ^= flip;
            to[i * rows + r] = group;
            uint32_t pairs = (group & 0x00FF00FF) + (group >> 8 & 0x00FF00FF);
            sum += (pairs & 0xFFFF) + (pairs >> 16);
        }
        if (whole < groups) {
            uint32_t group = 0;
            for (size_t j = 0; first + 4 * whole + j < p->k; j++) {
                uint32_t byte = from[4 * whole + j] ^ (flip & 255);
                group |= byte << (8 * j);
                sum += byte;
            }
            to[whole * rows + r] = group;
        }
        sums[r] += sum;
    }
}

/// Takes the zero points of the right factor, and differing ones of the left, into account.
static TARGET void INT8(finish)(
    const aivm_int8_product *p, size_t row, size_t column, size_t width, uint32_t left_sum) {
    const uint32_t zero = left_zero(p, row);
    const uint32_t *right_sums = (const uint32_t *)p->column_sums + column;
    uint32_t *to = (uint32_t *)p->c + row * p->c_step + column;
    for (size_t j = 0; j < width; j++) {
        to[j] = int8_result(
            to[j], left_sum, zero, right_sums[j], right_zero(p, column + j), p->k);
    }
}

/// One block of one panel for all rows laid out; `start` begins the sums of the first block.
static TARGET void INT8(panel)(
    const aivm_int8_product *p, const int8_rows *left, size_t top, size_t count, size_t column,
    size_t groups, const int8_t *block, const uint32_t *start, int adds) {
    const size_t width = lesser(p->n - column, AIVM_PANEL_COLUMNS);
    size_t bands = (count + INT8_ROWS - 1) / INT8_ROWS;
    for (size_t row = 0; bands > 0; bands--) {
        size_t rows = (count - row + bands - 1) / bands;
        const uint32_t *a = left->groups + row * groups;
        uint32_t edge[INT8_ROWS * AIVM_PANEL_COLUMNS];
        uint32_t *c = (uint32_t *)p->c + (top + row) * p->c_step + column;
        const int isWhole = width == AIVM_PANEL_COLUMNS;
        for (size_t part = 0; part < AIVM_PANEL_COLUMNS; part += INT8_VECTORS * LANES) {
            INT8(tile)(
                rows, groups, a, rows, block + 4 * part, start + part,
                isWhole ? c + part : edge + part, isWhole ? p->c_step : AIVM_PANEL_COLUMNS,
                isWhole && adds);
        }
        for (size_t r = 0; !isWhole && r < rows; r++) {
            for (size_t j = 0; j < width; j++) {
                uint32_t *to = c + r * p->c_step + j;
                *to = edge[r * AIVM_PANEL_COLUMNS + j] + (adds ? *to : 0);
            }
        }
        row += rows;
    }
}

static TARGET void INT8(product)(const aivm_int8_product *p) {
    const size_t all = (p->k + 3) / 4;
    int isSimple = p->a_zeros == NULL || p->a_zero_step == 0;
    for (size_t j = 0; isSimple && j < p->n; j++) isSimple = right_zero(p, j) == 0;
    int8_rows left;
    // Chunks of nearly equal height: a small last one would walk the right factor for little.
    size_t chunks = (p->m + INT8_CHUNK - 1) / INT8_CHUNK;
    for (size_t top = 0, count = 0; chunks > 0; chunks--, top += count) {
        count = (p->m - top + chunks - 1) / chunks;
        memset(left.sums, 0, sizeof left.sums);
        for (size_t first = 0; first < all; first += INT8_BLOCK) {
            size_t groups = lesser(all - first, INT8_BLOCK);
            size_t bands = (count + INT8_ROWS - 1) / INT8_ROWS;
            for (size_t row = 0; bands > 0; bands--) {
                size_t rows = (count - row + bands - 1) / bands;
                INT8(lay_out)(
                    p, top + row, rows, 4 * first, groups, left.groups + row * groups,
                    left.sums + row);
                row += rows;
            }
            for (size_t column = 0; column < p->n; column += AIVM_PANEL_COLUMNS) {
                uint32_t start[AIVM_PANEL_COLUMNS] = {0};
                size_t width = lesser(p->n - column, AIVM_PANEL_COLUMNS);
                if (isSimple && first == 0) {
                    const uint32_t zero = left_zero(p, 0);
                    const uint32_t *sums = (const uint32_t *)p->column_sums + column;
                    for (size_t j = 0; j < width; j++) start[j] = 0 - zero * sums[j];
                }
                const int8_t *block =
                    p->panels + column * 4 * all + first * 4 * AIVM_PANEL_COLUMNS;
                INT8(panel)(p, &left, top, count, column, groups, block, start, first > 0);
                if (isSimple || first + groups < all) continue;
                for (size_t row = 0; row < count; row++) {
                    INT8(finish)(p, top + row, column, width, left.sums[row]);
                }
            }
        }
    }
}
