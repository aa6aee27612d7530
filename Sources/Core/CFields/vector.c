// Vectors of elements of Fr, shared out to threads: each share is a range of elements.
#include "vector.h"

#include "include/CFields.h"

#include <CKernels.h>

enum { ELEMENT = sizeof(aivm_words), GRAIN = 2048, SHARES = 64 };

static const aivm_vector_kernel *const kernels[AIVM_FIELDS_VARIANT_COUNT] = {
    [AIVM_FIELDS_PORTABLE] = &aivm_vector_portable,
#if defined(__x86_64__)
    [AIVM_FIELDS_ADX] = &aivm_vector_adx,
    [AIVM_FIELDS_AVX512] = &aivm_vector_avx512,
    [AIVM_FIELDS_IFMA] = &aivm_vector_ifma,
#endif
};

/// A call under way.
typedef struct {
    const aivm_vector_kernel *kernel;
    size_t n, shares;
    const uint8_t *a, *b, *c;
    uint8_t *out;
    aivm_words first, second;
    /// What each share gave, and is given.
    aivm_words results[SHARES], starts[SHARES];
} call;

static const uint8_t *moved(const uint8_t *pointer, size_t elements) {
    return pointer == NULL ? NULL : pointer + elements * ELEMENT;
}

static aivm_words times(aivm_words a, aivm_words b) { return words_multiply(a, b, &aivm_r); }

static void add_share(void *context, size_t first, size_t last) {
    const call *now = context;
    for (size_t i = first * ELEMENT; i < last * ELEMENT; i += ELEMENT) {
        words_store(
            now->out + i, words_add(words_load(now->a + i), words_load(now->b + i), &aivm_r));
    }
}

static void subtract_share(void *context, size_t first, size_t last) {
    const call *now = context;
    for (size_t i = first * ELEMENT; i < last * ELEMENT; i += ELEMENT) {
        words_store(
            now->out + i,
            words_subtract(words_load(now->a + i), words_load(now->b + i), &aivm_r));
    }
}

static void multiply_share(void *context, size_t first, size_t last) {
    const call *now = context;
    now->kernel->multiply(
        last - first, moved(now->a, first), moved(now->b, first), moved(now->c, first),
        now->out + first * ELEMENT);
}

static void scale_share(void *context, size_t first, size_t last) {
    const call *now = context;
    now->kernel->scale(
        last - first, now->first, moved(now->a, first), moved(now->b, first),
        now->out + first * ELEMENT);
}

static void powers_share(void *context, size_t first, size_t last) {
    const call *now = context;
    const aivm_words start = times(now->first, words_power(now->second, first, &aivm_r));
    now->kernel->powers(
        last - first, start, now->second, moved(now->a, first), now->out + first * ELEMENT);
}

static void invert_share(void *context, size_t first, size_t last) {
    const call *now = context;
    now->kernel->invert(last - first, moved(now->a, first), now->out + first * ELEMENT);
}

static void share_out(
    int threads, call *now, void (*body)(void *context, size_t first, size_t last)) {
    aivm_parallel(threads, now->n, GRAIN, body, now);
}

void aivm_fr_add(int variant, int threads, size_t n, const void *a, const void *b, void *out) {
    call now = {.kernel = kernels[variant], .n = n, .a = a, .b = b, .out = out};
    share_out(threads, &now, add_share);
}

void aivm_fr_subtract(
    int variant, int threads, size_t n, const void *a, const void *b, void *out) {
    call now = {.kernel = kernels[variant], .n = n, .a = a, .b = b, .out = out};
    share_out(threads, &now, subtract_share);
}

void aivm_fr_multiply(
    int variant, int threads, size_t n, const void *a, const void *b, void *out) {
    aivm_fr_multiply_add(variant, threads, n, a, b, NULL, out);
}

void aivm_fr_multiply_add(
    int variant, int threads, size_t n, const void *a, const void *b, const void *c, void *out) {
    call now = {.kernel = kernels[variant], .n = n, .a = a, .b = b, .c = c, .out = out};
    share_out(threads, &now, multiply_share);
}

void aivm_fr_scale(
    int variant, int threads, size_t n, const void *scalar, const void *a, void *out) {
    aivm_fr_scale_add(variant, threads, n, scalar, a, NULL, out);
}

void aivm_fr_scale_add(
    int variant, int threads, size_t n, const void *scalar, const void *a, const void *b,
    void *out) {
    call now = {
        .kernel = kernels[variant], .n = n, .a = a, .b = b, .out = out,
        .first = words_load(scalar),
    };
    share_out(threads, &now, scale_share);
}

void aivm_fr_to_canonical(int variant, int threads, size_t n, const void *a, void *out) {
    const aivm_words one = {{1}};
    aivm_fr_scale(variant, threads, n, &one, a, out);
}

void aivm_fr_from_canonical(int variant, int threads, size_t n, const void *a, void *out) {
    aivm_fr_scale(variant, threads, n, &aivm_r.square, a, out);
}

void aivm_fr_powers(
    int variant, int threads, size_t n, const void *first, const void *ratio, void *out) {
    aivm_fr_scale_by_powers(variant, threads, n, first, ratio, NULL, out);
}

