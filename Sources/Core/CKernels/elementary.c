// The slow half of the elementary functions: double-double arithmetic, error below 2^-90, then one
// rounding. Entered for about one input in a million, where binary64 cannot tell on which side of a
// rounding boundary the result lies. No binary32 result of these functions lies closer than about
// 2^-60 to a boundary without lying on it, and the exact cases are exact here too.
//
// Double-double: Dekker, "A floating-point technique for extending the available precision" (1971).
#include "elementary.h"

/// A number as the sum of two doubles, the second below half an ulp of the first.
typedef struct {
    double high, low;
} pair;

static pair quick_sum(double a, double b) {
    double sum = a + b;
    return (pair){sum, b - (sum - a)};
}

static pair exact_sum(double a, double b) {
    double sum = a + b, part = sum - a;
    return (pair){sum, (a - (sum - part)) + (b - part)};
}

static pair exact_product(double a, double b) {
    const double splitter = 0x1.0000002p27;
    double ca = splitter * a, cb = splitter * b;
    double ah = ca - (ca - a), bh = cb - (cb - b), al = a - ah, bl = b - bh;
    double product = a * b;
    return (pair){product, ((ah * bh - product) + ah * bl + al * bh) + al * bl};
}

static pair sum(pair a, pair b) {
    pair high = exact_sum(a.high, b.high), low = exact_sum(a.low, b.low);
    pair middle = quick_sum(high.high, high.low + low.high);
    return quick_sum(middle.high, middle.low + low.low);
}

static pair negative(pair a) { return (pair){-a.high, -a.low}; }

static pair product(pair a, pair b) {
    pair high = exact_product(a.high, b.high);
    return quick_sum(high.high, high.low + (a.high * b.low + a.low * b.high));
}

static pair quotient(pair a, pair b) {
    double q = a.high / b.high;
    pair rest = sum(a, negative(product(b, (pair){q, 0})));
    double q2 = rest.high / b.high;
    rest = sum(rest, negative(product(b, (pair){q2, 0})));
    pair result = quick_sum(q, q2);
    return sum(result, (pair){rest.high / b.high, 0});
}

/// exp(x) for |x| <= 160: x = k ln 2 + 256 r, expm1(r) by Taylor, then eight doublings.
static pair exp_pair(double x) {
    const double magic = 0x1.8p52;
    double k = (x * 0x1.71547652b82fep0 + magic) - magic;
    pair r = exact_sum(x, -k * ln2_parts[0]);
    r = sum(r, exact_product(-k, ln2_parts[1]));
    r = sum(r, (pair){-k * ln2_parts[2], 0});
    r.high *= 0x1p-8;
    r.low *= 0x1p-8;
    pair p = {1, 0};
    for (int n = 12; n >= 2; n--) {
        p = sum((pair){1, 0}, product(p, quotient(r, (pair){n, 0})));
    }
    p = product(p, r);
    for (int doubling = 0; doubling < 8; doubling++) p = sum(sum(p, p), product(p, p));
    p = sum((pair){1, 0}, p);
    double scale = double_from_bits((uint64_t)(1023 + (int64_t)k) << 52);
    return (pair){p.high * scale, p.low * scale};
}

/// x / (1 + x^2 / (3 + x^2 / (5 + ...))) below 1/4, else 1 - 2 / (exp(2x) + 1); x >= 0.
static pair tanh_pair(double x) {
    const pair one = {1, 0};
    if (x >= 0.25) {
        return sum(one, negative(quotient((pair){2, 0}, sum(exp_pair(2 * x), one))));
    }
    pair square = exact_product(x, x), below = {31, 0};
    for (int n = 29; n >= 1; n -= 2) below = sum((pair){n, 0}, quotient(square, below));
    return quotient((pair){x, 0}, below);
}

/// 2 / sqrt(pi) x exp(-x^2) (1 + 2x^2/3 (1 + 2x^2/5 (1 + ...))), all terms positive; 0 <= x <= 4.
static pair erf_pair(double x) {
    pair square = exact_product(x, x), p = {1, 0};
    pair twice = {2 * square.high, 2 * square.low};
    for (int n = 141; n >= 3; n -= 2) {
        p = sum((pair){1, 0}, product(p, quotient(twice, (pair){n, 0})));
    }
    p = product(p, product((pair){two_over_root_pi[0], two_over_root_pi[1]}, (pair){x, 0}));
    return product(p, exp_pair(-(square.high + square.low)));
}

/// One Newton step from the fast result y: ln x = y + log1p(x exp(-y) - 1); 0 < x < Inf.
static pair logarithm_pair(float x) {
    double y = logarithm_fast(x);
    pair z = sum(product(exp_pair(-y), (pair){x, 0}), (pair){-1, 0});
    pair half_square = product(z, (pair){0.5 * z.high, 0.5 * z.low});
    return sum((pair){y, 0}, sum(z, negative(half_square)));
}

/// The binary32 nearest to a. Rounding to odd first keeps what the low part says about ties.
static float rounded(pair a) {
    a = quick_sum(a.high, a.low);
    uint64_t bits = double_bits(a.high);
    if (a.low != 0 && (bits & 1) == 0) {
        bits = (a.low > 0) == (a.high > 0) ? bits + 1 : bits - 1;
    }
    return (float)double_from_bits(bits);
}

float elementary_slow(int operation, float x) {
    float magnitude = float_from_bits(float_bits(x) & 0x7FFFFFFFu);
    if (x != x) return canonical(x);
    switch (operation) {
    case AIVM_EXPONENTIAL: return rounded(exp_pair(clamped(x, -110, 90)));
    case AIVM_SIGMOID: {
        pair e = exp_pair(clamped(-(double)x, -110, 110));
        return rounded(quotient((pair){1, 0}, sum((pair){1, 0}, e)));
    }
    case AIVM_TANH:
        if (magnitude == 0) return x;
        return (float)with_sign_of(rounded(tanh_pair(clamped(magnitude, 0, 20))), x);
    case AIVM_ERF:
        if (magnitude == 0) return x;
        return (float)with_sign_of(rounded(erf_pair(clamped(magnitude, 0, 4))), x);
    default:
        if (x <= 0 || x == __builtin_inff() || x == 1) return canonical((float)logarithm_fast(x));
        return rounded(logarithm_pair(x));
    }
}

float aivm_unary_slow(int operation, float x) { return elementary_slow(operation, x); }
