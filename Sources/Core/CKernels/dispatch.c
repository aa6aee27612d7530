// The entry points: each picks the variant's function and shares its outputs out to the threads.
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

const aivm_variant *aivm_variant_numbered(int variant) { return variants[variant]; }

enum {
    COLUMNS = AIVM_PANEL_COLUMNS,
    /// Rows of a product that are worth a thread's own walk over the right factor. Whoever made
    /// these rows of the left factor, or reads those of the result, likely has them at hand.
    ROWS_OF_A_SHARE = 48,
};

typedef struct {
    const aivm_variant *variant;
    const aivm_product_call *call;
} product_work;

static void product_rows(void *context, size_t first, size_t last) {
    const product_work *work = context;
    aivm_product_call call = *work->call;
    call.m = last - first;
    call.a += first * call.a_row_step;
    call.c += first * call.c_step;
    if (call.epilogue.bias_axis == AIVM_BIAS_ROWS) call.epilogue.bias += first;
    if (call.epilogue.addend != NULL) call.epilogue.addend += first * call.epilogue.addend_step;
    work->variant->product(&call);
}

static void product_panels(void *context, size_t first, size_t last) {
    const product_work *work = context;
    aivm_product_call call = *work->call;
    size_t column = first * COLUMNS;
    call.n = lesser(last * COLUMNS, call.n) - column;
    call.b += first * call.panel_step;
    call.c += column;
    if (call.epilogue.bias_axis == AIVM_BIAS_COLUMNS) call.epilogue.bias += column;
    if (call.epilogue.addend != NULL) call.epilogue.addend += column;
    work->variant->product(&call);
}

void aivm_product(int variant, int threads, const aivm_product_call *call) {
    product_work work = {variants[variant], call};
    if (call->m == 0 || call->n == 0) return;
    size_t panels = (call->n + COLUMNS - 1) / COLUMNS;
    size_t each = call->k + 1;
    if (threads <= 1) {
        work.variant->product(call);
    } else if (call->m < ROWS_OF_A_SHARE * (size_t)threads
               && (panels >= 4 * (size_t)threads || panels * COLUMNS >= call->m)) {
        each = lesser(call->m, SIZE_MAX / COLUMNS / each) * COLUMNS * each;
        aivm_parallel(threads, panels, worth_a_thread(PRODUCT_GRAIN, each), product_panels, &work);
    } else {
        each = lesser(call->n, SIZE_MAX / each) * each;
        aivm_parallel(threads, call->m, worth_a_thread(PRODUCT_GRAIN, each), product_rows, &work);
    }
}

typedef struct {
    int variant, threads;
    const aivm_product_call *call;
    const aivm_product_place *places;
} products_work;

static void products_share(void *context, size_t first, size_t last) {
    const products_work *work = context;
    for (size_t i = first; i < last; i++) {
        aivm_product_call call = *work->call;
        call.a += work->places[i].a;
        call.b += work->places[i].b;
        call.c += work->places[i].c;
        if (call.epilogue.addend != NULL) call.epilogue.addend += work->places[i].c;
        aivm_product(work->variant, work->threads, &call);
    }
}

void aivm_products(
    int variant, int threads, const aivm_product_call *call, size_t count,
    const aivm_product_place *places) {
    products_work work = {variant, threads, call, places};
    const size_t shares = threads > 1 ? (size_t)threads : 1;
    // Few products, or an uneven number of them, are shared out one by one.
    if (shares == 1 || (count % shares != 0 && count < 4 * shares)) {
        products_share(&work, 0, count);
        return;
    }
    size_t each = call->k + 1;
    each = lesser(call->n, SIZE_MAX / each) * each;
    each = lesser(call->m, each == 0 ? 0 : SIZE_MAX / each) * each;
    work.threads = 1;
    aivm_parallel(threads, count, worth_a_thread(PRODUCT_GRAIN, each), products_share, &work);
}

void aivm_pack_int8(
    size_t k, size_t n, const uint8_t *source, size_t row_step, size_t column_step, int is_signed,
    int8_t *panels, int32_t *column_sums) {
    const uint8_t flip = is_signed ? 0 : 128;
    const size_t groups = (k + 3) / 4, padded = (n + COLUMNS - 1) / COLUMNS * COLUMNS;
    memset(column_sums, 0, padded * sizeof(int32_t));
    memset(panels, 0, padded * groups * 4);
    for (size_t column = 0; column < n; column++) {
        const uint8_t *from = source + column * column_step;
        size_t place = column % COLUMNS;
        int8_t *to = panels + (column - place) * 4 * groups + 4 * place;
        uint32_t sum = 0;
        for (size_t t = 0; t < k; t++) {
            int8_t byte = (int8_t)(from[t * row_step] ^ flip);
            to[t / 4 * 4 * COLUMNS + t % 4] = byte;
            sum += (uint32_t)byte;
        }
        column_sums[column] = (int32_t)sum;
    }
}

