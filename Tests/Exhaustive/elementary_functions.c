// Checks an elementary function on all 2^32 inputs, in every variant this machine can run, against
// correct rounding. The oracle is independent of the kernels: the C library's 80-bit long double
// functions, and MPFR wherever a result within 2^-58 of a rounding boundary leaves them in doubt.
//
//   clang -O2 -o elementary_functions Tests/Exhaustive/elementary_functions.c \
//       Sources/Core/CKernels/*.c -ISources/Core/CKernels/include -lmpfr -lm
//   ./elementary_functions exp|sigmoid|tanh|erf|log|sqrt [every]
//
// `every` checks only each so many-th input (default 1: all).
#include "CKernels.h"

#include <math.h>
#include <mpfr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long double sigmoid(long double x) { return 1 / (1 + expl(-x)); }

static int precise_sigmoid(mpfr_t y, mpfr_t x, mpfr_rnd_t mode) {
    mpfr_neg(y, x, mode);
    mpfr_exp(y, y, mode);
    mpfr_add_ui(y, y, 1, mode);
    return mpfr_ui_div(y, 1, y, mode);
}

static const struct {
    const char *name;
    int operation;
    long double (*quick)(long double);
    int (*precise)(mpfr_t, const mpfr_t, mpfr_rnd_t);
} functions[] = {
    {"exp", AIVM_EXPONENTIAL, expl, (int (*)(mpfr_t, const mpfr_t, mpfr_rnd_t))mpfr_exp},
    {"sigmoid", AIVM_SIGMOID, sigmoid, (int (*)(mpfr_t, const mpfr_t, mpfr_rnd_t))precise_sigmoid},
    {"tanh", AIVM_TANH, tanhl, (int (*)(mpfr_t, const mpfr_t, mpfr_rnd_t))mpfr_tanh},
    {"erf", AIVM_ERF, erfl, (int (*)(mpfr_t, const mpfr_t, mpfr_rnd_t))mpfr_erf},
    {"log", AIVM_LOGARITHM, logl, (int (*)(mpfr_t, const mpfr_t, mpfr_rnd_t))mpfr_log},
    {"sqrt", AIVM_SQUARE_ROOT, sqrtl, (int (*)(mpfr_t, const mpfr_t, mpfr_rnd_t))mpfr_sqrt},
};

static uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static uint64_t doubtful;

/// Sets `result` where the value is plain: beyond saturation, or so near 0 that the series' first
/// term decides (its second is below a quarter ulp). Spares the oracle half of the inputs.
static int is_plain(int operation, float x, float *result) {
    float magnitude = fabsf(x);
    switch (operation) {
    case AIVM_EXPONENTIAL:
        *result = magnitude < 0x1p-26f ? 1 : x > 0 ? INFINITY : 0;
        return magnitude < 0x1p-26f || magnitude > 110;
    case AIVM_SIGMOID:
        *result = magnitude < 0x1p-26f ? 0.5f : x > 0 ? 1 : 0;
        return magnitude < 0x1p-26f || magnitude > 110;
    case AIVM_TANH:
        *result = magnitude < 0x1p-13f ? x : copysignf(1, x);
        return magnitude < 0x1p-13f || magnitude > 10;
    case AIVM_ERF: *result = copysignf(1, x); return magnitude >= 4;
    default: return 0;
    }
}

static float expected(int f, float x) {
    if (isnan(x)) return NAN;
    float plain;
    if (is_plain(functions[f].operation, x, &plain)) return plain;
    long double y = functions[f].quick(x);
    if (isnan(y)) return NAN;
    float low = (float)(y * (1 - 0x1p-58L)), high = (float)(y * (1 + 0x1p-58L));
    if (bits_of(low) == bits_of(high)) return low;
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

int main(int count, char **arguments) {
    int f = 0, limit = sizeof functions / sizeof *functions;
    while (f < limit && count > 1 && strcmp(arguments[1], functions[f].name) != 0) f++;
    if (count < 2 || f == limit) return fprintf(stderr, "which function?\n"), 2;
    uint64_t every = count > 2 ? strtoull(arguments[2], NULL, 10) : 1, failures = 0, checked = 0;
    enum { CHUNK = 4096 };
    static float x[CHUNK], want[CHUNK], got[CHUNK];
    for (uint64_t next = 0; next < (1ull << 32);) {
        size_t n = 0;
        for (; n < CHUNK && next < (1ull << 32); n++, next += every) {
            uint32_t bits = (uint32_t)next;
            memcpy(&x[n], &bits, sizeof bits);
            want[n] = expected(f, x[n]);
            if (isnan(want[n])) memcpy(&want[n], &(uint32_t){0x7FC00000}, 4);
        }
        checked += n;
        for (int variant = 0; variant < AIVM_VARIANT_COUNT; variant++) {
            if (!aivm_is_available(variant)) continue;
            aivm_unary(variant, functions[f].operation, n, x, got);
            for (size_t i = 0; i < n; i++) {
                if (bits_of(got[i]) == bits_of(want[i])) continue;
                if (failures++ < 10) {
                    printf("variant %d: %a -> %a, want %a\n", variant, x[i], got[i], want[i]);
                }
            }
        }
    }
    printf(
        "%s: %llu inputs, %llu left to MPFR, %llu failures\n", functions[f].name,
        (unsigned long long)checked, (unsigned long long)doubtful, (unsigned long long)failures);
    return failures != 0;
}
