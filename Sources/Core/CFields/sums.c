// Rounds of sums of products, and sums of bytes times elements of Fr, shared out to threads.
#include "sums.h"

#include "include/CFields.h"

#include "memory.h"

enum { ELEMENT = sizeof(aivm_words), SHARES = 64, GRAIN = 1024, UNIT = 8 };

static const aivm_sum_kernel *const kernels[AIVM_FIELDS_VARIANT_COUNT] = {
    [AIVM_FIELDS_PORTABLE] = &aivm_sum_portable,
#if defined(__x86_64__)
    [AIVM_FIELDS_ADX] = &aivm_sum_adx,
    [AIVM_FIELDS_AVX512] = &aivm_sum_avx512,
    [AIVM_FIELDS_IFMA] = &aivm_sum_ifma,
#endif
};

typedef struct {
    const aivm_sum_kernel *kernel;
    size_t n, pairs, shares;
    const uint8_t *a, *b, *weights;
    unsigned shift;
    aivm_words point;
    uint8_t *out;
    aivm_words sums[SHARES][3];
} round_call;

/// Shares begin at multiples of UNIT.
static size_t share_start(const round_call *now, size_t share) {
    if (share == now->shares) return now->pairs;
    const size_t units = now->pairs / UNIT;
    return units * share / now->shares * UNIT;
}

static size_t shares_for(int threads, size_t pairs) {
    const size_t worth = pairs / GRAIN;
    const size_t wanted = threads < 1 ? 1 : (size_t)threads;
    const size_t most = wanted < SHARES ? wanted : SHARES;
    return worth < 1 ? 1 : worth < most ? worth : most;
}

static void pair_share(void *context, size_t first, size_t last) {
    round_call *now = context;
    for (size_t share = first; share < last; share++) {
        now->kernel->pair_sums(
            now->n, now->a, now->b, now->weights, now->shift, share_start(now, share),
            share_start(now, share + 1), now->sums[share]);
    }
}

void aivm_fr_pair_sums(
    int variant, int threads, size_t n, const void *a, const void *b, const void *weights,
    unsigned shift, void *sums) {
    const size_t pairs = n / 2 + n % 2;
    round_call now = {
        .kernel = kernels[variant], .n = n, .pairs = pairs, .shares = shares_for(threads, pairs),
        .a = a, .b = b, .weights = weights, .shift = shift,
    };
    if (now.shares == 1) {
        pair_share(&now, 0, 1);
    } else {
        aivm_parallel((int)now.shares, now.shares, 1, pair_share, &now);
    }
    for (size_t share = 1; share < now.shares; share++) {
        for (int k = 0; k < 3; k++) {
            now.sums[0][k] = words_add(now.sums[0][k], now.sums[share][k], &aivm_r);
        }
    }
    memcpy(sums, now.sums[0], sizeof now.sums[0]);
}

static void fold_share(void *context, size_t first, size_t last) {
    round_call *now = context;
    for (size_t share = first; share < last; share++) {
        // In place, a share writes to its own values: pair i to i places after its first value.
        const size_t start = share_start(now, share), end = share_start(now, share + 1);
        const size_t rest = now->n - 2 * start;
        now->kernel->fold(
            rest, now->a + 2 * start * ELEMENT, now->point, 0, end - start,
            now->out + 2 * start * ELEMENT);
    }
}

void aivm_fr_fold(int variant, int threads, size_t n, const void *point, void *values) {
    const size_t pairs = n / 2 + n % 2;
    round_call now = {
        .kernel = kernels[variant], .n = n, .pairs = pairs, .shares = shares_for(threads, pairs),
        .a = values, .out = values, .point = words_load(point),
    };
    if (now.shares == 1) {
        fold_share(&now, 0, 1);
        return;
    }
    aivm_parallel((int)now.shares, now.shares, 1, fold_share, &now);
    for (size_t share = 1; share < now.shares; share++) {
        const size_t start = share_start(&now, share), end = share_start(&now, share + 1);
        memmove(
            now.out + start * ELEMENT, now.out + 2 * start * ELEMENT, (end - start) * ELEMENT);
    }
}

/// Digits from -2^31 to 2^31 - 1; the element is below 2^254, so that the last has room for a
/// carry.
static aivm_digits digits_of(aivm_words a) {
    aivm_digits out;
    int64_t carry = 0;
    for (int i = 0; i < 8; i++) {
        const int64_t part = (int64_t)(uint32_t)(a.l[i / 2] >> (32 * (i % 2))) + carry;
        out.digit[i] = (int64_t)(int32_t)(uint32_t)(uint64_t)part;
        carry = (part - out.digit[i]) >> 32;
    }
    return out;
}

