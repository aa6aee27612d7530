// What each variant provides for the rounds of sums of products, and for sums of small integers
// times elements of Fr; arguments as in CFields.h.
#ifndef AIVM_SUMS_H
#define AIVM_SUMS_H

#include "words.h"

/// An element as eight signed digits of 32 bits, so that products with bytes add up in 64 bits.
typedef struct {
    int64_t digit[8];
} aivm_digits;

/// Rows of bytes, with or without sign.
typedef struct {
    const uint8_t *bytes;
    size_t stride;
    int is_signed;
} aivm_byte_rows;

typedef struct {
    /// Adds the sums over pairs first ..< last, where there are n values.
    void (*pair_sums)(
        size_t n, const uint8_t *a, const uint8_t *b, const uint8_t *weights, unsigned shift,
        size_t first, size_t last, aivm_words sums[3]);
    /// Pairs first ..< last of n values, to out from `first` on.
    void (*fold)(
        size_t n, const uint8_t *a, aivm_words point, size_t first, size_t last, uint8_t *out);
    /// sums[c] += sum over rows of digits[row] * value(row, c), for up to SUM_BLOCK columns.
    void (*combine)(
        const aivm_byte_rows *values, size_t rows, size_t columns, const aivm_digits *digits,
        aivm_digits *sums);
    /// sums[r] += sum over columns of digits[column] * value(r, column), for up to SUM_BLOCK rows.
    void (*products)(
        const aivm_byte_rows *values, size_t rows, size_t columns, const aivm_digits *digits,
        aivm_digits *sums);
} aivm_sum_kernel;

enum { SUM_BLOCK = 16 };

extern const aivm_sum_kernel aivm_sum_portable;
#if defined(__x86_64__)
extern const aivm_sum_kernel aivm_sum_adx;
extern const aivm_sum_kernel aivm_sum_avx512;
extern const aivm_sum_kernel aivm_sum_ifma;
#endif

#endif
