// How the scalars of a sum are cut: each k into two halves, k = k1 + k2 * lambda modulo r, where
// (x, y) -> (beta * x, y) multiplies a point by lambda (Gallant, Lambert and Vanstone, "Faster
// point multiplication on elliptic curves with efficient endomorphisms", 2001), and each half into
// digits.
#ifndef AIVM_WINDOWS_H
#define AIVM_WINDOWS_H

#include "words.h"

/// The magnitude of half a scalar plus the offset of the windows; the topmost bit is set when the
/// half is negative. A half that is 0 is all zero, though.
typedef struct {
    uint64_t low, high;
} aivm_half;

enum {
    /// Halves are below 0.87 * 2^126.
    HALF_BITS = 126,
    /// At most, and bits of one at most.
    WINDOWS = 42,
    WINDOW_BITS = 17,
};

/// Digits: window w is bits[w] bits from shift[w] on. All but the last window have digits from
/// -2^(bits - 1) to 2^(bits - 1) - 1: half of that span is added to every magnitude beforehand, so
/// that no digit carries into the next. The last has the rest of the number.
typedef struct {
    int count;
    unsigned bits[WINDOWS], shift[WINDOWS];
    /// The largest magnitude of a digit: that many buckets.
    uint32_t buckets[WINDOWS];
    aivm_half offset;
} aivm_digit_windows;

/// The windows that need the least work for a sum over n points.
aivm_digit_windows aivm_digit_windows_for(size_t n);

/// The halves of scalars first ..< last of n, at `out` and at out + n; those of points at infinity
/// (whose y is 0) are 0. `form` as in CFields.h.
void aivm_split_scalars(
    const aivm_digit_windows *windows, const uint8_t *points, const uint8_t *scalars, int form,
    size_t n, size_t first, size_t last, aivm_half *out);

/// The bucket of a half in a window, from 0 on, or UINT32_MAX for none; *negative says the sign.
ALWAYS_INLINE uint32_t bucket_of(
    aivm_half half, unsigned shift, uint64_t mask, int64_t middle, uint32_t *negative) {
    const uint64_t high = half.high << 1 >> 1;
    const uint64_t bits = shift >= 64
        ? high >> (shift - 64)
        : (uint64_t)(((aivm_wide)high << 64 | half.low) >> shift);
    const int64_t digit = (int64_t)(bits & mask) - middle;
    const int64_t sign = digit >> 63;
    *negative = (uint32_t)(half.high >> 63) ^ (uint32_t)(sign & 1);
    return (half.low | half.high) == 0 ? UINT32_MAX : (uint32_t)((digit ^ sign) - sign) - 1;
}

/// What bucket_of needs to know of window w.
ALWAYS_INLINE uint64_t window_mask(const aivm_digit_windows *windows, int w) {
    return w == windows->count - 1 ? UINT64_MAX : (UINT64_C(1) << windows->bits[w]) - 1;
}

ALWAYS_INLINE int64_t window_middle(const aivm_digit_windows *windows, int w) {
    return w == windows->count - 1 ? 0 : (int64_t)1 << (windows->bits[w] - 1);
}

#endif
