// Loops without an order to keep, shared by all variants: the compiler vectorises them for TARGET.
// Each element's result is fixed by IEEE 754 or by correct rounding, so vectors change no bit; the
// reductions have a fixed shape of 16 lanes.
#include "elementary.h"

/// NaN wins, -0 < +0. Associative and commutative.
ALWAYS_INLINE TARGET float maximum(float a, float b) {
    float larger = a > b ? a : b;
    // Equal zeros: the sign survives only when both have it. Other equals have equal bits.
    larger = a == b ? float_from_bits(float_bits(a) & float_bits(b)) : larger;
    larger = a != a ? a : larger;
    return b != b ? b : larger;
}

// `out` may be `a`, `b` or `x` itself: each element is read before it is written, so the loops have
// nothing to check before they run as vectors.
#define IN_ORDER _Pragma("clang loop vectorize(assume_safety)")
// A build that does not vectorise, such as one with sanitizers, is as right.
#pragma clang diagnostic ignored "-Wpass-failed"

#define BINARY_LOOP(expression)                                                                   \
    if (a_step == 1 && b_step == 1) {                                                             \
        IN_ORDER for (size_t i = 0; i < n; i++) {                                                 \
            float x = a[i], y = b[i];                                                             \
            out[i] = canonical(expression);                                                       \
        }                                                                                         \
    } else if (a_step == 1) {                                                                     \
        const float y = *b;                                                                       \
        IN_ORDER for (size_t i = 0; i < n; i++) {                                                 \
            float x = a[i];                                                                       \
            out[i] = canonical(expression);                                                       \
        }                                                                                         \
    } else {                                                                                      \
        const float x = *a;                                                                       \
        IN_ORDER for (size_t i = 0; i < n; i++) {                                                 \
            float y = b[i * b_step];                                                              \
            out[i] = canonical(expression);                                                       \
        }                                                                                         \
    }

static TARGET void binary(
    int operation, size_t n, const float *a, size_t a_step, const float *b, size_t b_step,
    float *out) {
    if (n == 0) return;
    switch (operation) {
    case AIVM_ADD: BINARY_LOOP(x + y) break;
    case AIVM_SUBTRACT: BINARY_LOOP(x - y) break;
    case AIVM_MULTIPLY: BINARY_LOOP(x * y) break;
    case AIVM_DIVIDE: BINARY_LOOP(x / y) break;
    default: BINARY_LOOP(maximum(x, y)) break;
    }
}

/// One element: the fast result when everything within FAST_ERROR of it rounds alike. A NaN whose
/// bits are not the canonical ones differs too and becomes so in the slow half. The last groups of
/// 16 are filled up with ones, so all of them are vectors.
#define ELEMENTARY_LOOP(name, operation)                                                          \
    static TARGET void name##_loop(size_t n, const float *x, float *out) {                        \
        enum { CHUNK = 256, LANES = 16 };                                                          \
        float padded[CHUNK], below[CHUNK], above[CHUNK];                                          \
        for (size_t first = 0; first < n; first += CHUNK) {                                       \
            size_t count = n - first < CHUNK ? n - first : CHUNK;                                 \
            const float *from = x + first;                                                        \
            if (count < CHUNK) {                                                                  \
                for (size_t i = 0; i < count; i++) padded[i] = from[i];                           \
                for (size_t i = count; i % LANES != 0; i++) padded[i] = 1;                        \
                from = padded;                                                                    \
            }                                                                                     \
            uint32_t difference = 0;                                                              \
            for (size_t group = 0; group < count; group += LANES) {                               \
                for (size_t i = group; i < group + LANES; i++) {                                  \
                    double y = name##_fast(from[i]);                                              \
                    below[i] = canonical((float)(y * (1 - FAST_ERROR)));                          \
                    above[i] = (float)(y * (1 + FAST_ERROR));                                     \
                    difference |= float_bits(below[i]) ^ float_bits(above[i]);                    \
                }                                                                                 \
            }                                                                                     \
            for (size_t i = 0; difference != 0 && i < count; i++) {                               \
                if (float_bits(below[i]) == float_bits(above[i])) continue;                       \
                below[i] = elementary_slow(operation, from[i]);                                   \
            }                                                                                     \
            memcpy(out + first, below, count * sizeof(float));                                    \
        }                                                                                         \
    }

