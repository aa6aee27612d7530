// The commonest convolutions of single planes, 3 x 3 with stride 1 or 2, after depthwise512.h:
// strips of one vector's columns, walked from top to bottom with the window's rows in registers.
// Numbers outside the plane are masked off, so nothing is copied. With stride 1 a strip has 32
// positions, even and odd ones apart; with stride 2 it has 16, whose first two taps are a pair of
// neighbours and whose third is the first of another.

#ifndef AIVM_STRIPS512_H
#define AIVM_STRIPS512_H

/// Pairs from the first and from the third tap of a kernel row on.
typedef struct {
    __m512i first, third;
} strip_row;

/// Which of 32 numbers from `column` on are in a row of `width`.
ALWAYS_INLINE uint32_t numbers_in_row(ptrdiff_t column, size_t width) {
    const ptrdiff_t left = (ptrdiff_t)width - column;
    const ptrdiff_t low = column < 0 ? -column : 0, high = left < 32 ? left : 32;
    if (high <= low) return 0;
    return (uint32_t)(((uint64_t)1 << high) - ((uint64_t)1 << low));
}

#endif

/// Row `y` of a plane, from `column` on; zeros outside. The masks are those of its two vectors.
ALWAYS_INLINE TARGET strip_row MIXED(strip_row_at)(
    const aivm_phases *p, const int16_t *x, size_t y, ptrdiff_t column, const __mmask32 *masks) {
    strip_row row = {_mm512_setzero_si512(), _mm512_setzero_si512()};
    // Above the plane y has wrapped to a large number.
    if (y < p->height) {
        const int16_t *from = x + (ptrdiff_t)(y * p->width) + column;
        row.first = _mm512_maskz_loadu_epi16(masks[0], from);
        row.third = _mm512_maskz_loadu_epi16(masks[1], from + 2);
    }
    return row;
}

/// A row's products with one kernel row added to the sums of even positions and, with stride 1, of
/// odd ones.
ALWAYS_INLINE TARGET void MIXED(add_strip_row)(
    const size_t stride, const strip_row *row, const __m512i *weights, __m512i *even,
    __m512i *odd) {
    *even = MIXED(added)(*even, row->first, weights[0]);
    *even = MIXED(added)(*even, row->third, weights[2]);
    if (stride == 1) {
        *odd = MIXED(added)(*odd, row->first, weights[1]);
        *odd = MIXED(added)(*odd, row->third, weights[3]);
    }
}

/// One plane's results; `stride` is a constant.
ALWAYS_INLINE TARGET void MIXED(strips)(
    const size_t stride, const aivm_mixed_depthwise *call, const int16_t *x,
    const int32_t *weights, const mixed_finish *finish, int16_t *out) {
    const aivm_phases *p = &call->phases;
    const size_t length = MIXED_COLUMNS / stride;
    const __m512i bounds[2] = {
        _mm512_set1_epi16((int16_t)call->rescaling->minimum),
        _mm512_set1_epi16((int16_t)call->rescaling->maximum)};
    __m512i held[12];
    for (size_t i = 0; i < 12; i++) held[i] = _mm512_set1_epi32(weights[i]);
    for (size_t start = 0; start < call->columns; start += length) {
        const ptrdiff_t column = (ptrdiff_t)(start * stride) - (ptrdiff_t)p->pad_left;
        const __mmask32 masks[2] = {
            numbers_in_row(column, p->width), numbers_in_row(column + 2, p->width)};
        const uint32_t whole = numbers_in_row(0, lesser(call->columns - start, length));
        int16_t *to = out + start;
        size_t y = 0 - p->pad_top;
        strip_row top = MIXED(strip_row_at)(p, x, y, column, masks), middle = top;
        if (stride == 1) middle = MIXED(strip_row_at)(p, x, y + 1, column, masks);
        for (size_t row = 0; row < call->rows; row++, y += stride, to += call->columns) {
            if (stride == 2) middle = MIXED(strip_row_at)(p, x, y + 1, column, masks);
            const strip_row bottom = MIXED(strip_row_at)(p, x, y + 2, column, masks);
            __m512i even = _mm512_setzero_si512(), odd = even;
            MIXED(add_strip_row)(stride, &top, held, &even, &odd);
            MIXED(add_strip_row)(stride, &middle, held + 4, &even, &odd);
            MIXED(add_strip_row)(stride, &bottom, held + 8, &even, &odd);
            if (stride == 1) {
                _mm512_mask_storeu_epi16(
                    to, whole, MIXED(position_results)(even, odd, finish, bounds));
                top = middle;
                middle = bottom;
            } else {
                const __m256i results = _mm512_cvtsepi32_epi16(MIXED(quotients)(even, finish, 0));
                _mm256_mask_storeu_epi16(
                    to, (__mmask16)whole,
                    _mm256_min_epi16(
                        _mm256_max_epi16(results, _mm512_castsi512_si256(bounds[0])),
                        _mm512_castsi512_si256(bounds[1])));
                top = bottom;
            }
        }
    }
}

/// See CKernels.h.
static TARGET void MIXED(depthwise)(const aivm_mixed_depthwise *call) {
    const size_t size = call->phases.height * call->phases.width;
    for (size_t plane = 0; plane < call->planes; plane++) {
        const int16_t *x = call->x + plane * size;
        if (!call->is_strips) MIXED(copy_plane)(&call->phases, x, call->buffer);
        for (size_t i = 0; i < call->features; i++) {
            const size_t feature = plane * call->features + i;
            const int32_t *weights = call->weights + feature * 2 * call->pairs;
            int16_t *out = call->out + feature * call->rows * call->columns;
            mixed_finish finish;
            MIXED(finish_alike)(
                call->addends[feature], call->multipliers[feature], call->rescaling, &finish);
            if (call->is_strips && call->phases.column_stride == 1) {
                MIXED(strips)(1, call, x, weights, &finish, out);
            } else if (call->is_strips) {
                MIXED(strips)(2, call, x, weights, &finish, out);
            } else if (call->pairs == HELD_PAIRS) {
                MIXED(plane)(HELD_PAIRS, call, weights, &finish, out);
            } else {
                MIXED(plane)(0, call, weights, &finish, out);
            }
        }
    }
}
