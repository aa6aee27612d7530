// Rounds of sums with AVX-512 IFMA.
#if defined(__x86_64__)

#define AIVM_LANES_IFMA 1

#include "sums_lanes.h"

#endif
