// Sums of products of points and scalars by the bucket method (Pippenger, "On the evaluation of
// powers and related problems", 1976): each half of a scalar is cut into signed digits, in each
// window the points with the same digit are summed, and sum d * bucket_d is taken by folding.
//
// Affine sums are unique, so that it does not matter in which order, or on which thread, they are
// made.
#include "buckets.h"
#include "include/CFields.h"
#include "jacobian.h"
#include "memory.h"

enum {
    THREADS = 64,
    /// Items that are sorted together: windows are taken in groups of about that many.
    SORTED = 3 << 19,
    /// Items that are worth another thread.
    GRAIN = 4096,
};

typedef struct {
    const aivm_curve *curve;
    aivm_digit_windows windows;
    size_t n;
    int threads, form;
    const uint8_t *points, *scalars;
    /// Twice n: the points and their images, in the form of the curve, and the halves.
    aivm_point *taken;
    aivm_half *halves;
    /// For each window its buckets, from first_bucket[w] on.
    aivm_point *sums;
    size_t first_bucket[WINDOWS + 1];
    /// Windows of a group, and the group at hand: windows window ..< window_end, their items, where
    /// each bucket's begin, and for each thread where its next one goes.
    int together, window, window_end;
    uint32_t *items, *starts, *next;
    size_t group_buckets;
    aivm_bench *benches;
    /// The step of folding.
    int step;
} computation;

/// The first of the items that share `share` of `shares` has.
static size_t share_start(size_t count, size_t share, size_t shares) {
    const size_t each = count / shares, more = count % shares;
    return each * share + (share < more ? share : more);
}

static void take_share(void *context, size_t first, size_t last) {
    computation *work = context;
    work->curve->take(work->points, work->n, first, last, work->taken);
    aivm_split_scalars(
        &work->windows, work->points, work->scalars, work->form, work->n, first, last,
        work->halves);
}

/// Counts the items of each bucket of the group, in a thread's share of the halves; or, when
/// `places`, puts them where `next` says.
ALWAYS_INLINE void walk(computation *work, size_t share, const int places) {
    const size_t first = share_start(2 * work->n, share, (size_t)work->threads);
    const size_t last = share_start(2 * work->n, share + 1, (size_t)work->threads);
    for (int w = work->window; w < work->window_end; w++) {
        const uint64_t mask = window_mask(&work->windows, w);
        const int64_t middle = window_middle(&work->windows, w);
        const unsigned shift = work->windows.shift[w];
        uint32_t *next = work->next + share * work->group_buckets
            + (work->first_bucket[w] - work->first_bucket[work->window]);
        for (size_t i = first; i < last; i++) {
            uint32_t negative;
            const uint32_t bucket = bucket_of(work->halves[i], shift, mask, middle, &negative);
            if (bucket == UINT32_MAX) continue;
            if (places) {
                work->items[next[bucket]++] = (uint32_t)i | negative << 31;
            } else {
                next[bucket]++;
            }
        }
    }
}

static void count_share(void *context, size_t first, size_t last) {
    computation *work = context;
    for (size_t share = first; share < last; share++) {
        memset(
            work->next + share * work->group_buckets, 0, work->group_buckets * sizeof(uint32_t));
        walk(work, share, 0);
    }
}

static void place_share(void *context, size_t first, size_t last) {
    for (size_t share = first; share < last; share++) walk(context, share, 1);
}

/// From counts to places: bucket by bucket, thread by thread.
static void count_up(computation *work) {
    uint32_t total = 0;
    for (size_t bucket = 0; bucket < work->group_buckets; bucket++) {
        work->starts[bucket] = total;
        for (int share = 0; share < work->threads; share++) {
            uint32_t *next = &work->next[(size_t)share * work->group_buckets + bucket];
            const uint32_t count = *next;
            *next = total;
            total += count;
        }
    }
    work->starts[work->group_buckets] = total;
}

static int group_end(const computation *work, int w) {
    return w + work->together < work->windows.count ? w + work->together : work->windows.count;
}

static aivm_sorted sorted_of(const computation *work) {
    const aivm_sorted sorted = {
        work->curve, work->taken, work->items, work->starts, (uint32_t)work->group_buckets};
    return sorted;
}

static void sum_share(void *context, size_t first, size_t last) {
    computation *work = context;
    const aivm_sorted sorted = sorted_of(work);
    const size_t items = work->starts[work->group_buckets];
    for (size_t share = first; share < last; share++) {
        aivm_sum_buckets(
            &sorted, share_start(items, share, (size_t)work->threads),
            share_start(items, share + 1, (size_t)work->threads),
            work->sums + work->first_bucket[work->window], &work->benches[share]);
    }
}

