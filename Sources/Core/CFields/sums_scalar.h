// Rounds of sums, one pair after the other. Included by the variants, each with its own `multiply`
// (of two numbers modulo r) and TARGET.
#include "sums.h"

enum { ELEMENT = sizeof(aivm_words) };

#define ONE_BY_ONE static inline __attribute__((always_inline)) TARGET

ONE_BY_ONE aivm_words product_of(aivm_words a, aivm_words b) { return multiply(&a, &b); }

/// Value `index` of n; zero beyond.
ONE_BY_ONE aivm_words value_at(const uint8_t *a, size_t index, size_t n) {
    const aivm_words zero = {{0}};
    return index < n ? words_load(a + index * ELEMENT) : zero;
}

TARGET static void pair_sums_one_by_one(
    size_t n, const uint8_t *a, const uint8_t *b, const uint8_t *weights, unsigned shift,
    size_t first, size_t last, aivm_words sums[3]) {
    for (size_t i = first; i < last;) {
        // Pairs of one weight, which is multiplied once.
        const size_t place = i >> shift;
        aivm_words run[3] = {{{0}}, {{0}}, {{0}}};
        for (; i < last && i >> shift == place; i++) {
            const aivm_words a0 = words_load(a + 2 * i * ELEMENT);
            const aivm_words b0 = words_load(b + 2 * i * ELEMENT);
            const aivm_words a1 = value_at(a, 2 * i + 1, n), b1 = value_at(b, 2 * i + 1, n);
            run[0] = words_add(run[0], product_of(a0, b0), &aivm_r);
            run[1] = words_add(run[1], product_of(a1, b1), &aivm_r);
            const aivm_words slope = product_of(
                words_subtract(a1, a0, &aivm_r), words_subtract(b1, b0, &aivm_r));
            run[2] = words_add(run[2], slope, &aivm_r);
        }
        const aivm_words weight = words_load(weights + place * ELEMENT);
        for (int k = 0; k < 3; k++) {
            sums[k] = words_add(sums[k], product_of(run[k], weight), &aivm_r);
        }
    }
}

TARGET static void fold_one_by_one(
    size_t n, const uint8_t *a, aivm_words point, size_t first, size_t last, uint8_t *out) {
    for (size_t i = first; i < last; i++) {
        const aivm_words low = words_load(a + 2 * i * ELEMENT), high = value_at(a, 2 * i + 1, n);
        const aivm_words rise = product_of(words_subtract(high, low, &aivm_r), point);
        words_store(out + i * ELEMENT, words_add(low, rise, &aivm_r));
    }
}
