// Windows over planes: depthwise convolution and pooling, vectors along the output row. Shared by
// the vector variants, after vector.h.
//
// The rows of the plane that a row of windows needs are copied into padded row buffers, the columns
// sorted by their remainder modulo the stride: then neighbouring windows read neighbouring floats,
// and the padding is already there. A buffer is reused when its row is no longer needed.

enum plane_kind { DEPTHWISE, MAXIMUM, AVERAGE };

/// The row buffers of one plane.
typedef struct {
    const aivm_grid *grid;
    /// Columns with the same remainder, and how many remainders occur.
    size_t phase_length, phases;
    /// Buffers, and the first row of the plane that is not yet in one.
    size_t slots, next;
    float *rows, *outside;
} row_buffers;

/// Maps floats to integers of the same order, -0 below +0, and the canonical NaN above all. Its own
/// inverse.
ALWAYS_INLINE int32_t ordered(int32_t bits) { return bits ^ (bits >> 31 & 0x7FFFFFFF); }

static TARGET void start_rows(row_buffers *r, const aivm_grid *grid, float *memory, float fill) {
    const size_t reach = (grid->kernel_width - 1) * grid->dilation_x;
    r->grid = grid;
    r->phases = lesser(grid->stride_x, reach + 1);
    r->phase_length = grid->output_width + reach / grid->stride_x + ROW_SLACK;
    r->slots = (grid->kernel_height - 1) * grid->dilation_y + 1;
    r->outside = memory;
    r->rows = memory + r->phase_length * r->phases;
    const size_t count = (r->slots + 1) * r->phase_length * r->phases;
    for (size_t i = 0; i < count; i++) memory[i] = fill;
}

/// Copies row `y` of the plane into its buffer.
ALWAYS_INLINE TARGET void copy_row(row_buffers *r, const float *plane, size_t y, const int kind) {
    const aivm_grid *grid = r->grid;
    const float *from = plane + y * grid->width;
    float *to = r->rows + y % r->slots * r->phase_length * r->phases;
    const size_t stride = grid->stride_x, left = grid->pad_left;
    for (size_t phase = 0; phase < r->phases; phase++, to += r->phase_length) {
        // Element i is column i * stride + phase - left, where that is in the plane.
        size_t first = phase < left ? (left - phase + stride - 1) / stride : 0;
        size_t column = first * stride + phase - left;
        size_t count = column < grid->width ? (grid->width - column - 1) / stride + 1 : 0;
        if (first >= r->phase_length) continue;
        count = lesser(count, r->phase_length - first);
        const float *source = from + column;
        if (kind == MAXIMUM) {
            for (size_t i = 0; i < count; i++) {
                int32_t bits;
                memcpy(&bits, source + i * stride, 4);
                bits = ordered(bits);
                memcpy(to + first + i, &bits, 4);
            }
        } else if (stride == 1) {
            size_t i = 0;
            for (; i + LANES <= count; i += LANES) store(to + first + i, load(source + i));
            if (i < count) store_part(to + first + i, count - i, load_part(source + i, count - i));
        } else if (stride == 2) {
            for (size_t i = 0; i < count; i++) to[first + i] = source[2 * i];
        } else {
            for (size_t i = 0; i < count; i++) to[first + i] = source[i * stride];
        }
    }
}

/// The buffers of the rows under output row `y`, kernel row by kernel row.
ALWAYS_INLINE TARGET void rows_under(
    row_buffers *r, const float *plane, size_t y, const float **rows, const size_t kernel_height,
    const int kind) {
    const aivm_grid *grid = r->grid;
    const size_t top = y * grid->stride_y;
    const size_t bottom = top + r->slots;
    // Rows that the stride jumps over are never needed.
    if (top > grid->pad_top && r->next < top - grid->pad_top) r->next = top - grid->pad_top;
    while (r->next < grid->height && r->next + grid->pad_top < bottom) {
        copy_row(r, plane, r->next++, kind);
    }
    for (size_t i = 0; i < kernel_height; i++) {
        size_t row = top + i * grid->dilation_y - grid->pad_top;
        // Above the plane the subtraction wraps to a large number.
        rows[i] = row < grid->height
                    ? r->rows + row % r->slots * r->phase_length * r->phases : r->outside;
    }
}

/// Where the columns of a kernel row begin in a buffer.
ALWAYS_INLINE TARGET size_t column_offset(const row_buffers *r, size_t column) {
    size_t reach = column * r->grid->dilation_x;
    return reach % r->grid->stride_x * r->phase_length + reach / r->grid->stride_x;
}

