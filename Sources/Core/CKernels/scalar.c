// The portable variant and the definition of every kernel: plain loops, fmaf for each multiply-add.
#include "variant.h"

#include <math.h>

#define TARGET
#define SCALAR_VARIANT

#include "loops.h"

/// The epilogue of one result, `row` and `column` its place.
static float finished(const aivm_epilogue *epilogue, size_t row, size_t column, float x) {
    if (epilogue->bias_axis == AIVM_BIAS_ROWS) x = x + epilogue->bias[row];
    if (epilogue->bias_axis == AIVM_BIAS_COLUMNS) x = x + epilogue->bias[column];
    if (epilogue->addend != NULL) x = x + epilogue->addend[row * epilogue->addend_step + column];
    if (epilogue->activation == AIVM_ACTIVATION_RELU) x = x <= 0 ? 0 : x;
    if (epilogue->activation == AIVM_ACTIVATION_CLIP) {
        x = x < epilogue->low ? epilogue->low : x;
        x = x > epilogue->high ? epilogue->high : x;
    }
    return canonical(x);
}

/// The dot rule as a running sum: next(t) is called for each term in ascending order.
typedef struct {
    float total, block;
    size_t terms;
} dot;

static void add_term(dot *d, float a, float b) {
    if (d->terms > 0 && d->terms % AIVM_BLOCK_TERMS == 0) {
        d->total = d->terms == AIVM_BLOCK_TERMS ? d->block : d->total + d->block;
        d->block = 0;
    }
    d->block = fmaf(a, b, d->block);
    d->terms++;
}

static float result(const dot *d) {
    return d->terms <= AIVM_BLOCK_TERMS ? d->block : d->total + d->block;
}

static void product(const aivm_product_call *p) {
    for (size_t row = 0; row < p->m; row++) {
        for (size_t column = 0; column < p->n; column++) {
            const float *a = p->a + row * p->a_row_step;
            const size_t column_step = p->b_is_transposed ? p->b_step : 1;
            const size_t b_term_step = p->b_is_transposed ? 1 : p->b_step;
            const float *b = p->b + column / AIVM_PANEL_COLUMNS * p->panel_step
                           + column % AIVM_PANEL_COLUMNS * column_step;
            dot d = {0, 0, 0};
            for (size_t t = 0; t < p->k; t++) {
                add_term(&d, a[t * p->a_term_step], b[t * b_term_step]);
            }
            p->c[row * p->c_step + column] = finished(&p->epilogue, row, column, result(&d));
        }
    }
}

static void windows(const aivm_windows *w) {
    for (size_t feature = w->first_feature; feature < w->last_feature; feature++) {
        size_t column = feature % AIVM_PANEL_COLUMNS;
        const float *weights = w->panels + (feature - column) * w->terms + column;
        size_t position = 0;
        for (size_t r = 0; r < w->run_count; r++) {
            for (int64_t j = 0; j < w->runs[r].count; j++, position++) {
                const float *source = w->source + w->runs[r].source + j * (int64_t)w->step;
                dot d = {0, 0, 0};
                for (size_t t = 0; t < w->terms; t++) {
                    add_term(&d, source[w->offsets[t]], weights[t * AIVM_PANEL_COLUMNS]);
                }
                w->out[feature * w->out_step + position] =
                    finished(&w->epilogue, feature, position, result(&d));
            }
        }
    }
}

static void product_int8(const aivm_int8_product *p) {
    const size_t groups = (p->k + 3) / 4;
    for (size_t row = 0; row < p->m; row++) {
        uint32_t left_zero = p->a_zeros == NULL ? 0 : (uint32_t)p->a_zeros[row * p->a_zero_step];
        for (size_t column = 0; column < p->n; column++) {
            uint32_t zero =
                p->b_zeros == NULL ? 0 : (uint32_t)p->b_zeros[column * p->b_zero_step];
            size_t place = column % AIVM_PANEL_COLUMNS;
            const int8_t *b = p->panels + (column - place) * 4 * groups + 4 * place;
            uint32_t sum = 0;
            for (size_t t = 0; t < p->k; t++) {
                uint8_t byte = p->a[row * p->a_step + t];
                uint32_t left = p->a_is_signed ? (uint32_t)(int8_t)byte : byte;
                int right = b[t / 4 * 4 * AIVM_PANEL_COLUMNS + t % 4] + (p->b_is_signed ? 0 : 128);
                sum += (left - left_zero) * ((uint32_t)right - zero);
            }
            p->c[row * p->c_step + column] = (int32_t)sum;
        }
    }
}

