// Double-double arithmetic: a number as the unevaluated sum of two doubles, about 106 bits. Only +,
// -, *, / and square roots of binary64 in a fixed order, without fused operations, so every
// compiler and machine gives the same bits. Relative errors are a few 2^-104 unless said.
//
// Dekker, "A floating-point technique for extending the available precision" (1971).
#ifndef AIVM_PAIR_H
#define AIVM_PAIR_H

/// The second part is at most half an ulp of the first.
typedef struct {
    double high, low;
} pair;

/// a + b exactly; |a| >= |b| or a = 0.
static inline pair quick_sum(double a, double b) {
    double sum = a + b;
    return (pair){sum, b - (sum - a)};
}

/// a + b exactly.
static inline pair exact_sum(double a, double b) {
    double sum = a + b, part = sum - a;
    return (pair){sum, (a - (sum - part)) + (b - part)};
}

/// a * b exactly, unless the product is below 2^-960 or a factor above 2^990.
static inline pair exact_product(double a, double b) {
    const double splitter = 0x1.0000002p27;
    double ca = splitter * a, cb = splitter * b;
    double ah = ca - (ca - a), bh = cb - (cb - b), al = a - ah, bl = b - bh;
    double product = a * b;
    return (pair){product, ((ah * bh - product) + ah * bl + al * bh) + al * bl};
}

static inline pair sum(pair a, pair b) {
    pair high = exact_sum(a.high, b.high), low = exact_sum(a.low, b.low);
    pair middle = quick_sum(high.high, high.low + low.high);
    return quick_sum(middle.high, middle.low + low.low);
}

static inline pair negative(pair a) { return (pair){-a.high, -a.low}; }

static inline pair difference(pair a, pair b) { return sum(a, negative(b)); }

/// a times a power of two, exactly.
static inline pair times_power(pair a, double power) {
    return (pair){a.high * power, a.low * power};
}

static inline pair product(pair a, pair b) {
    pair high = exact_product(a.high, b.high);
    return quick_sum(high.high, high.low + (a.high * b.low + a.low * b.high));
}

static inline pair quotient(pair a, pair b) {
    double q = a.high / b.high;
    pair rest = difference(a, product(b, (pair){q, 0}));
    double q2 = rest.high / b.high;
    rest = difference(rest, product(b, (pair){q2, 0}));
    pair result = quick_sum(q, q2);
    return sum(result, (pair){rest.high / b.high, 0});
}

/// The square root of a >= 0, by one step of Newton from that of the first part.
static inline pair square_root(pair a) {
    double root = __builtin_elementwise_sqrt(a.high);
    if (root == 0) return (pair){root, 0};
    pair rest = difference(a, exact_product(root, root));
    return quick_sum(root, rest.high / (2 * root));
}

#endif
