// x to the power y. Special values as C99 F.9.4.4; then results that are exact or halfway between
// two numbers, by integers; then exp(y ln x): for binary32 in binary64 under Ziv's test, else, and
// for binary64 always, in double-double arithmetic, whose relative error here is below 2^-85.
#include "elementary_pairs.h"

/// Bounds the relative error of the fast half with a margin of 8: |y ln x| <= 104 times that of the
/// logarithm, 2^-50, and that of exp.
#define POWER_ERROR 0x1p-39

static int is_integer(double y) {
    return magnitude(y) >= 0x1p52 || (magnitude(y) + 0x1p52) - 0x1p52 == magnitude(y);
}

static int is_odd(double y) {
    return magnitude(y) < 0x1p53 && is_integer(y) && !is_integer(0.5 * y);
}

/// Whether the result follows at once; then it is in `result`. Else x and y are finite and not 0,
/// |x| is not 1, and y is an integer where x < 0.
static int is_special(double x, double y, double *result) {
    const double infinity = __builtin_inf(), a = magnitude(x);
    const double sign = is_odd(y) ? with_sign_of(1, x) : 1;
    if (y == 0 || x == 1) {
        *result = 1;
    } else if (x != x || y != y) {
        *result = __builtin_nan("");
    } else if (a == 1 && is_integer(y)) {
        *result = sign;
    } else if (a == 0 || a == infinity) {
        *result = sign * ((a == 0) == (y < 0) ? infinity : 0);
    } else if (magnitude(y) == infinity) {
        *result = (a < 1) == (y < 0) ? infinity : 0;
    } else if (x < 0 && !is_integer(y)) {
        *result = __builtin_nan("");
    } else {
        return 0;
    }
    return 1;
}

/// The integer root of a square below 2^53, else 0.
static uint64_t root_of_square(uint64_t square) {
    uint64_t root = (uint64_t)__builtin_elementwise_sqrt((double)square);
    return root * root == square ? root : 0;
}

/// Whether a^y = mantissa 2^exponent with an odd mantissa below 2^64; a is positive, finite, not 1.
/// With a = q 2^e, q odd: for q > 1 that needs y > 0, and taking square roots of q until y is an
/// integer. No other y gives a dyadic rational.
static int is_exact(double a, double y, uint64_t *mantissa, int *exponent) {
    double scale = a < 0x1p-1000 ? 0x1p60 : 1;
    uint64_t bits = double_bits(a * scale);
    uint64_t q = (bits & 0x000FFFFFFFFFFFFFu) | 0x0010000000000000u;
    int zeros = __builtin_ctzll(q), e = (int)(bits >> 52) - 1075 + zeros - (scale == 1 ? 0 : 60);
    q >>= zeros;
    if (q == 1) {
        pair power = exact_product(e, y);
        if (power.low != 0 || !is_integer(power.high) || magnitude(power.high) > 2000) return 0;
        *mantissa = 1;
        *exponent = (int)power.high;
        return 1;
    }
    if (y < 0 || y > 64) return 0;
    for (; !is_integer(y); y *= 2, e /= 2) {
        q = root_of_square(q);
        if (q <= 1 || e % 2 != 0) return 0;
    }
    *mantissa = 1;
    for (int n = 0; n < (int)y; n++) {
        if (__builtin_mul_overflow(*mantissa, q, mantissa)) return 0;
    }
    *exponent = e * (int)y;
    return y <= 64;
}

/// a^y in double-double; a is positive, finite, not 1.
static scaled power_scaled(double a, double y) {
    uint64_t mantissa;
    int exponent;
    if (is_exact(a, y, &mantissa, &exponent)) {
        double high = (double)(mantissa >> 32) * 0x1p32, low = (double)(uint32_t)mantissa;
        return (scaled){quick_sum(high, low), exponent};
    }
    // |ln a| >= 2^-53: beyond, the result is 0 or infinite.
    pair x = product(logarithm_pair(a), (pair){clamped(y, -0x1p70, 0x1p70), 0});
    if (x.high > 790) return (scaled){one, 1100};
    if (x.high < -790) return (scaled){one, -1100};
    return exp_scaled(x);
}

float aivm_power(float x, float y) {
    double special;
    if (y == 2) return canonical(x * x);
    if (is_special(x, y, &special)) return canonical((float)special);
    if (y == 1) return x;
    const double a = magnitude(x);
    const float sign = x < 0 && is_odd(y) ? -1 : 1;
    double z = exp_core(clamped(y * logarithm_core(a, a - 1), -110, 110));
    float below = (float)(z * (1 - POWER_ERROR)), above = (float)(z * (1 + POWER_ERROR));
    if (below == above) return sign * below;
    return sign * rounded_to_float(power_scaled(a, y));
}

double aivm_power64(double x, double y) {
    double result;
    if (!is_special(x, y, &result)) {
        result = rounded_to_double(power_scaled(magnitude(x), y));
        result = x < 0 && is_odd(y) ? -result : result;
    }
    return result != result ? double_from_bits(0x7FF8000000000000u) : result;
}