typedef struct {
    const aivm_variant *variant;
    const aivm_int8_product *call;
} int8_work;

static void int8_rows(void *context, size_t first, size_t last) {
    const int8_work *work = context;
    aivm_int8_product call = *work->call;
    call.m = last - first;
    call.a += first * call.a_step;
    call.c += first * call.c_step;
    if (call.a_zeros != NULL) call.a_zeros += first * call.a_zero_step;
    work->variant->product_int8(&call);
}

static void int8_panels(void *context, size_t first, size_t last) {
    const int8_work *work = context;
    aivm_int8_product call = *work->call;
    size_t column = first * COLUMNS;
    call.n = lesser(last * COLUMNS, call.n) - column;
    call.panels += column * 4 * ((call.k + 3) / 4);
    call.column_sums += column;
    call.c += column;
    if (call.b_zeros != NULL) call.b_zeros += column * call.b_zero_step;
    work->variant->product_int8(&call);
}

void aivm_product_int8(int variant, int threads, const aivm_int8_product *call) {
    int8_work work = {variants[variant], call};
    if (call->m == 0 || call->n == 0 || call->k == 0) return;
    size_t panels = (call->n + COLUMNS - 1) / COLUMNS, each = call->k + 1;
    if (threads <= 1) {
        work.variant->product_int8(call);
    } else if (panels >= 4 * (size_t)threads || panels * COLUMNS >= call->m) {
        each = lesser(call->m, SIZE_MAX / COLUMNS / each) * COLUMNS * each;
        aivm_parallel(threads, panels, worth_a_thread(PRODUCT_GRAIN, each), int8_panels, &work);
    } else {
        each = lesser(call->n, SIZE_MAX / each) * each;
        aivm_parallel(threads, call->m, worth_a_thread(PRODUCT_GRAIN, each), int8_rows, &work);
    }
}

typedef struct {
    const aivm_variant *variant;
    const aivm_planes *planes;
} planes_work;

static void depthwise_share(void *context, size_t first, size_t last) {
    const planes_work *work = context;
    work->variant->depthwise(work->planes, first, last);
}

static void maximum_share(void *context, size_t first, size_t last) {
    const planes_work *work = context;
    work->variant->maximum_pool(work->planes, first, last);
}

static void average_share(void *context, size_t first, size_t last) {
    const planes_work *work = context;
    work->variant->average_pool(work->planes, first, last);
}

/// Planes that are worth another thread.
static size_t plane_grain(const aivm_grid *grid) {
    return worth_a_thread(
        ELEMENT_GRAIN, grid->output_height * grid->output_width * grid->kernel_width);
}

int aivm_grid_fits(const aivm_grid *grid) {
    const size_t most = ROW_FLOATS;
    if (grid->kernel_height > AIVM_BLOCK_TERMS || grid->kernel_width > AIVM_BLOCK_TERMS
        || grid->kernel_height * grid->kernel_width > AIVM_BLOCK_TERMS
        || grid->dilation_x > most || grid->dilation_y > most || grid->output_width > most) {
        return 0;
    }
    size_t reach = (grid->kernel_width - 1) * grid->dilation_x;
    size_t slots = (grid->kernel_height - 1) * grid->dilation_y + 1;
    size_t length = grid->output_width + reach / grid->stride_x + ROW_SLACK;
    size_t phases = lesser(grid->stride_x, reach + 1);
    return phases <= most && length * phases <= most / (slots + 1);
}

void aivm_depthwise(
    int variant, int threads, const aivm_grid *grid, size_t planes, size_t features,
    size_t multiplier, const float *weights, const float *x, float *out,
    const aivm_epilogue *epilogue) {
    const aivm_planes all = {grid, features, multiplier, 0, weights, x, out, epilogue};
    planes_work work = {variants[variant], &all};
    aivm_parallel(threads, planes, plane_grain(grid), depthwise_share, &work);
}

void aivm_maximum_pool(
    int variant, int threads, const aivm_grid *grid, size_t planes, const float *x, float *out) {
    const aivm_planes all = {grid, 1, 1, 0, NULL, x, out, NULL};
    planes_work work = {variants[variant], &all};
    aivm_parallel(threads, planes, plane_grain(grid), maximum_share, &work);
}

void aivm_average_pool(
    int variant, int threads, const aivm_grid *grid, size_t planes, int counts_padding,
    const float *x, float *out) {
    const aivm_planes all = {grid, 1, 1, counts_padding, NULL, x, out, NULL};
    planes_work work = {variants[variant], &all};
    aivm_parallel(threads, planes, plane_grain(grid), average_share, &work);
}

typedef struct {
    const aivm_variant *variant;
    size_t n;
    const float *x;
    float *out;
} means_work;

static void means_share(void *context, size_t first, size_t last) {
    const means_work *work = context;
    work->variant->means(work->n, work->x, work->out, first, last);
}

