// Vectors of elements of Fr with AVX-512 and products of binary64.
#if defined(__x86_64__)

#define AIVM_LANES_IFMA 0

#include "vector_lanes.h"

#endif