/// LANES neighbouring results of one kind, their windows read from `rows`, columns at `offsets`.
ALWAYS_INLINE TARGET vector plane_vector(
    const int kind, const size_t height, const size_t width, const float *const *rows,
    const size_t *offsets, size_t at, const float *weights) {
    if (kind == DEPTHWISE) {
        vector sum = (vector){0};
        for (size_t i = 0; i < height; i++) {
            for (size_t j = 0; j < width; j++) {
                vector x = load(rows[i] + offsets[j] + at);
                sum = fused(splat(weights[i * width + j]), x, sum);
            }
        }
        return sum;
    }
    if (kind == MAXIMUM) {
        lanes32 most = (lanes32){0} + INT32_MIN;
        for (size_t i = 0; i < height; i++) {
            for (size_t j = 0; j < width; j++) {
                lanes32 x = (lanes32)load(rows[i] + offsets[j] + at);
                most = __builtin_elementwise_max(most, x);
            }
        }
        return canonical_vector((vector)(most ^ (most >> 31 & 0x7FFFFFFF)));
    }
    // Accumulator l is lane l of the reduction rule for each of LANES windows.
    vector sums[16];
    for (size_t l = 0; l < 16; l++) sums[l] = (vector){0};
    size_t number = 0;
    for (size_t i = 0; i < height; i++) {
        for (size_t j = 0; j < width; j++, number++) {
            sums[number % 16] += load(rows[i] + offsets[j] + at);
        }
    }
#pragma clang loop unroll(full)
    for (size_t distance = 8; distance > 0; distance /= 2) {
#pragma clang loop unroll(full)
        for (size_t l = 0; l < distance; l++) sums[l] += sums[l + distance];
    }
    return canonical_vector(sums[0] / (float)(height * width));
}

/// All rows of one plane. `height` and `width` are the kernel's; where they are constants the
/// loops over the window vanish.
ALWAYS_INLINE TARGET void plane_rows(
    const int kind, const size_t height, const size_t width, row_buffers *r, const float *plane,
    const float *weights, float *out, const aivm_epilogue *epilogue, size_t feature) {
    const aivm_grid *grid = r->grid;
    const float *rows[AIVM_BLOCK_TERMS];
    size_t offsets[AIVM_BLOCK_TERMS];
    vector bias = (vector){0}, low = bias, high = bias;
    for (size_t j = 0; j < width; j++) offsets[j] = column_offset(r, j);
    if (kind == DEPTHWISE) {
        if (epilogue->bias_axis != AIVM_BIAS_NONE) bias = splat(epilogue->bias[feature]);
        low = splat(epilogue->low);
        high = splat(epilogue->high);
    }
    for (size_t y = 0; y < grid->output_height; y++) {
        rows_under(r, plane, y, rows, height, kind);
        float *to = out + y * grid->output_width;
        for (size_t x = 0; x < grid->output_width; x += LANES) {
            size_t count = grid->output_width - x;
            vector result = plane_vector(kind, height, width, rows, offsets, x, weights);
            if (kind == DEPTHWISE) {
                if (epilogue->bias_axis != AIVM_BIAS_NONE) result += bias;
                if (epilogue->addend != NULL) {
                    result += load_part(epilogue->addend + (to + x - out), count);
                }
                result = canonical_vector(activated(result, epilogue->activation, low, high));
            }
            store_part(to + x, count, result);
        }
    }
}

#define PLANE_FUNCTION(name, kind, height, width)                                                 \
    static TARGET void name(                                                                      \
        row_buffers *r, const float *plane, const float *weights, float *out,                     \
        const aivm_epilogue *epilogue, size_t feature) {                                          \
        plane_rows(kind, height, width, r, plane, weights, out, epilogue, feature);               \
    }

