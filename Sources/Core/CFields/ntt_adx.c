// Transforms with mulx, adcx and adox.
#include "adx.h"

#if defined(__x86_64__)

#define TARGET ADX_TARGET

ALWAYS_INLINE TARGET aivm_words multiply(const aivm_words *a, const aivm_words *b) {
    return adx_multiply(a, b, &aivm_r);
}

#include "ntt_scalar.h"

const aivm_ntt_kernel aivm_ntt_adx = {
    .together = 1,
    .twiddle_bytes = sizeof(aivm_words),
    .element_bytes = sizeof(aivm_words),
    .put = put,
    .columns = columns,
    .rows = rows,
};

#endif
