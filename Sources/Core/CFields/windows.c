#include "windows.h"

#include "include/CFields.h"

/// More than the magnitude of every half: the upper word.
static const uint64_t half_bound = 0x37a6c124775c2cff;

static aivm_digit_windows windows_of(int count) {
    aivm_digit_windows windows = {.count = count};
    const unsigned each = HALF_BITS / (unsigned)count, more = HALF_BITS % (unsigned)count;
    aivm_wide offset = 0;
    unsigned shift = 0;
    for (int w = 0; w < count; w++) {
        const unsigned bits = each + ((unsigned)w < more ? 1 : 0);
        windows.bits[w] = bits;
        windows.shift[w] = shift;
        windows.buckets[w] = UINT32_C(1) << (bits - 1);
        if (w < count - 1) offset += (aivm_wide)1 << (shift + bits - 1);
        shift += bits;
    }
    windows.offset.low = (uint64_t)offset;
    windows.offset.high = (uint64_t)(offset >> 64);
    const aivm_wide most = ((aivm_wide)half_bound << 64) + offset;
    windows.buckets[count - 1] = (uint32_t)(most >> windows.shift[count - 1]) + 1;
    return windows;
}

aivm_digit_windows aivm_digit_windows_for(size_t n) {
    aivm_digit_windows best = windows_of(WINDOWS);
    uint64_t least = UINT64_MAX;
    const int fewest = (HALF_BITS + WINDOW_BITS - 1) / WINDOW_BITS;
    for (int count = fewest; count <= WINDOWS; count++) {
        const aivm_digit_windows windows = windows_of(count);
        // In quarters of additions: two additions for each bucket, and one, with the sorting, for
        // each half in each window.
        uint64_t work = 0;
        for (int w = 0; w < count; w++) work += 10 * ((uint64_t)windows.buckets[w] + n);
        if (work < least) {
            least = work;
            best = windows;
        }
    }
    return best;
}

/// a * b >> 320, rounded, for results of two words.
static aivm_wide scaled_product(aivm_words a, aivm_words b) {
    uint64_t product[8] = {0};
    for (int i = 0; i < 4; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < 4; j++) {
            product[i + j] = multiply_add_add(a.l[i], b.l[j], product[i + j], carry, &carry);
        }
        product[i + 4] = carry;
    }
    return ((aivm_wide)product[6] << 64 | product[5]) + (product[4] >> 63);
}

static aivm_half half_of(aivm_wide number, const aivm_digit_windows *windows) {
    const aivm_half none = {0, 0};
    const uint64_t sign = (uint64_t)(number >> 127);
    if (sign != 0) number = -number;
    // Scalars of r or more, which must not be, would leave the buckets.
    if (number == 0 || (uint64_t)(number >> 64) >= half_bound) return none;
    number += (aivm_wide)windows->offset.high << 64 | windows->offset.low;
    const aivm_half half = {(uint64_t)number, (uint64_t)(number >> 64) | sign << 63};
    return half;
}

void aivm_split_scalars(
    const aivm_digit_windows *windows, const uint8_t *points, const uint8_t *scalars, int form,
    size_t n, size_t first, size_t last, aivm_half *out) {
    // The lattice of (a, b) with a + b * lambda = 0 modulo r has the short basis
    // (a1, b1), (b1, -a2); k is nearest to (c1, c2) of it, c1 = k * a2 / r, c2 = k * b1 / r.
    const aivm_wide a1 = (aivm_wide)0x6f4d8248eeb859fd << 64 | 0x0be4e1541221250b;
    const aivm_wide a2 = (aivm_wide)0x6f4d8248eeb859fc << 64 | 0x8211bbeb7d4f1128;
    const aivm_wide b1 = 0x89d3256894d213e3;
    // 2^320 * a2 / r and 2^320 * b1 / r.
    const aivm_words scaled_a2 = {
        {0xa5e38cfb5eaa26da, 0x7a7bd9d4391eb18d, 0x4ccef014a773d2cf, 0x0000000000000002}};
    const aivm_words scaled_b1 = {{0x6eb9c714773a6ef3, 0xd91d232ec7e0b3d7, 0x0000000000000002, 0}};
    for (size_t i = first; i < last; i++) {
        const aivm_words y = words_load(points + i * 64 + 32);
        aivm_words k = words_load(scalars + i * 32);
        if (words_are_zero(y) || words_are_zero(k)) {
            memset(&out[i], 0, sizeof out[i]);
            memset(&out[n + i], 0, sizeof out[i]);
            continue;
        }
        if (form == AIVM_MONTGOMERY) k = words_canonical(k, &aivm_r);
        const aivm_wide c1 = scaled_product(k, scaled_a2), c2 = scaled_product(k, scaled_b1);
        // The halves are small: the lower two words have them.
        const aivm_wide low = (aivm_wide)k.l[1] << 64 | k.l[0];
        out[i] = half_of(low - c1 * a1 - c2 * b1, windows);
        out[n + i] = half_of(c2 * a2 - c1 * b1, windows);
    }
}
