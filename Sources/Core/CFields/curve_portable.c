// Affine additions on G1 in plain C.
#include "words.h"

#define TARGET

ALWAYS_INLINE aivm_words multiply(const aivm_words *a, const aivm_words *b) {
    return words_multiply(*a, *b, &aivm_q);
}

#include "curve_scalar.h"

const aivm_curve aivm_curve_portable = {
    .take = take,
    .add = add,
    .give = give,
    .negation = {{0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d, 0x30644e72e131a029}},
};
