// Leaf kernels of arithmetic version 1, in C because each needs its own instruction set. Every
// entry point takes the variant to run; all variants give the same bits
// (Documentation/arithmetic.md holds the rules, scalar.c is the definition). Nothing here
// allocates, locks or keeps state.
//
// All pointers must be valid for the sizes given, and outputs must not overlap inputs unless said.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

/// Instruction sets with kernels of their own.
enum {
    AIVM_SCALAR = 0,
    AIVM_AVX2 = 1,
    AIVM_AVX512 = 2,
    AIVM_NEON = 3,
    AIVM_VARIANT_COUNT = 4,
};

/// Columns of one packed panel.
enum { AIVM_PANEL_COLUMNS = 32 };

/// Terms of one block of the dot rule.
enum { AIVM_BLOCK_TERMS = 256 };

/// Operations of aivm_binary.
enum {
    AIVM_ADD = 0,
    AIVM_SUBTRACT = 1,
    AIVM_MULTIPLY = 2,
    AIVM_DIVIDE = 3,
    AIVM_MAXIMUM = 4,
};

/// Operations of aivm_unary.
enum {
    AIVM_RELU = 0,
    AIVM_NEGATE = 1,
    AIVM_SQUARE_ROOT = 2,
    AIVM_EXPONENTIAL = 3,
    AIVM_SIGMOID = 4,
    AIVM_TANH = 5,
    AIVM_ERF = 6,
    AIVM_LOGARITHM = 7,
    AIVM_ABSOLUTE = 8,
    AIVM_CEILING = 9,
    AIVM_FLOOR = 10,
    AIVM_ROUND = 11,
    AIVM_SIGN = 12,
    AIVM_RECIPROCAL = 13,
    AIVM_SINE = 14,
    AIVM_COSINE = 15,
    AIVM_TANGENT = 16,
    AIVM_ARCSINE = 17,
    AIVM_ARCCOSINE = 18,
    AIVM_ARCTANGENT = 19,
    AIVM_HYPERBOLIC_SINE = 20,
    AIVM_HYPERBOLIC_COSINE = 21,
    AIVM_INVERSE_HYPERBOLIC_SINE = 22,
    AIVM_INVERSE_HYPERBOLIC_COSINE = 23,
    AIVM_INVERSE_HYPERBOLIC_TANGENT = 24,
    AIVM_EXPONENTIAL_MINUS_ONE = 25,
    AIVM_LOGARITHM_OF_ONE_PLUS = 26,
    AIVM_SOFTPLUS = 27,
    AIVM_UNARY_COUNT = 28,
};

/// 1 when this machine and its operating system can run the variant, else 0.
int aivm_is_available(int variant);

/// Packs the k x n matrix whose element (i, j) is source[i * row_step + j * column_step] into
/// panels of AIVM_PANEL_COLUMNS columns: panel p holds rows 0..<k of columns 32p..<32p+32, row by
/// row, zero where j >= n. `panels` has k * 32 * ceil(n / 32) elements.
void aivm_pack(
    size_t k, size_t n, const float *source, size_t row_step, size_t column_step, float *panels);

/// c = a b under the dot rule; a is m x k (rows `a_step` apart), b packed by aivm_pack, c is m x n
/// (rows `c_step` apart).
void aivm_product_packed(
    int variant, size_t m, size_t n, size_t k, const float *a, size_t a_step, const float *panels,
    float *c, size_t c_step);

/// c = a b as aivm_product_packed, with b as it lies: k x n, rows `b_step` apart.
void aivm_product(
    int variant, size_t m, size_t n, size_t k, const float *a, size_t a_step, const float *b,
    size_t b_step, float *c, size_t c_step);

/// A run of neighbouring output positions of a convolution or a pooling window.
typedef struct {
    /// Offset of the run's first window in the padded input.
    int64_t source;
    /// Positions in the run.
    int64_t count;
} aivm_run;

/// Lays out the columns of a convolution as aivm_pack does: element (i, j) of the k x n matrix is
/// source[offsets[i] + start of position j]; positions are those of `runs` in order, `step` apart
/// within a run; n is the sum of the run counts.
void aivm_pack_windows(
    size_t k, size_t n, const float *source, const int64_t *offsets, const aivm_run *runs,
    size_t run_count, size_t step, float *panels);

/// out[j] = maximum over i of source[offsets[i] + start of position j]; positions as above.
/// NaN wins, -0 < +0; with k = 0 every result is -Inf.
void aivm_maximum_windows(
    int variant, size_t k, const float *source, const int64_t *offsets, const aivm_run *runs,
    size_t run_count, size_t step, float *out);

/// out[i] = a[i * a_step] op b[i * b_step]; steps are 0 or 1. `out` may be `a` or `b`.
void aivm_binary(
    int variant, int operation, size_t n, const float *a, size_t a_step, const float *b,
    size_t b_step, float *out);

/// out[i] = op(x[i]). `out` may be `x`.
void aivm_unary(int variant, int operation, size_t n, const float *x, float *out);

/// The sum of x[0], x[step], ... x[(n - 1) * step] by the reduction rule.
float aivm_sum(int variant, size_t n, const float *x, size_t step);

/// Softmax of each of `rows` rows of n contiguous elements. `out` may be `x`.
void aivm_softmax(int variant, size_t rows, size_t n, const float *x, float *out);

/// Layer normalisation of each of `rows` rows of n contiguous elements; `bias`, `means` and
/// `inverses` may be NULL.
void aivm_layer_normalization(
    int variant, size_t rows, size_t n, const float *x, float epsilon, const float *scale,
    const float *bias, float *out, float *means, float *inverses);

/// One elementary function (from AIVM_EXPONENTIAL to AIVM_LOGARITHM, or from AIVM_SINE on),
/// correctly rounded, by the double-double path alone (for tests).
float aivm_unary_slow(int operation, float x);

/// op(x) in binary64, NaN as 0x7FF8000000000000. The elementary functions err by less than
/// 0.5 + 2^-20 ulp, the others not at all. About a microsecond.
double aivm_unary64(int operation, double x);

/// x to the power y, correctly rounded but for results within 2^-80 of a rounding boundary and not
/// on it; there it may err by 0.5 + 2^-50 ulp. Special values as C99 F.9.4.4.
float aivm_power(float x, float y);

/// x to the power y, within 0.5 + 2^-20 ulp; exact results are exact. Special values as aivm_power.
double aivm_power64(double x, double y);

#endif
