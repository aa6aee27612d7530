// Products of int16 activations with weights of int8 as int16, two terms at a time, for machines
// with AVX-512: half the work of two products of bytes, and nothing to take apart before. Sums of
// at most CHUNK_PAIRS pairs stay below 2^31, then they go on in 64 bits.
//
// A panel holds 32 columns: for each pair of terms two vectors of 16 pairs, the columns in the
// order in which unpacking leaves them, which mixed_slot tells.

enum { MIXED_COLUMNS = 32, MIXED_ROWS = 12, CHUNK_PAIRS = 254 };

/// Where the first of a column's pair is in the 64 numbers of a pair of terms.
ALWAYS_INLINE size_t mixed_slot(size_t column) {
    size_t lane = column / 8, place = column % 8;
    return (place < 4 ? 0 : MIXED_COLUMNS) + 2 * (lane * 4 + place % 4);
}

#define DOT_TARGET                                                                               \
    __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx512vnni,avx2,fma")))
#define PLAIN_TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")))

/// sums(i, j) = the product of `rows` rows of a and the columns of a panel, i < rows <= 12.
#define MIXED_TILE(name, rows, target_, add_pairs)                                                 \
    static target_ void name(                                                                     \
        size_t pairs, const int16_t *a, size_t a_step, const int16_t *panel, int64_t *sums) {     \
        const __m512i first = _mm512_setr_epi32(                                                  \
            0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);                              \
        const __m512i second = _mm512_setr_epi32(                                                 \
            8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);                        \
        for (size_t start = 0; start < pairs; start += CHUNK_PAIRS) {                             \
            const size_t end = pairs - start < CHUNK_PAIRS ? pairs : start + CHUNK_PAIRS;         \
            __m512i low[rows], high[rows];                                                        \
            for (int i = 0; i < rows; i++) low[i] = high[i] = _mm512_setzero_si512();             \
            for (size_t pair = start; pair < end; pair++) {                                       \
                const __m512i left = _mm512_loadu_si512(panel + pair * 2 * MIXED_COLUMNS);         \
                const __m512i right =                                                             \
                    _mm512_loadu_si512(panel + (pair * 2 + 1) * MIXED_COLUMNS);                   \
                _Pragma("clang loop unroll(full)") for (int i = 0; i < rows; i++) {               \
                    int32_t factors;                                                              \
                    memcpy(&factors, a + i * a_step + 2 * pair, sizeof factors);                  \
                    const __m512i both = _mm512_set1_epi32(factors);                              \
                    low[i] = add_pairs(low[i], both, left);                                       \
                    high[i] = add_pairs(high[i], both, right);                                    \
                }                                                                                 \
            }                                                                                     \
            for (int i = 0; i < rows; i++) {                                                      \
                const __m512i here = _mm512_permutex2var_epi32(low[i], first, high[i]);           \
                const __m512i there = _mm512_permutex2var_epi32(low[i], second, high[i]);         \
                __m512i parts[4] = {                                                              \
                    _mm512_cvtepi32_epi64(_mm512_castsi512_si256(here)),                          \
                    _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(here, 1)),                    \
                    _mm512_cvtepi32_epi64(_mm512_castsi512_si256(there)),                         \
                    _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(there, 1)),                   \
                };                                                                                \
                int64_t *to = sums + i * MIXED_COLUMNS;                                            \
                for (int j = 0; j < 4; j++) {                                                     \
                    if (start > 0)                                                                \
                        parts[j] = _mm512_add_epi64(parts[j], _mm512_loadu_si512(to + 8 * j));    \
                    _mm512_storeu_si512(to + 8 * j, parts[j]);                                    \
                }                                                                                 \
            }                                                                                     \
        }                                                                                         \
    }

#define DOT_PAIRS(sum, a, b) _mm512_dpwssd_epi32(sum, a, b)
#define MULTIPLY_PAIRS(sum, a, b) _mm512_add_epi32(sum, _mm512_madd_epi16(a, b))
MIXED_TILE(dot_tile_12, 12, DOT_TARGET, DOT_PAIRS)
MIXED_TILE(dot_tile_4, 4, DOT_TARGET, DOT_PAIRS)
MIXED_TILE(dot_tile_1, 1, DOT_TARGET, DOT_PAIRS)
MIXED_TILE(plain_tile_12, 12, PLAIN_TARGET, MULTIPLY_PAIRS)
MIXED_TILE(plain_tile_4, 4, PLAIN_TARGET, MULTIPLY_PAIRS)
MIXED_TILE(plain_tile_1, 1, PLAIN_TARGET, MULTIPLY_PAIRS)

/// Up to 12 rows of a times a panel. Returns how many.
static size_t mixed_tile(
    size_t rows, size_t pairs, const int16_t *a, size_t a_step, const int16_t *panel,
    int has_dots, int64_t *sums) {
    if (rows >= 12) {
        (has_dots ? dot_tile_12 : plain_tile_12)(pairs, a, a_step, panel, sums);
        return 12;
    }
    if (rows >= 4) {
        (has_dots ? dot_tile_4 : plain_tile_4)(pairs, a, a_step, panel, sums);
        return 4;
    }
    (has_dots ? dot_tile_1 : plain_tile_1)(pairs, a, a_step, panel, sums);
    return 1;
}

