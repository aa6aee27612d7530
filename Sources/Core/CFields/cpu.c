// Which variants this machine can run; the check covers the operating system's support for the
// registers.
#include "include/CFields.h"

#if defined(__x86_64__)
static int has_carry_chains(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")
        && __builtin_cpu_supports("adx");
}

static int has_vectors(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
}
#endif

int aivm_fields_is_available(int variant) {
    switch (variant) {
    case AIVM_FIELDS_PORTABLE: return 1;
#if defined(__x86_64__)
    case AIVM_FIELDS_ADX: return has_carry_chains();
    case AIVM_FIELDS_AVX512: return has_carry_chains() && has_vectors();
    case AIVM_FIELDS_IFMA:
        return has_carry_chains() && has_vectors() && __builtin_cpu_supports("avx512ifma")
            && __builtin_cpu_supports("avx512vbmi2");
#endif
    default: return 0;
    }
}

int aivm_fields_fastest(void) {
#if defined(AIVM_FIELDS_FASTEST)
    int variant = AIVM_FIELDS_FASTEST;
#else
    int variant = AIVM_FIELDS_VARIANT_COUNT - 1;
#endif
    while (!aivm_fields_is_available(variant)) variant--;
    return variant;
}
