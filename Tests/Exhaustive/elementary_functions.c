// Checks one-argument functions on all 2^32 inputs, in every variant this machine can run, against
// correct rounding. The oracle is independent of the kernels: the C library's binary64 functions,
// whose errors are a few 2^-53, and MPFR wherever a result within 2^-44 of a rounding boundary
// leaves them in doubt. The slow half is checked on every 4,096th input.
//
//   elementary_functions NAME [EVERY [FIRST [LAST]]]
//
// checks each EVERY-th (default 1: all) bit pattern from FIRST to LAST. `make exhaustive` runs it
// for all functions.
#include "CKernels.h"

#include <math.h>
#include <mpfr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef int precise_function(mpfr_t, const mpfr_t, mpfr_rnd_t);

static double quick_sigmoid(double x) { return 1 / (1 + exp(-x)); }

static double quick_softplus(double x) {
    return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

static int precise_sigmoid(mpfr_t y, const mpfr_t x, mpfr_rnd_t mode) {
    mpfr_neg(y, x, mode);
    mpfr_exp(y, y, mode);
    mpfr_add_ui(y, y, 1, mode);
    return mpfr_ui_div(y, 1, y, mode);
}

static int precise_softplus(mpfr_t y, const mpfr_t x, mpfr_rnd_t mode) {
    mpfr_exp(y, x, mode);
    return mpfr_log1p(y, y, mode);
}

// Exact in binary64, or so that rounding to binary32 afterwards is rounding once.
static double relu(double x) { return isnan(x) ? x : x > 0 ? x : 0; }
static double negated(double x) { return -x; }
static double sign(double x) { return isnan(x) ? x : (x > 0) - (x < 0); }
static double reciprocal(double x) { return 1 / x; }

static const struct {
    const char *name;
    int operation;
    double (*quick)(double);
    // Absent where the quick value decides.
    precise_function *precise;
} functions[] = {
    {"relu", AIVM_RELU, relu, NULL},
    {"neg", AIVM_NEGATE, negated, NULL},
    {"sqrt", AIVM_SQUARE_ROOT, sqrt, NULL},
    {"exp", AIVM_EXPONENTIAL, exp, mpfr_exp},
    {"sigmoid", AIVM_SIGMOID, quick_sigmoid, precise_sigmoid},
    {"tanh", AIVM_TANH, tanh, mpfr_tanh},
    {"erf", AIVM_ERF, erf, mpfr_erf},
    {"log", AIVM_LOGARITHM, log, mpfr_log},
    {"abs", AIVM_ABSOLUTE, fabs, NULL},
    {"ceil", AIVM_CEILING, ceil, NULL},
    {"floor", AIVM_FLOOR, floor, NULL},
    {"round", AIVM_ROUND, nearbyint, NULL},
    {"sign", AIVM_SIGN, sign, NULL},
    {"reciprocal", AIVM_RECIPROCAL, reciprocal, NULL},
    {"sin", AIVM_SINE, sin, mpfr_sin},
    {"cos", AIVM_COSINE, cos, mpfr_cos},
    {"tan", AIVM_TANGENT, tan, mpfr_tan},
    {"asin", AIVM_ARCSINE, asin, mpfr_asin},
    {"acos", AIVM_ARCCOSINE, acos, mpfr_acos},
    {"atan", AIVM_ARCTANGENT, atan, mpfr_atan},
    {"sinh", AIVM_HYPERBOLIC_SINE, sinh, mpfr_sinh},
    {"cosh", AIVM_HYPERBOLIC_COSINE, cosh, mpfr_cosh},
    {"asinh", AIVM_INVERSE_HYPERBOLIC_SINE, asinh, mpfr_asinh},
    {"acosh", AIVM_INVERSE_HYPERBOLIC_COSINE, acosh, mpfr_acosh},
    {"atanh", AIVM_INVERSE_HYPERBOLIC_TANGENT, atanh, mpfr_atanh},
    {"expm1", AIVM_EXPONENTIAL_MINUS_ONE, expm1, mpfr_expm1},
    {"log1p", AIVM_LOGARITHM_OF_ONE_PLUS, log1p, mpfr_log1p},
    {"softplus", AIVM_SOFTPLUS, quick_softplus, precise_softplus},
};

static uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static uint64_t doubtful;

static float precise(int f, float x) {
    doubtful++;
    mpfr_t argument, result;
    mpfr_init2(argument, 24);
    mpfr_init2(result, 200);
    mpfr_set_flt(argument, x, MPFR_RNDN);
    functions[f].precise(result, argument, MPFR_RNDN);
    float rounded = mpfr_get_flt(result, MPFR_RNDN);
    mpfr_clears(argument, result, (mpfr_ptr)0);
    return rounded;
}

enum { CHUNK = 4096 };

/// The correctly rounded values, NaN as 0x7FC00000.
static void expect(int f, size_t n, const float *x, float *want) {
    static double y[CHUNK];
    static float high[CHUNK];
    const double margin = functions[f].precise == NULL ? 0 : 0x1p-44;
    for (size_t i = 0; i < n; i++) y[i] = functions[f].quick(x[i]);
    for (size_t i = 0; i < n; i++) {
        want[i] = (float)(y[i] * (1 - margin));
        high[i] = (float)(y[i] * (1 + margin));
    }
    for (size_t i = 0; i < n; i++) {
        if (isnan(want[i])) {
            want[i] = float_of(0x7FC00000);
        } else if (bits_of(want[i]) != bits_of(high[i])) {
            want[i] = precise(f, x[i]);
        }
    }
}

static uint64_t failures;

static void compare(int f, int variant, float x, float got, float want) {
    if (bits_of(got) == bits_of(want)) return;
    if (failures++ < 10) {
        printf("%s, variant %d: %a -> %a, want %a\n", functions[f].name, variant, x, got, want);
    }
}

int main(int count, char **arguments) {
    int f = 0, limit = sizeof functions / sizeof *functions;
    while (f < limit && count > 1 && strcmp(arguments[1], functions[f].name) != 0) f++;
    if (count < 2 || f == limit) {
        for (f = 0; f < limit; f++) printf("%s\n", functions[f].name);
        return count > 1 ? 2 : 0;
    }
    uint64_t every = count > 2 ? strtoull(arguments[2], NULL, 0) : 1;
    uint64_t next = count > 3 ? strtoull(arguments[3], NULL, 0) : 0, checked = 0, chunks = 0;
    uint64_t last = count > 4 ? strtoull(arguments[4], NULL, 0) : 0xFFFFFFFF, from = next;
    time_t start = time(NULL);
    static float x[CHUNK], want[CHUNK], got[CHUNK];
    while (next <= last) {
        size_t n = 0;
        for (; n < CHUNK && next <= last; n++, next += every) x[n] = float_of((uint32_t)next);
        expect(f, n, x, want);
        checked += n;
        for (int variant = 0; variant < AIVM_VARIANT_COUNT; variant++) {
            if (!aivm_is_available(variant)) continue;
            aivm_unary(variant, functions[f].operation, n, x, got);
            if (memcmp(got, want, n * sizeof *got) == 0) continue;
            for (size_t i = 0; i < n; i++) compare(f, variant, x[i], got[i], want[i]);
        }
        if (functions[f].precise != NULL) {
            float slow = aivm_unary_slow(functions[f].operation, x[0]);
            compare(f, AIVM_VARIANT_COUNT, x[0], slow, want[0]);
        }
        if (++chunks % 4096 == 0 && isatty(2)) {
            double part = 100.0 * (double)(next - from) / (double)(last - from + 1);
            fprintf(stderr, "\r%s %.0f %% ", functions[f].name, part);
        }
    }
    if (isatty(2)) fprintf(stderr, "\r");
    printf(
        "%-10s %10llu inputs  %6llu left to MPFR  %llu failures  %lld s\n", functions[f].name,
        (unsigned long long)checked, (unsigned long long)doubtful, (unsigned long long)failures,
        (long long)(time(NULL) - start));
    return failures != 0;
}
