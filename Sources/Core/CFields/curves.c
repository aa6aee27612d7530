// Which curve is which variant's.
#include "curve.h"
#include "include/CFields.h"

const aivm_curve *const aivm_curves[AIVM_FIELDS_VARIANT_COUNT] = {
    [AIVM_FIELDS_PORTABLE] = &aivm_curve_portable,
#if defined(__x86_64__)
    [AIVM_FIELDS_ADX] = &aivm_curve_adx,
    [AIVM_FIELDS_AVX512] = &aivm_curve_avx512,
    [AIVM_FIELDS_IFMA] = &aivm_curve_ifma,
#endif
};
