// Products of int16 activations with weights of int8 as int16, two terms at a time, for machines
// with AVX-512: half the work of two products of bytes, and nothing to take apart before. The
// including file defines TARGET and
//
//   MIXED(name)                the name of this instance of a function
//   MIXED(added)(sum, a, b)    the sums of two neighbouring products added to each lane
//
// A panel holds 32 columns: for each pair of terms two vectors of 16 pairs, the columns in the
// order in which unpacking leaves them and packing takes them back: columns 8l ..< 8l + 4 in lane l
// of the first vector, the four that follow in lane l of the second. A half panel holds 16 columns,
// one vector for each pair of terms: first the lanes of the one, then those of the other.
//
// Narrow calls are those whose sums stay within 32 bits whatever the activations are, and whose
// quotients do: the caller knows from the weights. All others are summed in parts of CHUNK_PAIRS
// pairs, which stay below 2^31, and go on in 64 bits.

#ifndef AIVM_MIXED512_H
#define AIVM_MIXED512_H

enum { MIXED_COLUMNS = 32, MIXED_ROWS = 12, CHUNK_PAIRS = 254 };

/// Numbers that make 32 results of their sums: a factor and a constant, addend times factor plus
/// half, for each lane, those of even and of odd lanes for both vectors of a panel; and by how many
/// bits the sums of even and of odd lanes are then shifted. Shifts of less than 32 bits are made 32
/// with factors and constants as much larger, which a narrow call has room for: then the quotients
/// of odd lanes come to lie in the upper halves of 64 bits by themselves.
typedef struct {
    __m512i factors[2][2], constants[2][2], shifts[2];
} mixed_finish;

/// Position `lane` of vector `half` of a panel of `count` columns.
ALWAYS_INLINE size_t mixed_column(size_t half, size_t lane) {
    return lane / 4 * 8 + half * 4 + lane % 4;
}

#endif

/// The sums of `rows` rows of a and the columns of a panel of `vectors` vectors, as they lie in the
/// panel; `rows` and `vectors` are constants at every call.
ALWAYS_INLINE TARGET void MIXED(fixed_tile)(
    const size_t rows, const size_t vectors, size_t pairs, const int16_t *a, size_t a_step,
    const int16_t *panel, int32_t *sums) {
    __m512i totals[MIXED_ROWS][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) totals[i][v] = _mm512_setzero_si512();
    }
    for (size_t pair = 0; pair < pairs; pair++, panel += vectors * 32, a += 2) {
        __m512i right[2];
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) right[v] = _mm512_loadu_si512(panel + 32 * v);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < rows; i++) {
            int32_t factors;
            memcpy(&factors, a + i * a_step, sizeof factors);
            const __m512i left = _mm512_set1_epi32(factors);
#pragma clang loop unroll(full)
            for (size_t v = 0; v < vectors; v++) {
                totals[i][v] = MIXED(added)(totals[i][v], left, right[v]);
            }
        }
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) {
            _mm512_storeu_si512(sums + i * MIXED_COLUMNS + 16 * v, totals[i][v]);
        }
    }
}

#define MIXED_CASE(count, vectors)                                                                \
    case count:                                                                                   \
        MIXED(fixed_tile)(count, vectors, pairs, a, a_step, panel, sums);                         \
        break;
#define MIXED_CASES(vectors)                                                                      \
    MIXED_CASE(1, vectors) MIXED_CASE(2, vectors) MIXED_CASE(3, vectors) MIXED_CASE(4, vectors)   \
    MIXED_CASE(5, vectors) MIXED_CASE(6, vectors) MIXED_CASE(7, vectors) MIXED_CASE(8, vectors)   \
    MIXED_CASE(9, vectors) MIXED_CASE(10, vectors) MIXED_CASE(11, vectors)                        \
    MIXED_CASE(12, vectors)

