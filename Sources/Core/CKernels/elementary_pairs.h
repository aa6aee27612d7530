// The elementary functions in double-double arithmetic, for finite binary64 arguments inside their
// domains, with relative errors below 2^-85. The inverse functions take one step of Newton from the
// fast half's value.
#ifndef AIVM_ELEMENTARY_PAIRS_H
#define AIVM_ELEMENTARY_PAIRS_H

#include "elementary.h"
#include "pair_tables.h"

/// value * 2^exponent: results outside the range where the parts of a pair are exact.
typedef struct {
    pair value;
    int exponent;
} scaled;

static const pair one = {1, 0};

/// 2^n for a normal result.
static inline double power_of_two(int n) {
    return double_from_bits((uint64_t)(1023 + (int64_t)n) << 52);
}

/// exp(r) - 1 and k such that x = k ln 2 + r, |r| <= 0.35; |x| <= 800: Taylor for r / 256, then
/// eight doublings, exp(2r) - 1 = 2t + t^2.
static inline pair exp_pair_reduced(pair x, int *k) {
    const double magic = 0x1.8p52;
    double n = (x.high * 0x1.71547652b82fep0 + magic) - magic;
    *k = (int)n;
    pair r = exact_sum(x.high, -n * ln2_parts[0]);
    r = sum(r, exact_product(-n, ln2_parts[1]));
    r = sum(r, (pair){x.low, 0});
    r = sum(r, (pair){-n * ln2_parts[2], 0});
    r = times_power(r, 0x1p-8);
    pair p = inverse_factorials[11];
    for (int n = 10; n >= 1; n--) p = sum(inverse_factorials[n], product(p, r));
    p = product(p, r);
    for (int doubling = 0; doubling < 8; doubling++) {
        p = sum(times_power(p, 2), product(p, p));
    }
    return p;
}

/// exp(x), |x| <= 800.
static inline scaled exp_scaled(pair x) {
    int k;
    pair p = exp_pair_reduced(x, &k);
    return (scaled){sum(one, p), k};
}

/// exp(x), |x| <= 600.
static inline pair exp_pair(pair x) {
    scaled e = exp_scaled(x);
    return times_power(e.value, power_of_two(e.exponent));
}

/// exp(x) - 1, |x| <= 600.
static inline pair expm1_pair(pair x) {
    int k;
    pair p = exp_pair_reduced(x, &k);
    double power = power_of_two(k);
    return sum(times_power(p, power), exact_sum(power, -1));
}

/// From 100 on, 1 is below 2^-140 of the other term.
static inline scaled expm1_scaled(double x) {
    if (x > 100) return exp_scaled((pair){x, 0});
    if (x < -100) return (scaled){{-1, 0x1p-100}, 0};
    return (scaled){expm1_pair((pair){x, 0}), 0};
}

/// 1 / (1 + exp(-x)) = exp(x) / (1 + exp(x)).
static inline scaled sigmoid_scaled(double x) {
    scaled e = exp_scaled((pair){-magnitude(x), 0});
    pair below = one;
    if (e.exponent > -300) below = sum(one, times_power(e.value, power_of_two(e.exponent)));
    if (x >= 0) return (scaled){quotient(one, below), 0};
    return (scaled){quotient(e.value, below), e.exponent};
}

/// (t + t / (t + 1)) / 2 with t = exp(x) - 1, or (e + 1 / e) / 2 with e = exp(x); from 50 on the
/// smaller terms are below 2^-140 of the larger.
static inline scaled hyperbolic_scaled(double x, int is_sine) {
    const double a = magnitude(x);
    scaled result;
    if (a > 50) {
        result = exp_scaled((pair){a, 0});
        result.exponent -= 1;
    } else if (is_sine) {
        pair t = expm1_pair((pair){a, 0});
        result = (scaled){sum(t, quotient(t, sum(t, one))), -1};
    } else {
        pair e = exp_pair((pair){a, 0});
        result = (scaled){sum(e, quotient(one, e)), -1};
    }
    if (is_sine && x < 0) result.value = negative(result.value);
    return result;
}

