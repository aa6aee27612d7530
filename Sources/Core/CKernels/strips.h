// The commonest windows over planes, 2 x 2 and 3 x 3 with stride 1 or 2: strips of LANES output
// columns, walked from top to bottom with the window's vectors in registers. Columns outside the
// plane are masked off, so nothing is copied. Shared by the vector variants, after planes.h, which
// does all other windows. The including file defines, besides what vector.h asks for, lane_range,
// lanes_between and load_between.

/// How the columns of one kernel row are loaded for a strip: at most four vectors.
typedef struct {
    ptrdiff_t offsets[4];
    lane_range ranges[4];
} strip_columns;

ALWAYS_INLINE TARGET strip_columns columns_of_strip(
    const aivm_grid *grid, const size_t size, const size_t stride, size_t x) {
    strip_columns columns;
    const ptrdiff_t width = (ptrdiff_t)grid->width;
    for (size_t i = 0; i < (stride == 1 ? size : 2 * (size - 1)); i++) {
        // Stride 1: one vector a column. Stride 2: two neighbouring vectors give two columns, or,
        // two further on, the third.
        size_t place = stride == 1 ? x + i : 2 * x + i / 2 * 2 + i % 2 * LANES;
        ptrdiff_t offset = (ptrdiff_t)place - (ptrdiff_t)grid->pad_left;
        columns.offsets[i] = offset;
        columns.ranges[i] = lanes_between(-offset, width - offset);
    }
    return columns;
}

#define EVEN_LANE(lane, s) (2 * (lane))
#define ODD_LANE(lane, s) (2 * (lane) + 1)

/// The vectors of one kernel row, one for each kernel column. Outside the plane floats are `fill`,
/// and their codes `outside`.
ALWAYS_INLINE TARGET void load_window_row(
    const int kind, const size_t size, const size_t stride, const aivm_grid *grid,
    const float *plane, size_t row, const strip_columns *columns, vector fill,
    vector outside, vector *window) {
    if (row >= grid->height) {
        for (size_t j = 0; j < size; j++) window[j] = outside;
        return;
    }
    const float *from = plane + row * grid->width;
    vector x[4];
    const size_t count = stride == 1 ? size : 2 * (size - 1);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < count; i++) {
        x[i] = load_between(from + columns->offsets[i], columns->ranges[i], fill);
        if (kind == MAXIMUM) {
            lanes32 bits = (lanes32)x[i];
            x[i] = (vector)(bits ^ (bits >> 31 & 0x7FFFFFFF));
        }
    }
    if (stride == 1) {
        for (size_t j = 0; j < size; j++) window[j] = x[j];
    } else {
        window[0] = __builtin_shufflevector(x[0], x[1], LANE_LIST(EVEN_LANE, 0));
        window[1] = __builtin_shufflevector(x[0], x[1], LANE_LIST(ODD_LANE, 0));
        if (size == 3) window[2] = __builtin_shufflevector(x[2], x[3], LANE_LIST(EVEN_LANE, 0));
    }
}

/// One strip of one plane: output columns from `x` on. `kind`, `size` and `stride` are constants.
ALWAYS_INLINE TARGET void strip(
    const int kind, const size_t size, const size_t stride, const aivm_grid *grid,
    const float *plane, const float *weights, float *out, size_t x, const strip_columns *columns,
    const aivm_epilogue *epilogue, size_t feature) {
    const size_t count = lesser(grid->output_width - x, LANES);
    const lane_range whole = lanes_between(0, (ptrdiff_t)count);
    // What padding is: zero, or the code of -Inf.
    const vector fill = splat(kind == MAXIMUM ? -__builtin_inff() : 0);
    const lanes32 least = (lanes32)fill;
    const vector outside =
        kind == MAXIMUM ? (vector)(least ^ (least >> 31 & 0x7FFFFFFF)) : fill;
    vector bias = (vector){0}, low = bias, high = bias, factors[9], window[3][3];
    if (kind == DEPTHWISE) {
        if (epilogue->bias_axis != AIVM_BIAS_NONE) bias = splat(epilogue->bias[feature]);
        low = splat(epilogue->low);
        high = splat(epilogue->high);
        for (size_t i = 0; i < size * size; i++) factors[i] = splat(weights[i]);
    }
    // Rows the next window shares with this one.
    const size_t shared = size - stride;
    // Above the plane the subtraction wraps to a large number.
    size_t row = 0 - grid->pad_top;
    for (size_t i = 0; i < shared; i++, row++) {
        load_window_row(
            kind, size, stride, grid, plane, row, columns, fill, outside, window[i]);
    }
    out += x;
    for (size_t y = 0; y < grid->output_height; y++, out += grid->output_width) {
#pragma clang loop unroll(full)
        for (size_t i = shared; i < size; i++, row++) {
            load_window_row(
            kind, size, stride, grid, plane, row, columns, fill, outside, window[i]);
        }
        vector result;
        if (kind == MAXIMUM) {
            lanes32 most = (lanes32)window[0][0];
#pragma clang loop unroll(full)
            for (size_t i = 0; i < size * size; i++) {
                most = __builtin_elementwise_max(most, (lanes32)window[i / size][i % size]);
            }
            result = canonical_vector((vector)(most ^ (most >> 31 & 0x7FFFFFFF)));
        } else if (kind == AVERAGE) {
            vector sums[16];
#pragma clang loop unroll(full)
            for (size_t i = 0; i < size * size; i++) {
                sums[i] = (vector){0} + window[i / size][i % size];
            }
            // Lanes without an element hold +0, which adds nothing.
#pragma clang loop unroll(full)
            for (size_t distance = 8; distance > 0; distance /= 2) {
#pragma clang loop unroll(full)
                for (size_t l = 0; l < distance; l++) {
                    if (l + distance < size * size) sums[l] += sums[l + distance];
                }
            }
            result = canonical_vector(sums[0] / (float)(size * size));
        } else {
            result = (vector){0};
#pragma clang loop unroll(full)
            for (size_t i = 0; i < size * size; i++) {
                result = fused(factors[i], window[i / size][i % size], result);
            }
            if (epilogue->bias_axis != AIVM_BIAS_NONE) result += bias;
            if (epilogue->addend != NULL) {
                result += load_between(
                    epilogue->addend + y * grid->output_width + x, whole, (vector){0});
            }
            result = canonical_vector(activated(result, epilogue->activation, low, high));
        }
        store_between(out, whole, result);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < shared; i++) {
            for (size_t j = 0; j < size; j++) window[i][j] = window[i + stride][j];
        }
    }
}

