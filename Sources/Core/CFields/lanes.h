// Eight numbers modulo p at a time, one in each 64-bit lane of a vector: five limbs of 52 bits, as
// the multiplications of AVX-512 IFMA take them (Gueron and Krasnov, "Accelerating big integer
// arithmetic using Intel IFMA extensions", 2016), and those of binary64. Variants with lanes define
// AIVM_LANES_IFMA to 1 or 0 before.
//
// Numbers need not be less than p: "below k" says that every lane is less than k * p. Limbs are
// less than 2^52 where the comment says normal; else they are signed sums of such limbs.
#ifndef AIVM_LANES_H
#define AIVM_LANES_H

#include "words.h"

#if defined(__x86_64__)

#include <immintrin.h>

#if AIVM_LANES_IFMA
#define LANES_TARGET \
    __attribute__((target( \
        "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw,avx512vbmi2,avx2,bmi,bmi2,adx")))
#define LANES_VARIANT(name) name##_ifma
/// The words from bit `shift` on of two, and those that shifting to the left by it brings up.
#define RIGHT_FROM_TWO(low, high, shift) _mm512_shrdi_epi64(low, high, shift)
#define LEFT_FROM_TWO(high, low, shift) _mm512_shldi_epi64(high, low, shift)
#else
#define LANES_TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,bmi,bmi2,adx")))
#define LANES_VARIANT(name) name##_avx512
#define RIGHT_FROM_TWO(low, high, shift) \
    _mm512_or_si512(_mm512_srli_epi64(low, shift), _mm512_slli_epi64(high, 64 - (shift)))
#define LEFT_FROM_TWO(high, low, shift) \
    _mm512_or_si512(_mm512_slli_epi64(high, shift), _mm512_srli_epi64(low, 64 - (shift)))
#endif
#define LANES ALWAYS_INLINE LANES_TARGET
#define UNROLL _Pragma("clang loop unroll(full)")

typedef __m512i vector;

typedef struct {
    vector l[5];
} lanes;

enum { LANE_COUNT = 8, LIMB_BITS = 52 };

static const uint64_t limb_mask = (UINT64_C(1) << LIMB_BITS) - 1;

typedef struct {
    uint64_t l[5];
} limbs52;

typedef struct {
    /// multiples[k] = k * p.
    limbs52 multiples[6];
    /// 2^-52 modulo p.
    limbs52 shift;
    /// -1 / p modulo 2^52.
    uint64_t negative_inverse;
    /// 2^260 - p; 2^97 / (p / 2^208 + 1), and a little less than 2^208 / p.
    limbs52 complement;
    uint64_t quotient_scale;
    double quotient_factor;
    /// 2^260, 2^780, 2^264 and 2^256 modulo p: 1 in the form of lanes; what takes the plain inverse
    /// of that form to the form of the inverse; what takes the form of words to that of lanes, and
    /// back.
    limbs52 one, cube, from_words, to_words;
} lanes_modulus;

static const lanes_modulus lanes_q = {
    .multiples = {
        {{0, 0, 0, 0, 0}},
        {{0x08c16d87cfd47, 0x916871ca8d3c2, 0x181585d97816a, 0xa029b85045b68, 0x030644e72e131}},
        {{0x1182db0f9fa8e, 0x22d0e3951a784, 0x302b0bb2f02d5, 0x405370a08b6d0, 0x060c89ce5c263}},
        {{0x1a4448976f7d5, 0xb439555fa7b46, 0x4840918c6843f, 0xe07d28f0d1238, 0x0912ceb58a394}},
        {{0x2305b61f3f51c, 0x45a1c72a34f08, 0x60561765e05aa, 0x80a6e14116da0, 0x0c19139cb84c6}},
        {{0x2bc723a70f263, 0xd70a38f4c22ca, 0x786b9d3f58714, 0x20d099915c908, 0x0f1f5883e65f8}},
    },
    .shift = {
        {0xc93a3dee22c55, 0xe15f4ea250777, 0x37f0b49e7cd63, 0x2079e650a0895, 0x006234192d7a1}},
    .negative_inverse = 0x20782e4866389,
    .complement = {
        {0xf73e9278302b9, 0x6e978e3572c3d, 0xe7ea7a2687e95, 0x5fd647afba497, 0xfcf9bb18d1ece}},
    .quotient_scale = 0xa948e8c4c472b,
    .quotient_factor = 0x1p-45 * 0.6612687569035626,
    .one = {{0x20880f6fce4b4, 0x49baa989a8455, 0x18f014a498908, 0x724f85a9201d8, 0x01f16424e1bb7}},
    .cube = {{0x324783fe3a1a8, 0x976ad256c513e, 0x603f972c59c28, 0x87f5c53872393, 0x010f16ded8d19}},
    .from_words = {
        {0xb0f2afaec667a, 0xed9626b0fffbd, 0x9e2a0fcad825a, 0xe357276f48b70, 0x00d791464ef86}},
    .to_words = {
        {0xd438dc58f0d9d, 0x28f5c70b3dd35, 0x879462c0a78eb, 0xdf2f666ea36f7, 0x00e0a77c19a07}},
};

