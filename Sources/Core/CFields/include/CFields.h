// Kernels of BN254 (alt_bn128): sums of products of points and scalars, number theoretic transforms
// and arithmetic on vectors of scalars. In C because each variant needs its own instruction set.
// Every entry point takes the variant to run; all variants, on any number of threads, give the same
// bits, because every result is fully reduced and so unique.
//
// An element of Fr (the scalars, modulus r) or Fq (the coordinates, modulus q) is 32 bytes: four
// 64-bit limbs, the least significant first, of x * 2^256 modulo r or q ("Montgomery form"), less
// than the modulus. A point of G1 is its x and y, 64 bytes; the point at infinity is 64 zero bytes.
// Pointers need no alignment. They must be valid for the sizes given, and outputs must not overlap
// inputs unless said. Elements that are not less than their modulus give meaningless results, but
// never touch other memory and never fail to end.
//
// Time depends on the values: provers are no place for secrets of others.
#ifndef AIVM_FIELDS_H
#define AIVM_FIELDS_H

#include <stddef.h>
#include <stdint.h>

/// Ways to multiply: plain C; the carry chains of mulx, adcx and adox; eight numbers at once with
/// the multiply-adds of binary64 of AVX-512, or with the 52-bit ones of AVX-512 IFMA.
enum {
    AIVM_FIELDS_PORTABLE = 0,
    AIVM_FIELDS_ADX = 1,
    AIVM_FIELDS_AVX512 = 2,
    AIVM_FIELDS_IFMA = 3,
    AIVM_FIELDS_VARIANT_COUNT = 4,
};

/// 1 when this machine and its operating system can run the variant, else 0; then it must not be
/// named in any call.
int aivm_fields_is_available(int variant);

/// The fastest variant that is available, or the fastest up to AIVM_FIELDS_FASTEST where a build
/// defines that, to measure what other machines would.
int aivm_fields_fastest(void);

/// How scalars are given: the number itself, or its Montgomery form; both less than r.
enum { AIVM_CANONICAL = 0, AIVM_MONTGOMERY = 1 };

/// Points that a sum may have.
enum { AIVM_MAXIMUM_POINTS = 1 << 28 };

/// Bytes that a sum over n points on that many threads works in, about 200 for each point; 0 when n
/// is 0 or more than AIVM_MAXIMUM_POINTS.
size_t aivm_g1_workspace(int threads, size_t n);

/// sum = scalars[0] * points[0] + ... + scalars[n - 1] * points[n - 1] on G1, 64 bytes. The points
/// must lie on the curve (or be at infinity): they are not looked at. 1 when the sum was made, 0
/// when there was no memory for it or n is more than AIVM_MAXIMUM_POINTS.
///
/// Buckets of signed digits of the halves of each scalar, summed by batches of affine additions.
/// `workspace` has aivm_g1_workspace(threads, n) bytes of any content, for whoever makes many sums:
/// fresh memory costs a sixth of the time. NULL for memory that lives as long as the call.
int aivm_g1_multi_scalar(
    int variant, int threads, size_t n, const void *points, const void *scalars, int scalar_form,
    void *workspace, void *sum);

/// The multiplications modulo q of a sum over n points with random scalars, but for those of
/// sorting and of the last few hundred additions: its time is at least that many times the time of
/// one.
size_t aivm_g1_multiplications(size_t n);

/// Bytes that aivm_g1_byte_sums works in.
size_t aivm_g1_byte_sums_workspace(size_t n);

/// sums[v] = the sum of the points whose byte is v, for v from 1 to 255; sums[0] is at infinity.
/// Points must lie on the curve, and may not be at infinity. `workspace` has
/// aivm_g1_byte_sums_workspace(n) bytes of any content, or is NULL for memory that lives as long as
/// the call. 1 when done, 0 when there was no memory for it or n is more than AIVM_MAXIMUM_POINTS.
int aivm_g1_byte_sums(
    int variant, size_t n, const void *points, const uint8_t *bytes, void *workspace, void *sums);

/// Tables for transforms of 2^log2_size elements of Fr.
typedef struct aivm_ntt aivm_ntt;

/// The largest log2_size there is: r - 1 is divisible by 2^28.
enum { AIVM_NTT_MAXIMUM_LOG2 = 28 };

/// Bytes that a transform of that size works in, on that many threads; 0 when log2_size is too
/// large.
size_t aivm_ntt_workspace(int threads, unsigned log2_size);

/// Makes tables for that variant; NULL when there is no memory or log2_size is too large. A table
/// does not change afterwards: any number of threads may use it at a time.
aivm_ntt *aivm_ntt_make(int variant, unsigned log2_size);

void aivm_ntt_free(aivm_ntt *table);

