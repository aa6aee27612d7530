// Products of eight numbers modulo p, in two ways; part of lanes.h.
//
// Reduction: four times the lowest limb t is replaced by t * (2^-52 modulo p) one limb higher,
// which waits for no quotient, and once by the multiple of p that clears it (Montgomery). Because
// 2^-52 modulo p is 0.13 p for both moduli, a product of numbers below a and b is below 1.13 + a *
// b / 84.6.
//
// Without IFMA, fused multiply-adds of binary64 give both halves of the product of two limbs: with
// 2^104 added and rounded towards zero, the upper half stands in the lowest 52 bits of the sum;
// that sum taken off again, and 2^52 added, so does the lower half. As integers, such sums are
// added up whole, exponents and all, which are taken off once (Emmart, Zheng and Weems, "Faster
// modular exponentiation using double precision floating point arithmetic on the GPU", 2018).
#ifndef AIVM_LANES_PRODUCTS_H
#define AIVM_LANES_PRODUCTS_H

#if AIVM_LANES_IFMA

/// sum += the lower, or the upper, 52 bits of the product of the lower 52 bits of a and b.
#define ADD_LOW(sum, a, b) ((sum) = _mm512_madd52lo_epu64(sum, a, b))
#define ADD_HIGH(sum, a, b) ((sum) = _mm512_madd52hi_epu64(sum, a, b))

/// Ten columns of products to their sum / 2^260, normal.
LANES lanes lanes_reduced(vector t[10], const lanes_modulus *m) {
    UNROLL for (int i = 0; i < 4; i++) {
        t[i + 1] = _mm512_add_epi64(t[i + 1], _mm512_srli_epi64(t[i], LIMB_BITS));
        UNROLL for (int j = 0; j < 5; j++) {
            ADD_LOW(t[i + 1 + j], t[i], in_all(m->shift.l[j]));
            ADD_HIGH(t[i + 2 + j], t[i], in_all(m->shift.l[j]));
        }
    }
    const vector quotient = _mm512_madd52lo_epu64(
        _mm512_setzero_si512(), t[4], in_all(m->negative_inverse));
    UNROLL for (int j = 0; j < 5; j++) {
        ADD_LOW(t[4 + j], quotient, in_all(m->multiples[1].l[j]));
        ADD_HIGH(t[5 + j], quotient, in_all(m->multiples[1].l[j]));
    }
    t[5] = _mm512_add_epi64(t[5], _mm512_srli_epi64(t[4], LIMB_BITS));
    lanes out;
    UNROLL for (int i = 0; i < 4; i++) {
        t[i + 6] = _mm512_add_epi64(t[i + 6], _mm512_srli_epi64(t[i + 5], LIMB_BITS));
        out.l[i] = _mm512_and_si512(t[i + 5], in_all(limb_mask));
    }
    out.l[4] = t[9];
    return out;
}

/// a * b / 2^260; a and b normal.
LANES lanes lanes_multiply(lanes a, lanes b, const lanes_modulus *m) {
    vector t[10];
    UNROLL for (int i = 0; i < 10; i++) t[i] = _mm512_setzero_si512();
    UNROLL for (int i = 0; i < 5; i++) {
        UNROLL for (int j = 0; j < 5; j++) {
            ADD_LOW(t[i + j], a.l[i], b.l[j]);
            ADD_HIGH(t[i + j + 1], a.l[i], b.l[j]);
        }
    }
    return lanes_reduced(t, m);
}

/// a * a / 2^260; a normal.
LANES lanes lanes_square(lanes a, const lanes_modulus *m) {
    vector t[10];
    UNROLL for (int i = 0; i < 10; i++) t[i] = _mm512_setzero_si512();
    UNROLL for (int i = 0; i < 5; i++) {
        UNROLL for (int j = i + 1; j < 5; j++) {
            ADD_LOW(t[i + j], a.l[i], a.l[j]);
            ADD_HIGH(t[i + j + 1], a.l[i], a.l[j]);
        }
    }
    UNROLL for (int i = 1; i < 9; i++) t[i] = _mm512_add_epi64(t[i], t[i]);
    UNROLL for (int i = 0; i < 5; i++) {
        ADD_LOW(t[2 * i], a.l[i], a.l[i]);
        ADD_HIGH(t[2 * i + 1], a.l[i], a.l[i]);
    }
    return lanes_reduced(t, m);
}

/// a + k * (2^260 - p), where k is the quotient of the normal a, below 60, by p, or one less.
LANES lanes lanes_plus_complements(lanes a, const lanes_modulus *m) {
    const vector quotient = _mm512_srli_epi64(
        _mm512_madd52hi_epu64(_mm512_setzero_si512(), a.l[4], in_all(m->quotient_scale)), 45);
    UNROLL for (int i = 0; i < 5; i++) {
        ADD_LOW(a.l[i], quotient, in_all(m->complement.l[i]));
        if (i < 4) ADD_HIGH(a.l[i + 1], quotient, in_all(m->complement.l[i]));
    }
    return a;
}

#else

typedef __m512d reals;

/// Limbs as numbers of binary64.
typedef struct {
    reals l[5];
} real_lanes;

/// 2^52 and 2^104, and the words that stand for them.
static const double two52 = 0x1p52, two104 = 0x1p104;
static const uint64_t word52 = UINT64_C(0x433) << 52, word104 = UINT64_C(0x467) << 52;

LANES reals real_of(vector limb) { return _mm512_cvtepu64_pd(limb); }

LANES real_lanes reals_of(lanes a) {
    real_lanes out;
    UNROLL for (int i = 0; i < 5; i++) out.l[i] = real_of(a.l[i]);
    return out;
}