static TARGET void MIXED(tile)(
    size_t rows, size_t vectors, size_t pairs, const int16_t *a, size_t a_step,
    const int16_t *panel, int32_t *sums) {
    if (vectors == 1) {
        switch (rows) { MIXED_CASES(1) }
    } else {
        switch (rows) { MIXED_CASES(2) }
    }
}

/// 16 sums made quotients.
ALWAYS_INLINE TARGET __m512i MIXED(quotients)(
    __m512i sums, const mixed_finish *finish, size_t v) {
    __m512i even = _mm512_mul_epi32(sums, finish->factors[v][0]);
    __m512i odd = _mm512_mul_epi32(_mm512_srli_epi64(sums, 32), finish->factors[v][1]);
    even = _mm512_srav_epi64(_mm512_add_epi64(even, finish->constants[v][0]), finish->shifts[0]);
    odd = _mm512_srav_epi64(_mm512_add_epi64(odd, finish->constants[v][1]), finish->shifts[1]);
    return _mm512_mask_blend_epi32(0xAAAA, even, odd);
}

/// A narrow tile's row of sums made results, in the order of the columns.
ALWAYS_INLINE TARGET __m512i MIXED(narrow_results)(
    const int32_t *sums, size_t vectors, const mixed_finish *finish, const aivm_rescaling *rule) {
    __m512i first = MIXED(quotients)(_mm512_loadu_si512(sums), finish, 0);
    __m512i second;
    if (vectors == 1) {
        second = _mm512_castsi256_si512(_mm512_extracti64x4_epi64(first, 1));
    } else {
        second = MIXED(quotients)(_mm512_loadu_si512(sums + 16), finish, 1);
    }
    __m512i results = _mm512_packs_epi32(first, second);
    results = _mm512_max_epi16(results, _mm512_set1_epi16((int16_t)rule->minimum));
    return _mm512_min_epi16(results, _mm512_set1_epi16((int16_t)rule->maximum));
}

/// The shifts of a finish. Returns by how many bits its factors and constants are to be larger.
ALWAYS_INLINE TARGET int MIXED(finish_shifts)(const aivm_rescaling *rule, mixed_finish *finish) {
    const int shift = rule->shift < 32 ? 32 : rule->shift;
    finish->shifts[0] = _mm512_set1_epi64(shift);
    finish->shifts[1] = _mm512_set1_epi64(shift - 32);
    return shift - rule->shift;
}

/// One factor and addend for all columns.
ALWAYS_INLINE TARGET void MIXED(finish_alike)(
    int64_t addend, int64_t multiplier, const aivm_rescaling *rule, mixed_finish *finish) {
    const int larger = MIXED(finish_shifts)(rule, finish);
    const __m512i factor = _mm512_set1_epi64(multiplier << larger);
    const __m512i constant = _mm512_set1_epi64(
        (int64_t)((uint64_t)(addend * multiplier + rule->half) << larger));
    for (size_t v = 0; v < 2; v++) {
        finish->factors[v][0] = finish->factors[v][1] = factor;
        finish->constants[v][0] = finish->constants[v][1] = constant;
    }
}

/// A factor and addend for each of 32 columns.
static TARGET void MIXED(finish_each)(
    const int64_t *addends, const int64_t *multipliers, const aivm_rescaling *rule,
    mixed_finish *finish) {
    const int larger = MIXED(finish_shifts)(rule, finish);
    int64_t factors[8], constants[8];
    for (size_t i = 0; i < 4; i++) {
        for (size_t lane = 0; lane < 8; lane++) {
            const size_t column = mixed_column(i / 2, 2 * lane + i % 2);
            factors[lane] = multipliers[column] << larger;
            constants[lane] = (int64_t)(
                (uint64_t)(addends[column] * multipliers[column] + rule->half) << larger);
        }
        finish->factors[i / 2][i % 2] = _mm512_loadu_si512(factors);
        finish->constants[i / 2][i % 2] = _mm512_loadu_si512(constants);
    }
}

