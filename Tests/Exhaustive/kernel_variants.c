// Compares every variant of the kernels that this machine can run with the scalar one, bit for bit,
// over random sizes and values. For machines that the Swift tests do not reach:
// Scripts/neon_test.sh builds it for 64-bit Arm and runs it in an emulator.
#include "CKernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 1;

static uint32_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32);
}

static size_t within(size_t low, size_t high) { return low + next() % (high - low + 1); }

static int failures;

static float wild(void) {
    static const uint32_t bits[] = {0, 0x80000000, 0x7FC00000, 0x7F800000, 0xFF800000, 700,
                                    0x80000001, 0x7F7FFFFF};
    float x = (float)((int)(next() % 2000001) - 1000000) / 524288;
    if (next() % 40 == 0) memcpy(&x, &bits[next() % 8], 4);
    return x;
}

static float *floats(size_t count) {
    float *values = malloc((count + 1) * sizeof(float));
    for (size_t i = 0; i < count; i++) values[i] = wild();
    return values;
}

static void compare(const char *what, int variant, const void *a, const void *b, size_t bytes) {
    if (memcmp(a, b, bytes) == 0) return;
    failures++;
    printf("variant %d differs from the scalar one: %s\n", variant, what);
}

static aivm_epilogue epilogue(const float *bias, int axis, const float *addend, size_t step) {
    aivm_epilogue e = {bias, next() % 2 ? addend : NULL, step, next() % 2 ? axis : 0,
                       (int)(next() % 3), -0.5f, 0.75f};
    return e;
}

static void products(int variant) {
    size_t m = within(1, 40), n = within(1, 140);
    size_t k = within(0, 3) ? within(0, 90) : within(200, 600);
    float *a = floats(m * k), *b = floats(k * n), *c = floats(m * n), *d = floats(m * n);
    float *bias = floats(m + n), *addend = floats(m * n);
    float *panels = floats(k * 32 * ((n + 31) / 32));
    const int isTransposed = next() % 2, form = (int)(next() % 3);
    const int isPacked = form == 1, rightIsTransposed = form == 2;
    aivm_pack_begin(k, n, panels);
    aivm_pack_part(k, n, 0, 0, k * n, b, panels);
    const size_t rightStep = isPacked ? 32 : rightIsTransposed ? k : n;
    aivm_product_call call = {
        m, n, k, a, isTransposed ? 1 : k, isTransposed ? m : 1, isPacked ? panels : b,
        rightStep, isPacked || rightIsTransposed ? 32 * k : 32, rightIsTransposed, c, n,
        epilogue(bias, next() % 2 ? AIVM_BIAS_ROWS : AIVM_BIAS_COLUMNS, addend, n)};
    aivm_product(variant, 1 + (int)(next() % 2), &call);
    call.c = d;
    aivm_product(AIVM_SCALAR, 1, &call);
    compare("product", variant, c, d, m * n * sizeof(float));
    free(a); free(b); free(c); free(d); free(bias); free(addend); free(panels);
}

static void convolutions(int variant) {
    size_t channels = within(1, 40), features = within(1, 70), kernel = within(1, 3);
    size_t size = within(kernel, 20), step = within(1, 3), wide = (size - kernel) / step + 1;
    size_t terms = channels * kernel * kernel, positions = wide * wide, images = within(1, 2);
    float *x = floats(images * channels * size * size), *weights = floats(features * terms);
    float *panels = floats(terms * 32 * ((features + 31) / 32)), *bias = floats(features);
    size_t outputs = images * features * positions;
    float *c = floats(outputs), *d = floats(outputs), *addend = floats(outputs);
    aivm_pack_begin(terms, features, panels);
    aivm_pack_part(terms, features, 1, 0, terms * features, weights, panels);
    int64_t offsets[360], chunks[2] = {0, (int64_t)wide}, places[2] = {0, (int64_t)positions};
    if (positions > AIVM_CHUNK_POSITIONS) return;
    size_t t = 0;
    for (size_t q = 0; q < channels; q++) {
        for (size_t i = 0; i < kernel * kernel; i++) {
            offsets[t++] = (int64_t)((q * size + i / kernel) * size + i % kernel);
        }
    }
    aivm_run runs[20];
    for (size_t i = 0; i < wide; i++) {
        runs[i].source = (int64_t)(i * step * size);
        runs[i].count = (int64_t)wide;
    }
    aivm_convolution plan = {images, 1, channels, features, terms, size * size, size * size,
                             positions, NULL, 0, 0, 0, 1, 0, offsets, runs, chunks, places, 1,
                             step, panels, 0};
    aivm_epilogue e = epilogue(bias, AIVM_BIAS_ROWS, addend, 0);
    aivm_convolve(variant, 1 + (int)(next() % 2), &plan, x, NULL, c, &e);
    aivm_convolve(AIVM_SCALAR, 1, &plan, x, NULL, d, &e);
    compare("convolution", variant, c, d, outputs * sizeof(float));
    free(x); free(weights); free(panels); free(bias); free(c); free(d); free(addend);
}