/// One element of a window.
typedef struct {
    /// Whether it lies in the plane, or else in its padding.
    int isInside, isPadding;
    /// Where, in the plane.
    size_t offset;
} window_element;

static window_element element(const aivm_grid *g, size_t y, size_t x, size_t i, size_t j) {
    // Counted from the padded plane's corner.
    size_t row = y * g->stride_y + i * g->dilation_y;
    size_t column = x * g->stride_x + j * g->dilation_x;
    window_element e = {
        row >= g->pad_top && row - g->pad_top < g->height && column >= g->pad_left
            && column - g->pad_left < g->width,
        row < g->pad_top + g->height + g->pad_bottom
            && column < g->pad_left + g->width + g->pad_right,
        0};
    if (e.isInside) e.offset = (row - g->pad_top) * g->width + column - g->pad_left;
    return e;
}

/// Runs `body` for each output of planes first ..< last, with `plane`, `y`, `x` and `out`, the
/// place of the output; `weigh` runs for each element of its window, with `e`, `i` and `j`.
#define FOR_EACH_WINDOW(begin, weigh, end)                                                        \
    const aivm_grid *g = p->grid;                                                                 \
    float *out = p->out + first * g->output_height * g->output_width;                             \
    for (size_t plane = first; plane < last; plane++) {                                           \
        const float *from = p->x + plane / p->multiplier * g->height * g->width;                  \
        for (size_t y = 0; y < g->output_height; y++) {                                           \
            for (size_t x = 0; x < g->output_width; x++, out++) {                                 \
                begin;                                                                            \
                for (size_t i = 0; i < g->kernel_height; i++) {                                   \
                    for (size_t j = 0; j < g->kernel_width; j++) {                                \
                        window_element e = element(g, y, x, i, j);                                \
                        weigh;                                                                    \
                    }                                                                             \
                }                                                                                 \
                end;                                                                              \
            }                                                                                     \
        }                                                                                         \
    }

static void depthwise(const aivm_planes *p, size_t first, size_t last) {
    // The addend lies as the output does, so it is one row.
    aivm_epilogue epilogue = *p->epilogue;
    epilogue.addend_step = 0;
    const size_t taps = p->grid->kernel_height * p->grid->kernel_width;
    FOR_EACH_WINDOW(
        dot d = {0};
        const float *weights = p->weights + plane % p->features * taps,
        add_term(&d, e.isInside ? from[e.offset] : 0, weights[i * g->kernel_width + j]),
        *out = finished(&epilogue, plane % p->features, (size_t)(out - p->out), result(&d)))
}

static void maximum_pool(const aivm_planes *p, size_t first, size_t last) {
    FOR_EACH_WINDOW(
        float most = -__builtin_inff(), if (e.isInside) most = maximum(most, from[e.offset]),
        *out = canonical(most))
}

static void average_pool(const aivm_planes *p, size_t first, size_t last) {
    FOR_EACH_WINDOW(
        float lanes[16] = {0};
        size_t number = 0,
        if (e.isInside) lanes[number++ % 16] += from[e.offset];
        else if (e.isPadding && p->counts_padding) lanes[number++ % 16] += 0,
        *out = canonical(folded(lanes) / (float)number))
}

static void means(size_t n, const float *x, float *out, size_t first, size_t last) {
    for (size_t row = first; row < last; row++) {
        out[row] = canonical(sum16(n, x + row * n, 1) / (float)n);
    }
}

const aivm_variant aivm_variant_scalar = VARIANT_TABLE;