void aivm_halve_int16(int variant, size_t n, const int16_t *x, int8_t *halves) {
    variants[variant]->halve_int16(n, x, halves);
}

void aivm_rescale_halves(
    int variant, size_t rows, size_t columns, const int32_t *halves, const int64_t *addends,
    const int64_t *multipliers, const aivm_rescaling *rescaling, int16_t *out) {
    variants[variant]->rescale_halves(
        rows, columns, halves, addends, multipliers, rescaling, out);
}

void aivm_add_int16(
    int variant, size_t n, const int16_t *a, size_t a_step, const int16_t *b, size_t b_step,
    const int64_t *multipliers, const aivm_rescaling *rescaling, int16_t *out) {
    variants[variant]->add_int16(n, a, a_step, b, b_step, multipliers, rescaling, out);
}

void aivm_look_up_int16(
    int variant, size_t n, const int16_t *x, int64_t multiplier, const aivm_rescaling *rescaling,
    const int16_t *table, int16_t *out) {
    variants[variant]->look_up_int16(n, x, multiplier, rescaling, table, out);
}

void aivm_multiply_int16(
    int variant, size_t rows, size_t terms, size_t columns, const int16_t *a, const int16_t *b,
    int64_t *sums) {
    variants[variant]->multiply_int16(rows, terms, columns, a, b, sums);
}

void aivm_rescale_sums(
    int variant, size_t n, const int64_t *sums, int64_t multiplier, const aivm_rescaling *rescaling,
    int16_t *out) {
    variants[variant]->rescale_sums(n, sums, multiplier, rescaling, out);
}

void aivm_softmax_int16(
    int variant, size_t rows, size_t n, const int16_t *x, const aivm_integer_softmax *softmax,
    int64_t *exponentials, int16_t *out) {
    variants[variant]->softmax_int16(rows, n, x, softmax, exponentials, out);
}

void aivm_normalize_int16(
    int variant, size_t rows, size_t n, const int16_t *x, int is_centred, int64_t epsilon,
    int fraction_bits, const aivm_rescaling *rescaling, int16_t *out) {
    variants[variant]->normalize_int16(
        rows, n, x, is_centred, epsilon, fraction_bits, rescaling, out);
}

void aivm_window_halves(
    int variant, size_t positions, size_t channels, size_t plane, size_t taps,
    const int32_t *places, const int16_t *x, int8_t *halves) {
    variants[variant]->window_halves(positions, channels, plane, taps, places, x, halves);
}

void aivm_maximum_int16(
    int variant, size_t positions, size_t taps, const int32_t *places, const int16_t *x,
    int16_t *out) {
    variants[variant]->maximum_int16(positions, taps, places, x, out);
}

void aivm_transpose_int16(
    int variant, size_t rows, size_t columns, const int16_t *x, size_t step, int16_t *out) {
    variants[variant]->transpose_int16(rows, columns, x, step, out);
}

void aivm_quantize_float(
    int variant, size_t n, const float *x, float scale, float minimum, float maximum,
    int16_t *out) {
    variants[variant]->quantize_float(n, x, scale, minimum, maximum, out);
}

void aivm_dequantize_int16(int variant, size_t n, const int16_t *x, float scale, float *out) {
    variants[variant]->dequantize_int16(n, x, scale, out);
}

int aivm_has_mixed_products(int variant) { return variants[variant]->mixed_product != NULL; }

void aivm_product_mixed(int variant, const aivm_mixed_product *call) {
    variants[variant]->mixed_product(call);
}

void aivm_product_thin(int variant, const aivm_thin_product *call) {
    variants[variant]->thin_product(call);
}

void aivm_convolve_mixed(int variant, const aivm_mixed_convolution *call) {
    variants[variant]->mixed_convolution(call);
}

void aivm_convolve_planes(int variant, const aivm_mixed_depthwise *call) {
    variants[variant]->mixed_depthwise(call);
}

void aivm_sort_phases(
    int variant, size_t planes, const aivm_phases *phases, const int16_t *x, int16_t *out) {
    variants[variant]->sort_phases(planes, phases, x, out);
}

void aivm_pack_mixed(size_t k, size_t n, const int8_t *weights, int16_t *panels) {
    const size_t pairs = (k + 1) / 2;
    for (size_t column = 0; column < n; column++) {
        // The order of the columns in a pair of vectors: see mixed512.h.
        const size_t lane = column % 32 / 8, place = column % 8;
        const size_t slot = (place < 4 ? 0 : 32) + 2 * (lane * 4 + place % 4);
        int16_t *panel = panels + column / 32 * 64 * pairs + slot;
        for (size_t term = 0; term < k; term++)
            panel[term / 2 * 64 + term % 2] = weights[term * n + column];
    }
}

void aivm_means(
    int variant, int threads, size_t rows, size_t n, const float *x, float *out) {
    means_work work = {variants[variant], n, x, out};
    aivm_parallel(threads, rows, worth_a_thread(ELEMENT_GRAIN, n), means_share, &work);
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