/// In place, coefficients to values: values[i] = f(shift * w^i), where w = 5^((r-1)/2^log2_size)
/// and f has the coefficients that `values` held, lowest first. `shift` is an element of Fr, or
/// NULL for 1. `workspace` has aivm_ntt_workspace(threads, log2_size) bytes of any content, or is
/// NULL for memory that lives as long as the call. 1 when done, 0 when there was no memory (then
/// nothing has changed).
int aivm_ntt_forward(
    const aivm_ntt *table, int threads, void *values, const void *shift, void *workspace);

/// The inverse of aivm_ntt_forward: values to coefficients, of the same `shift`, not zero.
int aivm_ntt_inverse(
    const aivm_ntt *table, int threads, void *values, const void *shift, void *workspace);

// Vectors of n elements of Fr. Outputs may be the same as an input, element for element.

void aivm_fr_add(int variant, int threads, size_t n, const void *a, const void *b, void *out);

void aivm_fr_subtract(int variant, int threads, size_t n, const void *a, const void *b, void *out);

void aivm_fr_multiply(int variant, int threads, size_t n, const void *a, const void *b, void *out);

/// out = scalar * a.
void aivm_fr_scale(
    int variant, int threads, size_t n, const void *scalar, const void *a, void *out);

/// out = scalar * a + b.
void aivm_fr_scale_add(
    int variant, int threads, size_t n, const void *scalar, const void *a, const void *b,
    void *out);

/// out = a * b + c, element by element.
void aivm_fr_multiply_add(
    int variant, int threads, size_t n, const void *a, const void *b, const void *c, void *out);

/// out[i] = first * ratio^i.
void aivm_fr_powers(
    int variant, int threads, size_t n, const void *first, const void *ratio, void *out);

/// out[i] = first * ratio^i * a[i].
void aivm_fr_scale_by_powers(
    int variant, int threads, size_t n, const void *first, const void *ratio, const void *a,
    void *out);

/// out[i] = 1 / a[i], and 0 where a[i] is 0.
void aivm_fr_invert(int variant, int threads, size_t n, const void *a, void *out);

/// out[i] = first * a[0] * ... * a[i - 1], and *product = first times all of a.
void aivm_fr_prefix_products(
    int variant, int threads, size_t n, const void *first, const void *a, void *out,
    void *product);

/// *sum = a[0] * b[0] + ... + a[n - 1] * b[n - 1].
void aivm_fr_dot(int variant, int threads, size_t n, const void *a, const void *b, void *sum);

/// *value = a[0] + a[1] * point + ... + a[n - 1] * point^(n - 1).
void aivm_fr_evaluate(
    int variant, int threads, size_t n, const void *a, const void *point, void *value);

/// Divides the polynomial of the coefficients `a`, lowest first, by X - point: out has the n
/// coefficients of the quotient, the last of which is 0, and *remainder = a(point).
void aivm_fr_divide_by_linear(
    int variant, int threads, size_t n, const void *a, const void *point, void *out,
    void *remainder);

// Rounds of sums over a cube of products of two vectors, whose pair i is values 2 i and 2 i + 1; a
// value beyond the end is zero.

/// sums[0], [1], [2] = the sum over pairs i of weights[i >> shift] times a0 * b0, a1 * b1, and
/// (a1 - a0) * (b1 - b0). shift is at most 63.
void aivm_fr_pair_sums(
    int variant, int threads, size_t n, const void *a, const void *b, const void *weights,
    unsigned shift, void *sums);

/// values[i] = values[2 i] + point * (values[2 i + 1] - values[2 i]), for (n + 1) / 2 pairs; what
/// stands behind them afterwards means nothing.
void aivm_fr_fold(int variant, int threads, size_t n, const void *point, void *values);

// Bytes, with sign in two's complement where is_signed is 1, in rows that begin `stride` apart. At
// most 2^22 are added for one sum. 1 when done, 0 when there was no memory.

/// sums[c] += sum over rows of weights[row] * bytes[row * stride + c].
int aivm_fr_combine_bytes(
    int variant, int threads, size_t rows, size_t columns, const uint8_t *bytes, size_t stride,
    int is_signed, const void *weights, void *sums);

/// products[r] = sum over columns of weights[column] * bytes[r * stride + column].
int aivm_fr_product_bytes(
    int variant, int threads, size_t rows, size_t columns, const uint8_t *bytes, size_t stride,
    int is_signed, const void *weights, void *products);

/// *value = *value * factor^count, in as many chains at once as keep the variant busy, one of which
/// is kept; the multiplications for each of `count`. What nothing here is faster than: for
/// benchmarks.
int aivm_fr_multiply_often(int variant, size_t count, const void *factor, void *value);

/// Montgomery form to the number itself, and back; the numbers are less than r.
void aivm_fr_to_canonical(int variant, int threads, size_t n, const void *a, void *out);

void aivm_fr_from_canonical(int variant, int threads, size_t n, const void *a, void *out);

#endif