ELEMENTARY_LOOP(exponential, AIVM_EXPONENTIAL)
ELEMENTARY_LOOP(sigmoid, AIVM_SIGMOID)
ELEMENTARY_LOOP(tanh, AIVM_TANH)
#ifndef HAS_ERF_LOOP
ELEMENTARY_LOOP(erf, AIVM_ERF)
#endif
ELEMENTARY_LOOP(logarithm, AIVM_LOGARITHM)
ELEMENTARY_LOOP(sine, AIVM_SINE)
ELEMENTARY_LOOP(cosine, AIVM_COSINE)
ELEMENTARY_LOOP(tangent, AIVM_TANGENT)
ELEMENTARY_LOOP(arcsine, AIVM_ARCSINE)
ELEMENTARY_LOOP(arccosine, AIVM_ARCCOSINE)
ELEMENTARY_LOOP(arctangent, AIVM_ARCTANGENT)
ELEMENTARY_LOOP(hyperbolic_sine, AIVM_HYPERBOLIC_SINE)
ELEMENTARY_LOOP(hyperbolic_cosine, AIVM_HYPERBOLIC_COSINE)
ELEMENTARY_LOOP(inverse_hyperbolic_sine, AIVM_INVERSE_HYPERBOLIC_SINE)
ELEMENTARY_LOOP(inverse_hyperbolic_cosine, AIVM_INVERSE_HYPERBOLIC_COSINE)
ELEMENTARY_LOOP(inverse_hyperbolic_tangent, AIVM_INVERSE_HYPERBOLIC_TANGENT)
ELEMENTARY_LOOP(exponential_minus_one, AIVM_EXPONENTIAL_MINUS_ONE)
ELEMENTARY_LOOP(logarithm_of_one_plus, AIVM_LOGARITHM_OF_ONE_PLUS)
ELEMENTARY_LOOP(softplus, AIVM_SOFTPLUS)

/// The nearest integer, half to even: adding 2^23 leaves no fraction; from 2^23 on there is none.
ALWAYS_INLINE TARGET float to_integer(float a) {
    const float magic = 0x1p23f;
    float size = float_from_bits(float_bits(a) & 0x7FFFFFFFu);
    float integer = size < magic ? (size + magic) - magic : size;
    return float_from_bits(float_bits(integer) | (float_bits(a) & 0x80000000u));
}

/// `integer` with the sign bit of a, which a zero may lack.
ALWAYS_INLINE TARGET float signed_as(float a, float integer) {
    return float_from_bits((float_bits(integer) & 0x7FFFFFFFu) | (float_bits(a) & 0x80000000u));
}

ALWAYS_INLINE TARGET float ceiling(float a) {
    float integer = to_integer(a);
    return signed_as(a, integer < a ? integer + 1 : integer);
}

ALWAYS_INLINE TARGET float floor_of(float a) {
    float integer = to_integer(a);
    return signed_as(a, integer > a ? integer - 1 : integer);
}

/// a * a * a rounded once. The square is exact in binary64, and the fused operation gives what the
/// rounded cube lacks; rounded to odd, the cube rounds to 24 bits as the exact one does.
ALWAYS_INLINE TARGET float cube(float a) {
    double x = a, square = x * x, sum = square * x;
    double rest = __builtin_elementwise_fma(square, x, -sum);
    uint64_t bits = double_bits(sum);
    // Neither comparison holds where the cube is infinite or no number.
    uint64_t isInexact = rest < 0 || rest > 0, isLarger = (rest > 0) == (sum > 0);
    uint64_t odd = isLarger ? bits + 1 : bits - 1;
    return (float)double_from_bits(isInexact && (bits & 1) == 0 ? odd : bits);
}

