// Products of few rows of int16 activations with packed weights of bytes: such products wait for
// their weights, which bytes hold in half the memory that mixed512.h takes. An activation x is
// 256 (high - 128) + low with both bytes unsigned, so that sum xw is 256 sum high w + sum low w
// less 32768 sum w. At most 2^16 terms: each of the two sums stays below 2^31. The including file
// defines what mixed512.h asks for, and
//
//   MIXED(bytes_added)(sum, a, b)   the sums of four products of unsigned bytes a, the same four in
//                                   each lane, with signed ones added to each lane

/// Takes a row apart into bytes, four terms to a group, high bytes and then low ones.
static TARGET void MIXED(split)(size_t k, const int16_t *x, uint8_t *high, uint8_t *low) {
    for (size_t i = 0; i < k; i += MIXED_COLUMNS) {
        const size_t left = lesser(k - i, MIXED_COLUMNS);
        const __mmask32 mask = (__mmask32)(((uint64_t)1 << left) - 1);
        const __m512i numbers = _mm512_maskz_loadu_epi16(mask, x + i);
        const __m512i flipped = _mm512_xor_si512(numbers, _mm512_set1_epi16(INT16_MIN));
        _mm256_storeu_si256(
            (__m256i *)(high + i), _mm512_cvtepi16_epi8(_mm512_srli_epi16(flipped, 8)));
        _mm256_storeu_si256((__m256i *)(low + i), _mm512_cvtepi16_epi8(numbers));
    }
}

/// The sums of `vectors` vectors of columns, at most four, a constant at every call.
ALWAYS_INLINE TARGET void MIXED(byte_sums)(
    const size_t vectors, size_t groups, const uint8_t *high, const uint8_t *low,
    const int8_t *const *panels, __m512i (*sums)[2]) {
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) sums[v][0] = sums[v][1] = _mm512_setzero_si512();
    for (size_t i = 0; i < groups; i++) {
        uint32_t a, b;
        memcpy(&a, high + 4 * i, sizeof a);
        memcpy(&b, low + 4 * i, sizeof b);
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) {
            const __m512i right = _mm512_loadu_si512(
                panels[v / 2] + i * 4 * AIVM_PANEL_COLUMNS + v % 2 * 64);
            sums[v][0] = MIXED(bytes_added)(sums[v][0], a, right);
            sums[v][1] = MIXED(bytes_added)(sums[v][1], b, right);
        }
    }
}

/// Eight sums in 64 bits rescaled.
ALWAYS_INLINE TARGET __m128i MIXED(eight_results)(
    __m256i high, __m256i low, __m512i addend, __m512i multiplier, const aivm_rescaling *rule) {
    __m512i x = _mm512_add_epi64(
        _mm512_slli_epi64(_mm512_cvtepi32_epi64(high), 8), _mm512_cvtepi32_epi64(low));
    x = _mm512_mullo_epi64(_mm512_add_epi64(x, addend), multiplier);
    x = _mm512_add_epi64(x, _mm512_set1_epi64(rule->half));
    x = _mm512_srav_epi64(x, _mm512_set1_epi64(rule->shift));
    x = _mm512_max_epi64(x, _mm512_set1_epi64(rule->minimum));
    x = _mm512_min_epi64(x, _mm512_set1_epi64(rule->maximum));
    return _mm512_cvtepi64_epi16(x);
}

/// 16 columns from `column` on of one row.
ALWAYS_INLINE TARGET void MIXED(finish_columns)(
    const aivm_thin_product *call, size_t column, const __m512i *sums, int16_t *out) {
    if (column >= call->n) return;
    const size_t count = lesser(call->n - column, 16);
    for (size_t half = 0; half < 2 && 8 * half < count; half++) {
        const size_t at = column + 8 * half;
        const __mmask8 mask = (__mmask8)((1u << lesser(count - 8 * half, 8)) - 1);
        const __m512i totals = _mm512_cvtepi32_epi64(
            _mm256_maskz_loadu_epi32(mask, call->column_sums + at));
        const __m512i addend = _mm512_sub_epi64(
            _mm512_maskz_loadu_epi64(mask, call->addends + at), _mm512_slli_epi64(totals, 15));
        const __m512i multiplier = _mm512_maskz_loadu_epi64(mask, call->multipliers + at);
        const __m256i high = half == 0 ? _mm512_castsi512_si256(sums[0])
                                       : _mm512_extracti64x4_epi64(sums[0], 1);
        const __m256i low = half == 0 ? _mm512_castsi512_si256(sums[1])
                                      : _mm512_extracti64x4_epi64(sums[1], 1);
        _mm_mask_storeu_epi16(
            out + at, mask,
            MIXED(eight_results)(high, low, addend, multiplier, call->rescaling));
    }
}

/// See CKernels.h.
static TARGET void MIXED(thin_product)(const aivm_thin_product *call) {
    const size_t groups = (call->k + 3) / 4;
    const size_t step = (call->k + 31) / 32 * 32;
    for (size_t row = 0; row < call->m; row++) {
        uint8_t *high = call->bytes + 2 * row * step;
        MIXED(split)(call->k, call->a + row * call->k, high, high + step);
    }
    for (size_t column = 0; column < call->n; column += 2 * AIVM_PANEL_COLUMNS) {
        const int8_t *panels[2];
        panels[0] = call->panels + column * 4 * groups;
        panels[1] = panels[0] + 4 * AIVM_PANEL_COLUMNS * groups;
        const size_t left = call->n - column;
        for (size_t row = 0; row < call->m; row++) {
            const uint8_t *high = call->bytes + 2 * row * step, *low = high + step;
            int16_t *out = call->out + row * call->n;
            __m512i sums[4][2];
            if (left <= 16) {
                MIXED(byte_sums)(1, groups, high, low, panels, sums);
            } else if (left <= 32) {
                MIXED(byte_sums)(2, groups, high, low, panels, sums);
            } else {
                MIXED(byte_sums)(4, groups, high, low, panels, sums);
            }
            for (size_t v = 0; v < 4 && 16 * v < left; v++) {
                MIXED(finish_columns)(call, column + 16 * v, sums[v], out);
            }
        }
    }
}
