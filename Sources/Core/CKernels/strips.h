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

/// The vectors of one kernel row, one for each kernel column. Not an array: it stays in registers.
typedef struct {
    vector first, second, third;
} window_row;

ALWAYS_INLINE TARGET vector ordered_vector(vector x) {
    lanes32 bits = (lanes32)x;
    return (vector)(bits ^ (bits >> 31 & 0x7FFFFFFF));
}

/// Vector `i` of a row, `fill` outside the plane.
ALWAYS_INLINE TARGET vector strip_vector(
    const int kind, const float *row, const strip_columns *columns, size_t i, int is_inside,
    vector fill) {
    const lane_range range = is_inside ? columns->ranges[i] : lanes_between(0, 0);
    vector x = load_between(row + columns->offsets[i], range, fill);
    return kind == MAXIMUM ? ordered_vector(x) : x;
}

ALWAYS_INLINE TARGET window_row load_window_row(
    const int kind, const size_t size, const size_t stride, const aivm_grid *grid,
    const float *plane, size_t y, const strip_columns *columns, vector fill) {
    // No branch: which rows lie outside is hard to predict in small planes.
    const int is_inside = y < grid->height;
    const float *row = plane + (is_inside ? y : 0) * grid->width;
    vector x0 = strip_vector(kind, row, columns, 0, is_inside, fill);
    vector x1 = strip_vector(kind, row, columns, 1, is_inside, fill);
    vector x2 = (vector){0}, x3 = x2;
    if (size == 3) x2 = strip_vector(kind, row, columns, 2, is_inside, fill);
    if (stride == 1) {
        window_row window = {x0, x1, x2};
        return window;
    }
    if (size == 3) x3 = strip_vector(kind, row, columns, 3, is_inside, fill);
    window_row window = {
        __builtin_shufflevector(x0, x1, LANE_LIST(EVEN_LANE, 0)),
        __builtin_shufflevector(x0, x1, LANE_LIST(ODD_LANE, 0)),
        __builtin_shufflevector(x2, x3, LANE_LIST(EVEN_LANE, 0))};
    return window;
}

/// The factors of one kernel row added to the sums.
ALWAYS_INLINE TARGET vector fused_row(
    const size_t size, const window_row *factors, const window_row *window, vector sum) {
    sum = fused(factors->first, window->first, sum);
    sum = fused(factors->second, window->second, sum);
    return size == 3 ? fused(factors->third, window->third, sum) : sum;
}

/// The largest code of one kernel row and `most`.
ALWAYS_INLINE TARGET lanes32 largest_of_row(
    const size_t size, const window_row *window, lanes32 most) {
    most = __builtin_elementwise_max(most, (lanes32)window->first);
    most = __builtin_elementwise_max(most, (lanes32)window->second);
    return size == 3 ? __builtin_elementwise_max(most, (lanes32)window->third) : most;
}

/// The mean by the reduction rule: element i in lane i, lanes 8, 4, 2, 1 apart added. Lanes without
/// an element hold +0, which adds nothing.
ALWAYS_INLINE TARGET vector mean_of_rows(
    const size_t size, const window_row *top, const window_row *middle, const window_row *bottom) {
    const vector zero = (vector){0};
    vector x0 = zero + top->first, x1 = zero + top->second;
    if (size == 2) {
        vector x2 = zero + middle->first, x3 = zero + middle->second;
        return ((x0 + x2) + (x1 + x3)) / 4.0f;
    }
    vector x2 = zero + top->third, x3 = zero + middle->first, x4 = zero + middle->second;
    vector x5 = zero + middle->third, x6 = zero + bottom->first, x7 = zero + bottom->second;
    vector x8 = zero + bottom->third;
    x0 = (x0 + x8) + x4;
    return ((x0 + (x2 + x6)) + ((x1 + x5) + (x3 + x7))) / 9.0f;
}

/// One strip of one plane: output columns from `x` on. `kind`, `size` and `stride` are constants.
ALWAYS_INLINE TARGET void strip(
    const int kind, const size_t size, const size_t stride, const aivm_grid *grid,
    const float *plane, const float *weights, float *out, size_t x, const strip_columns *columns,
    const aivm_epilogue *epilogue, size_t feature) {
    const lane_range whole =
        lanes_between(0, (ptrdiff_t)lesser(grid->output_width - x, LANES));
    const vector fill = splat(kind == MAXIMUM ? -__builtin_inff() : 0);
    vector bias = (vector){0}, low = bias, high = bias;
    window_row factors[3], top, middle, bottom;
    const float *addend = NULL;
    int activation = AIVM_ACTIVATION_NONE, has_bias = 0;
    if (kind == DEPTHWISE) {
        has_bias = epilogue->bias_axis != AIVM_BIAS_NONE;
        if (has_bias) bias = splat(epilogue->bias[feature]);
        activation = epilogue->activation;
        low = splat(epilogue->low);
        high = splat(epilogue->high);
        if (epilogue->addend != NULL) addend = epilogue->addend + x;
        for (size_t i = 0; i < size; i++, weights += size) {
            factors[i].first = splat(weights[0]);
            factors[i].second = splat(weights[1]);
            factors[i].third = splat(weights[size - 1]);
        }
    }
#define NEXT_ROW load_window_row(kind, size, stride, grid, plane, y++, columns, fill)
    // Above the plane the subtraction wraps to a large number.
    size_t y = 0 - grid->pad_top;
    // Rows that a window shares with the one before.
    if (size > stride) top = NEXT_ROW;
    if (size == 3 && stride == 1) middle = NEXT_ROW;
    out += x;
    for (size_t row = 0; row < grid->output_height; row++, out += grid->output_width) {
        if (size == 2 && stride == 2) top = NEXT_ROW;
        if (size == 2 || stride == 2) middle = NEXT_ROW;
        if (size == 3) bottom = NEXT_ROW;
        vector result;
        if (kind == MAXIMUM) {
            lanes32 most = largest_of_row(size, &top, (lanes32)top.first);
            most = largest_of_row(size, &middle, most);
            if (size == 3) most = largest_of_row(size, &bottom, most);
            result = ordered_vector((vector)most);
        } else if (kind == AVERAGE) {
            result = mean_of_rows(size, &top, &middle, &bottom);
        } else {
            result = fused_row(size, &factors[0], &top, (vector){0});
            result = fused_row(size, &factors[1], &middle, result);
            if (size == 3) result = fused_row(size, &factors[2], &bottom, result);
            if (has_bias) result += bias;
            if (addend != NULL) {
                result += load_between(addend, whole, (vector){0});
                addend += grid->output_width;
            }
            result = activated(result, activation, low, high);
        }
        store_between(out, whole, canonical_vector(result));
        if (size == 3 && stride == 1) {
            top = middle;
            middle = bottom;
        } else if (size == 3) {
            top = bottom;
        } else if (stride == 1) {
            top = middle;
        }
    }
#undef NEXT_ROW
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