/// Adds sums of 32 bits, as they lie in a panel, to sums of 64 bits in the order of the columns;
/// the first of them begins those.
static TARGET void MIXED(widen)(
    const int32_t *sums, size_t vectors, int is_first, int64_t *wide) {
    for (size_t lane = 0; lane < 4; lane++) {
        for (size_t half = 0; half < 2; half++) {
            // In a half panel the second four columns of lane l lie in lane l + 2.
            if (vectors == 1 && lane > 1) continue;
            const int32_t *from =
                vectors == 1 ? sums + 8 * half + 4 * lane : sums + 16 * half + 4 * lane;
            int64_t *to = wide + 8 * lane + 4 * half;
            __m256i part = _mm256_cvtepi32_epi64(_mm_loadu_si128((const __m128i *)from));
            if (!is_first) {
                part = _mm256_add_epi64(part, _mm256_loadu_si256((const __m256i *)to));
            }
            _mm256_storeu_si256((__m256i *)to, part);
        }
    }
}

/// 32 sums of 64 bits rescaled. Addends and multipliers are one for all (step 0) or one each.
static TARGET __m512i MIXED(wide_results)(
    const int64_t *sums, const int64_t *addends, const int64_t *multipliers, size_t step,
    const aivm_rescaling *rule) {
    _Alignas(64) int16_t results[MIXED_COLUMNS];
    const __m512i half = _mm512_set1_epi64(rule->half);
    const __m512i shift = _mm512_set1_epi64(rule->shift);
    for (size_t j = 0; j < MIXED_COLUMNS; j += 8) {
        const __m512i addend =
            step ? _mm512_loadu_si512(addends + j) : _mm512_set1_epi64(addends[0]);
        const __m512i multiplier =
            step ? _mm512_loadu_si512(multipliers + j) : _mm512_set1_epi64(multipliers[0]);
        __m512i x = _mm512_add_epi64(_mm512_loadu_si512(sums + j), addend);
        x = _mm512_srav_epi64(_mm512_add_epi64(_mm512_mullo_epi64(x, multiplier), half), shift);
        x = _mm512_max_epi64(x, _mm512_set1_epi64(rule->minimum));
        x = _mm512_min_epi64(x, _mm512_set1_epi64(rule->maximum));
        _mm_storeu_si128((__m128i *)(results + j), _mm512_cvtepi64_epi16(x));
    }
    return _mm512_load_si512(results);
}

/// The sums of a tile in 64 bits.
static TARGET void MIXED(wide_tile)(
    size_t rows, size_t vectors, size_t pairs, const int16_t *a, size_t a_step,
    const int16_t *panel, int64_t *wide) {
    int32_t sums[MIXED_ROWS * MIXED_COLUMNS];
    for (size_t start = 0; start < pairs; start += CHUNK_PAIRS) {
        MIXED(tile)(
            rows, vectors, lesser(pairs - start, CHUNK_PAIRS), a + 2 * start, a_step,
            panel + start * vectors * 32, sums);
        for (size_t i = 0; i < rows; i++) {
            MIXED(widen)(
                sums + i * MIXED_COLUMNS, vectors, start == 0, wide + i * MIXED_COLUMNS);
        }
    }
}

