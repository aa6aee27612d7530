// The entry points: each picks the variant's function. Packing moves values without arithmetic, so
// one version serves all variants.
#include "variant.h"

static const aivm_variant *const variants[AIVM_VARIANT_COUNT] = {
    [AIVM_SCALAR] = &aivm_variant_scalar,
#if defined(__x86_64__)
    [AIVM_AVX2] = &aivm_variant_avx2,
    [AIVM_AVX512] = &aivm_variant_avx512,
#endif
#if defined(__aarch64__)
    [AIVM_NEON] = &aivm_variant_neon,
#endif
};

enum { COLUMNS = AIVM_PANEL_COLUMNS };

void aivm_pack(
    size_t k, size_t n, const float *source, size_t row_step, size_t column_step, float *panels) {
    for (size_t first = 0; first < n; first += COLUMNS) {
        size_t width = n - first < COLUMNS ? n - first : COLUMNS;
        for (size_t row = 0; row < k; row++) {
            const float *from = source + row * row_step + first * column_step;
            if (column_step == 1) {
                memcpy(panels, from, width * sizeof(float));
            } else {
                for (size_t j = 0; j < width; j++) panels[j] = from[j * column_step];
            }
            for (size_t j = width; j < COLUMNS; j++) panels[j] = 0;
            panels += COLUMNS;
        }
    }
}

void aivm_product_packed(
    int variant, size_t m, size_t n, size_t k, const float *a, size_t a_step, const float *panels,
    float *c, size_t c_step) {
    variants[variant]->product(
        m, n, k, a, a_step, panels, COLUMNS, (size_t)COLUMNS * k, c, c_step);
}

void aivm_product(
    int variant, size_t m, size_t n, size_t k, const float *a, size_t a_step, const float *b,
    size_t b_step, float *c, size_t c_step) {
    variants[variant]->product(m, n, k, a, a_step, b, b_step, COLUMNS, c, c_step);
}

void aivm_pack_windows(
    size_t k, size_t n, const float *source, const int64_t *offsets, const aivm_run *runs,
    size_t run_count, size_t step, float *panels) {
    size_t position = 0;
    for (size_t r = 0; r < run_count; r++) {
        // A run may cross panels; each piece lies in one panel.
        size_t done = 0, count = (size_t)runs[r].count;
        while (done < count) {
            size_t column = position % COLUMNS;
            size_t width = count - done < COLUMNS - column ? count - done : COLUMNS - column;
            float *to = panels + position / COLUMNS * COLUMNS * k + column;
            const float *from = source + runs[r].source + (int64_t)(done * step);
            for (size_t row = 0; row < k; row++, to += COLUMNS) {
                const float *window = from + offsets[row];
                if (step == 1 && width == 8) {
                    memcpy(to, window, 8 * sizeof(float));
                } else {
                    for (size_t j = 0; j < width; j++) to[j] = window[j * step];
                }
            }
            position += width;
            done += width;
        }
    }
    for (size_t column = n % COLUMNS; column != 0 && column < COLUMNS; column++) {
        float *to = panels + n / COLUMNS * COLUMNS * k + column;
        for (size_t row = 0; row < k; row++) to[row * COLUMNS] = 0;
    }
}

void aivm_maximum_windows(
    int variant, size_t k, const float *source, const int64_t *offsets, const aivm_run *runs,
    size_t run_count, size_t step, float *out) {
    variants[variant]->maximum_windows(k, source, offsets, runs, run_count, step, out);
}

void aivm_binary(
    int variant, int operation, size_t n, const float *a, size_t a_step, const float *b,
    size_t b_step, float *out) {
    variants[variant]->binary(operation, n, a, a_step, b, b_step, out);
}

void aivm_unary(int variant, int operation, size_t n, const float *x, float *out) {
    variants[variant]->unary(operation, n, x, out);
}

float aivm_sum(int variant, size_t n, const float *x, size_t step) {
    return variants[variant]->sum(n, x, step);
}

void aivm_softmax(int variant, size_t rows, size_t n, const float *x, float *out) {
    variants[variant]->softmax(rows, n, x, out);
}

void aivm_layer_normalization(
    int variant, size_t rows, size_t n, const float *x, float epsilon, const float *scale,
    const float *bias, float *out, float *means, float *inverses) {
    variants[variant]->layer_normalization(
        rows, n, x, epsilon, scale, bias, out, means, inverses);
}