#define UNARY_LOOP(expression)                                                                    \
    IN_ORDER for (size_t i = 0; i < n; i++) {                                                     \
        float a = x[i];                                                                           \
        out[i] = canonical(expression);                                                           \
    }

static TARGET void unary(int operation, size_t n, const float *x, float *out) {
    switch (operation) {
    case AIVM_RELU: UNARY_LOOP(a <= 0 ? 0 : a) break;
    case AIVM_NEGATE: UNARY_LOOP(-a) break;
    case AIVM_ABSOLUTE: UNARY_LOOP(float_from_bits(float_bits(a) & 0x7FFFFFFFu)) break;
    case AIVM_CEILING: UNARY_LOOP(ceiling(a)) break;
    case AIVM_FLOOR: UNARY_LOOP(floor_of(a)) break;
    case AIVM_ROUND: UNARY_LOOP(to_integer(a)) break;
    case AIVM_SIGN: UNARY_LOOP(a > 0 ? 1 : a < 0 ? -1 : a == 0 ? 0 : a) break;
    case AIVM_RECIPROCAL: UNARY_LOOP(1 / a) break;
    case AIVM_SQUARE_ROOT: UNARY_LOOP(__builtin_elementwise_sqrt(a)) break;
    case AIVM_EXPONENTIAL: exponential_loop(n, x, out); break;
    case AIVM_SIGMOID: sigmoid_loop(n, x, out); break;
    case AIVM_TANH: tanh_loop(n, x, out); break;
    case AIVM_ERF: erf_loop(n, x, out); break;
    case AIVM_SINE: sine_loop(n, x, out); break;
    case AIVM_COSINE: cosine_loop(n, x, out); break;
    case AIVM_TANGENT: tangent_loop(n, x, out); break;
    case AIVM_ARCSINE: arcsine_loop(n, x, out); break;
    case AIVM_ARCCOSINE: arccosine_loop(n, x, out); break;
    case AIVM_ARCTANGENT: arctangent_loop(n, x, out); break;
    case AIVM_HYPERBOLIC_SINE: hyperbolic_sine_loop(n, x, out); break;
    case AIVM_HYPERBOLIC_COSINE: hyperbolic_cosine_loop(n, x, out); break;
    case AIVM_INVERSE_HYPERBOLIC_SINE: inverse_hyperbolic_sine_loop(n, x, out); break;
    case AIVM_INVERSE_HYPERBOLIC_COSINE: inverse_hyperbolic_cosine_loop(n, x, out); break;
    case AIVM_INVERSE_HYPERBOLIC_TANGENT: inverse_hyperbolic_tangent_loop(n, x, out); break;
    case AIVM_EXPONENTIAL_MINUS_ONE: exponential_minus_one_loop(n, x, out); break;
    case AIVM_LOGARITHM_OF_ONE_PLUS: logarithm_of_one_plus_loop(n, x, out); break;
    case AIVM_SQUARE: UNARY_LOOP(a * a) break;
    case AIVM_CUBE: UNARY_LOOP(cube(a)) break;
    case AIVM_SOFTPLUS: softplus_loop(n, x, out); break;
    default: logarithm_loop(n, x, out); break;
    }
}

/// Lane i of 16 sums elements i, i + 16, ... ascending from +0; then lanes 8, 4, 2, 1 apart.
ALWAYS_INLINE TARGET float folded(float lanes[16]) {
    for (size_t distance = 8; distance > 0; distance /= 2) {
        for (size_t lane = 0; lane < distance; lane++) lanes[lane] += lanes[lane + distance];
    }
    return canonical(lanes[0]);
}

static TARGET float sum16(size_t n, const float *x, size_t step) {
    float lanes[16] = {0};
    size_t i = 0;
    if (step == 1) {
        for (; i + 16 <= n; i += 16) {
            for (size_t lane = 0; lane < 16; lane++) lanes[lane] += x[i + lane];
        }
    }
    for (; i < n; i++) lanes[i % 16] += x[i * step];
    return folded(lanes);
}

