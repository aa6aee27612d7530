// Vectors of elements of Fr with mulx, adcx and adox.
#include "adx.h"

#if defined(__x86_64__)

#define TARGET ADX_TARGET

ALWAYS_INLINE TARGET aivm_words multiply(const aivm_words *a, const aivm_words *b) {
    return adx_multiply(a, b, &aivm_r);
}

#include "vector_scalar.h"

#include "vector_one.h"

const aivm_vector_kernel aivm_vector_adx = {
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

#endif