static const lanes_modulus lanes_r = {
    .multiples = {
        {{0, 0, 0, 0, 0}},
        {{0x1f593f0000001, 0x4879b9709143e, 0x181585d2833e8, 0xa029b85045b68, 0x030644e72e131}},
        {{0x3eb27e0000002, 0x90f372e12287c, 0x302b0ba5067d0, 0x405370a08b6d0, 0x060c89ce5c263}},
        {{0x5e0bbd0000003, 0xd96d2c51b3cba, 0x4840917789bb8, 0xe07d28f0d1238, 0x0912ceb58a394}},
        {{0x7d64fc0000004, 0x21e6e5c2450f8, 0x6056174a0cfa1, 0x80a6e14116da0, 0x0c19139cb84c6}},
        {{0x9cbe3b0000005, 0x6a609f32d6536, 0x786b9d1c90389, 0x20d099915c908, 0x0f1f5883e65f8}},
    },
    .shift = {
        {0x82e644ee4c3d2, 0xf93893c98b1de, 0xd46fe04d0a4c7, 0x8f0aad55e2a1f, 0x005ed0447de83}},
    .negative_inverse = 0x1f593efffffff,
    .complement = {
        {0xe0a6c0fffffff, 0xb786468f6ebc1, 0xe7ea7a2d7cc17, 0x5fd647afba497, 0xfcf9bb18d1ece}},
    .quotient_scale = 0xa948e8c4c472b,
    .quotient_factor = 0x1p-45 * 0.6612687569035626,
    .one = {{0xb6b753fffffac, 0x380f271055b9d, 0x18f016ecef7c8, 0x724f85a9201d8, 0x01f16424e1bb7}},
    .cube = {{0x8c45c8003fbb7, 0x3e1fc8276d6a4, 0x9bb2b73435d83, 0x75ccfc6b8f090, 0x027c08db5c8b0}},
    .from_words = {
        {0x31f8c9ffffab6, 0xac31329faef6e, 0x9e2a3495d7570, 0xe357276f48b70, 0x00d791464ef86}},
    .to_words = {
        {0x6341c4ffffffb, 0x959f60cd29ac9, 0x879462e36fc76, 0xdf2f666ea36f7, 0x00e0a77c19a07}},
};

LANES vector in_all(uint64_t x) { return _mm512_set1_epi64((long long)x); }

LANES lanes lanes_of(const limbs52 *a) {
    lanes out;
    UNROLL for (int i = 0; i < 5; i++) out.l[i] = in_all(a->l[i]);
    return out;
}

/// Carries signed limbs; the number itself must not be negative. The result is normal.
LANES lanes lanes_carried(lanes a) {
    UNROLL for (int i = 0; i < 4; i++) {
        a.l[i + 1] = _mm512_add_epi64(a.l[i + 1], _mm512_srai_epi64(a.l[i], LIMB_BITS));
        a.l[i] = _mm512_and_si512(a.l[i], in_all(limb_mask));
    }
    return a;
}

#include "lanes_products.h"

/// Sums limb by limb: what they give must be carried.
LANES lanes lanes_sum(lanes a, lanes b) {
    UNROLL for (int i = 0; i < 5; i++) a.l[i] = _mm512_add_epi64(a.l[i], b.l[i]);
    return a;
}

LANES lanes lanes_difference(lanes a, lanes b) {
    UNROLL for (int i = 0; i < 5; i++) a.l[i] = _mm512_sub_epi64(a.l[i], b.l[i]);
    return a;
}

/// a + k * p.
LANES lanes lanes_plus_multiple(lanes a, int k, const lanes_modulus *m) {
    UNROLL for (int i = 0; i < 5; i++) {
        a.l[i] = _mm512_add_epi64(a.l[i], in_all(m->multiples[k].l[i]));
    }
    return a;
}

