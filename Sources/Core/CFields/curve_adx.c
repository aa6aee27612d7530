// Affine additions on G1 with mulx, adcx and adox.
#include "adx.h"

#if defined(__x86_64__)

#define TARGET ADX_TARGET

ALWAYS_INLINE TARGET aivm_words multiply(const aivm_words *a, const aivm_words *b) {
    return adx_multiply(a, b, &aivm_q);
}

#include "curve_scalar.h"

const aivm_curve aivm_curve_adx = {
    .take = take,
    .add = add,
    .give = give,
    .negation = {{0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d, 0x30644e72e131a029}},
};

#endif