static void sum_group(computation *work) {
    const size_t threads = (size_t)work->threads;
    work->group_buckets = work->first_bucket[work->window_end] - work->first_bucket[work->window];
    aivm_parallel(work->threads, threads, 1, count_share, work);
    count_up(work);
    aivm_parallel(work->threads, threads, 1, place_share, work);
    aivm_parallel(work->threads, threads, 1, sum_share, work);
    for (size_t share = 1; share < threads; share++) {
        aivm_bench *bench = &work->benches[share];
        aivm_add_point(
            work->curve, work->sums + work->first_bucket[work->window] + bench->lead_bucket,
            &bench->lead, bench);
    }
}

/// The least k with 2^k >= buckets.
static int levels_of(uint32_t buckets) {
    int k = 0;
    while ((UINT32_C(1) << k) < buckets) k++;
    return k;
}

/// The additions of a window in a step of folding.
static size_t fold_count(const computation *work, int w) {
    const int k = levels_of(work->windows.buckets[w]);
    return work->step > k ? 0 : (size_t)work->step << (k - work->step);
}

static void flush_fold(computation *work, aivm_bench *bench) {
    (void)work->curve->add(work->sums, work->sums, &bench->batch, bench->scratch);
    bench->batch.count = 0;
}

/// Additions first ..< last of a block of a window: the upper half of it onto the lower.
static void fold_block(
    computation *work, aivm_bench *bench, size_t window, size_t size, size_t offset, size_t half,
    size_t first, size_t last) {
    aivm_batch *batch = &bench->batch;
    for (size_t i = first; i < last && offset + i + half < size; i++) {
        const size_t left = window + offset + i, right = left + half;
        if (point_is_infinite(&work->sums[right])) continue;
        if (point_is_infinite(&work->sums[left])) {
            work->sums[left] = work->sums[right];
            continue;
        }
        batch->left[batch->count] = batch->to[batch->count] = (uint32_t)left;
        batch->right[batch->count] = (uint32_t)right;
        if (++batch->count == BATCH) flush_fold(work, bench);
    }
}

/// Additions first ..< last of a step.
static void fold_range(computation *work, aivm_bench *bench, size_t first, size_t last) {
    size_t base = 0;
    bench->batch.count = 0;
    for (int w = 0; w < work->windows.count; w++) {
        const size_t count = fold_count(work, w);
        if (count == 0) continue;
        const size_t half = count / (size_t)work->step;
        for (int block = 0; block < work->step; block++) {
            const size_t from = first > base ? first - base : 0;
            const size_t to = last > base ? (last - base < half ? last - base : half) : 0;
            // The blocks begin at 0 and at the powers of two from the upper half on downwards.
            const size_t offset = block == 0 ? 0 : half << (work->step - block);
            fold_block(
                work, bench, work->first_bucket[w], work->windows.buckets[w], offset, half, from,
                to);
            base += half;
        }
    }
    flush_fold(work, bench);
}

static void fold_share(void *context, size_t first, size_t last) {
    computation *work = context;
    size_t total = 0;
    for (int w = 0; w < work->windows.count; w++) total += fold_count(work, w);
    for (size_t share = first; share < last; share++) {
        fold_range(
            work, &work->benches[share], share_start(total, share, (size_t)work->threads),
            share_start(total, share + 1, (size_t)work->threads));
    }
}

/// Adds the upper half of every window's 2^k buckets onto the lower, those of the lower likewise,
/// and so on; and each upper half to one point. Then bucket 2^t has the sum of the buckets whose
/// index has bit t, and bucket 0 the sum of all. Two additions for each bucket.
static void fold(computation *work) {
    for (work->step = 1;; work->step++) {
        size_t most = 0, total = 0;
        for (int w = 0; w < work->windows.count; w++) {
            const size_t count = fold_count(work, w);
            total += count;
            if (count > most) most = count;
        }
        if (most == 0) return;
        const int threads = total < GRAIN ? 1 : work->threads;
        if (threads == 1) {
            fold_range(work, &work->benches[0], 0, total);
        } else {
            aivm_parallel(threads, (size_t)threads, 1, fold_share, work);
        }
    }
}

/// The sum over all windows of 2^shift times the sum of (index + 1) * bucket.
static aivm_jacobian joined(const computation *work) {
    const aivm_digit_windows *windows = &work->windows;
    aivm_jacobian sum;
    memset(&sum, 0, sizeof sum);
    for (int bit = HALF_BITS + 1; bit >= 0; bit--) {
        aivm_jacobian_double(&sum);
        for (int w = 0; w < windows->count; w++) {
            const int t = bit - (int)windows->shift[w];
            const aivm_point *buckets = work->sums + work->first_bucket[w];
            aivm_point point;
            if (t < 0) continue;
            if (t < levels_of(windows->buckets[w])) {
                work->curve->give(&buckets[(size_t)1 << t], 1, (uint8_t *)&point);
                aivm_jacobian_add(&sum, &point);
            }
            if (t == 0) {
                work->curve->give(&buckets[0], 1, (uint8_t *)&point);
                aivm_jacobian_add(&sum, &point);
            }
        }
    }
    return sum;
}