/// See CKernels.h.
static TARGET void MIXED(product)(const aivm_mixed_product *call) {
    const size_t pairs = (call->k + 1) / 2;
    int64_t addends[MIXED_COLUMNS], multipliers[MIXED_COLUMNS];
    int32_t sums[MIXED_ROWS * MIXED_COLUMNS];
    int64_t wide[MIXED_ROWS * MIXED_COLUMNS];
    for (size_t column = 0; column < call->n; column += MIXED_COLUMNS) {
        const size_t count = lesser(call->n - column, MIXED_COLUMNS);
        const __mmask32 valid = (__mmask32)(((uint64_t)1 << count) - 1);
        for (size_t j = 0; j < MIXED_COLUMNS; j++) {
            addends[j] = j < count ? call->addends[column + j] : 0;
            multipliers[j] = j < count ? call->multipliers[column + j] : 0;
        }
        mixed_finish finish;
        if (call->is_narrow) {
            MIXED(finish_each)(addends, multipliers, call->rescaling, &finish);
        }
        const int16_t *panel = call->panels + column * 2 * pairs;
        size_t bands = (call->m + MIXED_ROWS - 1) / MIXED_ROWS;
        for (size_t row = 0; bands > 0; bands--) {
            const size_t rows = (call->m - row + bands - 1) / bands;
            const int16_t *a = call->a + row * call->a_step;
            if (call->is_narrow) {
                MIXED(tile)(rows, 2, pairs, a, call->a_step, panel, sums);
            } else {
                MIXED(wide_tile)(rows, 2, pairs, a, call->a_step, panel, wide);
            }
            for (size_t i = 0; i < rows; i++, row++) {
                const __m512i results =
                    call->is_narrow
                        ? MIXED(narrow_results)(
                              sums + i * MIXED_COLUMNS, 2, &finish, call->rescaling)
                        : MIXED(wide_results)(
                              wide + i * MIXED_COLUMNS, addends, multipliers, 1, call->rescaling);
                _mm512_mask_storeu_epi16(call->out + row * call->n + column, valid, results);
            }
        }
    }
}

/// Which of 32 numbers plus `shift` are in 0 ..< limit.
ALWAYS_INLINE TARGET uint32_t MIXED(within)(const int32_t *numbers, int32_t shift, int32_t limit) {
    uint32_t mask = 0;
    for (size_t v = 0; v < 2; v++) {
        const __m512i x = _mm512_add_epi32(
            _mm512_loadu_si512(numbers + 16 * v), _mm512_set1_epi32(shift));
        const __mmask16 inside = _mm512_cmplt_epu32_mask(x, _mm512_set1_epi32(limit));
        mask |= (uint32_t)inside << (16 * v);
    }
    return mask;
}

/// For 32 positions from `start` on, whose element each tap of a window has: those of them below
/// `total` that lie in the plane.
static TARGET void MIXED(window_masks)(
    const aivm_mixed_windows *w, size_t start, size_t total, uint32_t *masks) {
    const size_t count = lesser(total - start, MIXED_COLUMNS);
    const uint32_t valid = (uint32_t)(((uint64_t)1 << count) - 1);
    int32_t rows[MIXED_COLUMNS], columns[MIXED_COLUMNS];
    size_t row = start / w->width, column = start % w->width;
    for (size_t j = 0; j < MIXED_COLUMNS; j++) {
        rows[j] = (int32_t)row;
        columns[j] = (int32_t)column;
        if (++column == w->width) {
            column = 0;
            row++;
        }
    }
    uint32_t *across = masks + w->kernel_rows * w->kernel_columns;
    for (size_t j = 0; j < w->kernel_columns; j++) {
        across[j] = MIXED(within)(columns, w->column_shifts[j], (int32_t)w->width) & valid;
    }
    for (size_t i = 0; i < w->kernel_rows; i++) {
        const uint32_t down = MIXED(within)(rows, w->row_shifts[i], (int32_t)w->height);
        for (size_t j = 0; j < w->kernel_columns; j++) *masks++ = down & across[j];
    }
}