/// sum digit[i] * 2^(32 i) modulo r, for digits below 2^62.
static aivm_words words_of_digits(const aivm_digits *a) {
    aivm_words low;
    int64_t carry = 0;
    for (int i = 0; i < 8; i++) {
        const int64_t part = a->digit[i] + carry;
        const uint64_t digit = (uint32_t)(uint64_t)part;
        low.l[i / 2] = i % 2 == 0 ? digit : low.l[i / 2] | digit << 32;
        carry = part >> 32;
    }
    // low + carry * 2^256. A product with a factor below r is reduced, whatever the other is.
    const aivm_words high = {{carry < 0 ? 0 - (uint64_t)carry : (uint64_t)carry, 0, 0, 0}};
    const aivm_words upper = words_multiply(aivm_r.square, high, &aivm_r);
    const aivm_words lower = words_multiply(aivm_r.one, low, &aivm_r);
    return carry < 0 ? words_subtract(lower, upper, &aivm_r) : words_add(lower, upper, &aivm_r);
}

typedef struct {
    const aivm_sum_kernel *kernel;
    size_t rows, columns;
    aivm_byte_rows values;
    const aivm_digits *digits;
    uint8_t *sums;
} byte_call;

static void combine_share(void *context, size_t first, size_t last) {
    const byte_call *now = context;
    for (size_t block = first; block < last; block++) {
        const size_t start = block * SUM_BLOCK;
        const size_t count
            = now->columns - start < SUM_BLOCK ? now->columns - start : SUM_BLOCK;
        aivm_byte_rows values = now->values;
        values.bytes += start;
        aivm_digits sums[SUM_BLOCK] = {0};
        now->kernel->combine(&values, now->rows, count, now->digits, sums);
        for (size_t c = 0; c < count; c++) {
            uint8_t *at = now->sums + (start + c) * ELEMENT;
            words_store(at, words_add(words_load(at), words_of_digits(&sums[c]), &aivm_r));
        }
    }
}

static void product_share(void *context, size_t first, size_t last) {
    const byte_call *now = context;
    for (size_t block = first; block < last; block++) {
        const size_t start = block * SUM_BLOCK;
        const size_t count = now->rows - start < SUM_BLOCK ? now->rows - start : SUM_BLOCK;
        aivm_byte_rows values = now->values;
        values.bytes += start * values.stride;
        aivm_digits sums[SUM_BLOCK] = {0};
        now->kernel->products(&values, count, now->columns, now->digits, sums);
        for (size_t r = 0; r < count; r++) {
            words_store(now->sums + (start + r) * ELEMENT, words_of_digits(&sums[r]));
        }
    }
}

/// 1 when done.
static int call_bytes(
    byte_call *now, int threads, size_t weight_count, const uint8_t *weights, size_t items,
    void (*body)(void *, size_t, size_t)) {
    aivm_digits *digits = make_aligned(weight_count + 1, sizeof(aivm_digits));
    if (digits == NULL) return 0;
    for (size_t i = 0; i < weight_count; i++) {
        digits[i] = digits_of(words_load(weights + i * ELEMENT));
    }
    now->digits = digits;
    const size_t blocks = (items + SUM_BLOCK - 1) / SUM_BLOCK;
    const size_t grain = 1 + ((size_t)1 << 14) / (SUM_BLOCK * (weight_count + 1));
    aivm_parallel(threads, blocks, grain, body, now);
    free(digits);
    return 1;
}

int aivm_fr_combine_bytes(
    int variant, int threads, size_t rows, size_t columns, const uint8_t *bytes, size_t stride,
    int is_signed, const void *weights, void *sums) {
    byte_call now = {
        .kernel = kernels[variant], .rows = rows, .columns = columns,
        .values = {bytes, stride, is_signed}, .sums = sums};
    return call_bytes(&now, threads, rows, weights, columns, combine_share);
}

int aivm_fr_product_bytes(
    int variant, int threads, size_t rows, size_t columns, const uint8_t *bytes, size_t stride,
    int is_signed, const void *weights, void *products) {
    byte_call now = {
        .kernel = kernels[variant], .rows = rows, .columns = columns,
        .values = {bytes, stride, is_signed}, .sums = products};
    return call_bytes(&now, threads, columns, weights, rows, product_share);
}