/// Parts of a workspace, each at a line of the cache.
typedef struct {
    uint8_t *base;
    size_t used;
} workspace;

static void *part(workspace *space, size_t count, size_t size) {
    uint8_t *at = space->base == NULL ? NULL : space->base + space->used;
    space->used += (count * size + 63) / 64 * 64;
    return at;
}

/// Lays out a sum over n points; its workspace may have no memory yet.
static void lay_out(computation *work, workspace *space) {
    const aivm_digit_windows *windows = &work->windows;
    size_t total = 0, most = 0;
    for (int w = 0; w < windows->count; w++) {
        work->first_bucket[w] = total;
        total += windows->buckets[w];
    }
    work->first_bucket[windows->count] = total;
    const size_t fitting = SORTED / (2 * work->n + 1);
    work->together = fitting < 1 ? 1 : fitting > WINDOWS ? WINDOWS : (int)fitting;
    if (work->together > windows->count) work->together = windows->count;
    for (int w = 0; w < windows->count; w += work->together) {
        const size_t buckets
            = work->first_bucket[group_end(work, w)] - work->first_bucket[w];
        if (buckets > most) most = buckets;
    }
    work->taken = part(space, 2 * work->n, sizeof(aivm_point));
    work->halves = part(space, 2 * work->n, sizeof(aivm_half));
    work->sums = part(space, total, sizeof(aivm_point));
    work->items = part(space, 2 * work->n * (size_t)work->together, sizeof(uint32_t));
    work->starts = part(space, most + 1, sizeof(uint32_t));
    work->next = part(space, most * (size_t)work->threads, sizeof(uint32_t));
    work->benches = part(space, (size_t)work->threads, sizeof(aivm_bench));
}

static aivm_point compute(computation *work) {
    const aivm_digit_windows *windows = &work->windows;
    memset(work->sums, 0, work->first_bucket[windows->count] * sizeof(aivm_point));
    aivm_parallel(work->threads, work->n, GRAIN, take_share, work);
    for (int w = 0; w < windows->count; w += work->together) {
        work->window = w;
        work->window_end = group_end(work, w);
        sum_group(work);
    }
    fold(work);
    const aivm_jacobian sum = joined(work);
    return aivm_jacobian_affine(&sum);
}

static computation computation_of(int threads, size_t n) {
    computation work = {.windows = aivm_digit_windows_for(n), .n = n};
    const size_t worth = n / (GRAIN / 8) + 1, most = worth < THREADS ? worth : THREADS;
    work.threads = threads < 1 ? 1 : (size_t)threads > most ? (int)most : threads;
    return work;
}

size_t aivm_g1_workspace(int threads, size_t n) {
    if (n == 0 || n > AIVM_MAXIMUM_POINTS) return 0;
    computation work = computation_of(threads, n);
    workspace space = {NULL, 64};
    lay_out(&work, &space);
    return space.used;
}

size_t aivm_g1_multiplications(size_t n) {
    const aivm_digit_windows windows = aivm_digit_windows_for(n);
    size_t additions = 0;
    for (int w = 0; w < windows.count; w++) {
        // The points of each bucket to one, and two additions for each bucket.
        const size_t buckets = windows.buckets[w], points = 2 * n;
        additions += (points > buckets ? points - buckets : 0)
            + 2 * (points > buckets ? buckets : points);
    }
    return 6 * additions;
}

int aivm_g1_multi_scalar(
    int variant, int threads, size_t n, const void *points, const void *scalars, int scalar_form,
    void *memory, void *sum) {
    if (n > AIVM_MAXIMUM_POINTS) return 0;
    memset(sum, 0, sizeof(aivm_point));
    if (n == 0) return 1;
    computation work = computation_of(threads, n);
    work.curve = aivm_curves[variant];
    work.form = scalar_form;
    work.points = points;
    work.scalars = scalars;
    const size_t bytes = aivm_g1_workspace(threads, n);
    void *own = memory == NULL ? make_aligned(bytes, 1) : NULL;
    if (memory == NULL) memory = own;
    if (memory == NULL) return 0;
    // Points are read from all over it.
    aivm_prefer_large_pages(memory, bytes);
    workspace space = {(uint8_t *)(((uintptr_t)memory + 63) & ~(uintptr_t)63), 0};
    lay_out(&work, &space);
    const aivm_point result = compute(&work);
    memcpy(sum, &result, sizeof result);
    free(own);
    return 1;
}
