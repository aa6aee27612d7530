// From sorted points to the sums of buckets, and from those to the sum of all.
#ifndef AIVM_BUCKETS_H
#define AIVM_BUCKETS_H

#include "curve.h"
#include "windows.h"

enum {
    /// Items that are summed together: their sums stay near the processor.
    CHUNK = 16384,
    CHUNK_ROOM = CHUNK + 1,
};

/// Some points of the same bucket, one after the other.
typedef struct {
    uint32_t bucket, start, count;
} aivm_bucket_run;

/// What one thread works with.
typedef struct {
    aivm_point near[CHUNK_ROOM], far[CHUNK_ROOM];
    aivm_bucket_run runs[CHUNK_ROOM];
    aivm_batch batch;
    uint8_t scratch[BATCH_SCRATCH];
    /// The sum of the items of a bucket whose first items another thread has; at infinity when
    /// there are none.
    aivm_point lead;
    uint32_t lead_bucket;
} aivm_bench;

/// Items in the order of their buckets: those of bucket b are starts[b] ..< starts[b + 1].
typedef struct {
    const aivm_curve *curve;
    const aivm_point *points;
    /// Indices of points, with NEGATED.
    const uint32_t *items;
    const uint32_t *starts;
    uint32_t buckets;
} aivm_sorted;

/// Sums items first ..< last bucket by bucket into `sums`, one for each bucket, which were at
/// infinity. Where `first` is not the first item of its bucket, the sum goes to bench->lead.
void aivm_sum_buckets(
    const aivm_sorted *sorted, size_t first, size_t last, aivm_point *sums, aivm_bench *bench);

/// sum += term, for points in the curve's form.
void aivm_add_point(
    const aivm_curve *curve, aivm_point *sum, const aivm_point *term, aivm_bench *bench);

ALWAYS_INLINE int point_is_infinite(const aivm_point *point) {
    return words_are_zero(point->y);
}

#endif
