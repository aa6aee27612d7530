// Vectors of elements of Fr, eight at a time. Values are x * 2^256 modulo r as in memory; a factor
// in the form of lanes, y * 2^260, leaves them so.
#include "adx.h"
#include "lanes_inverse.h"

#define TARGET LANES_TARGET

ALWAYS_INLINE LANES_TARGET aivm_words multiply(const aivm_words *a, const aivm_words *b) {
    return adx_multiply(a, b, &aivm_r);
}

#include "vector_scalar.h"

enum { VECTOR = 8 * ELEMENT };

LANES lanes times(lanes a, lanes b) { return lanes_multiply(a, b, &lanes_r); }

/// `count` elements, 8 at most, and zeros.
LANES lane_words load(const uint8_t *from, size_t count) {
    if (count >= 8) return lane_words_loaded(from);
    uint8_t whole[VECTOR] = {0};
    memcpy(whole, from, count * ELEMENT);
    return lane_words_loaded(whole);
}

LANES void store(lanes least, uint8_t *to, size_t count) {
    if (count >= 8) {
        lane_words_stored(lanes_packed(least), to);
        return;
    }
    uint8_t whole[VECTOR];
    lane_words_stored(lanes_packed(least), whole);
    memcpy(to, whole, count * ELEMENT);
}

LANES lanes all_lanes(aivm_words factor) { return lanes_unpacked_factor(lane_words_all(factor)); }

TARGET static void multiply_vectors(
    size_t n, const uint8_t *a, const uint8_t *b, const uint8_t *c, uint8_t *out) {
    for (size_t i = 0; i < n; i += 8) {
        const size_t at = i * ELEMENT, count = n - i;
        lanes value = times(
            lanes_unpacked(load(a + at, count)), lanes_unpacked_factor(load(b + at, count)));
        if (c != NULL) {
            value = lanes_least_of_many(
                lanes_sum(value, lanes_unpacked(load(c + at, count))), &lanes_r);
        } else {
            value = lanes_least(value, &lanes_r);
        }
        store(value, out + at, count);
    }
}

TARGET static void scale(
    size_t n, aivm_words scalar, const uint8_t *a, const uint8_t *b, uint8_t *out) {
    const lanes factor = all_lanes(scalar);
    for (size_t i = 0; i < n; i += 8) {
        const size_t at = i * ELEMENT, count = n - i;
        lanes value = times(lanes_unpacked(load(a + at, count)), factor);
        if (b != NULL) {
            value = lanes_least_of_many(
                lanes_sum(value, lanes_unpacked(load(b + at, count))), &lanes_r);
        } else {
            value = lanes_least(value, &lanes_r);
        }
        store(value, out + at, count);
    }
}

/// first * ratio^0 ... first * ratio^7, in the order of lanes; *step is ratio^8.
TARGET static lane_words first_powers(aivm_words first, aivm_words ratio, aivm_words *step) {
    aivm_words list[8], power = aivm_r.one;
    for (int i = 0; i < 8; i++) {
        list[i] = multiply(&first, &power);
        power = multiply(&power, &ratio);
    }
    *step = power;
    return lane_words_loaded((const uint8_t *)list);
}

TARGET static void powers(
    size_t n, aivm_words first, aivm_words ratio, const uint8_t *a, uint8_t *out) {
    aivm_words step8;
    const lane_words start = first_powers(first, ratio, &step8);
    // Four chains; of values where there are no others, else of factors.
    lanes chain[LANE_CHAINS];
    chain[0] = a == NULL ? lanes_unpacked(start) : lanes_unpacked_factor(start);
    const lanes step = all_lanes(step8);
    for (int k = 1; k < LANE_CHAINS; k++) chain[k] = times(chain[k - 1], step);
    const lanes stride = all_lanes(words_power(step8, LANE_CHAINS, &aivm_r));
    for (size_t i = 0; i < n; i += 8) {
        const size_t at = i * ELEMENT, count = n - i;
        lanes *now = &chain[i / 8 % LANE_CHAINS];
        const lanes value = a == NULL ? *now : times(lanes_unpacked(load(a + at, count)), *now);
        *now = times(*now, stride);
        store(lanes_least(value, &lanes_r), out + at, count);
    }
}

/// Vectors that one inversion serves.
enum { INVERTED = 256 };

LANES __mmask8 are_zero(lane_words a) {
    const vector any = _mm512_or_si512(
        _mm512_or_si512(a.word[0], a.word[1]), _mm512_or_si512(a.word[2], a.word[3]));
    return _mm512_testn_epi64_mask(any, any);
}

