// Memory that vectors read and write without crossing lines of the cache.
#ifndef AIVM_MEMORY_H
#define AIVM_MEMORY_H

#include <CKernels.h>

#include <stdlib.h>

/// NULL when there is none, or when count * size is too large. To be freed.
static inline void *make_aligned(size_t count, size_t size) {
    const size_t line = 64, large = (size_t)1 << 21;
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - 2 * large) return NULL;
    const size_t alignment = bytes >= 2 * large ? large : line;
    bytes = (bytes + alignment) / alignment * alignment;
    return aligned_alloc(alignment, bytes);
}

#endif