#define PLANE_FUNCTIONS(name, kind)                                                               \
    PLANE_FUNCTION(name##_2x2, kind, 2, 2)                                                        \
    PLANE_FUNCTION(name##_3x3, kind, 3, 3)                                                        \
    PLANE_FUNCTION(name##_any, kind, r->grid->kernel_height, r->grid->kernel_width)               \
    static TARGET void name##_plane(                                                              \
        row_buffers *r, const float *plane, const float *weights, float *out,                     \
        const aivm_epilogue *epilogue, size_t feature) {                                          \
        r->next = 0;                                                                              \
        const size_t height = r->grid->kernel_height, width = r->grid->kernel_width;              \
        if (height == 2 && width == 2) {                                                          \
            name##_2x2(r, plane, weights, out, epilogue, feature);                                \
        } else if (height == 3 && width == 3) {                                                   \
            name##_3x3(r, plane, weights, out, epilogue, feature);                                \
        } else {                                                                                  \
            name##_any(r, plane, weights, out, epilogue, feature);                                \
        }                                                                                         \
    }

PLANE_FUNCTIONS(depthwise, DEPTHWISE)
PLANE_FUNCTIONS(maximum, MAXIMUM)
PLANE_FUNCTIONS(average, AVERAGE)

#include "strips.h"

static TARGET void depthwise(const aivm_planes *p, size_t first, size_t last) {
    _Alignas(64) float memory[ROW_FLOATS];
    const aivm_grid *grid = p->grid;
    const size_t taps = grid->kernel_height * grid->kernel_width;
    const size_t input = grid->height * grid->width;
    const size_t output = grid->output_height * grid->output_width;
    const int isStrips = is_strip_grid(grid);
    row_buffers r;
    strip_columns kept[KEPT_STRIPS];
    if (isStrips) {
        keep_columns(grid, kept);
    } else {
        start_rows(&r, grid, memory, 0);
    }
    aivm_epilogue epilogue = *p->epilogue;
    for (size_t plane = first; plane < last; plane++) {
        size_t feature = plane % p->features;
        if (p->epilogue->addend != NULL) epilogue.addend = p->epilogue->addend + plane * output;
        const float *from = p->x + plane / p->multiplier * input;
        const float *weights = p->weights + feature * taps;
        float *to = p->out + plane * output;
        if (isStrips) {
            strips[DEPTHWISE][grid->kernel_width - 2][grid->stride_x - 1](
                grid, kept, from, weights, to, &epilogue, feature);
        } else {
            depthwise_plane(&r, from, weights, to, &epilogue, feature);
        }
    }
}

static TARGET void maximum_pool(const aivm_planes *p, size_t first, size_t last) {
    _Alignas(64) float memory[ROW_FLOATS];
    const aivm_grid *grid = p->grid;
    const size_t input = grid->height * grid->width;
    const size_t output = grid->output_height * grid->output_width;
    row_buffers r;
    int32_t least = ordered((int32_t)0xFF800000);
    float fill;
    memcpy(&fill, &least, 4);
    const int isStrips = is_strip_grid(grid);
    strip_columns kept[KEPT_STRIPS];
    if (isStrips) {
        keep_columns(grid, kept);
    } else {
        start_rows(&r, grid, memory, fill);
    }
    for (size_t plane = first; plane < last; plane++) {
        const float *from = p->x + plane * input;
        float *to = p->out + plane * output;
        if (isStrips) {
            strips[MAXIMUM][grid->kernel_width - 2][grid->stride_x - 1](
                grid, kept, from, NULL, to, NULL, 0);
        } else {
            maximum_plane(&r, from, NULL, to, NULL, 0);
        }
    }
}

/// The kernel places first ..< last along one axis that lie in low ..< high of the padded plane.
ALWAYS_INLINE void places_inside(
    size_t start, size_t dilation, size_t count, size_t low, size_t high, size_t *first,
    size_t *last) {
    *first = 0;
    *last = count;
    while (*first < count && start + *first * dilation < low) ++*first;
    while (*last > *first && start + (*last - 1) * dilation >= high) --*last;
}

/// The mean of one window, term by term: the elements of the plane (or of the padded plane) alone.
static TARGET float window_mean(const aivm_planes *p, const float *plane, size_t y, size_t x) {
    const aivm_grid *g = p->grid;
    const size_t before_y = p->counts_padding ? 0 : g->pad_top;
    const size_t before_x = p->counts_padding ? 0 : g->pad_left;
    const size_t end_y = g->pad_top + g->height + (p->counts_padding ? g->pad_bottom : 0);
    const size_t end_x = g->pad_left + g->width + (p->counts_padding ? g->pad_right : 0);
    size_t top, bottom, left, right;
    places_inside(
        y * g->stride_y, g->dilation_y, g->kernel_height, before_y, end_y, &top, &bottom);
    places_inside(
        x * g->stride_x, g->dilation_x, g->kernel_width, before_x, end_x, &left, &right);
    float lanes[16] = {0};
    size_t number = 0;
    for (size_t i = top; i < bottom; i++) {
        for (size_t j = left; j < right; j++, number++) {
            // In the padding the subtractions wrap to large numbers.
            size_t row = y * g->stride_y + i * g->dilation_y - g->pad_top;
            size_t column = x * g->stride_x + j * g->dilation_x - g->pad_left;
            int isInside = row < g->height && column < g->width;
            lanes[number % 16] += isInside ? plane[row * g->width + column] : 0;
        }
    }
    // Lanes without an element hold +0, which adds nothing.
    for (size_t distance = 8; distance > 0; distance /= 2) {
        for (size_t l = 0; l < distance && l + distance < number; l++) {
            lanes[l] += lanes[l + distance];
        }
    }
    return canonical(lanes[0] / (float)number);
}

/// The positions 0 ..< count along one axis whose windows need no term-by-term treatment.
static void whole_windows(
    size_t count, size_t stride, size_t reach, size_t extent, size_t before, size_t after,
    int counts_padding, size_t *first, size_t *last) {
    // In the coordinates of the padded plane, a window takes start ... start + reach.
    size_t low = counts_padding ? 0 : before;
    size_t high = before + extent + (counts_padding ? after : 0);
    *first = lesser((low + stride - 1) / stride, count);
    *last = high > reach ? lesser((high - reach - 1) / stride + 1, count) : 0;
    if (*last < *first) *last = *first;
}

static TARGET void average_pool(const aivm_planes *p, size_t first, size_t last) {
    _Alignas(64) float memory[ROW_FLOATS];
    const aivm_grid *grid = p->grid;
    const size_t input = grid->height * grid->width;
    const int isStrips = is_strip_grid(grid);
    row_buffers r;
    strip_columns kept[KEPT_STRIPS];
    if (isStrips) {
        keep_columns(grid, kept);
    } else {
        start_rows(&r, grid, memory, 0);
    }
    size_t top, bottom, left, right;
    whole_windows(
        grid->output_height, grid->stride_y, (grid->kernel_height - 1) * grid->dilation_y,
        grid->height, grid->pad_top, grid->pad_bottom, p->counts_padding, &top, &bottom);
    whole_windows(
        grid->output_width, grid->stride_x, (grid->kernel_width - 1) * grid->dilation_x,
        grid->width, grid->pad_left, grid->pad_right, p->counts_padding, &left, &right);
    for (size_t plane = first; plane < last; plane++) {
        const float *from = p->x + plane * input;
        float *to = p->out + plane * grid->output_height * grid->output_width;
        if (isStrips) {
            strips[AVERAGE][grid->kernel_width - 2][grid->stride_x - 1](
                grid, kept, from, NULL, to, NULL, 0);
        } else {
            average_plane(&r, from, NULL, to, NULL, 0);
        }
        for (size_t y = 0; y < grid->output_height; y++, to += grid->output_width) {
            int isWhole = y >= top && y < bottom;
            for (size_t x = 0; x < (isWhole ? left : grid->output_width); x++) {
                to[x] = window_mean(p, from, y, x);
            }
            for (size_t x = right; isWhole && x < grid->output_width; x++) {
                to[x] = window_mean(p, from, y, x);
            }
        }
    }
}

#define SHIFTED_LANE(lane, distance) (((lane) + (distance)) % LANES)
#define FOLD_LANES(distance)                                                                      \
    if (distance < LANES) {                                                                       \
        x += __builtin_shufflevector(x, x, LANE_LIST(SHIFTED_LANE, distance));                    \
    }

/// The means of rows first ..< last of n elements: the lanes of the reduction rule are vectors.
static TARGET void means(
    size_t n, const float *x_rows, float *out, size_t first, size_t last) {
    enum { PARTS = 16 / LANES };
    for (size_t row = first; row < last; row++) {
        const float *from = x_rows + row * n;
        vector sums[PARTS];
        for (size_t part = 0; part < PARTS; part++) sums[part] = (vector){0};
        for (size_t i = 0; i < n; i += 16) {
#pragma clang loop unroll(full)
            for (size_t part = 0; part < PARTS; part++) {
                size_t at = i + part * LANES;
                // Absent elements add +0 to sums that are never -0.
                if (at < n) sums[part] += load_part(from + at, n - at);
            }
        }
#pragma clang loop unroll(full)
        for (size_t distance = PARTS / 2; distance > 0; distance /= 2) {
            for (size_t part = 0; part < distance; part++) sums[part] += sums[part + distance];
        }
        vector x = sums[0];
        FOLD_LANES(8)
        FOLD_LANES(4)
        FOLD_LANES(2)
        FOLD_LANES(1)
        out[row] = canonical(x[0] / (float)n);
    }
}
