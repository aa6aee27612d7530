// Rounds of sums in plain C.
#include "words.h"

#define TARGET

ALWAYS_INLINE TARGET aivm_words multiply(const aivm_words *a, const aivm_words *b) {
    return words_multiply(*a, *b, &aivm_r);
}

#include "sums_scalar.h"

#include "sums_bytes.h"

const aivm_sum_kernel aivm_sum_portable = {
    .pair_sums = pair_sums_one_by_one,
    .fold = fold_one_by_one,
    .combine = combine,
    .products = products,
};
