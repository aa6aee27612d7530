// int16 numbers for the kernels of bytes, and what becomes of their sums (WideProducts.swift has
// the rules). Whole numbers: any order gives these results, and the compiler vectorises for TARGET.

#ifndef AIVM_WIDE_H
#define AIVM_WIDE_H

static TARGET void halve_int16(size_t n, const int16_t *x, int8_t *halves) {
    IN_ORDER for (size_t i = 0; i < n; i++) halves[i] = (int8_t)(x[i] >> 8);
    IN_ORDER for (size_t i = 0; i < n; i++) halves[n + i] = (int8_t)(x[i] ^ 0x80);
}

/// (product + half) >> shift, clamped.
ALWAYS_INLINE TARGET int16_t rescaled(int64_t product, const aivm_rescaling *rescaling) {
    int64_t quotient = (product + rescaling->half) >> rescaling->shift;
    quotient = quotient < rescaling->minimum ? rescaling->minimum : quotient;
    return (int16_t)(quotient > rescaling->maximum ? rescaling->maximum : quotient);
}

static TARGET void add_int16(
    size_t n, const int16_t *a, size_t a_step, const int16_t *b, size_t b_step,
    const int64_t *multipliers, const aivm_rescaling *rescaling, int16_t *out) {
    const aivm_rescaling rule = *rescaling;
    const int64_t first = multipliers[0], second = multipliers[1];
    if (a_step != 0 && b_step != 0) {
        IN_ORDER for (size_t i = 0; i < n; i++)
            out[i] = rescaled(a[i] * first + b[i] * second, &rule);
    } else {
        const int64_t fixed = a_step == 0 ? a[0] * first : b[0] * second;
        const int64_t multiplier = a_step == 0 ? second : first;
        const int16_t *x = a_step == 0 ? b : a;
        IN_ORDER for (size_t i = 0; i < n; i++)
            out[i] = rescaled(x[i] * multiplier + fixed, &rule);
    }
}

/// x to the nearest whole number, ties to even, within bounds.
ALWAYS_INLINE TARGET int16_t whole_within(float x, float minimum, float maximum) {
    x = __builtin_rintf(x);
    x = x < minimum ? minimum : x;
    return (int16_t)(x > maximum ? maximum : x);
}

/// The quotient is that of a division, correctly rounded, but without one: from the correctly
/// rounded reciprocal a quotient within an ulp, which its exact remainder puts right (P. Markstein,
/// IBM J. Res. Dev. 34, 1990). Where numbers are so small that remainders underflow, quotients are
/// 0 either way.
static TARGET void quantize_float(
    size_t n, const float *x, float scale, float minimum, float maximum, int16_t *out) {
    if (!(scale >= 0x1p-60f && scale <= 0x1p60f)) {
        IN_ORDER for (size_t i = 0; i < n; i++) {
            float quotient = x[i] / scale;
            quotient = quotient == quotient ? quotient : 0;
            out[i] = whole_within(quotient, minimum, maximum);
        }
        return;
    }
    const float inverse = 1 / scale;
    // Beyond it every quotient is beyond the bounds, which are numbers of int16.
    const float limit = scale * 0x1p17f;
    size_t done = 0;
#ifdef HAS_QUANTIZE_VECTORS
    done = quantize_vectors(n, x, scale, minimum, maximum, out);
#endif
    IN_ORDER for (size_t i = done; i < n; i++) {
        float number = x[i] == x[i] ? x[i] : 0;
        number = number < -limit ? -limit : number;
        number = number > limit ? limit : number;
        float quotient = number * inverse;
        quotient = __builtin_fmaf(__builtin_fmaf(-quotient, scale, number), inverse, quotient);
        quotient = __builtin_fmaf(__builtin_fmaf(-quotient, scale, number), inverse, quotient);
        out[i] = whole_within(quotient, minimum, maximum);
    }
}

static TARGET void dequantize_int16(size_t n, const int16_t *x, float scale, float *out) {
    IN_ORDER for (size_t i = 0; i < n; i++) out[i] = (float)x[i] * scale;
}

static TARGET void look_up_int16(
    size_t n, const int16_t *x, int64_t multiplier, const aivm_rescaling *rescaling,
    const int16_t *table, int16_t *out) {
    const aivm_rescaling rule = *rescaling;
    // The arguments of a block first, which vectorises.
    int16_t arguments[256];
    for (size_t start = 0; start < n; start += 256) {
        size_t count = n - start < 256 ? n - start : 256;
        IN_ORDER for (size_t i = 0; i < count; i++)
            arguments[i] = rescaled(x[start + i] * multiplier, &rule);
        for (size_t i = 0; i < count; i++) out[start + i] = table[arguments[i] - rule.minimum];
    }
}

static TARGET void multiply_int16(
    size_t rows, size_t terms, size_t columns, const int16_t *a, const int16_t *b, int64_t *sums) {
    for (size_t row = 0; row < rows; row++) {
        int64_t *to = sums + row * columns;
        for (size_t j = 0; j < columns; j++) to[j] = 0;
        for (size_t term = 0; term < terms; term++) {
            const int32_t factor = a[row * terms + term];
            const int16_t *from = b + term * columns;
            IN_ORDER for (size_t j = 0; j < columns; j++) to[j] += (int64_t)(factor * from[j]);
        }
    }
}

static TARGET void rescale_sums(
    size_t n, const int64_t *sums, int64_t multiplier, const aivm_rescaling *rescaling,
    int16_t *out) {
    const aivm_rescaling rule = *rescaling;
    IN_ORDER for (size_t i = 0; i < n; i++) out[i] = rescaled(sums[i] * multiplier, &rule);
}

