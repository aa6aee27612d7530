// The sums of buckets, by halving: of the points of each bucket, the first is added to the second,
// the third to the fourth and so on, the points of many buckets at once; then the sums likewise,
// until one is left of each. No addition of a batch waits for another, whatever the scalars are.
#include "buckets.h"

/// Buckets between fetching points and using them.
enum { AHEAD = 8 };

typedef struct {
    const aivm_curve *curve;
    const aivm_point *source;
    aivm_point *target;
    aivm_bench *bench;
    /// 1 once a sum was the point at infinity.
    int infinite;
} level;

static void flush(level *at) {
    aivm_batch *batch = &at->bench->batch;
    at->infinite |= at->curve->add(at->source, at->target, batch, at->bench->scratch);
    batch->count = 0;
}

ALWAYS_INLINE void push(level *at, uint32_t left, uint32_t right, uint32_t to) {
    aivm_batch *batch = &at->bench->batch;
    const size_t i = batch->count;
    batch->left[i] = left;
    batch->right[i] = right;
    batch->to[i] = to;
    batch->count = i + 1;
    if (i + 1 == BATCH) flush(at);
}

/// Where the sum of a bucket goes.
typedef struct {
    aivm_point *sums, *carry;
    /// The bucket whose sum is only carried to the next chunk, and the one that another thread
    /// began; UINT32_MAX for none.
    uint32_t carried, led;
} places;

static void put(const places *to, aivm_bench *bench, uint32_t bucket, const aivm_point *sum) {
    if (bucket == to->carried) {
        *to->carry = *sum;
    } else if (bucket == to->led) {
        bench->lead = *sum;
    } else {
        to->sums[bucket] = *sum;
    }
}

static aivm_point item_at(const aivm_sorted *sorted, size_t item) {
    const uint32_t index = sorted->items[item];
    aivm_point point = sorted->points[index & ~NEGATED];
    if ((index & NEGATED) != 0) {
        uint64_t borrow = 0;
        for (int i = 0; i < 4; i++) {
            point.y.l[i] = subtract_with_borrow(
                sorted->curve->negation.l[i], point.y.l[i], &borrow);
        }
    }
    return point;
}

/// Fetches the last point of a bucket, which may be left over and then is copied at once.
ALWAYS_INLINE void prefetch_last_item(const aivm_sorted *sorted, uint32_t bucket) {
    if (bucket >= sorted->buckets || sorted->starts[bucket + 1] == 0) return;
    const uint32_t index = sorted->items[sorted->starts[bucket + 1] - 1];
    __builtin_prefetch(&sorted->points[index & ~NEGATED]);
}

/// Adds the items first ..< last, of buckets from *bucket on, two by two; the runs of what is left.
/// *bucket becomes the last one.
static size_t halve_items(
    const aivm_sorted *sorted, size_t first, size_t last, const aivm_point *carry,
    uint32_t *bucket, level *at) {
    aivm_bucket_run *runs = at->bench->runs;
    size_t count = 0;
    uint32_t out = 0, b = *bucket;
    for (size_t item = first; item < last; b++) {
        prefetch_last_item(sorted, b + AHEAD);
        size_t end = sorted->starts[b + 1];
        if (end > last) end = last;
        if (item == end) continue;
        *bucket = b;
        runs[count].bucket = b;
        runs[count].start = out;
        if (item == first && carry != NULL) at->target[out++] = *carry;
        for (; item + 1 < end; item += 2) {
            push(at, sorted->items[item], sorted->items[item + 1], out++);
        }
        if (item < end) at->target[out++] = item_at(sorted, item++);
        runs[count].count = out - runs[count].start;
        count++;
    }
    flush(at);
    return count;
}

/// Adds the points of each run two by two, and puts away those of runs of one; the number of runs
/// that are left.
static size_t halve_runs(size_t runs, const places *to, level *at) {
    aivm_bucket_run *all = at->bench->runs;
    size_t left = 0;
    uint32_t out = 0;
    const int infinite = at->infinite;
    for (size_t r = 0; r < runs; r++) {
        const aivm_bucket_run run = all[r];
        const aivm_point *points = at->source + run.start;
        if (run.count == 1) {
            put(to, at->bench, run.bucket, points);
            continue;
        }
        const uint32_t start = out;
        uint32_t i = 0;
        for (; i + 1 < run.count; i += 2) {
            if (infinite && point_is_infinite(&points[i])) {
                at->target[out++] = points[i + 1];
            } else if (infinite && point_is_infinite(&points[i + 1])) {
                at->target[out++] = points[i];
            } else {
                push(at, run.start + i, run.start + i + 1, out++);
            }
        }
        if (i < run.count) at->target[out++] = points[i];
        const aivm_bucket_run next = {run.bucket, start, out - start};
        all[left++] = next;
    }
    flush(at);
    return left;
}

/// The bucket of an item: the last one that starts at or before it and is not empty.
static uint32_t bucket_with(const aivm_sorted *sorted, size_t item) {
    uint32_t low = 0, high = sorted->buckets;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (sorted->starts[middle] <= item) low = middle; else high = middle;
    }
    return low;
}

void aivm_sum_buckets(
    const aivm_sorted *sorted, size_t first, size_t last, aivm_point *sums, aivm_bench *bench) {
    memset(&bench->lead, 0, sizeof bench->lead);
    bench->lead_bucket = 0;
    bench->batch.count = 0;
    if (first >= last) return;
    uint32_t bucket = bucket_with(sorted, first);
    aivm_point carry;
    int carries = 0;
    places to = {.sums = sums, .carry = &carry, .carried = UINT32_MAX, .led = UINT32_MAX};
    if (sorted->starts[bucket] < first) {
        to.led = bucket;
        bench->lead_bucket = bucket;
    }
    for (size_t start = first; start < last;) {
        const size_t end = last - start > CHUNK ? start + CHUNK : last;
        level at = {sorted->curve, sorted->points, bench->near, bench, 0};
        size_t runs = halve_items(sorted, start, end, carries ? &carry : NULL, &bucket, &at);
        carries = end < last && end < sorted->starts[bucket + 1];
        to.carried = carries ? bucket : UINT32_MAX;
        aivm_point *from = bench->near, *into = bench->far;
        while (runs > 0) {
            at.source = from;
            at.target = into;
            runs = halve_runs(runs, &to, &at);
            into = from;
            from = at.target;
        }
        if (carries && point_is_infinite(&carry)) carries = 0;
        start = end;
    }
}

void aivm_add_point(
    const aivm_curve *curve, aivm_point *sum, const aivm_point *term, aivm_bench *bench) {
    if (point_is_infinite(term)) return;
    if (point_is_infinite(sum)) {
        *sum = *term;
        return;
    }
    bench->near[0] = *sum;
    bench->near[1] = *term;
    level at = {curve, bench->near, sum, bench, 0};
    bench->batch.count = 0;
    push(&at, 0, 1, 0);
    flush(&at);
}
