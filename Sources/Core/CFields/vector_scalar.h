// Vectors of elements of Fr, one element after the other. Included by the variants, each with its
// own `multiply` (of two numbers modulo r) and TARGET.
#include "vector.h"

enum { ELEMENT = sizeof(aivm_words) };

#define ONE_BY_ONE static inline __attribute__((always_inline)) TARGET

ONE_BY_ONE aivm_words product_of(aivm_words a, aivm_words b) { return multiply(&a, &b); }

TARGET static aivm_words prefix_products(
    size_t n, aivm_words first, const uint8_t *a, uint8_t *out) {
    for (size_t i = 0; i < n; i++) {
        const aivm_words factor = words_load(a + i * ELEMENT);
        if (out != NULL) words_store(out + i * ELEMENT, first);
        first = multiply(&first, &factor);
    }
    return first;
}

TARGET static aivm_words divide(
    size_t n, const uint8_t *a, aivm_words point, aivm_words next, uint8_t *out) {
    // Coefficient i of the quotient is coefficient i + 1 of a plus `point` times the one above.
    for (size_t i = n; i-- > 0;) {
        const aivm_words coefficient = words_load(a + i * ELEMENT);
        if (out != NULL) words_store(out + i * ELEMENT, next);
        next = words_add(multiply(&next, &point), coefficient, &aivm_r);
    }
    return next;
}
