// Sums of points by a byte of each: the buckets of a row of small numbers, of which any sum of
// table[byte] * point is a sum over 255 points.
#include "buckets.h"
#include "include/CFields.h"
#include "memory.h"

enum { BYTES = 256 };

typedef struct {
    aivm_point *taken, *sums;
    uint32_t *items;
    aivm_bench *bench;
} parts;

static size_t lay_out(size_t n, uint8_t *base, parts *out) {
    size_t used = 0;
    const size_t sizes[] = {
        // The points and their images, in the form of the curve.
        2 * n * sizeof(aivm_point), BYTES * sizeof(aivm_point), n * sizeof(uint32_t),
        sizeof(aivm_bench)};
    void *at[4];
    for (int i = 0; i < 4; i++) {
        at[i] = base == NULL ? NULL : base + used;
        used += (sizes[i] + 63) / 64 * 64;
    }
    if (out != NULL) {
        out->taken = at[0];
        out->sums = at[1];
        out->items = at[2];
        out->bench = at[3];
    }
    return used + 64;
}

size_t aivm_g1_byte_sums_workspace(size_t n) {
    return n == 0 || n > AIVM_MAXIMUM_POINTS ? 0 : lay_out(n, NULL, NULL);
}

int aivm_g1_byte_sums(
    int variant, size_t n, const void *points, const uint8_t *bytes, void *workspace, void *sums) {
    memset(sums, 0, BYTES * sizeof(aivm_point));
    if (n == 0) return 1;
    if (n > AIVM_MAXIMUM_POINTS) return 0;
    void *own = workspace == NULL ? make_aligned(aivm_g1_byte_sums_workspace(n), 1) : NULL;
    if (workspace == NULL) workspace = own;
    if (workspace == NULL) return 0;
    const aivm_curve *curve = aivm_curves[variant];
    parts work;
    lay_out(n, (uint8_t *)(((uintptr_t)workspace + 63) & ~(uintptr_t)63), &work);
    curve->take(points, n, 0, n, work.taken);
    // Counts, then where each value's items begin; those of 0 are none.
    uint32_t starts[BYTES + 1] = {0}, next[BYTES];
    for (size_t i = 0; i < n; i++) starts[bytes[i] + 1]++;
    starts[1] = 0;
    for (int value = 1; value <= BYTES; value++) starts[value] += starts[value - 1];
    memcpy(next, starts, sizeof next);
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] != 0) work.items[next[bytes[i]]++] = (uint32_t)i;
    }
    memset(work.sums, 0, BYTES * sizeof(aivm_point));
    const aivm_sorted sorted = {curve, work.taken, work.items, starts, BYTES};
    aivm_sum_buckets(&sorted, 0, starts[BYTES], work.sums, work.bench);
    curve->give(work.sums, BYTES, sums);
    free(own);
    return 1;
}