/// Whether strips do the grid.
ALWAYS_INLINE int is_strip_grid(const aivm_grid *grid) {
    size_t size = grid->kernel_height, stride = grid->stride_y;
    return size == grid->kernel_width && stride == grid->stride_x && (size == 2 || size == 3)
        && (stride == 1 || stride == 2) && grid->dilation_x == 1 && grid->dilation_y == 1
        && grid->width > 0;
}

enum { KEPT_STRIPS = 16 };

/// The columns of the first strips, the same for all planes.
static TARGET void keep_columns(const aivm_grid *grid, strip_columns *kept) {
    for (size_t i = 0; i < KEPT_STRIPS && i * LANES < grid->output_width; i++) {
        kept[i] = columns_of_strip(grid, grid->kernel_width, grid->stride_x, i * LANES);
    }
}

#define STRIPS(name, kind, size, stride)                                                          \
    static TARGET void name(                                                                      \
        const aivm_grid *grid, const strip_columns *kept, const float *plane,                     \
        const float *weights, float *out, const aivm_epilogue *epilogue, size_t feature) {        \
        for (size_t x = 0; x < grid->output_width; x += LANES) {                                  \
            strip_columns own;                                                                    \
            const strip_columns *columns = kept + x / LANES;                                      \
            if (x / LANES >= KEPT_STRIPS) {                                                       \
                own = columns_of_strip(grid, size, stride, x);                                    \
                columns = &own;                                                                   \
            }                                                                                     \
            strip(kind, size, stride, grid, plane, weights, out, x, columns, epilogue, feature);  \
        }                                                                                         \
    }

STRIPS(depthwise_strips_21, DEPTHWISE, 2, 1)
STRIPS(depthwise_strips_22, DEPTHWISE, 2, 2)
STRIPS(depthwise_strips_31, DEPTHWISE, 3, 1)
STRIPS(depthwise_strips_32, DEPTHWISE, 3, 2)
STRIPS(maximum_strips_21, MAXIMUM, 2, 1)
STRIPS(maximum_strips_22, MAXIMUM, 2, 2)
STRIPS(maximum_strips_31, MAXIMUM, 3, 1)
STRIPS(maximum_strips_32, MAXIMUM, 3, 2)
STRIPS(average_strips_21, AVERAGE, 2, 1)
STRIPS(average_strips_22, AVERAGE, 2, 2)
STRIPS(average_strips_31, AVERAGE, 3, 1)
STRIPS(average_strips_32, AVERAGE, 3, 2)

typedef void strips_function(
    const aivm_grid *, const strip_columns *, const float *, const float *, float *,
    const aivm_epilogue *, size_t);

/// By kind, size - 2 and stride - 1.
static strips_function *const strips[3][2][2] = {
    {{depthwise_strips_21, depthwise_strips_22}, {depthwise_strips_31, depthwise_strips_32}},
    {{maximum_strips_21, maximum_strips_22}, {maximum_strips_31, maximum_strips_32}},
    {{average_strips_21, average_strips_22}, {average_strips_31, average_strips_32}},
};
