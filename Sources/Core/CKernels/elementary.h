// Elementary functions in binary64, accurate to about 2^-50: the fast half of correct rounding.
// Only +, -, *, / and moves of bits, in a fixed order, so the loops vectorise and every variant
// agrees. A result is rounded to binary32 only when all values within `…_ERROR` of it round alike;
// else elementary.c decides (Ziv's test).
#ifndef AIVM_ELEMENTARY_H
#define AIVM_ELEMENTARY_H

#include "elementary_tables.h"
#include "variant.h"

/// Bounds of the relative errors of the functions below, with a margin of at least 4.
#define EXPONENTIAL_ERROR 0x1p-48
#define SIGMOID_ERROR 0x1p-47
#define TANH_ERROR 0x1p-46
#define ERF_ERROR 0x1p-47
#define LOGARITHM_ERROR 0x1p-47

/// op(x) correctly rounded, for any x, by double-double arithmetic.
float elementary_slow(int operation, float x);

ALWAYS_INLINE double clamped(double x, double low, double high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

ALWAYS_INLINE double with_sign_of(double magnitude, double x) {
    const uint64_t sign = 0x8000000000000000u;
    return double_from_bits((double_bits(magnitude) & ~sign) | (double_bits(x) & sign));
}

/// exp(x) for |x| <= 160: x = k ln 2 + r, |r| <= 0.35, by the Taylor series of degree 13.
ALWAYS_INLINE double exp_core(double x) {
    const double magic = 0x1.8p52;
    // Adding 1.5 * 2^52 rounds to an integer, which the low bits of the sum then hold.
    double shifted = x * 0x1.71547652b82fep0 + magic;
    double k = shifted - magic;
    // The first part of ln 2 has 32 bits: its product with k, and the difference, are exact.
    double r = (x - k * 0x1.62e42feep-1) - k * 0x1.a39ef35793c76p-33;
    double p = exp_coefficients[13];
#pragma clang loop unroll(full)
    for (int n = 12; n >= 0; n--) p = p * r + exp_coefficients[n];
    return p * double_from_bits((double_bits(shifted) + 1023) << 52);
}

/// Beyond the limits the result is 0 or infinite in binary32 anyway.
ALWAYS_INLINE double exponential_fast(float x) { return exp_core(clamped(x, -110, 90)); }

/// 1 / (1 + exp(-x)).
ALWAYS_INLINE double sigmoid_fast(float x) {
    return 1 / (1 + exp_core(clamped(-(double)x, -110, 110)));
}

/// Below 1/4 the Taylor series; above, 1 - 2 / (exp(2x) + 1), which loses two bits there.
ALWAYS_INLINE double tanh_fast(float x) {
    double a = with_sign_of(x, 1), z = a * a;
    double p = tanh_coefficients[11];
#pragma clang loop unroll(full)
    for (int n = 10; n >= 1; n--) p = p * z + tanh_coefficients[n];
    double series = a + a * (z * p);
    double quotient = 1 - 2 / (exp_core(2 * clamped(a, 0, 20)) + 1);
    return with_sign_of(a < 0.25 ? series : quotient, x);
}

/// The Taylor series around the nearest multiple of 1/16, degree 9; 1 in binary32 from 4 on.
ALWAYS_INLINE double erf_fast(float x) {
    const double magic = 0x1.8p52;
    double a = clamped(with_sign_of(x, 1), 0, 4);
    double shifted = a * 16 + magic;
    double h = a - (shifted - magic) * 0.0625;
    // A NaN gives an index of arbitrary low bits; the mask and the bound keep it in the table.
    uint64_t j = double_bits(shifted) & 127;
    j = j > 64 ? 64 : j;
    double p = erf_coefficients[9][j];
#pragma clang loop unroll(full)
    for (int n = 8; n >= 0; n--) p = p * h + erf_coefficients[n][j];
    return with_sign_of(p, x);
}

/// ln x = k ln 2 + 2 atanh f, f = (m - 1) / (m + 1), m from sqrt(1/2) to sqrt(2), |f| < 0.172.
ALWAYS_INLINE double logarithm_fast(float x) {
    const uint64_t root_half = 0x3FE6A09E667F3BCDu;
    uint64_t bits = double_bits(x) - root_half;
    // An arithmetic shift: the exponent of x / sqrt(1/2), also when it is negative.
    int64_t k = (int64_t)bits >> 52;
    double m = double_from_bits((bits & 0x000FFFFFFFFFFFFFu) + root_half);
    double f = (m - 1) / (m + 1), z = f * f;
    double p = atanh_coefficients[11];
#pragma clang loop unroll(full)
    for (int n = 10; n >= 0; n--) p = p * z + atanh_coefficients[n];
    double series = 2 * f + f * (z * p);
    double y = (double)(int32_t)k * 0x1.62e42fefa39efp-1 + series;
    y = x == __builtin_inff() ? __builtin_inf() : y;
    y = x == 0 ? -__builtin_inf() : y;
    return x < 0 ? __builtin_nan("") : x != x ? (double)x : y;
}

#endif