TARGET static void invert_some(size_t n, const uint8_t *a, lanes *products, uint8_t *out) {
    // 2^772: the values are lanes of a / 16, whose inverses 2^264 / a are to be 2^256 / a.
    static const limbs52 factor = {
        {0x5b7cb8bf003fc, 0xbfe8d5a940d9c, 0x3f79d5e03ba2a, 0xd721b28b4f701, 0x00df45aec77ff}};
    const lanes one = lanes_of(&lanes_r.one);
    const size_t vectors = (n + 7) / 8;
    for (size_t v = 0; v < vectors; v++) {
        const lane_words words = load(a + v * VECTOR, n - 8 * v);
        const lanes value = lanes_selected(are_zero(words), lanes_unpacked(words), one);
        products[v] = v < LANE_CHAINS ? value : times(products[v - LANE_CHAINS], value);
    }
    lanes inverses[LANE_CHAINS] = {0};
    (void)lanes_invert_chains(products, vectors, &factor, inverses, &lanes_r);
    for (size_t v = vectors; v-- > 0;) {
        const lane_words words = load(a + v * VECTOR, n - 8 * v);
        const __mmask8 zero = are_zero(words);
        const lanes value = lanes_selected(zero, lanes_unpacked(words), one);
        lanes *inverse = &inverses[v % LANE_CHAINS];
        lanes result = v < LANE_CHAINS ? *inverse : times(*inverse, products[v - LANE_CHAINS]);
        *inverse = times(*inverse, value);
        result = lanes_selected(zero, result, lanes_of(&lanes_r.multiples[0]));
        store(lanes_least(result, &lanes_r), out + v * VECTOR, n - 8 * v);
    }
}

TARGET static void invert(size_t n, const uint8_t *a, uint8_t *out) {
    lanes products[INVERTED];
    const size_t together = 8 * INVERTED;
    for (size_t i = 0; i < n; i += together) {
        const size_t count = n - i < together ? n - i : together;
        invert_some(count, a + i * ELEMENT, products, out + i * ELEMENT);
    }
}

/// The sum of all lanes, which are least residues.
TARGET static aivm_words total(lanes least) {
    uint8_t list[VECTOR];
    lane_words_stored(lanes_packed(least), list);
    aivm_words sum = words_load(list);
    for (int i = 1; i < 8; i++) {
        sum = words_add(sum, words_load(list + i * ELEMENT), &aivm_r);
    }
    return sum;
}

TARGET static aivm_words dot(size_t n, const uint8_t *a, const uint8_t *b) {
    lanes sum = lanes_of(&lanes_r.multiples[0]);
    for (size_t i = 0; i < n; i += 8) {
        const size_t at = i * ELEMENT, count = n - i;
        const lanes product = times(
            lanes_unpacked(load(a + at, count)), lanes_unpacked_factor(load(b + at, count)));
        // Products are below 1.4; before the sum could reach 60 it is reduced.
        sum = lanes_sum(sum, product);
        if (i / 8 % 32 == 31) sum = lanes_least_of_many(sum, &lanes_r);
    }
    return total(lanes_least_of_many(sum, &lanes_r));
}

TARGET static aivm_words evaluate(size_t n, const uint8_t *a, aivm_words point) {
    // Lane l of chain k has the coefficients 8 * k + l modulo 8 * LANE_CHAINS, from the last on.
    enum { TOGETHER = 8 * LANE_CHAINS };
    aivm_words step;
    const lanes start = lanes_unpacked_factor(first_powers(aivm_r.one, point, &step));
    const lanes stride = all_lanes(words_power(step, LANE_CHAINS, &aivm_r));
    lanes chain[LANE_CHAINS];
    for (int k = 0; k < LANE_CHAINS; k++) chain[k] = lanes_of(&lanes_r.multiples[0]);
    for (size_t i = (n + TOGETHER - 1) / TOGETHER; i-- > 0;) {
        for (size_t k = 0; k < LANE_CHAINS; k++) {
            const size_t from = i * TOGETHER + 8 * k;
            chain[k] = times(chain[k], stride);
            if (from >= n) continue;
            // A product is below 1.6, its sum with a coefficient below 2.6.
            chain[k] = lanes_carried(lanes_sum(
                chain[k], lanes_unpacked(load(a + from * ELEMENT, n - from))));
        }
    }
    const lanes step_lanes = all_lanes(step);
    lanes sum = chain[LANE_CHAINS - 1];
    for (int k = LANE_CHAINS - 1; k-- > 0;) {
        sum = lanes_carried(lanes_sum(times(sum, step_lanes), chain[k]));
    }
    return total(lanes_least(times(sum, start), &lanes_r));
}

TARGET static int multiply_often(size_t count, aivm_words factor, aivm_words *value) {
    const lanes by = all_lanes(factor);
    lanes chain[LANE_CHAINS];
    for (int k = 0; k < LANE_CHAINS; k++) {
        aivm_words start = words_add(*value, factor, &aivm_r);
        chain[k] = lanes_unpacked(lane_words_all(k == 0 ? *value : start));
    }
    for (size_t i = 0; i < count; i++) {
        UNROLL for (int k = 0; k < LANE_CHAINS; k++) chain[k] = times(chain[k], by);
    }
    // The others are made all the same.
    for (int k = 1; k < LANE_CHAINS; k++) __asm__ volatile("" : : "v"(chain[k].l[0]));
    *value = lane_words_first(lanes_packed(lanes_least(chain[0], &lanes_r)));
    return 8 * LANE_CHAINS;
}

const aivm_vector_kernel LANES_VARIANT(aivm_vector) = {
    .multiply = multiply_vectors,
    .scale = scale,
    .powers = powers,
    .invert = invert,
    .dot = dot,
    .evaluate = evaluate,
    .prefix_products = prefix_products,
    .divide = divide,
    .multiply_often = multiply_often,
};
