// The elementwise functions and the functions on rows, shared out to threads: each share is a range
// of elements or of rows, so no sum is split.
#include "variant.h"

enum { SHARE_GRAIN = 1 << 14 };

typedef struct {
    const aivm_variant *variant;
    int operation;
    size_t n;
    const float *a, *b, *scale, *bias;
    size_t a_step, b_step;
    float epsilon;
    float *out, *means, *inverses;
} sharing;

static void unary_share(void *context, size_t first, size_t last) {
    const sharing *s = context;
    s->variant->unary(s->operation, last - first, s->a + first, s->out + first);
}

void aivm_shared_unary(
    int variant, int threads, int operation, size_t n, const float *x, float *out) {
    sharing s = {.variant = aivm_variant_numbered(variant), .operation = operation, .a = x,
                 .out = out};
    aivm_parallel(threads, n, SHARE_GRAIN, unary_share, &s);
}

static void binary_share(void *context, size_t first, size_t last) {
    const sharing *s = context;
    s->variant->binary(
        s->operation, last - first, s->a + first * s->a_step, s->a_step, s->b + first * s->b_step,
        s->b_step, s->out + first);
}

void aivm_shared_binary(
    int variant, int threads, int operation, size_t n, const float *a, size_t a_step,
    const float *b, size_t b_step, float *out) {
    sharing s = {.variant = aivm_variant_numbered(variant), .operation = operation, .a = a,
                 .b = b, .a_step = a_step, .b_step = b_step, .out = out};
    aivm_parallel(threads, n, 2 * SHARE_GRAIN, binary_share, &s);
}

static void softmax_share(void *context, size_t first, size_t last) {
    const sharing *s = context;
    size_t start = first * s->n;
    s->variant->softmax(last - first, s->n, s->a + start, s->out + start);
}

void aivm_shared_softmax(
    int variant, int threads, size_t rows, size_t n, const float *x, float *out) {
    sharing s = {.variant = aivm_variant_numbered(variant), .n = n, .a = x, .out = out};
    aivm_parallel(threads, rows, worth_a_thread(SHARE_GRAIN, n), softmax_share, &s);
}

static void layer_normalization_share(void *context, size_t first, size_t last) {
    const sharing *s = context;
    size_t start = first * s->n;
    s->variant->layer_normalization(
        last - first, s->n, s->a + start, s->epsilon, s->scale, s->bias, s->out + start,
        s->means == NULL ? NULL : s->means + first,
        s->inverses == NULL ? NULL : s->inverses + first);
}

void aivm_shared_layer_normalization(
    int variant, int threads, size_t rows, size_t n, const float *x, float epsilon,
    const float *scale, const float *bias, float *out, float *means, float *inverses) {
    sharing s = {.variant = aivm_variant_numbered(variant), .n = n, .a = x, .scale = scale,
                 .bias = bias, .epsilon = epsilon, .out = out, .means = means,
                 .inverses = inverses};
    aivm_parallel(threads, rows, worth_a_thread(SHARE_GRAIN, n), layer_normalization_share, &s);
}
