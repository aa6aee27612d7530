// Inverses of many numbers by one inversion (Montgomery's trick). Numbers are multiplied up in
// chains, so that one product need not wait for the one before it; the inverse of the whole is
// taken apart backwards.
#ifndef AIVM_LANES_INVERSE_H
#define AIVM_LANES_INVERSE_H

#include "lanes.h"

#if defined(__x86_64__)

enum { LANE_CHAINS = 4 };

LANES lanes rotated(lanes a, const int by) {
    UNROLL for (int i = 0; i < 5; i++) {
        if (by == 4) a.l[i] = _mm512_alignr_epi64(a.l[i], a.l[i], 4);
        if (by == 2) a.l[i] = _mm512_alignr_epi64(a.l[i], a.l[i], 2);
        if (by == 1) a.l[i] = _mm512_alignr_epi64(a.l[i], a.l[i], 1);
    }
    return a;
}

/// The inverses of the products of whole chains, times a factor; 0 when one of them is 0, else 1.
/// Vector v of `vectors` belongs to chain v % LANE_CHAINS, and products[v], below 6, is the product
/// of that chain up to it. The factor is `cube` for the form of lanes in and out.
LANES_TARGET static int lanes_invert_chains(
    const lanes *products, size_t vectors, const limbs52 *factor, lanes inverses[LANE_CHAINS],
    const lanes_modulus *m) {
    const aivm_modulus *words = m == &lanes_q ? &aivm_q : &aivm_r;
    const size_t chains = vectors < LANE_CHAINS ? vectors : LANE_CHAINS;
    const lanes *last = products + vectors - chains;
    // The product of chains 0 ... i, and then of all lanes of all chains.
    lanes upto[LANE_CHAINS];
    upto[0] = last[0];
    for (size_t i = 1; i < chains; i++) upto[i] = lanes_multiply(upto[i - 1], last[i], m);
    const lanes by8 = upto[chains - 1];
    const lanes by4 = lanes_multiply(by8, rotated(by8, 4), m);
    const lanes by2 = lanes_multiply(by4, rotated(by4, 2), m);
    const lanes by1 = lanes_least(lanes_multiply(by2, rotated(by2, 1), m), m);
    aivm_words all = lane_words_first(lanes_packed(by1));
    if (words_are_zero(all)) return 0;
    all = aivm_words_plain_inverse(all, words);
    lanes inverse = lanes_multiply(
        lanes_unpacked(lane_words_all(all)), lanes_of(factor), m);
    inverse = lanes_multiply(inverse, rotated(by2, 1), m);
    inverse = lanes_multiply(inverse, rotated(by4, 2), m);
    inverse = lanes_multiply(inverse, rotated(by8, 4), m);
    for (size_t i = chains; i-- > 0;) {
        // That of vector `vectors - chains + i`.
        const size_t chain = (vectors - chains + i) % LANE_CHAINS;
        inverses[chain] = i == 0 ? inverse : lanes_multiply(inverse, upto[i - 1], m);
        inverse = lanes_multiply(inverse, last[i], m);
    }
    return 1;
}

#endif

#endif