/// 32 sums rescaled. Addends and multipliers are one for all (step 0) or one each (step 1).
static PLAIN_TARGET void mixed_rescaled(
    const int64_t *sums, const int64_t *addends, const int64_t *multipliers, size_t step,
    const aivm_rescaling *rule, int16_t *out) {
    const __m512i half = _mm512_set1_epi64(rule->half);
    const __m512i least = _mm512_set1_epi64(rule->minimum);
    const __m512i most = _mm512_set1_epi64(rule->maximum);
    const __m128i shift = _mm_cvtsi32_si128(rule->shift);
    for (size_t j = 0; j < MIXED_COLUMNS; j += 8) {
        const __m512i addend =
            step ? _mm512_loadu_si512(addends + j) : _mm512_set1_epi64(addends[0]);
        const __m512i multiplier =
            step ? _mm512_loadu_si512(multipliers + j) : _mm512_set1_epi64(multipliers[0]);
        __m512i x = _mm512_add_epi64(_mm512_loadu_si512(sums + j), addend);
        x = _mm512_add_epi64(_mm512_mullo_epi64(x, multiplier), half);
        x = _mm512_sra_epi64(x, shift);
        x = _mm512_min_epi64(_mm512_max_epi64(x, least), most);
        _mm_storeu_si128((__m128i *)(out + j), _mm512_cvtepi64_epi16(x));
    }
}

/// See CKernels.h.
static PLAIN_TARGET void mixed_product(const aivm_mixed_product *call) {
    const int has_dots = __builtin_cpu_supports("avx512vnni");
    const size_t pairs = (call->k + 1) / 2;
    int64_t sums[MIXED_ROWS * MIXED_COLUMNS], addends[MIXED_COLUMNS], factors[MIXED_COLUMNS];
    int16_t results[MIXED_COLUMNS];
    for (size_t column = 0; column < call->n; column += MIXED_COLUMNS) {
        const size_t count =
            call->n - column < MIXED_COLUMNS ? call->n - column : MIXED_COLUMNS;
        for (size_t j = 0; j < MIXED_COLUMNS; j++) {
            addends[j] = j < count ? call->addends[column + j] : 0;
            factors[j] = j < count ? call->multipliers[column + j] : 0;
        }
        const int16_t *panel = call->panels + column * 2 * pairs;
        for (size_t row = 0; row < call->m;) {
            const size_t rows = mixed_tile(
                call->m - row, pairs, call->a + row * call->a_step, call->a_step, panel, has_dots,
                sums);
            for (size_t i = 0; i < rows; i++, row++) {
                mixed_rescaled(
                    sums + i * MIXED_COLUMNS, addends, factors, 1, call->rescaling, results);
                memcpy(call->out + row * call->n + column, results, count * sizeof *results);
            }
        }
    }
}

/// The panel of 32 positions from `start` on.
static PLAIN_TARGET void mixed_panel(
    const aivm_mixed_convolution *call, size_t start, size_t count, int16_t *panel) {
    const size_t pairs = (call->terms + 1) / 2;
    const int is_dense = call->row_stride == 1 && call->column_stride == 1;
    size_t bases[MIXED_COLUMNS] = {0};
    for (size_t j = 0; j < count && !is_dense; j++) {
        const size_t row = (start + j) / call->columns, column = (start + j) % call->columns;
        bases[j] = row * call->row_stride * call->width + column * call->column_stride;
    }
    for (size_t pair = 0; pair < pairs; pair++) {
        const int16_t *x = call->x + call->offsets[2 * pair];
        // Behind an odd last term any number will do: its weight is 0.
        const int16_t *y =
            call->x + call->offsets[2 * pair + 1 < call->terms ? 2 * pair + 1 : 2 * pair];
        int16_t *to = panel + pair * 2 * MIXED_COLUMNS;
        if (is_dense) {
            const __m512i a = _mm512_loadu_si512(x + start), b = _mm512_loadu_si512(y + start);
            _mm512_storeu_si512(to, _mm512_unpacklo_epi16(a, b));
            _mm512_storeu_si512(to + MIXED_COLUMNS, _mm512_unpackhi_epi16(a, b));
        } else {
            for (size_t j = 0; j < MIXED_COLUMNS; j++) {
                to[mixed_slot(j)] = x[bases[j]];
                to[mixed_slot(j) + 1] = y[bases[j]];
            }
        }
    }
}

/// See CKernels.h.
static PLAIN_TARGET void mixed_convolution(const aivm_mixed_convolution *call) {
    const int has_dots = __builtin_cpu_supports("avx512vnni");
    const int is_dense = call->row_stride == 1 && call->column_stride == 1;
    const size_t pairs = (call->terms + 1) / 2;
    // Dense windows start everywhere in a padded row; those that leave it are dropped.
    const size_t span = is_dense ? call->width : call->columns;
    const size_t total = (call->rows - 1) * span + call->columns;
    int64_t sums[MIXED_ROWS * MIXED_COLUMNS];
    int16_t results[MIXED_COLUMNS];
    for (size_t start = 0; start < total; start += MIXED_COLUMNS) {
        const size_t count = total - start < MIXED_COLUMNS ? total - start : MIXED_COLUMNS;
        mixed_panel(call, start, count, call->panel);
        for (size_t feature = 0; feature < call->features;) {
            const size_t rows = mixed_tile(
                call->features - feature, pairs, call->weights + feature * 2 * pairs, 2 * pairs,
                call->panel, has_dots, sums);
            for (size_t i = 0; i < rows; i++, feature++) {
                mixed_rescaled(
                    sums + i * MIXED_COLUMNS, call->addends + feature, call->multipliers + feature,
                    0, call->rescaling, results);
                int16_t *out = call->out + feature * call->rows * call->columns;
                for (size_t j = 0; j < count;) {
                    const size_t row = (start + j) / span, column = (start + j) % span;
                    const size_t left = span - column < count - j ? span - column : count - j;
                    if (column < call->columns) {
                        const size_t kept =
                            call->columns - column < left ? call->columns - column : left;
                        memcpy(
                            out + row * call->columns + column, results + j, kept * sizeof *out);
                    }
                    j += left;
                }
            }
        }
    }
}
