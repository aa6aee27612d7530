// Transforms of 2^k elements of Fr as those of a matrix (Bailey, "FFTs in external or hierarchical
// memory", 1990). The values are the rows of a matrix of R x C. Each column is transformed, element
// (k, c) is multiplied by w^(k * c), each row is transformed, and element (k, j) of the result is
// value k + R * j. A column, or eight of them, stays near the processor while it is worked on, and
// nothing need be reversed on its own.
//
// A transform of a column or row of S elements: pass by pass of radix 4 (the first of radix 2 when
// log2 S is odd), decimation in time. The first pass reads elements in the order order[0 ..< S];
// pass m combines blocks of m / 4 to blocks of m.
#ifndef AIVM_NTT_H
#define AIVM_NTT_H

#include "words.h"

/// The least log2 of a matrix: below it, no vector is full.
enum { NTT_MATRIX_LOG2 = 6 };

/// What transforms of S elements in one direction need, for the variant that made it.
typedef struct {
    size_t size;
    const uint32_t *order;
    /// The powers w^j, w^2j, w^3j of the root w of order m, for each pass m after the first and
    /// each j < m / 4.
    const void *twiddles;
    /// The root of order 4.
    const void *quarter_turn;
} aivm_ntt_line;

/// One transform.
typedef struct {
    aivm_ntt_line column, row;
    /// w^c and (w^(R / 4))^c for each column c.
    const aivm_words *roots, *quarters;
    uint8_t *values;
    aivm_words *scratch;
    /// What each row (a twiddle) and each column (words) of the matrix is first multiplied by, and
    /// what each column of the result (a twiddle) is; NULL for nothing.
    const void *row_factors, *result_factors;
    const aivm_words *column_factors;
    /// Element (k, c) is multiplied by start * step^k, besides; and step^(R / 4).
    aivm_words start, step, quarter_step;
} aivm_ntt_work;

typedef struct {
    /// Columns, or rows, that are transformed together.
    size_t together;
    /// Bytes of a twiddle, and of an element while it is worked on, for each of `together`.
    size_t twiddle_bytes, element_bytes;
    /// Puts a factor in the form of a twiddle.
    void (*put)(void *twiddle, aivm_words factor);
    /// Transforms groups first ..< last of columns, from the values to the scratch; `line` has room
    /// for a column, or a row, of each of `together`.
    void (*columns)(const aivm_ntt_work *work, size_t first, size_t last, void *line);
    /// Transforms groups first ..< last of rows, from the scratch to the values.
    void (*rows)(const aivm_ntt_work *work, size_t first, size_t last, void *line);
} aivm_ntt_kernel;

extern const aivm_ntt_kernel aivm_ntt_portable;
#if defined(__x86_64__)
extern const aivm_ntt_kernel aivm_ntt_adx;
extern const aivm_ntt_kernel aivm_ntt_avx512;
extern const aivm_ntt_kernel aivm_ntt_ifma;
#endif

#endif