/// t / (t + 2), t = exp(2x) - 1; |x| <= 20.
static inline pair tanh_pair(double x) {
    pair t = expm1_pair((pair){2 * magnitude(x), 0});
    pair result = quotient(t, sum(t, (pair){2, 0}));
    return x < 0 ? negative(result) : result;
}

/// 2 / sqrt(pi) x exp(-x^2) (1 + 2x^2/3 (1 + 2x^2/5 (1 + ...))), all terms positive; from 6 on the
/// result is 1 but for 2^-55.
static inline scaled erf_scaled(double x) {
    const double a = magnitude(x);
    if (a > 6) return (scaled){{with_sign_of(1, x), with_sign_of(0x1p-60, -x)}, 0};
    if (a < 0x1p-60) {
        pair argument = {x * 0x1p400, 0};
        return (scaled){product(two_over_root_pi, argument), -400};
    }
    pair square = exact_product(a, a), p = one;
    pair twice = times_power(square, 2);
    // The terms left out are below 2^-100: each is at most the one before by 2x^2 / n.
    for (int n = a > 4 ? 271 : a > 1 ? 161 : 61; n >= 3; n -= 2) {
        p = sum(one, product(p, quotient(twice, (pair){n, 0})));
    }
    p = product(p, product(two_over_root_pi, (pair){x, 0}));
    return (scaled){product(p, exp_pair(negative(square))), 0};
}

/// ln(1 + t), -0.3 <= t <= 0.5: y + ln(1 + z) with y from the fast half and
/// z = (1 + t) exp(-y) - 1, so small that two terms suffice.
static inline pair logarithm_near_one(pair t) {
    double y = logarithm_core(1 + t.high, t.high);
    pair e = expm1_pair((pair){-y, 0});
    pair z = sum(sum(t, e), product(t, e));
    return sum((pair){y, 0}, difference(z, product(z, times_power(z, 0.5))));
}

/// ln x = k ln 2 + ln m, m from sqrt(1/2) to sqrt(2); 0 < x < Inf.
static inline pair logarithm_pair(double x) {
    const uint64_t root_half = 0x3FE6A09E667F3BCDu;
    int k = 0;
    if (x < 0x1p-1000) {
        x *= 0x1p60;
        k = -60;
    }
    uint64_t bits = double_bits(x) - root_half;
    k += (int)((int64_t)bits >> 52);
    double m = double_from_bits((bits & 0x000FFFFFFFFFFFFFu) + root_half);
    pair result = logarithm_near_one((pair){m - 1, 0});
    return k == 0 ? result : sum(product(ln2_pair, (pair){k, 0}), result);
}

/// ln(1 + t), t > -1.
static inline pair logarithm_of_one_plus_pair(pair t) {
    if (t.high > -0.25 && t.high < 0.4) return logarithm_near_one(t);
    pair w = sum(one, t);
    // ln(high + low) = ln high + ln(1 + low / high).
    return sum(logarithm_pair(w.high), (pair){w.low / w.high, 0});
}

/// max(x, 0) + ln(1 + exp(-|x|)); where exp(x) is tiny, exp(x) (1 - exp(x) / 2).
static inline scaled softplus_scaled(double x) {
    scaled e = exp_scaled((pair){-magnitude(x), 0});
    if (x < -60) {
        double half = e.exponent < -300 ? 0 : 0.5 * e.value.high * power_of_two(e.exponent);
        return (scaled){product(e.value, exact_sum(1, -half)), e.exponent};
    }
    if (x > 100) return (scaled){{x, 0x1p-100}, 0};
    pair t = times_power(e.value, power_of_two(e.exponent));
    pair result = logarithm_of_one_plus_pair(t);
    return (scaled){x > 0 ? sum((pair){x, 0}, result) : result, 0};
}