void aivm_fr_scale_by_powers(
    int variant, int threads, size_t n, const void *first, const void *ratio, const void *a,
    void *out) {
    call now = {
        .kernel = kernels[variant], .n = n, .a = a, .out = out, .first = words_load(first),
        .second = words_load(ratio),
    };
    share_out(threads, &now, powers_share);
}

void aivm_fr_invert(int variant, int threads, size_t n, const void *a, void *out) {
    call now = {.kernel = kernels[variant], .n = n, .a = a, .out = out};
    share_out(threads, &now, invert_share);
}

// What follows has one result for all elements: each share gives a part of it.

static size_t share_start(const call *now, size_t share) {
    const size_t each = now->n / now->shares, more = now->n % now->shares;
    return each * share + (share < more ? share : more);
}

static size_t shares_for(int threads, size_t n) {
    const size_t worth = n / GRAIN, most = worth < SHARES ? worth : SHARES;
    return threads < 2 || most < 2 ? 1 : (size_t)threads < most ? (size_t)threads : most;
}

static void do_parts(call *now, void (*body)(void *context, size_t first, size_t last)) {
    aivm_parallel((int)now->shares, now->shares, 1, body, now);
}

static void dot_share(void *context, size_t first, size_t last) {
    call *now = context;
    for (size_t share = first; share < last; share++) {
        const size_t from = share_start(now, share), to = share_start(now, share + 1);
        now->results[share] = now->kernel->dot(to - from, moved(now->a, from), moved(now->b, from));
    }
}

void aivm_fr_dot(int variant, int threads, size_t n, const void *a, const void *b, void *sum) {
    call now = {
        .kernel = kernels[variant], .n = n, .shares = shares_for(threads, n), .a = a, .b = b};
    do_parts(&now, dot_share);
    aivm_words total = {{0}};
    for (size_t share = 0; share < now.shares; share++) {
        total = words_add(total, now.results[share], &aivm_r);
    }
    words_store(sum, total);
}

static void evaluate_share(void *context, size_t first, size_t last) {
    call *now = context;
    for (size_t share = first; share < last; share++) {
        const size_t from = share_start(now, share), to = share_start(now, share + 1);
        now->results[share] = now->kernel->evaluate(to - from, moved(now->a, from), now->first);
    }
}

/// The value of the coefficients from those of share `share` on.
static aivm_words value_from(const call *now, size_t share) {
    aivm_words value = {{0}};
    for (size_t i = now->shares; i-- > share;) {
        const size_t count = share_start(now, i + 1) - share_start(now, i);
        value = words_add(
            times(value, words_power(now->first, count, &aivm_r)), now->results[i], &aivm_r);
    }
    return value;
}

void aivm_fr_evaluate(
    int variant, int threads, size_t n, const void *a, const void *point, void *value) {
    call now = {
        .kernel = kernels[variant], .n = n, .shares = shares_for(threads, n), .a = a,
        .first = words_load(point),
    };
    do_parts(&now, evaluate_share);
    words_store(value, value_from(&now, 0));
}

static void divide_share(void *context, size_t first, size_t last) {
    call *now = context;
    for (size_t share = first; share < last; share++) {
        const size_t from = share_start(now, share), to = share_start(now, share + 1);
        (void)now->kernel->divide(
            to - from, moved(now->a, from), now->first, now->starts[share],
            now->out + from * ELEMENT);
    }
}

void aivm_fr_divide_by_linear(
    int variant, int threads, size_t n, const void *a, const void *point, void *out,
    void *remainder) {
    call now = {
        .kernel = kernels[variant], .n = n, .shares = shares_for(threads, n), .a = a, .out = out,
        .first = words_load(point),
    };
    if (now.shares == 1) {
        const aivm_words none = {{0}};
        words_store(remainder, now.kernel->divide(n, a, now.first, none, out));
        return;
    }
    do_parts(&now, evaluate_share);
    for (size_t share = 0; share < now.shares; share++) {
        now.starts[share] = value_from(&now, share + 1);
    }
    const aivm_words value = value_from(&now, 0);
    do_parts(&now, divide_share);
    words_store(remainder, value);
}

static void product_share(void *context, size_t first, size_t last) {
    call *now = context;
    for (size_t share = first; share < last; share++) {
        const size_t from = share_start(now, share), to = share_start(now, share + 1);
        now->results[share] = now->kernel->prefix_products(
            to - from, now->starts[share], moved(now->a, from),
            now->out == NULL ? NULL : now->out + from * ELEMENT);
    }
}

void aivm_fr_prefix_products(
    int variant, int threads, size_t n, const void *first, const void *a, void *out,
    void *product) {
    call now = {
        .kernel = kernels[variant], .n = n, .shares = shares_for(threads, n), .a = a};
    aivm_words next = words_load(first);
    now.starts[0] = next;
    if (now.shares > 1) {
        for (size_t share = 0; share < now.shares; share++) now.starts[share] = aivm_r.one;
        do_parts(&now, product_share);
        for (size_t share = 0; share < now.shares; share++) {
            now.starts[share] = next;
            next = times(next, now.results[share]);
        }
    }
    now.out = out;
    do_parts(&now, product_share);
    words_store(product, now.results[now.shares - 1]);
}

int aivm_fr_multiply_often(int variant, size_t count, const void *factor, void *value) {
    aivm_words result = words_load(value);
    const int each = kernels[variant]->multiply_often(count, words_load(factor), &result);
    words_store(value, result);
    return each;
}