/// The panel, or with one vector the half panel, of the positions from `start` on.
static TARGET void MIXED(panel)(
    const aivm_mixed_convolution *call, size_t start, size_t vectors, const uint32_t *masks) {
    const aivm_mixed_windows *w = &call->windows;
    const size_t taps = w->kernel_rows * w->kernel_columns;
    int16_t *to = call->panel;
    size_t tap = 0;
    for (size_t term = 0; term < call->terms; term += 2, to += 32 * vectors) {
        const int16_t *x = call->x + (ptrdiff_t)start;
        const __m512i a = _mm512_maskz_loadu_epi16(masks[tap], x + call->offsets[term]);
        tap = tap + 1 < taps ? tap + 1 : 0;
        __m512i b = _mm512_setzero_si512();
        if (term + 1 < call->terms) {
            b = _mm512_maskz_loadu_epi16(masks[tap], x + call->offsets[term + 1]);
            tap = tap + 1 < taps ? tap + 1 : 0;
        }
        const __m512i low = _mm512_unpacklo_epi16(a, b), high = _mm512_unpackhi_epi16(a, b);
        if (vectors == 1) {
            _mm512_storeu_si512(
                to, _mm512_inserti64x4(low, _mm512_castsi512_si256(high), 1));
        } else {
            _mm512_storeu_si512(to, low);
            _mm512_storeu_si512(to + 32, high);
        }
    }
}

/// Writes the results of `count` positions from `start` on, of which those are kept that have a
/// column.
ALWAYS_INLINE TARGET void MIXED(write)(
    const aivm_mixed_windows *w, size_t start, size_t count, __m512i results, int16_t *out) {
    if (w->columns == w->width) {
        const __mmask32 valid = (__mmask32)(((uint64_t)1 << count) - 1);
        _mm512_mask_storeu_epi16(out + start, valid, results);
        return;
    }
    int16_t numbers[MIXED_COLUMNS];
    _mm512_storeu_si512(numbers, results);
    size_t row = start / w->width, column = start % w->width;
    for (size_t j = 0; j < count; row++, column = 0) {
        const size_t left = lesser(w->width - column, count - j);
        if (column < w->columns) {
            const size_t kept = lesser(w->columns - column, left);
            memcpy(out + row * w->columns + column, numbers + j, kept * sizeof *out);
        }
        j += left;
    }
}

/// See CKernels.h.
static TARGET void MIXED(convolution)(const aivm_mixed_convolution *call) {
    const aivm_mixed_windows *w = &call->windows;
    const size_t pairs = (call->terms + 1) / 2;
    const size_t total = (w->rows - 1) * w->width + w->columns;
    int32_t sums[MIXED_ROWS * MIXED_COLUMNS];
    int64_t wide[MIXED_ROWS * MIXED_COLUMNS];
    for (size_t start = 0; start < total; start += MIXED_COLUMNS) {
        const size_t count = lesser(total - start, MIXED_COLUMNS);
        const size_t vectors = count <= MIXED_COLUMNS / 2 ? 1 : 2;
        MIXED(window_masks)(w, start, total, w->masks);
        MIXED(panel)(call, start, vectors, w->masks);
        size_t bands = (call->features + MIXED_ROWS - 1) / MIXED_ROWS;
        for (size_t feature = 0; bands > 0; bands--) {
            const size_t rows = (call->features - feature + bands - 1) / bands;
            const int16_t *weights = call->weights + feature * 2 * pairs;
            if (call->is_narrow) {
                MIXED(tile)(rows, vectors, pairs, weights, 2 * pairs, call->panel, sums);
            } else {
                MIXED(wide_tile)(rows, vectors, pairs, weights, 2 * pairs, call->panel, wide);
            }
            for (size_t i = 0; i < rows; i++, feature++) {
                const int64_t *addend = call->addends + feature;
                const int64_t *multiplier = call->multipliers + feature;
                __m512i results;
                if (call->is_narrow) {
                    mixed_finish finish;
                    MIXED(finish_alike)(*addend, *multiplier, call->rescaling, &finish);
                    results = MIXED(narrow_results)(
                        sums + i * MIXED_COLUMNS, vectors, &finish, call->rescaling);
                } else {
                    results = MIXED(wide_results)(
                        wide + i * MIXED_COLUMNS, addend, multiplier, 0, call->rescaling);
                }
                MIXED(write)(
                    w, start, count, results, call->out + feature * w->rows * w->columns);
            }
        }
    }
}
