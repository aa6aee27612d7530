// Which variants this machine can run. On x86-64 the check covers the operating system's support
// for the registers (XGETBV), which __builtin_cpu_supports includes.
#include "include/CKernels.h"

int aivm_is_available(int variant) {
    switch (variant) {
    case AIVM_SCALAR: return 1;
#if defined(__x86_64__)
    case AIVM_AVX2:
        __builtin_cpu_init();
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case AIVM_AVX512:
        __builtin_cpu_init();
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
            && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")
            && __builtin_cpu_supports("fma");
#endif
#if defined(__aarch64__)
    case AIVM_NEON: return 1;
#endif
    default: return 0;
    }
}
