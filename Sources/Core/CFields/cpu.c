// Which variants this machine can run; the check covers the operating system's support for the
// registers.
#include "include/CFields.h"

int aivm_fields_is_available(int variant) {
    switch (variant) {
    case AIVM_FIELDS_PORTABLE: return 1;
#if defined(__x86_64__)
    case AIVM_FIELDS_ADX: {
        __builtin_cpu_init();
        return __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")
            && __builtin_cpu_supports("adx");
    }
    case AIVM_FIELDS_IFMA: {
        __builtin_cpu_init();
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512ifma")
            && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
            && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2")
            && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("adx");
    }
#endif
    default: return 0;
    }
}

int aivm_fields_fastest(void) {
    int variant = AIVM_FIELDS_VARIANT_COUNT - 1;
    while (!aivm_fields_is_available(variant)) variant--;
    return variant;
}