static TARGET void softmax(size_t rows, size_t n, const float *x, float *out) {
    for (size_t row = 0; row < rows; row++, x += n, out += n) {
        float lanes[16], largest = -__builtin_inff();
        for (size_t lane = 0; lane < 16; lane++) lanes[lane] = largest;
        size_t i = 0;
        for (; i + 16 <= n; i += 16) {
            for (size_t lane = 0; lane < 16; lane++) {
                lanes[lane] = maximum(lanes[lane], x[i + lane]);
            }
        }
        for (; i < n; i++) largest = maximum(largest, x[i]);
        for (size_t lane = 0; lane < 16; lane++) largest = maximum(largest, lanes[lane]);
        for (i = 0; i < n; i++) out[i] = x[i] - largest;
        exponential_loop(n, out, out);
        float sum = sum16(n, out, 1);
        for (i = 0; i < n; i++) out[i] = canonical(out[i] / sum);
    }
}

static TARGET void layer_normalization(
    size_t rows, size_t n, const float *x, float epsilon, const float *scale, const float *bias,
    float *out, float *means, float *inverses) {
    for (size_t row = 0; row < rows; row++, x += n, out += n) {
        float mean = canonical(sum16(n, x, 1) / (float)n);
        float lanes[16] = {0};
        size_t i = 0;
        for (; i + 16 <= n; i += 16) {
            for (size_t lane = 0; lane < 16; lane++) {
                float distance = x[i + lane] - mean;
                out[i + lane] = distance;
                lanes[lane] += distance * distance;
            }
        }
        for (; i < n; i++) {
            float distance = x[i] - mean;
            out[i] = distance;
            lanes[i % 16] += distance * distance;
        }
        float variance = folded(lanes) / (float)n;
        float inverse = canonical(1 / __builtin_elementwise_sqrt(variance + epsilon));
        if (bias != NULL) {
            for (i = 0; i < n; i++) out[i] = canonical(out[i] * inverse * scale[i] + bias[i]);
        } else {
            for (i = 0; i < n; i++) out[i] = canonical(out[i] * inverse * scale[i]);
        }
        if (means != NULL) means[row] = mean;
        if (inverses != NULL) inverses[row] = inverse;
    }
}

#include "wide.h"

#ifndef MIXED_PRODUCT
#define MIXED_PRODUCT NULL
#define THIN_PRODUCT NULL
#define MIXED_CONVOLUTION NULL
#define MIXED_DEPTHWISE NULL
#define SORT_PHASES NULL
#endif

#define VARIANT_TABLE                                                                             \
    {                                                                                             \
        .product = product, .windows = windows, .product_int8 = product_int8,                     \
        .halve_int16 = halve_int16, .rescale_halves = rescale_halves, .add_int16 = add_int16,     \
        .look_up_int16 = look_up_int16, .multiply_int16 = multiply_int16,                         \
        .rescale_sums = rescale_sums, .softmax_int16 = softmax_int16,                             \
        .normalize_int16 = normalize_int16, .window_halves = window_halves,                       \
        .maximum_int16 = maximum_int16, .transpose_int16 = transpose_int16,                       \
        .quantize_float = quantize_float, .dequantize_int16 = dequantize_int16,                   \
        .mixed_product = MIXED_PRODUCT, .thin_product = THIN_PRODUCT,                             \
        .mixed_convolution = MIXED_CONVOLUTION,                                                   \
        .mixed_depthwise = MIXED_DEPTHWISE, .sort_phases = SORT_PHASES,                           \
        .depthwise = depthwise,                                                                   \
        .maximum_pool = maximum_pool, .average_pool = average_pool, .means = means,               \
        .binary = binary,                                                                         \
        .unary = unary,                                                                           \
        .sum = sum16, .softmax = softmax, .layer_normalization = layer_normalization,             \
    }
