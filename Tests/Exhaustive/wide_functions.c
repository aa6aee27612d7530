// Checks powers, in binary32 and binary64, and the functions of binary64 on samples against MPFR:
// any bits, numbers around 0 and 1, the whole range between underflow and overflow, exact results
// and ties. Prints how many results are not the nearest.
//
//   wide_functions [SAMPLES]
#include "CKernels.h"

#include <math.h>
#include <mpfr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int precise_function(mpfr_t, const mpfr_t, mpfr_rnd_t);

static uint64_t state = 88172645463325252u;

/// Xorshift (Marsaglia 2003), the upper bits of a multiple.
static uint64_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state * 0x2545F4914F6CDD1Du;
}

/// From -1 to 1.
static double uniform(void) { return (double)(int64_t)next() * 0x1p-63; }

static double any_double(void) {
    uint64_t bits = next();
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static float any_float(void) {
    uint32_t bits = (uint32_t)(next() >> 32);
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/// Whether the bits are the same; any NaN must be the canonical one.
static int is_same32(float got, float want) {
    if (isnan(want)) memcpy(&want, &(uint32_t){0x7FC00000}, sizeof want);
    return memcmp(&got, &want, sizeof got) == 0;
}

static int is_same64(double got, double want) {
    if (isnan(want)) memcpy(&want, &(uint64_t){0x7FF8000000000000}, sizeof want);
    return memcmp(&got, &want, sizeof got) == 0;
}

/// A result of MPFR within the exponents of a format, subnormals rounded once.
static double within(mpfr_t y, int inexact, int least, int greatest) {
    mpfr_set_emin(least);
    mpfr_set_emax(greatest);
    inexact = mpfr_check_range(y, inexact, MPFR_RNDN);
    mpfr_subnormalize(y, inexact, MPFR_RNDN);
    double result = mpfr_get_d(y, MPFR_RNDN);
    mpfr_set_emin(mpfr_get_emin_min());
    mpfr_set_emax(mpfr_get_emax_max());
    return result;
}

static double precise_power(double x, double y, int digits) {
    mpfr_t base, exponent, result;
    mpfr_inits2(53, base, exponent, (mpfr_ptr)0);
    mpfr_init2(result, digits);
    mpfr_set_d(base, x, MPFR_RNDN);
    mpfr_set_d(exponent, y, MPFR_RNDN);
    int inexact = mpfr_pow(result, base, exponent, MPFR_RNDN);
    double value = digits == 24 ? within(result, inexact, -148, 128)
                                : within(result, inexact, -1073, 1024);
    mpfr_clears(base, exponent, result, (mpfr_ptr)0);
    return value;
}

static void draw_power(uint64_t kind, double range, double *x, double *y) {
    switch (kind) {
    case 0:
        *x = exp(uniform() * 20);
        *y = uniform() * (range / (fabs(log(*x)) + 1e-9));
        break;
    case 1:
        *x = (double)(next() % 2000) / (double)(1 << next() % 8);
        *y = ((double)(next() % 41) - 20) / (double)(1 << next() % 4);
        break;
    case 2:
        *x = (double)(next() % 4096 + 1);
        *x *= *x;
        *y = (double)(next() % 15) / 4;
        break;
    case 3:
        *x = 1 + uniform() * 0x1p-10;
        *y = uniform() * range * 0x1p10;
        break;
    default:
        *x = -(double)(next() % 100) / (double)(1 << next() % 3);
        *y = (double)(next() % 61) - 30;
        break;
    }
}

static uint64_t check_powers(uint64_t samples) {
    uint64_t wrong32 = 0, wrong64 = 0;
    for (uint64_t i = 0; i < samples; i++) {
        double x = any_float(), y = any_float();
        if (i % 6 < 5) draw_power(i % 6, 100, &x, &y);
        float a = (float)x, b = (float)y;
        wrong32 += !is_same32(aivm_power(a, b), (float)precise_power(a, b, 24));
        x = any_double();
        y = any_double();
        if (i % 6 < 5) draw_power(i % 6, 745, &x, &y);
        wrong64 += !is_same64(aivm_power64(x, y), precise_power(x, y, 53));
    }
    printf("pow        %10llu samples %llu failures\n", (unsigned long long)samples,
        (unsigned long long)wrong32);
    printf("pow64      %10llu samples %llu failures\n", (unsigned long long)samples,
        (unsigned long long)wrong64);
    return wrong32 + wrong64;
}

static int precise_sigmoid(mpfr_t y, const mpfr_t x, mpfr_rnd_t mode) {
    mpfr_t wide;
    mpfr_init2(wide, 300);
    mpfr_neg(wide, x, mode);
    mpfr_exp(wide, wide, mode);
    mpfr_add_ui(wide, wide, 1, mode);
    mpfr_ui_div(wide, 1, wide, mode);
    int inexact = mpfr_set(y, wide, mode);
    mpfr_clear(wide);
    return inexact;
}

static int precise_softplus(mpfr_t y, const mpfr_t x, mpfr_rnd_t mode) {
    mpfr_t wide;
    mpfr_init2(wide, 300);
    // Beyond, exp overflows even here.
    if (mpfr_cmp_d(x, 1e6) > 0) return mpfr_set(y, x, mode);
    mpfr_exp(wide, x, mode);
    mpfr_log1p(wide, wide, mode);
    int inexact = mpfr_set(y, wide, mode);
    mpfr_clear(wide);
    return inexact;
}

static const struct {
    const char *name;
    int operation;
    precise_function *precise;
} functions[] = {
    {"exp64", AIVM_EXPONENTIAL, mpfr_exp},
    {"sigmoid64", AIVM_SIGMOID, precise_sigmoid},
    {"tanh64", AIVM_TANH, mpfr_tanh},
    {"erf64", AIVM_ERF, mpfr_erf},
    {"log64", AIVM_LOGARITHM, mpfr_log},
    {"sin64", AIVM_SINE, mpfr_sin},
    {"cos64", AIVM_COSINE, mpfr_cos},
    {"tan64", AIVM_TANGENT, mpfr_tan},
    {"asin64", AIVM_ARCSINE, mpfr_asin},
    {"acos64", AIVM_ARCCOSINE, mpfr_acos},
    {"atan64", AIVM_ARCTANGENT, mpfr_atan},
    {"sinh64", AIVM_HYPERBOLIC_SINE, mpfr_sinh},
    {"cosh64", AIVM_HYPERBOLIC_COSINE, mpfr_cosh},
    {"asinh64", AIVM_INVERSE_HYPERBOLIC_SINE, mpfr_asinh},
    {"acosh64", AIVM_INVERSE_HYPERBOLIC_COSINE, mpfr_acosh},
    {"atanh64", AIVM_INVERSE_HYPERBOLIC_TANGENT, mpfr_atanh},
    {"expm164", AIVM_EXPONENTIAL_MINUS_ONE, mpfr_expm1},
    {"log1p64", AIVM_LOGARITHM_OF_ONE_PLUS, mpfr_log1p},
    {"softplus64", AIVM_SOFTPLUS, precise_softplus},
};

static double draw(uint64_t kind) {
    switch (kind) {
    case 0: return any_double();
    case 1: return uniform() * 3;
    case 2: return uniform() * 750;
    case 3: return uniform() * 0x1p-1021;
    default: return (next() >> 63 != 0 ? 1 : -1) * exp(uniform() * 40);
    }
}

static uint64_t check_function(int f, uint64_t samples) {
    uint64_t wrong = 0;
    mpfr_t argument, result;
    mpfr_inits2(53, argument, result, (mpfr_ptr)0);
    for (uint64_t i = 0; i < samples; i++) {
        double x = draw(i % 5);
        mpfr_set_d(argument, x, MPFR_RNDN);
        int inexact = functions[f].precise(result, argument, MPFR_RNDN);
        double want = within(result, inexact, -1073, 1024);
        double got = aivm_unary64(functions[f].operation, x);
        if (is_same64(got, want)) continue;
        if (wrong++ < 10) printf("%s: %a -> %a, want %a\n", functions[f].name, x, got, want);
    }
    mpfr_clears(argument, result, (mpfr_ptr)0);
    printf("%-10s %10llu samples %llu failures\n", functions[f].name, (unsigned long long)samples,
        (unsigned long long)wrong);
    return wrong;
}

int main(int count, char **arguments) {
    uint64_t samples = count > 1 ? strtoull(arguments[1], NULL, 0) : 1000000;
    uint64_t wrong = check_powers(samples);
    int limit = sizeof functions / sizeof *functions;
    for (int f = 0; f < limit; f++) wrong += check_function(f, samples);
    return wrong != 0;
}
