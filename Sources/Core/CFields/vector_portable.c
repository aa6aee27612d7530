// Vectors of elements of Fr in plain C.
#include "words.h"

#define TARGET

ALWAYS_INLINE TARGET aivm_words multiply(const aivm_words *a, const aivm_words *b) {
    return words_multiply(*a, *b, &aivm_r);
}

#include "vector_scalar.h"

#include "vector_one.h"

const aivm_vector_kernel aivm_vector_portable = {
    .multiply = multiply_vectors,
    .scale = scale,
    .powers = powers,
    .invert = invert,
    .dot = dot,
    .evaluate = evaluate,
    .prefix_products = prefix_products,
    .divide = divide,
    .multiply_often = multiply_often,
};