/// In the lanes of `mask`, k * p - a.
LANES lanes lanes_negated_where(__mmask8 mask, lanes a, int k, const lanes_modulus *m) {
    UNROLL for (int i = 0; i < 5; i++) {
        a.l[i] = _mm512_mask_sub_epi64(a.l[i], mask, in_all(m->multiples[k].l[i]), a.l[i]);
    }
    return a;
}

/// In the lanes of `mask`, a - k * p.
LANES lanes lanes_less_multiple_where(__mmask8 mask, lanes a, int k, const lanes_modulus *m) {
    UNROLL for (int i = 0; i < 5; i++) {
        a.l[i] = _mm512_mask_sub_epi64(a.l[i], mask, a.l[i], in_all(m->multiples[k].l[i]));
    }
    return a;
}

LANES lanes lanes_selected(__mmask8 mask, lanes otherwise, lanes where) {
    UNROLL for (int i = 0; i < 5; i++) {
        otherwise.l[i] = _mm512_mask_mov_epi64(otherwise.l[i], mask, where.l[i]);
    }
    return otherwise;
}

/// The lanes where the normal a is certainly k * p or more, by the highest limb alone; others are
/// less than k * p plus 2^208.
LANES __mmask8 lanes_above(lanes a, int k, const lanes_modulus *m) {
    return _mm512_cmpgt_epi64_mask(a.l[4], in_all(m->multiples[k].l[4]));
}

/// The lanes where the normal a is k * p.
LANES __mmask8 lanes_are_multiple(lanes a, int k, const lanes_modulus *m) {
    __mmask8 equal = 0xff;
    UNROLL for (int i = 0; i < 5; i++) {
        equal = _mm512_mask_cmpeq_epi64_mask(equal, a.l[i], in_all(m->multiples[k].l[i]));
    }
    return equal;
}

/// A normal a below 2 to its least residue.
LANES lanes lanes_least(lanes a, const lanes_modulus *m) {
    lanes t = lanes_difference(a, lanes_of(&m->multiples[1]));
    UNROLL for (int i = 0; i < 4; i++) {
        t.l[i + 1] = _mm512_add_epi64(t.l[i + 1], _mm512_srai_epi64(t.l[i], LIMB_BITS));
        t.l[i] = _mm512_and_si512(t.l[i], in_all(limb_mask));
    }
    return lanes_selected(_mm512_movepi64_mask(t.l[4]), t, a);
}

/// A number below 60, carried or not, to its least residue.
LANES lanes lanes_least_of_many(lanes a, const lanes_modulus *m) {
    a = lanes_plus_complements(lanes_carried(a), m);
    // Without its multiple of 2^260.
    a = lanes_carried(a);
    a.l[4] = _mm512_and_si512(a.l[4], in_all(limb_mask));
    return lanes_least(a, m);
}

/// Words in lanes: word[i] holds word i of each of eight numbers.
typedef struct {
    vector word[4];
} lane_words;

/// a * 2^shift, normal; that must stay below 2^260. A macro, because shifts are immediate.
#define LANES_UNPACKED(name, shift) \
    LANES lanes name(lane_words a) { \
        const vector mask = in_all(limb_mask); \
        lanes out; \
        out.l[0] = _mm512_and_si512(_mm512_slli_epi64(a.word[0], shift), mask); \
        out.l[1] = _mm512_and_si512( \
            RIGHT_FROM_TWO(a.word[0], a.word[1], 52 - (shift)), mask); \
        out.l[2] = _mm512_and_si512( \
            RIGHT_FROM_TWO(a.word[1], a.word[2], 40 - (shift)), mask); \
        out.l[3] = _mm512_and_si512( \
            RIGHT_FROM_TWO(a.word[2], a.word[3], 28 - (shift)), mask); \
        out.l[4] = _mm512_srli_epi64(a.word[3], 16 - (shift)); \
        return out; \
    }

LANES_UNPACKED(lanes_unpacked, 0)

/// 16 * a: with it as one factor, words in Montgomery form (2^256) give a product in that form.
LANES_UNPACKED(lanes_unpacked_factor, 4)

