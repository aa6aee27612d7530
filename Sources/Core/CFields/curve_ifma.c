// Affine additions on G1 with AVX-512 IFMA.
#if defined(__x86_64__)

#define AIVM_LANES_IFMA 1

#include "curve_lanes.h"

#endif