/// x minus the nearest multiple of pi / 2, whose number ends in the bits of `quadrant`; any finite
/// x, error below 2^-100 of the result. Payne and Hanek's reduction: of x 2/pi only the 256 bits
/// below weight 4 are computed, in integers.
static pair angle_pair(double x, uint64_t *quadrant) {
    const double a = magnitude(x);
    *quadrant = 0;
    if (a < 0x1.921fb54442d18p-1) return (pair){x, 0};
    // a = mantissa 2^exponent; the window starts `start` bits into the table.
    int exponent = (int)(double_bits(a) >> 52) - 1075;
    uint64_t mantissa = (double_bits(a) & 0x000FFFFFFFFFFFFFu) | 0x0010000000000000u;
    int start = exponent - 2 + 64;
    uint64_t words[4], carry = 0;
    for (int n = 3; n >= 0; n--) {
        const uint64_t *from = two_over_pi + start / 64 + n;
        int shift = start % 64;
        uint64_t window = shift == 0 ? from[0] : from[0] << shift | from[1] >> (64 - shift);
        unsigned __int128 wide = (unsigned __int128)window * mantissa + carry;
        words[n] = (uint64_t)wide;
        carry = (uint64_t)(wide >> 64);
    }
    // The two bits before the point are the quadrant; a fraction from 1/2 on counts to the next.
    uint64_t before = words[0] >> 62, above = words[0] >> 61 & 1;
    uint64_t flip = above == 0 ? 0 : ~(uint64_t)0;
    for (int n = 0; n < 4; n++) words[n] ^= flip;
    words[0] &= 0x3FFFFFFFFFFFFFFFu;
    // No binary64 number comes closer than 2^-62 to a multiple of pi / 2 (2^-61 of the unit here).
    int zeros = words[0] == 0 ? 64 : __builtin_clzll(words[0]);
    const uint64_t *top = words + zeros / 64;
    int shift = zeros % 64;
    uint64_t first = top[0] << shift | top[1] >> 1 >> (63 - shift);
    uint64_t second = top[1] << shift | top[2] >> 1 >> (63 - shift);
    pair fraction = {(double)(first >> 11), (double)((first << 53 | second >> 11) >> 11)};
    fraction.high *= power_of_two(-51 - zeros);
    fraction.low *= power_of_two(-104 - zeros);
    *quadrant = before + above;
    if (x < 0) *quadrant = -*quadrant;
    pair r = product(fraction, half_pi_pair);
    return (x < 0) == (above == 0) ? negative(r) : r;
}

/// sin and cos of |r| <= pi / 4 by their Taylor series.
static inline pair sine_series(pair r) {
    pair square = negative(product(r, r)), p = inverse_factorials[29];
    for (int n = 27; n >= 1; n -= 2) p = sum(inverse_factorials[n], product(p, square));
    return product(p, r);
}

static inline pair cosine_series(pair r) {
    pair square = negative(product(r, r)), p = inverse_factorials[28];
    for (int n = 26; n >= 0; n -= 2) p = sum(inverse_factorials[n], product(p, square));
    return p;
}

/// sin(x + shift pi / 2).
static inline pair sine_pair(double x, uint64_t shift) {
    uint64_t quadrant;
    pair r = angle_pair(x, &quadrant);
    quadrant += shift;
    pair result = (quadrant & 1) != 0 ? cosine_series(r) : sine_series(r);
    return (quadrant & 2) != 0 ? negative(result) : result;
}

static inline pair tangent_pair(double x) {
    uint64_t quadrant;
    pair r = angle_pair(x, &quadrant), sine = sine_series(r), cosine = cosine_series(r);
    return (quadrant & 1) != 0 ? quotient(negative(cosine), sine) : quotient(sine, cosine);
}

/// atan t = y + atan((t cos y - sin y) / (cos y + t sin y)) with y from the fast half: the second
/// term is so small that it equals its argument. Beyond 1, pi / 2 - atan(1 / t).
static inline pair arctangent_pair(pair t) {
    if (t.high < 0) return negative(arctangent_pair(negative(t)));
    if (t.high > 0x1p200) return half_pi_pair;
    if (t.high > 1) return difference(half_pi_pair, arctangent_pair(quotient(one, t)));
    double y = arctangent_core(t.high);
    pair s = sine_series((pair){y, 0}), c = cosine_series((pair){y, 0});
    pair step = quotient(difference(product(t, c), s), sum(c, product(t, s)));
    return sum((pair){y, 0}, step);
}

