// Inverses by division steps: Bernstein and Yang, "Fast constant-time gcd computation and modular
// inversion" (2019), here with branches. 62 steps at a time look only at the lowest words of f and
// g and are gathered in a matrix, which then updates the whole numbers.
#include "words.h"

enum { LIMBS = 5, STEPS = 62 };

static const uint64_t mask62 = UINT64_MAX >> 2;

/// A signed number: limbs of 62 bits, the last one signed.
typedef struct {
    int64_t l[LIMBS];
} limbs62;

/// 2^62 times the matrix that takes (f, g) to what they are after the steps.
typedef struct {
    int64_t u, v, q, r;
} matrix;

static limbs62 limbs62_of(aivm_words a) {
    const limbs62 out = {{
        (int64_t)(a.l[0] & mask62),
        (int64_t)((a.l[0] >> 62 | a.l[1] << 2) & mask62),
        (int64_t)((a.l[1] >> 60 | a.l[2] << 4) & mask62),
        (int64_t)((a.l[2] >> 58 | a.l[3] << 6) & mask62),
        (int64_t)(a.l[3] >> 56),
    }};
    return out;
}

static aivm_words words_of(const limbs62 *a) {
    const uint64_t l0 = (uint64_t)a->l[0], l1 = (uint64_t)a->l[1], l2 = (uint64_t)a->l[2];
    const uint64_t l3 = (uint64_t)a->l[3], l4 = (uint64_t)a->l[4];
    const aivm_words out = {{
        l0 | l1 << 62, l1 >> 2 | l2 << 60, l2 >> 4 | l3 << 58, l3 >> 6 | l4 << 56}};
    return out;
}

/// Adds sign * p and carries.
static void add_multiple(limbs62 *a, const limbs62 *p, int64_t sign) {
    int64_t carry = 0;
    for (int i = 0; i < LIMBS; i++) {
        const int64_t sum = a->l[i] + sign * p->l[i] + carry;
        a->l[i] = i < LIMBS - 1 ? (int64_t)((uint64_t)sum & mask62) : sum;
        carry = sum >> 62;
    }
}

static int is_negative(const limbs62 *a) { return a->l[LIMBS - 1] < 0; }

/// 62 division steps on the lowest words of f and g, f odd. Runs of even g are shifted out at once,
/// and up to six bits of g are cleared by one multiple of f while delta allows.
static matrix division_steps(int64_t *delta, uint64_t f, uint64_t g) {
    // Unsigned, because shifted negative numbers are; each stays within 2^62 in magnitude.
    uint64_t u = 1, v = 0, q = 0, r = 1;
    int left = STEPS;
    for (;;) {
        const int zeros = __builtin_ctzll(g | UINT64_MAX << left);
        g >>= zeros;
        u <<= zeros;
        v <<= zeros;
        *delta += zeros;
        left -= zeros;
        if (left == 0) break;
        if (*delta > 0) {
            *delta = -*delta;
            uint64_t t = f; f = g; g = -t;
            t = u; u = q; q = -t;
            t = v; v = r; r = -t;
        }
        // -delta steps follow in which f stays; their bits of g may be cleared together.
        int64_t bits = 1 - *delta;
        if (bits > left) bits = left;
        if (bits > 6) bits = 6;
        // f * (f * f - 2) is -1 / f modulo 64, because f * f = 1 modulo 8.
        const uint64_t w = f * (f * f - 2) * g & ((UINT64_C(1) << bits) - 1);
        g += f * w;
        q += u * w;
        r += v * w;
    }
    const matrix out = {(int64_t)u, (int64_t)v, (int64_t)q, (int64_t)r};
    return out;
}

/// (x * a + y * b + k * p) / 2^62, where k in 0 ..< 2^62 makes that an integer.
static limbs62 combined(
    int64_t x, const limbs62 *a, int64_t y, const limbs62 *b, int64_t k, const limbs62 *p) {
    limbs62 out;
    __int128 sum = (__int128)x * a->l[0] + (__int128)y * b->l[0] + (__int128)k * p->l[0];
    for (int i = 1; i < LIMBS; i++) {
        sum >>= 62;
        sum += (__int128)x * a->l[i] + (__int128)y * b->l[i] + (__int128)k * p->l[i];
        out.l[i - 1] = (int64_t)((uint64_t)sum & mask62);
    }
    out.l[LIMBS - 1] = (int64_t)(sum >> 62);
    return out;
}

/// The same modulo p: a and b are in 0 ..< p, and so is the result, because |x| + |y| <= 2^62.
static limbs62 combined_modulo(
    int64_t x, const limbs62 *a, int64_t y, const limbs62 *b, const limbs62 *p,
    uint64_t inverse62) {
    const uint64_t low = (uint64_t)x * (uint64_t)a->l[0] + (uint64_t)y * (uint64_t)b->l[0];
    limbs62 out = combined(x, a, y, b, (int64_t)(-low * inverse62 & mask62), p);
    if (is_negative(&out)) add_multiple(&out, p, 1);
    limbs62 less = out;
    add_multiple(&less, p, -1);
    return is_negative(&less) ? out : less;
}

aivm_words aivm_words_plain_inverse(aivm_words a, const aivm_modulus *m) {
    const limbs62 p = limbs62_of(m->p);
    limbs62 f = p, g = limbs62_of(a), d = {{0}}, e = {{1}};
    int64_t delta = 1;
    // d * a = f and e * a = g modulo p. 741 steps are enough for numbers of 256 bits (the paper's
    // theorem 11.2), so that 13 rounds are more than enough for every input.
    for (int round = 0; round < 13; round++) {
        if ((g.l[0] | g.l[1] | g.l[2] | g.l[3] | g.l[4]) == 0) break;
        const uint64_t f0 = (uint64_t)f.l[0] | (uint64_t)f.l[1] << 62;
        const uint64_t g0 = (uint64_t)g.l[0] | (uint64_t)g.l[1] << 62;
        const matrix t = division_steps(&delta, f0, g0);
        const limbs62 next_f = combined(t.u, &f, t.v, &g, 0, &p);
        const limbs62 next_d = combined_modulo(t.u, &d, t.v, &e, &p, m->inverse62);
        g = combined(t.q, &f, t.r, &g, 0, &p);
        e = combined_modulo(t.q, &d, t.r, &e, &p, m->inverse62);
        f = next_f;
        d = next_d;
    }
    if (is_negative(&f) && (d.l[0] | d.l[1] | d.l[2] | d.l[3] | d.l[4]) != 0) {
        limbs62 negated = p;
        for (int i = 0; i < LIMBS; i++) negated.l[i] -= d.l[i];
        const limbs62 zero = {{0}};
        add_multiple(&negated, &zero, 0);
        d = negated;
    }
    return words_of(&d);
}
