// Transforms of one column, or row, at a time; the passes are those of ntt_lanes.c. Included by the
// variants that have no lanes, each with its own `multiply` (of two numbers modulo r) and TARGET.
#include "ntt.h"

#define ONE_BY_ONE static inline __attribute__((always_inline)) TARGET

typedef struct {
    aivm_words x[4];
} four;

ONE_BY_ONE aivm_words plus(aivm_words a, aivm_words b) { return words_add(a, b, &aivm_r); }
ONE_BY_ONE aivm_words less(aivm_words a, aivm_words b) { return words_subtract(a, b, &aivm_r); }

ONE_BY_ONE four radix4(four a, const aivm_words *quarter_turn) {
    const aivm_words even = plus(a.x[0], a.x[2]), odd = plus(a.x[1], a.x[3]);
    const aivm_words even_difference = less(a.x[0], a.x[2]), difference = less(a.x[1], a.x[3]);
    const aivm_words odd_difference = multiply(&difference, quarter_turn);
    const four out = {{
        plus(even, odd), plus(even_difference, odd_difference), less(even, odd),
        less(even_difference, odd_difference)}};
    return out;
}

ONE_BY_ONE four combined(
    const aivm_words *block, size_t quarter, const aivm_words *twiddles, size_t j,
    const aivm_words *turn) {
    four a = {{block[0], block[quarter], block[2 * quarter], block[3 * quarter]}};
    if (j != 0) {
        for (size_t q = 1; q < 4; q++) {
            a.x[q] = multiply(&block[q * quarter], &twiddles[3 * j + q - 1]);
        }
    }
    return radix4(a, turn);
}

/// All passes but the first and the last; the twiddles of the last.
TARGET static const aivm_words *middle_passes(const aivm_ntt_line *line, aivm_words *values) {
    const aivm_words *twiddles = line->twiddles, *turn = line->quarter_turn;
    size_t quarter = (__builtin_ctzll(line->size) & 1) != 0 ? 2 : 4;
    for (; quarter < line->size / 4; quarter *= 4) {
        for (size_t start = 0; start < line->size; start += 4 * quarter) {
            aivm_words *block = values + start;
            for (size_t j = 0; j < quarter; j++) {
                const four out = combined(block + j, quarter, twiddles, j, turn);
                for (size_t t = 0; t < 4; t++) block[j + t * quarter] = out.x[t];
            }
        }
        twiddles += 3 * quarter;
    }
    return twiddles;
}

/// The first pass: element i of the line lies at from + i * stride.
TARGET static void first_pass(
    const aivm_ntt_line *line, const uint8_t *from, size_t stride, const aivm_words *factors,
    aivm_words *values) {
    const size_t radix = (__builtin_ctzll(line->size) & 1) != 0 ? 2 : 4;
    for (size_t i = 0; i < line->size; i += radix) {
        four a;
        for (size_t q = 0; q < radix; q++) {
            const size_t index = line->order[i + q];
            a.x[q] = words_load(from + index * stride);
            if (factors != NULL) a.x[q] = multiply(&a.x[q], &factors[index]);
        }
        if (radix == 4) {
            const four out = radix4(a, line->quarter_turn);
            for (int t = 0; t < 4; t++) values[i + t] = out.x[t];
        } else {
            values[i] = plus(a.x[0], a.x[1]);
            values[i + 1] = less(a.x[0], a.x[1]);
        }
    }
}

TARGET static void columns(const aivm_ntt_work *work, size_t first, size_t last, void *memory) {
    aivm_words *line = memory;
    const size_t row_bytes = work->row.size * sizeof(aivm_words), quarter = work->column.size / 4;
    for (size_t c = first; c < last; c++) {
        first_pass(
            &work->column, work->values + c * sizeof(aivm_words), row_bytes, work->row_factors,
            line);
        const aivm_words *twiddles = middle_passes(&work->column, line);
        aivm_words powers[4] = {work->start};
        if (work->column_factors != NULL) {
            powers[0] = multiply(&work->start, &work->column_factors[c]);
        }
        const aivm_words root = multiply(&work->roots[c], &work->step);
        const aivm_words turned = multiply(&work->quarters[c], &work->quarter_step);
        for (int t = 1; t < 4; t++) powers[t] = multiply(&powers[t - 1], &turned);
        for (size_t k = 0; k < quarter; k++) {
            const four out = combined(line + k, quarter, twiddles, k, work->column.quarter_turn);
            for (size_t t = 0; t < 4; t++) {
                work->scratch[(k + t * quarter) * work->row.size + c]
                    = multiply(&out.x[t], &powers[t]);
                powers[t] = multiply(&powers[t], &root);
            }
        }
    }
}

TARGET static void rows(const aivm_ntt_work *work, size_t first, size_t last, void *memory) {
    aivm_words *line = memory;
    const size_t column_bytes = work->column.size * sizeof(aivm_words);
    const size_t quarter = work->row.size / 4;
    const aivm_words *factors = work->result_factors;
    for (size_t k = first; k < last; k++) {
        first_pass(
            &work->row, (const uint8_t *)(work->scratch + k * work->row.size), sizeof(aivm_words),
            NULL, line);
        const aivm_words *twiddles = middle_passes(&work->row, line);
        for (size_t j = 0; j < quarter; j++) {
            const four out = combined(line + j, quarter, twiddles, j, work->row.quarter_turn);
            for (size_t t = 0; t < 4; t++) {
                const size_t column = j + t * quarter;
                const aivm_words value
                    = factors == NULL ? out.x[t] : multiply(&out.x[t], &factors[column]);
                words_store(
                    work->values + column * column_bytes + k * sizeof(aivm_words), value);
            }
        }
    }
}

static void put(void *twiddle, aivm_words factor) { memcpy(twiddle, &factor, sizeof factor); }
