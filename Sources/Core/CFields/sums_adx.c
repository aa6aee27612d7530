// Rounds of sums with mulx, adcx and adox.
#include "adx.h"

#if defined(__x86_64__)

#define TARGET ADX_TARGET

ALWAYS_INLINE TARGET aivm_words multiply(const aivm_words *a, const aivm_words *b) {
    return adx_multiply(a, b, &aivm_r);
}

#include "sums_scalar.h"

#include "sums_bytes.h"

const aivm_sum_kernel aivm_sum_adx = {
    .pair_sums = pair_sums_one_by_one,
    .fold = fold_one_by_one,
    .combine = combine,
    .products = products,
};

#endif
