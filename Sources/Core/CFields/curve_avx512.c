// Affine additions on G1 with AVX-512 and products of binary64.
#if defined(__x86_64__)

#define AIVM_LANES_IFMA 0

#include "curve_lanes.h"

#endif