/// 2 atan(x / (1 + sqrt((1 - x) (1 + x)))), |x| <= 1.
static inline pair arcsine_pair(double x) {
    pair root = square_root(product(exact_sum(1, -x), exact_sum(1, x)));
    return times_power(arctangent_pair(quotient((pair){x, 0}, sum(one, root))), 2);
}

/// 2 atan(sqrt((1 - x) / (1 + x))), |x| <= 1.
static inline pair arccosine_pair(double x) {
    if (x == -1) return pi_pair;
    pair ratio = quotient(exact_sum(1, -x), exact_sum(1, x));
    return times_power(arctangent_pair(square_root(ratio)), 2);
}

/// ln(1 + t), t = x + x^2 / (1 + sqrt(1 + x^2)); for large x, ln x + ln 2.
static inline pair inverse_hyperbolic_sine_pair(double x) {
    const double a = magnitude(x);
    pair result;
    if (a > 0x1p60) {
        result = sum(logarithm_pair(a), ln2_pair);
    } else {
        pair square = exact_product(a, a), root = square_root(sum(one, square));
        pair t = sum((pair){a, 0}, quotient(square, sum(one, root)));
        result = logarithm_of_one_plus_pair(t);
    }
    return x < 0 ? negative(result) : result;
}

/// ln(1 + t), t = (x - 1) + sqrt((x - 1) (x + 1)); for large x, ln x + ln 2.
static inline pair inverse_hyperbolic_cosine_pair(double x) {
    if (x > 0x1p60) return sum(logarithm_pair(x), ln2_pair);
    pair d = exact_sum(x, -1), root = square_root(product(d, exact_sum(x, 1)));
    return logarithm_of_one_plus_pair(sum(d, root));
}

/// ln(1 + t) / 2, t = 2x / (1 - x).
static inline pair inverse_hyperbolic_tangent_pair(double x) {
    const double a = magnitude(x);
    pair t = quotient((pair){2 * a, 0}, exact_sum(1, -a));
    pair result = times_power(logarithm_of_one_plus_pair(t), 0.5);
    return x < 0 ? negative(result) : result;
}

/// The binary32 nearest to x. Rounding to odd first keeps what the low part says about ties.
static inline float rounded_to_float(scaled x) {
    pair a = quick_sum(x.value.high, x.value.low);
    uint64_t bits = double_bits(a.high);
    if (a.low != 0 && (bits & 1) == 0) {
        bits = (a.low > 0) == (a.high > 0) ? bits + 1 : bits - 1;
    }
    // Beyond these exponents binary32 has only 0 and infinity.
    double exponent = clamped(x.exponent, -500, 500);
    return (float)(double_from_bits(bits) * power_of_two((int)exponent));
}

/// The binary64 nearest to x.
static inline double rounded_to_double(scaled x) {
    pair a = quick_sum(x.value.high, x.value.low);
    int exponent = (int)(double_bits(a.high) >> 52 & 0x7FF) - 1023 + x.exponent;
    if (a.high == 0 || exponent > 1100) return a.high * 0x1p1000 * 0x1p1000;
    if (exponent >= -1022) {
        int half = x.exponent / 2;
        return a.high * power_of_two(half) * power_of_two(x.exponent - half);
    }
    if (exponent < -1100) return with_sign_of(0, a.high);
    // Subnormal, so below 2^52 units: a sum with 2^52 units of the same sign cuts at the unit; what
    // it drops decides again.
    double unit = power_of_two(-1074 + 600), shift = with_sign_of(0x1p52 * unit, a.high);
    int scale = x.exponent + 600;
    a = times_power(times_power(a, power_of_two(scale / 2)), power_of_two(scale - scale / 2));
    pair cut = quick_sum(shift, a.high);
    double units = cut.high - shift, rest = cut.low + a.low;
    if (rest > 0.5 * unit || (rest == 0.5 * unit && cut.low < rest)) units += unit;
    if (rest < -0.5 * unit || (rest == -0.5 * unit && cut.low > rest)) units -= unit;
    return units * 0x1p-300 * 0x1p-300;
}

#endif
