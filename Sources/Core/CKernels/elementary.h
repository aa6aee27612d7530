// Elementary functions in binary64, accurate to about 2^-46: the fast half of correct rounding.
// Only +, -, *, /, square roots and moves of bits, so the loops vectorise. A result is rounded to
// binary32 only when all values within FAST_ERROR of it round alike; else elementary.c decides
// (Ziv's test), for about one input in 400,000. So variants may differ here, in whether a product
// is rounded before it is added, and still agree in every result.
#ifndef AIVM_ELEMENTARY_H
#define AIVM_ELEMENTARY_H

#include "elementary_tables.h"
#include "variant.h"

/// a * b + c, the product rounded or not: whichever is fast. A variant with fused operations
/// defines it before this file is included.
#ifndef MULTIPLY_ADD
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif

/// Bounds the relative error of every function below, with a margin of at least 8.
#define FAST_ERROR 0x1p-42

/// op(x) correctly rounded, for any x.
float elementary_slow(int operation, float x);

ALWAYS_INLINE double clamped(double x, double low, double high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

ALWAYS_INLINE double with_sign_of(double magnitude, double x) {
    const uint64_t sign = 0x8000000000000000u;
    return double_from_bits((double_bits(magnitude) & ~sign) | (double_bits(x) & sign));
}

ALWAYS_INLINE double magnitude(double x) { return with_sign_of(x, 1); }

/// Horner's rule; `count` is a constant at every call.
ALWAYS_INLINE double polynomial(const double *coefficients, const int count, double x) {
    double p = coefficients[count - 1];
#pragma clang loop unroll(full)
    for (int n = count - 2; n >= 0; n--) p = MULTIPLY_ADD(p, x, coefficients[n]);
    return p;
}

#define POLYNOMIAL(table, x) polynomial(table, sizeof table / sizeof *table, x)

/// exp(r) - 1 and the power of two such that x = k ln 2 + r, |r| <= 0.35; |x| <= 160.
ALWAYS_INLINE double exp_reduced(double x, double *power) {
    const double magic = 0x1.8p52;
    // Adding 1.5 * 2^52 rounds to an integer, which the low bits of the sum then hold.
    double shifted = x * 0x1.71547652b82fep0 + magic;
    double k = shifted - magic;
    // Errs by less than 2^-45.2 where k != 0, which is as much relative to the results.
    double r = MULTIPLY_ADD(-k, 0x1.62e42fefa39efp-1, x);
    *power = double_from_bits((double_bits(shifted) + 1023) << 52);
    return MULTIPLY_ADD(r * r, POLYNOMIAL(exp_coefficients, r), r);
}

/// exp(x), |x| <= 160.
ALWAYS_INLINE double exp_core(double x) {
    double power, q = exp_reduced(x, &power);
    return (1 + q) * power;
}

/// exp(x) - 1, |x| <= 160, to a small relative error: without k there is nothing to cancel.
ALWAYS_INLINE double expm1_core(double x) {
    double power, q = exp_reduced(x, &power);
    return q * power + (power - 1);
}

/// ln w = k ln 2 + 2 atanh f, f = (m - 1) / (m + 1), m from sqrt(1/2) to sqrt(2), |f| < 0.172.
/// `t` is w - 1, used where k = 0: there w may have lost what decides.
ALWAYS_INLINE double logarithm_core(double w, double t) {
    const uint64_t root_half = 0x3FE6A09E667F3BCDu;
    uint64_t bits = double_bits(w) - root_half;
    // An arithmetic shift: the exponent of w / sqrt(1/2), also when it is negative.
    int64_t k = (int64_t)bits >> 52;
    double m = double_from_bits((bits & 0x000FFFFFFFFFFFFFu) + root_half);
    double distance = k == 0 ? t : m - 1;
    double f = distance / (distance + 2), z = f * f;
    double series = f * (2 + z * POLYNOMIAL(logarithm_coefficients, z));
    return (double)(int32_t)k * 0x1.62e42fefa39efp-1 + series;
}

/// As logarithm_core, for any w.
ALWAYS_INLINE double logarithm_total(double w, double t) {
    double y = logarithm_core(w, t);
    y = w == __builtin_inf() ? w : y;
    y = w == 0 ? -__builtin_inf() : y;
    return w >= 0 ? y : __builtin_nan("");
}

/// atan(x), for any x: the series around 0, 1 or infinity.
ALWAYS_INLINE double arctangent_core(double x) {
    double a = magnitude(x);
    int far = a > 0x1.3504f333f9de6p1, middle = a > 0x1.a827999fcef32p-2;
    double above = far ? -1 : middle ? a - 1 : a, below = far ? a : middle ? a + 1 : 1;
    double base = far ? 0x1.921fb54442d18p0 : middle ? 0x1.921fb54442d18p-1 : 0;
    double u = above / below, z = u * u;
    return with_sign_of(base + u * (1 + z * POLYNOMIAL(arctangent_coefficients, z)), x);
}

/// sin(r + quadrant pi / 2), |r| <= pi / 4; only the two low bits of `quadrant` count.
ALWAYS_INLINE double sine_core(double r, uint64_t quadrant) {
    double z = r * r;
    double sine = r * (1 + z * POLYNOMIAL(sine_coefficients, z));
    double cosine = (1 - 0.5 * z) + z * z * POLYNOMIAL(cosine_coefficients, z);
    double y = (quadrant & 1) != 0 ? cosine : sine;
    return double_from_bits(double_bits(y) ^ (quadrant & 2) << 62);
}

/// tan(r + quadrant pi / 2), |r| <= pi / 4.
ALWAYS_INLINE double tangent_core(double r, uint64_t quadrant) {
    double z = r * r;
    double sine = r * (1 + z * POLYNOMIAL(sine_coefficients, z));
    double cosine = (1 - 0.5 * z) + z * z * POLYNOMIAL(cosine_coefficients, z);
    int odd = (quadrant & 1) != 0;
    return (odd ? -cosine : sine) / (odd ? sine : cosine);
}

/// Up to here the reduction below is good to 2^-52 of its result.
#define REDUCTION_LIMIT 0x1p20

/// x minus the nearest multiple of pi / 2, whose number ends in the bits of `quadrant`.
/// |x| <= REDUCTION_LIMIT: the products with the first two parts of pi / 2 are exact, and binary32
/// numbers stay 2^-30 away from such multiples.
ALWAYS_INLINE double angle_reduced(double x, uint64_t *quadrant) {
    const double magic = 0x1.8p52;
    double shifted = x * 0x1.45f306dc9c883p-1 + magic;
    double k = shifted - magic;
    *quadrant = double_bits(shifted);
    return ((x - k * half_pi_parts[0]) - k * half_pi_parts[1]) - k * half_pi_parts[2];
}

/// y where the reduction holds. Beyond, a value halfway between binary32 numbers, which sends the
/// input to elementary_slow; NaN for infinities.
ALWAYS_INLINE double if_reduced(double y, float x) {
    double a = magnitude(x);
    return a <= REDUCTION_LIMIT ? y : a < __builtin_inf() ? 0x1.000001p0 : __builtin_nan("");
}

/// Beyond the limits the result is 0 or infinite in binary32 anyway.
ALWAYS_INLINE double exponential_fast(float x) { return exp_core(clamped(x, -110, 90)); }

ALWAYS_INLINE double exponential_minus_one_fast(float x) {
    return with_sign_of(expm1_core(clamped(x, -110, 90)), x);
}

/// 1 / (1 + exp(-x)).
ALWAYS_INLINE double sigmoid_fast(float x) {
    return 1 / (1 + exp_core(clamped(-(double)x, -110, 110)));
}

/// ln(1 + exp(x)) = max(x, 0) + ln(1 + exp(-|x|)).
ALWAYS_INLINE double softplus_fast(float x) {
    double t = exp_core(clamped(-magnitude(x), -110, 0));
    return (x < 0 ? 0 : (double)x) + logarithm_core(1 + t, t);
}

/// t / (t + 2), t = exp(2x) - 1.
ALWAYS_INLINE double tanh_fast(float x) {
    double t = expm1_core(2 * clamped(magnitude(x), 0, 20));
    return with_sign_of(t / (t + 2), x);
}

/// (t + t / (t + 1)) / 2, t = exp(x) - 1.
ALWAYS_INLINE double hyperbolic_sine_fast(float x) {
    double t = expm1_core(clamped(magnitude(x), 0, 90));
    return with_sign_of(0.5 * (t + t / (t + 1)), x);
}

ALWAYS_INLINE double hyperbolic_cosine_fast(float x) {
    double e = exp_core(clamped(magnitude(x), 0, 90));
    return 0.5 * (e + 1 / e);
}

/// The Taylor series around the nearest multiple of 1/16, degree 8; 1 in binary32 from 4 on.
ALWAYS_INLINE double erf_fast(float x) {
    const double magic = 0x1.8p52;
    double a = clamped(magnitude(x), 0, 4);
    double shifted = a * 16 + magic;
    double h = a - (shifted - magic) * 0.0625;
    // A NaN gives an index of arbitrary low bits; the mask and the bound keep it in the table.
    uint64_t j = double_bits(shifted) & 127;
    j = j > 64 ? 64 : j;
    double p = erf_coefficients[8][j];
#pragma clang loop unroll(full)
    for (int n = 7; n >= 0; n--) p = MULTIPLY_ADD(p, h, erf_coefficients[n][j]);
    return with_sign_of(p, x);
}

ALWAYS_INLINE double logarithm_fast(float x) { return logarithm_total(x, (double)x - 1); }

ALWAYS_INLINE double logarithm_of_one_plus_fast(float x) {
    return with_sign_of(logarithm_total(1 + (double)x, x), x);
}

ALWAYS_INLINE double sine_fast(float x) {
    uint64_t quadrant;
    double r = angle_reduced(x, &quadrant);
    return if_reduced(sine_core(r, quadrant), x);
}

ALWAYS_INLINE double cosine_fast(float x) {
    uint64_t quadrant;
    double r = angle_reduced(x, &quadrant);
    return if_reduced(sine_core(r, quadrant + 1), x);
}

ALWAYS_INLINE double tangent_fast(float x) {
    uint64_t quadrant;
    double r = angle_reduced(x, &quadrant);
    return if_reduced(tangent_core(r, quadrant), x);
}

/// The series of asin at `u`, or, where |x| > 1/2, at u = sqrt((1 - |x|) / 2): half the distance
/// of asin |x| from pi / 2. NaN beyond 1.
ALWAYS_INLINE double arcsine_series(double a) {
    double z = a > 0.5 ? 0.5 * (1 - a) : a * a;
    double u = a > 0.5 ? __builtin_elementwise_sqrt(z) : a;
    return u * (1 + z * POLYNOMIAL(arcsine_coefficients, z));
}

ALWAYS_INLINE double arcsine_fast(float x) {
    double a = magnitude(x), s = arcsine_series(a);
    return with_sign_of(a > 0.5 ? 0x1.921fb54442d18p0 - 2 * s : s, x);
}

ALWAYS_INLINE double arccosine_fast(float x) {
    double a = magnitude(x), s = arcsine_series(a);
    double near = x < 0 ? 0x1.921fb54442d18p1 - 2 * s : 2 * s;
    return a > 0.5 ? near : 0x1.921fb54442d18p0 - with_sign_of(s, x);
}

ALWAYS_INLINE double arctangent_fast(float x) { return arctangent_core(x); }

/// ln(1 + t), t = x + x^2 / (1 + sqrt(1 + x^2)).
ALWAYS_INLINE double inverse_hyperbolic_sine_fast(float x) {
    double a = magnitude(x), z = a * a;
    double t = a + z / (1 + __builtin_elementwise_sqrt(1 + z));
    // The quotient is NaN for infinities.
    t = a == __builtin_inf() ? a : t;
    return with_sign_of(logarithm_total(1 + t, t), x);
}

/// ln(1 + t), t = (x - 1) + sqrt((x - 1) (x + 1)).
ALWAYS_INLINE double inverse_hyperbolic_cosine_fast(float x) {
    double d = (double)x - 1, t = d + __builtin_elementwise_sqrt(d * (d + 2));
    return x >= 1 ? logarithm_total(1 + t, t) : __builtin_nan("");
}

/// ln(1 + t) / 2, t = 2x / (1 - x).
ALWAYS_INLINE double inverse_hyperbolic_tangent_fast(float x) {
    double a = magnitude(x), t = 2 * a / (1 - a);
    return with_sign_of(0.5 * logarithm_total(1 + t, t), x);
}

#endif
