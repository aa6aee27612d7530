// Transforms in plain C.
#include "words.h"

#define TARGET

ALWAYS_INLINE aivm_words multiply(const aivm_words *a, const aivm_words *b) {
    return words_multiply(*a, *b, &aivm_r);
}

#include "ntt_scalar.h"

const aivm_ntt_kernel aivm_ntt_portable = {
    .together = 1,
    .twiddle_bytes = sizeof(aivm_words),
    .element_bytes = sizeof(aivm_words),
    .put = put,
    .columns = columns,
    .rows = rows,
};