static void planes(int variant) {
    size_t kernel = within(1, 4), pad = kernel > 1 ? within(0, 1) : 0, stride = within(1, 3);
    size_t height = within(kernel, 20), width = within(kernel, 60), count = within(1, 4);
    aivm_grid grid = {height, width, kernel, kernel, stride, stride, 1, 1, pad, pad, pad, pad,
                      (height + 2 * pad - kernel) / stride + 1,
                      (width + 2 * pad - kernel) / stride + 1};
    size_t outputs = count * grid.output_height * grid.output_width;
    float *x = floats(count * height * width), *weights = floats(count * kernel * kernel);
    float *c = floats(outputs), *d = floats(outputs), *bias = floats(count);
    float *addend = floats(outputs);
    aivm_epilogue e = epilogue(bias, AIVM_BIAS_ROWS, addend, 0);
    aivm_depthwise(variant, 2, &grid, count, count, 1, weights, x, c, &e);
    aivm_depthwise(AIVM_SCALAR, 1, &grid, count, count, 1, weights, x, d, &e);
    compare("depthwise", variant, c, d, outputs * sizeof(float));
    aivm_maximum_pool(variant, 2, &grid, count, x, c);
    aivm_maximum_pool(AIVM_SCALAR, 1, &grid, count, x, d);
    compare("maximum pool", variant, c, d, outputs * sizeof(float));
    int counts = next() % 2;
    aivm_average_pool(variant, 2, &grid, count, counts, x, c);
    aivm_average_pool(AIVM_SCALAR, 1, &grid, count, counts, x, d);
    compare("average pool", variant, c, d, outputs * sizeof(float));
    aivm_means(variant, 2, 1, outputs, c, x);
    aivm_means(AIVM_SCALAR, 1, 1, outputs, c, weights);
    compare("means", variant, x, weights, sizeof(float));
    free(x); free(weights); free(c); free(d); free(bias); free(addend);
}

static void integers(int variant) {
    size_t m = within(1, 30), n = within(1, 80), k = within(0, 5) ? within(1, 90) : 1500;
    uint8_t *a = malloc(m * k), *b = malloc(k * n);
    int8_t *panels = malloc((k + 3) / 4 * 4 * ((n + 31) / 32 * 32));
    int32_t *sums = malloc((n + 31) / 32 * 32 * 4), *c = malloc(m * n * 4), *d = malloc(m * n * 4);
    int32_t leftZeros[30], rightZeros[80];
    for (size_t i = 0; i < m * k; i++) a[i] = (uint8_t)(next() % 3 ? next() : 255);
    for (size_t i = 0; i < k * n; i++) b[i] = (uint8_t)(next() % 3 ? next() : 127);
    for (size_t i = 0; i < 30; i++) leftZeros[i] = (int32_t)(next() % 256);
    for (size_t i = 0; i < 80; i++) rightZeros[i] = (int32_t)(next() % 256) - 128;
    int isSigned = next() % 2;
    aivm_pack_int8(k, n, b, n, 1, isSigned, panels, sums);
    aivm_int8_product call = {m, n, k, a, k, (int)(next() % 2), leftZeros, next() % 2, panels, sums,
                              isSigned, rightZeros, next() % 2, c, n, 0};
    aivm_product_int8(variant, 1 + (int)(next() % 2), &call);
    call.c = d;
    aivm_product_int8(AIVM_SCALAR, 1, &call);
    compare("integer product", variant, c, d, m * n * 4);
    free(a); free(b); free(panels); free(sums); free(c); free(d);
}

static void rows(int variant) {
    size_t n = within(1, 100), count = within(1, 3);
    float *x = floats(n * count), *y = floats(n * count), *c = floats(n * count);
    float *d = floats(n * count);
    for (int operation = AIVM_ADD; operation <= AIVM_MAXIMUM; operation++) {
        aivm_binary(variant, operation, n, x, 1, y, 1, c);
        aivm_binary(AIVM_SCALAR, operation, n, x, 1, y, 1, d);
        compare("binary", variant, c, d, n * sizeof(float));
    }
    for (int operation = AIVM_RELU; operation <= AIVM_LOGARITHM; operation++) {
        aivm_unary(variant, operation, n, x, c);
        aivm_unary(AIVM_SCALAR, operation, n, x, d);
        compare("unary", variant, c, d, n * sizeof(float));
    }
    aivm_softmax(variant, count, n, x, c);
    aivm_softmax(AIVM_SCALAR, count, n, x, d);
    compare("softmax", variant, c, d, count * n * sizeof(float));
    aivm_layer_normalization(variant, count, n, x, 1e-5f, y, y, c, NULL, NULL);
    aivm_layer_normalization(AIVM_SCALAR, count, n, x, 1e-5f, y, y, d, NULL, NULL);
    compare("layer normalisation", variant, c, d, count * n * sizeof(float));
    free(x); free(y); free(c); free(d);
}

int main(int count, char **arguments) {
    int rounds = count > 1 ? atoi(arguments[1]) : 300, variants = 0;
    for (int variant = AIVM_SCALAR + 1; variant < AIVM_VARIANT_COUNT; variant++) {
        if (!aivm_is_available(variant)) continue;
        variants++;
        for (int round = 0; round < rounds && failures < 20; round++) {
            products(variant);
            convolutions(variant);
            planes(variant);
            integers(variant);
            rows(variant);
        }
    }
    printf("%d variants, %d rounds, %d differences\n", variants, rounds, failures);
    return failures > 0 || variants == 0;
}
