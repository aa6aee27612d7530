// Several elementwise operations in one pass: a piece of the elements goes through all of them
// while it is in the first-level cache. Each operation is the one of aivm_unary or aivm_binary on
// the same numbers, so the bits are those of the operations one by one.
#include "include/CKernels.h"

/// Elements of a piece: a few pieces fit the smallest first-level caches.
enum { PIECE = 1024 };

typedef struct {
    int variant;
    const aivm_chain *chain;
    float *out;
} chain_work;

/// Where an operand's values for `first` onwards lie, and how they step.
typedef struct {
    const float *values;
    size_t step;
    /// Elements of the row that repeats; 0 when the values do not repeat.
    size_t row;
} place;

static place find(
    const aivm_chain *chain, int32_t operand, size_t first, float slots[][PIECE]) {
    if (operand < 0) {
        const aivm_chain_operand *outer = &chain->operands[-1 - operand];
        switch (outer->mode) {
        case AIVM_CHAIN_SCALAR: return (place){outer->values, 0, 0};
        case AIVM_CHAIN_ROW: return (place){outer->values, 1, outer->row_length};
        default: return (place){outer->values + first, 1, 0};
        }
    }
    return (place){slots[chain->steps[operand].slot], 1, 0};
}

/// How far `p` goes on from element `at` without a jump back.
static size_t stretch(const place *p, size_t at, size_t most) {
    if (p->row == 0) return most;
    size_t rest = p->row - at % p->row;
    return rest < most ? rest : most;
}

static const float *values_at(const place *p, size_t first, size_t done) {
    return p->values + (p->row != 0 ? (first + done) % p->row : done * p->step);
}

static void binary(
    int variant, int operation, size_t first, size_t count, place a, place b, float *to) {
    for (size_t done = 0; done < count;) {
        size_t length = stretch(&a, first + done, count - done);
        length = stretch(&b, first + done, length);
        aivm_binary(
            variant, operation, length, values_at(&a, first, done), a.step,
            values_at(&b, first, done), b.step, to + done);
        done += length;
    }
}

static void share(void *context, size_t first, size_t last) {
    const chain_work *work = context;
    const aivm_chain *chain = work->chain;
    float slots[AIVM_CHAIN_SLOTS][PIECE];
    size_t end = last * PIECE < chain->count ? last * PIECE : chain->count;
    for (size_t start = first * PIECE; start < end; start += PIECE) {
        size_t count = end - start < PIECE ? end - start : PIECE;
        for (size_t i = 0; i < chain->step_count; i++) {
            const aivm_chain_step *step = &chain->steps[i];
            float *to = i + 1 == chain->step_count ? work->out + start : slots[step->slot];
            place a = find(chain, step->left, start, slots);
            if (step->is_binary) {
                place b = find(chain, step->right, start, slots);
                binary(work->variant, step->operation, start, count, a, b, to);
            } else {
                aivm_unary(work->variant, step->operation, count, a.values, to);
            }
        }
    }
}

void aivm_run_chain(int variant, int threads, const aivm_chain *chain, float *out) {
    chain_work work = {variant, chain, out};
    aivm_parallel(threads, (chain->count + PIECE - 1) / PIECE, 16, share, &work);
}