static TARGET void softmax_int16(
    size_t rows, size_t n, const int16_t *x, const aivm_integer_softmax *softmax,
    int64_t *exponentials, int16_t *out) {
    const aivm_integer_softmax rule = *softmax;
    const int64_t mask = ((int64_t)1 << rule.low_bits) - 1;
    for (size_t row = 0; row < rows; row++) {
        const int16_t *from = x + row * n;
        int16_t *to = out + row * n;
        int16_t largest = INT16_MIN;
        for (size_t j = 0; j < n; j++) largest = from[j] > largest ? from[j] : largest;
        int64_t sum = 0;
        for (size_t j = 0; j < n; j++) {
            int64_t difference = (int64_t)largest - from[j];
            int64_t argument = (difference * rule.multiplier + rule.half) >> rule.shift;
            argument = argument > rule.maximum ? rule.maximum : argument;
            int64_t product =
                (int64_t)rule.high[argument >> rule.low_bits] * rule.low[argument & mask];
            exponentials[j] = (product + rule.product_half) >> rule.product_shift;
            sum += exponentials[j];
        }
        // Below 2^53 both are exact in binary64, so the quotient errs by one at most.
        const double divisor = (double)sum;
        IN_ORDER for (size_t j = 0; j < n; j++) {
            int64_t dividend = exponentials[j] << rule.fraction_bits;
            int64_t quotient = (int64_t)((double)dividend / divisor);
            int64_t rest = dividend - quotient * sum;
            to[j] = (int16_t)(quotient - (rest < 0) + (rest >= sum));
        }
    }
}

/// The largest y with y * y * variance <= 2^(2 bits); variance is at least 1.
ALWAYS_INLINE TARGET int64_t inverse_root(int64_t variance, int bits) {
    const unsigned __int128 target = (unsigned __int128)1 << (2 * bits);
    // Errs by less than one: the integers decide.
    uint64_t root = (uint64_t)((double)((uint64_t)1 << bits) / __builtin_sqrt((double)variance));
    while ((unsigned __int128)root * root * (uint64_t)variance > target) root--;
    while ((unsigned __int128)(root + 1) * (root + 1) * (uint64_t)variance <= target) root++;
    return (int64_t)root;
}

static TARGET void normalize_int16(
    size_t rows, size_t n, const int16_t *x, int is_centred, int64_t epsilon, int fraction_bits,
    const aivm_rescaling *rescaling, int16_t *out) {
    const aivm_rescaling rule = *rescaling;
    const int64_t count = (int64_t)n;
    for (size_t row = 0; row < rows; row++) {
        const int16_t *from = x + row * n;
        int16_t *to = out + row * n;
        int64_t sum = 0, squares = 0;
        for (size_t j = 0; j < n; j++) {
            sum += from[j];
            squares += (int64_t)(from[j] * from[j]);
        }
        if (!is_centred) sum = 0;
        const int64_t factor =
            inverse_root(count * squares - sum * sum + epsilon, fraction_bits);
        IN_ORDER for (size_t j = 0; j < n; j++)
            to[j] = rescaled((count * from[j] - sum) * factor, &rule);
    }
}

static TARGET void window_halves(
    size_t positions, size_t channels, size_t plane, size_t taps, const int32_t *places,
    const int16_t *x, int8_t *halves) {
    const size_t terms = channels * taps;
    for (size_t position = 0; position < positions; position++) {
        const int32_t *window = places + position * taps;
        int8_t *high = halves + position * terms;
        int8_t *low = halves + (positions + position) * terms;
        for (size_t channel = 0; channel < channels; channel++) {
            const int16_t *from = x + channel * plane;
            for (size_t tap = 0; tap < taps; tap++) {
                int16_t value = window[tap] < 0 ? 0 : from[window[tap]];
                *high++ = (int8_t)(value >> 8);
                *low++ = (int8_t)(value ^ 0x80);
            }
        }
    }
}

static TARGET void maximum_int16(
    size_t positions, size_t taps, const int32_t *places, const int16_t *x, int16_t *out) {
    for (size_t position = 0; position < positions; position++) {
        const int32_t *window = places + position * taps;
        int16_t largest = INT16_MIN;
        for (size_t tap = 0; tap < taps; tap++) {
            int16_t value = window[tap] < 0 ? INT16_MIN : x[window[tap]];
            largest = value > largest ? value : largest;
        }
        out[position] = largest;
    }
}

static TARGET void transpose_int16(
    size_t rows, size_t columns, const int16_t *x, size_t step, int16_t *out) {
    for (size_t column = 0; column < columns; column++)
        for (size_t row = 0; row < rows; row++)
            out[column * step + row] = x[row * columns + column];
}

static TARGET void rescale_halves(
    size_t rows, size_t columns, const int32_t *halves, const int64_t *addends,
    const int64_t *multipliers, const aivm_rescaling *rescaling, int16_t *out) {
    const aivm_rescaling rule = *rescaling;
    for (size_t row = 0; row < rows; row++) {
        const int32_t *high = halves + row * columns;
        const int32_t *low = halves + (rows + row) * columns;
        int16_t *to = out + row * columns;
        IN_ORDER for (size_t j = 0; j < columns; j++) {
            int64_t sum = (int64_t)high[j] * 256 + low[j] + addends[j];
            to[j] = rescaled(sum * multipliers[j], &rule);
        }
    }
}

#endif
