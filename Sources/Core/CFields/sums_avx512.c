// Rounds of sums with AVX-512 and products of binary64.
#if defined(__x86_64__)

#define AIVM_LANES_IFMA 0

#include "sums_lanes.h"

#endif