LANES real_lanes reals_of_limbs(const limbs52 *a) {
    real_lanes out;
    UNROLL for (int i = 0; i < 5; i++) out.l[i] = _mm512_set1_pd((double)a->l[i]);
    return out;
}

/// t[0] += the lower half of a * b plus word52, t[1] += the upper half plus word104.
LANES void add_product(vector t[2], reals a, reals b) {
    const reals upper = _mm512_fmadd_round_pd(
        a, b, _mm512_set1_pd(two104), _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
    const reals lower = _mm512_fmadd_pd(
        a, b, _mm512_sub_pd(_mm512_set1_pd(two104 + two52), upper));
    t[1] = _mm512_add_epi64(t[1], _mm512_castpd_si512(upper));
    t[0] = _mm512_add_epi64(t[0], _mm512_castpd_si512(lower));
}

/// The columns of a sum to come, of which column i will get lower[i] lower halves and upper[i]
/// upper ones.
LANES void start_columns(vector t[10], const int lower[10], const int upper[10]) {
    UNROLL for (int i = 0; i < 10; i++) {
        t[i] = in_all(-((uint64_t)lower[i] * word52 + (uint64_t)upper[i] * word104));
    }
}

/// Ten columns of products to their sum / 2^260, normal. The columns are to be started with the
/// products made here, for which see lanes_multiply.
LANES lanes lanes_reduced(vector t[10], const lanes_modulus *m) {
    const vector mask = in_all(limb_mask);
    const real_lanes shift = reals_of_limbs(&m->shift);
    UNROLL for (int i = 0; i < 4; i++) {
        const reals low = real_of(_mm512_and_si512(t[i], mask));
        t[i + 1] = _mm512_add_epi64(t[i + 1], _mm512_srli_epi64(t[i], LIMB_BITS));
        UNROLL for (int j = 0; j < 5; j++) add_product(t + i + 1 + j, low, shift.l[j]);
    }
    vector quotient[2] = {in_all(-word52), in_all(-word104)};
    add_product(
        quotient, real_of(_mm512_and_si512(t[4], mask)),
        _mm512_set1_pd((double)m->negative_inverse));
    const reals times = real_of(quotient[0]);
    const real_lanes p = reals_of_limbs(&m->multiples[1]);
    UNROLL for (int j = 0; j < 5; j++) add_product(t + 4 + j, times, p.l[j]);
    t[5] = _mm512_add_epi64(t[5], _mm512_srli_epi64(t[4], LIMB_BITS));
    lanes out;
    UNROLL for (int i = 0; i < 4; i++) {
        t[i + 6] = _mm512_add_epi64(t[i + 6], _mm512_srli_epi64(t[i + 5], LIMB_BITS));
        out.l[i] = _mm512_and_si512(t[i + 5], mask);
    }
    out.l[4] = t[9];
    return out;
}

/// a * b / 2^260; a and b normal.
LANES lanes lanes_multiply(lanes a, lanes b, const lanes_modulus *m) {
    // Of the product and of the five steps of reduction, the last of which starts at column 4.
    static const int lower[10] = {1, 3, 5, 7, 10, 9, 7, 5, 3, 0};
    static const int upper[10] = {0, 1, 3, 5, 7, 10, 9, 7, 5, 3};
    vector t[10];
    start_columns(t, lower, upper);
    const real_lanes left = reals_of(a), right = reals_of(b);
    UNROLL for (int i = 0; i < 5; i++) {
        UNROLL for (int j = 0; j < 5; j++) add_product(t + i + j, left.l[i], right.l[j]);
    }
    return lanes_reduced(t, m);
}

/// a * a / 2^260; a normal.
LANES lanes lanes_square(lanes a, const lanes_modulus *m) {
    // The products of unlike limbs, before they are doubled, and the rest.
    static const int unlike_lower[10] = {0, 1, 1, 2, 2, 2, 1, 1, 0, 0};
    static const int unlike_upper[10] = {0, 0, 1, 1, 2, 2, 2, 1, 1, 0};
    static const int rest_lower[10] = {1, 1, 3, 3, 6, 5, 5, 3, 3, 0};
    static const int rest_upper[10] = {0, 1, 1, 3, 3, 6, 5, 5, 3, 3};
    vector t[10], rest[10];
    start_columns(t, unlike_lower, unlike_upper);
    start_columns(rest, rest_lower, rest_upper);
    const real_lanes limbs = reals_of(a);
    UNROLL for (int i = 0; i < 5; i++) {
        UNROLL for (int j = i + 1; j < 5; j++) add_product(t + i + j, limbs.l[i], limbs.l[j]);
    }
    UNROLL for (int i = 0; i < 10; i++) {
        t[i] = _mm512_add_epi64(_mm512_add_epi64(t[i], t[i]), rest[i]);
    }
    UNROLL for (int i = 0; i < 5; i++) add_product(t + 2 * i, limbs.l[i], limbs.l[i]);
    return lanes_reduced(t, m);
}

/// a + k * (2^260 - p), where k is the quotient of the normal a, below 60, by p, or one less.
LANES lanes lanes_plus_complements(lanes a, const lanes_modulus *m) {
    const vector quotient = _mm512_cvttpd_epu64(
        _mm512_mul_pd(real_of(a.l[4]), _mm512_set1_pd(m->quotient_factor)));
    UNROLL for (int i = 0; i < 5; i++) {
        // Less than 2^58.
        const vector product = _mm512_mullo_epi64(quotient, in_all(m->complement.l[i]));
        a.l[i] = _mm512_add_epi64(a.l[i], product);
    }
    return a;
}

#endif

#endif
