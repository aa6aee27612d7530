// Memory for large weights. In pages of 2 MiB the system makes it several times faster than in
// those of 4 KiB, and products miss fewer translations.
#include "include/CKernels.h"

#include <stdint.h>

#if defined(__linux__)
#include <sys/mman.h>
#endif

void aivm_prefer_large_pages(void *memory, size_t bytes) {
#if defined(MADV_HUGEPAGE)
    const uintptr_t size = (uintptr_t)1 << 21;
    // Only whole pages inside: the edges would take memory that nobody uses.
    const uintptr_t first = ((uintptr_t)memory + size - 1) & ~(size - 1);
    const uintptr_t end = ((uintptr_t)memory + bytes) & ~(size - 1);
    // Advice: where it is refused, memory is only slower.
    if (end > first) (void)madvise((void *)first, end - first, MADV_HUGEPAGE);
#else
    (void)memory;
    (void)bytes;
#endif
}