/// Normal and less than 2^256.
LANES lane_words lanes_packed(lanes a) {
    lane_words out;
    out.word[0] = _mm512_or_si512(a.l[0], _mm512_slli_epi64(a.l[1], 52));
    out.word[1] = LEFT_FROM_TWO(a.l[2], _mm512_slli_epi64(a.l[1], 12), 40);
    out.word[2] = LEFT_FROM_TWO(a.l[3], _mm512_slli_epi64(a.l[2], 12), 28);
    out.word[3] = LEFT_FROM_TWO(a.l[4], _mm512_slli_epi64(a.l[3], 12), 16);
    return out;
}

/// Four rows of two numbers each, the first and third, second and fourth, and so on, to lanes in
/// order; and back.
LANES lane_words lane_words_of_rows(vector r0, vector r1, vector r2, vector r3) {
    const vector low0 = _mm512_unpacklo_epi64(r0, r1), low1 = _mm512_unpacklo_epi64(r2, r3);
    const vector high0 = _mm512_unpackhi_epi64(r0, r1), high1 = _mm512_unpackhi_epi64(r2, r3);
    lane_words out;
    out.word[0] = _mm512_shuffle_i64x2(low0, low1, 0x88);
    out.word[1] = _mm512_shuffle_i64x2(high0, high1, 0x88);
    out.word[2] = _mm512_shuffle_i64x2(low0, low1, 0xdd);
    out.word[3] = _mm512_shuffle_i64x2(high0, high1, 0xdd);
    return out;
}

LANES void rows_of_lane_words(lane_words a, vector r[4]) {
    // Words 0 and 1, or 2 and 3, of numbers 0, 2, 4, 6 and of 1, 3, 5, 7.
    const vector even01 = _mm512_unpacklo_epi64(a.word[0], a.word[1]);
    const vector even23 = _mm512_unpacklo_epi64(a.word[2], a.word[3]);
    const vector odd01 = _mm512_unpackhi_epi64(a.word[0], a.word[1]);
    const vector odd23 = _mm512_unpackhi_epi64(a.word[2], a.word[3]);
    const vector lower = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const vector upper = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    r[0] = _mm512_permutex2var_epi64(even01, lower, even23);
    r[1] = _mm512_permutex2var_epi64(odd01, lower, odd23);
    r[2] = _mm512_permutex2var_epi64(even01, upper, even23);
    r[3] = _mm512_permutex2var_epi64(odd01, upper, odd23);
}

/// Eight numbers of 32 bytes, one after the other, to lanes in the order 0 2 1 3 4 6 5 7.
LANES lane_words lane_words_loaded(const uint8_t *from) {
    return lane_words_of_rows(
        _mm512_loadu_si512(from), _mm512_loadu_si512(from + 64),
        _mm512_loadu_si512(from + 128), _mm512_loadu_si512(from + 192));
}

/// The reverse.
LANES void lane_words_stored(lane_words a, uint8_t *to) {
    vector r[4];
    rows_of_lane_words(a, r);
    UNROLL for (int i = 0; i < 4; i++) _mm512_storeu_si512(to + 64 * i, r[i]);
}

/// A word number in every lane.
LANES lane_words lane_words_all(aivm_words a) {
    lane_words out;
    UNROLL for (int i = 0; i < 4; i++) out.word[i] = in_all(a.l[i]);
    return out;
}

/// The number in lane 0.
LANES aivm_words lane_words_first(lane_words a) {
    aivm_words out;
    UNROLL for (int i = 0; i < 4; i++) {
        out.l[i] = (uint64_t)_mm_cvtsi128_si64(_mm512_castsi512_si128(a.word[i]));
    }
    return out;
}

LANES vector two_halves(const void *first, const void *second) {
    return _mm512_inserti64x4(
        _mm512_castsi256_si512(_mm256_loadu_si256(first)), _mm256_loadu_si256(second), 1);
}

/// Eight numbers of 32 bytes from anywhere.
LANES lane_words lane_words_gathered(const uint8_t *const from[8]) {
    return lane_words_of_rows(
        two_halves(from[0], from[2]), two_halves(from[1], from[3]),
        two_halves(from[4], from[6]), two_halves(from[5], from[7]));
}

LANES void lane_words_scattered(lane_words a, uint8_t *const to[8]) {
    vector r[4];
    rows_of_lane_words(a, r);
    static const int first[4] = {0, 1, 4, 5};
    UNROLL for (int i = 0; i < 4; i++) {
        _mm256_storeu_si256((void *)to[first[i]], _mm512_castsi512_si256(r[i]));
        _mm256_storeu_si256((void *)to[first[i] + 2], _mm512_extracti64x4_epi64(r[i], 1));
    }
}

#endif

#endif
