// Leaf kernels of arithmetic version 1, in C because each needs its own instruction set. Every
// entry point takes the variant to run; all variants give the same bits
// (Documentation/arithmetic.md holds the rules, scalar.c is the definition), on any number of
// threads: these split the outputs, never a sum. The only state is the pool of threads.
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
    /// x * x and x * x * x, rounded once.
    AIVM_SQUARE = 28,
    AIVM_CUBE = 29,
};

/// 1 when this machine and its operating system can run the variant, else 0.
int aivm_is_available(int variant);

/// Asks the operating system to back memory that has not been written yet with large pages.
void aivm_prefer_large_pages(void *memory, size_t bytes);

/// Packing a k x n matrix into panels of AIVM_PANEL_COLUMNS columns: panel p holds rows 0..<k of
/// columns 32p..<32p+32, row by row, zero where the column is n or more. `panels` has
/// k * 32 * ceil(n / 32) elements. Begin writes the zeros.
void aivm_pack_begin(size_t k, size_t n, float *panels);

/// Packs `count` elements of the matrix from number `first` on: element (i, j) is number i * n + j,
/// or, of a matrix stored transposed, j * k + i. The little-endian floats may lie anywhere.
void aivm_pack_part(
    size_t k, size_t n, int is_transposed, size_t first, size_t count, const void *source,
    float *panels);

/// What an epilogue's bias runs along.
enum {
    AIVM_BIAS_NONE = 0,
    AIVM_BIAS_ROWS = 1,
    AIVM_BIAS_COLUMNS = 2,
};

/// Activations of an epilogue: x <= 0 gives +0; or low where x < low, then high where above high.
enum {
    AIVM_ACTIVATION_NONE = 0,
    AIVM_ACTIVATION_RELU = 1,
    AIVM_ACTIVATION_CLIP = 2,
};

/// What happens to each result before it is stored, in this order; bit for bit the steps apart.
typedef struct {
    /// Added to each row or column of the result, as `bias_axis` says.
    const float *bias;
    /// Then added: as large as the result, its rows `addend_step` apart; or NULL.
    const float *addend;
    size_t addend_step;
    int bias_axis;
    int activation;
    float low, high;
} aivm_epilogue;

/// c = epilogue(a b), the products under the dot rule.
typedef struct {
    size_t m, n, k;
    /// Element (i, t) of the left factor, m x k, is a[i * a_row_step + t * a_term_step]; one of the
    /// steps is 1.
    const float *a;
    size_t a_row_step, a_term_step;
    /// The right factor, k x n: packed by aivm_pack (b_step AIVM_PANEL_COLUMNS, panel_step k times
    /// that), or as it lies (b_step from row to row, panel_step AIVM_PANEL_COLUMNS), or as its
    /// transpose lies (b_step from column to column, panel_step AIVM_PANEL_COLUMNS times that).
    const float *b;
    size_t b_step, panel_step;
    int b_is_transposed;
    /// The result, m x n.
    float *c;
    size_t c_step;
    aivm_epilogue epilogue;
} aivm_product_call;

/// Computes the product on at most `threads` threads.
void aivm_product(int variant, int threads, const aivm_product_call *call);

/// Where the factors and the result of one of several products begin, in floats from those of the
/// call.
typedef struct {
    size_t a, b, c;
} aivm_product_place;

/// Computes `count` products of equal sizes on at most `threads` threads. An addend of the epilogue
/// is laid out like the results.
void aivm_products(
    int variant, int threads, const aivm_product_call *call, size_t count,
    const aivm_product_place *places);

/// A run of neighbouring output positions of a convolution or a pooling window.
typedef struct {
    /// Offset of the run's first window in the padded input.
    int64_t source;
    /// Positions in the run.
    int64_t count;
} aivm_run;

/// Most positions of one chunk of a convolution.
enum { AIVM_CHUNK_POSITIONS = 256 };

/// Part of a convolution: some positions of one group of one image, some features. The result of
/// (feature, position) is the dot of the feature's weights with the elements
/// source[start of position + offsets[t]], t ascending.
typedef struct {
    size_t terms;
    size_t first_feature, last_feature;
    /// Weights, packed by aivm_pack as a matrix of terms x features; first_feature is a multiple
    /// of AIVM_PANEL_COLUMNS.
    const float *panels;
    const float *source;
    const int64_t *offsets;
    /// The positions, in order, `step` apart in the source within a run.
    const aivm_run *runs;
    size_t run_count, step, positions;
    /// Row f, `out_step` apart, has the results of feature f.
    float *out;
    size_t out_step;
    /// Bias along the rows.
    aivm_epilogue epilogue;
} aivm_windows;

/// A convolution with its geometry laid out.
typedef struct {
    size_t images, groups;
    /// Input and output channels of one group, and the terms of one output's dot.
    size_t channels, features, terms;
    /// Elements of one channel of the input, of the padded input and of the output.
    size_t input_count, padded_count, output_count;
    /// Row r of an input channel, row_length elements, belongs at row_targets[r] of the padded
    /// channel, behind row_padding zeros, where column c is at
    /// c % phases * phase_length + c / phases. NULL when the input is read where it lies.
    const int64_t *row_targets;
    size_t row_count, row_length, row_padding, phases, phase_length;
    /// As in aivm_windows, but for all positions: chunk c has the runs from chunks[c] up to
    /// chunks[c + 1], at most AIVM_CHUNK_POSITIONS positions from chunk_positions[c] on.
    const int64_t *offsets;
    const aivm_run *runs;
    const int64_t *chunks, *chunk_positions;
    size_t chunk_count, step;
    /// The packed weights of each group, `group_step` floats apart.
    const float *panels;
    size_t group_step;
} aivm_convolution;

/// Padded inputs that aivm_convolve holds at a time on `threads` threads: `padded` needs that many
/// times groups * channels * padded_count floats (none without padding).
size_t aivm_convolution_buffers(int threads, const aivm_convolution *plan);

/// The convolution of x on at most `threads` threads. The epilogue's bias has an element for each
/// output channel; its addend lies as `out` does.
void aivm_convolve(
    int variant, int threads, const aivm_convolution *plan, const float *x, float *padded,
    float *out, const aivm_epilogue *epilogue);

/// Windows over the rows and columns of planes.
typedef struct {
    size_t height, width;
    size_t kernel_height, kernel_width;
    size_t stride_y, stride_x;
    size_t dilation_y, dilation_x;
    size_t pad_top, pad_left, pad_bottom, pad_right;
    size_t output_height, output_width;
} aivm_grid;

/// Whether the functions on planes take the grid: few enough terms, rows that fit their buffers.
int aivm_grid_fits(const aivm_grid *grid);

/// Convolution of planes one by one: output plane p of `planes` is input plane p / multiplier with
/// the kernel at weights[p % features * kernel size]; bias per feature. The dot rule, padding
/// included as zeros.
void aivm_depthwise(
    int variant, int threads, const aivm_grid *grid, size_t planes, size_t features,
    size_t multiplier, const float *weights, const float *x, float *out,
    const aivm_epilogue *epilogue);

/// The maximum of each window's elements in the plane: NaN wins, -0 < +0, -Inf for none.
void aivm_maximum_pool(
    int variant, int threads, const aivm_grid *grid, size_t planes, const float *x, float *out);

/// The mean of each window's elements in the plane, or with `counts_padding` in the padded plane:
/// their sum by the reduction rule, numbered row-major, divided by their count; NaN for none.
void aivm_average_pool(
    int variant, int threads, const aivm_grid *grid, size_t planes, int counts_padding,
    const float *x, float *out);

/// The mean of each of `rows` rows of n elements by the reduction rule.
void aivm_means(
    int variant, int threads, size_t rows, size_t n, const float *x, float *out);

/// c = (a - a0)(b - b0) for matrices of bytes, exact modulo 2^32.
typedef struct {
    size_t m, n, k;
    /// The left factor, m x k, rows `a_step` apart; its zero points are a_zeros[row * a_zero_step],
    /// or 0 when NULL.
    const uint8_t *a;
    size_t a_step;
    int a_is_signed;
    const int32_t *a_zeros;
    size_t a_zero_step;
    /// The right factor, packed by aivm_pack_int8; its zero points are
    /// b_zeros[column * b_zero_step], or 0 when NULL.
    const int8_t *panels;
    const int32_t *column_sums;
    int b_is_signed;
    const int32_t *b_zeros;
    size_t b_zero_step;
    int32_t *c;
    size_t c_step;
    /// Do without the instructions for dot products of bytes, even where the machine has them.
    int without_dot_instructions;
} aivm_int8_product;

/// Packs the k x n bytes whose element (i, j) is source[i * row_step + j * column_step]: panels of
/// AIVM_PANEL_COLUMNS columns, in each the terms in groups of four, in each group the columns one
/// after another; unsigned ones less 128, zero beyond the matrix. `panels` has
/// 4 ceil(k / 4) * 32 ceil(n / 32) bytes, `column_sums` 32 ceil(n / 32) elements.
void aivm_pack_int8(
    size_t k, size_t n, const uint8_t *source, size_t row_step, size_t column_step, int is_signed,
    int8_t *panels, int32_t *column_sums);

/// Computes the product on at most `threads` threads. Wraps around like the type. Writes nothing
/// when k is 0.
void aivm_product_int8(int variant, int threads, const aivm_int8_product *call);

/// How a sum of the integer profile becomes an int16: (sum * multiplier + half) >> shift, clamped.
typedef struct {
    int64_t half, minimum, maximum;
    int shift;
} aivm_rescaling;

/// The n numbers as 2 n bytes: halves[i] = x[i] >> 8, halves[n + i] = (x[i] & 255) - 128.
void aivm_halve_int16(int variant, size_t n, const int16_t *x, int8_t *halves);

/// out(i, j) = rescaled (256 high(i, j) + low(i, j) + addends[j]) * multipliers[j]. `halves` has
/// the rows x columns sums of the high bytes, then those of the low bytes. No product may reach
/// 2^62 in magnitude.
void aivm_rescale_halves(
    int variant, size_t rows, size_t columns, const int32_t *halves, const int64_t *addends,
    const int64_t *multipliers, const aivm_rescaling *rescaling, int16_t *out);

/// What a Softmax of the integer profile has in its attributes: the argument's rescaling, the two
/// tables, the lower of 2^low_bits entries, and the shifts.
typedef struct {
    int64_t multiplier, half, maximum, product_half;
    int shift, product_shift, fraction_bits, low_bits;
    const int32_t *high, *low;
} aivm_integer_softmax;

/// out[i] = rescaled a[i] * multipliers[0] + b[i] * multipliers[1]. A step is 1, or 0 for one
/// number.
void aivm_add_int16(
    int variant, size_t n, const int16_t *a, size_t a_step, const int16_t *b, size_t b_step,
    const int64_t *multipliers, const aivm_rescaling *rescaling, int16_t *out);

/// out[i] = x[i] / scale to the nearest whole number, ties to even, clamped; 0 for NaN.
void aivm_quantize_float(
    int variant, size_t n, const float *x, float scale, float minimum, float maximum,
    int16_t *out);

/// out[i] = x[i] * scale.
void aivm_dequantize_int16(int variant, size_t n, const int16_t *x, float scale, float *out);

/// out[i] = table[(rescaled x[i] * multiplier) - minimum].
void aivm_look_up_int16(
    int variant, size_t n, const int16_t *x, int64_t multiplier, const aivm_rescaling *rescaling,
    const int16_t *table, int16_t *out);

/// The product of row-major a and b, exact.
void aivm_multiply_int16(
    int variant, size_t rows, size_t terms, size_t columns, const int16_t *a, const int16_t *b,
    int64_t *sums);

/// out[i] = rescaled sums[i] * multiplier.
void aivm_rescale_sums(
    int variant, size_t n, const int64_t *sums, int64_t multiplier, const aivm_rescaling *rescaling,
    int16_t *out);

/// The integer profile's Softmax of rows of n numbers. `exponentials` has room for n.
void aivm_softmax_int16(
    int variant, size_t rows, size_t n, const int16_t *x, const aivm_integer_softmax *softmax,
    int64_t *exponentials, int16_t *out);

/// The integer profile's Normalize of rows of n numbers.
void aivm_normalize_int16(
    int variant, size_t rows, size_t n, const int16_t *x, int is_centred, int64_t epsilon,
    int fraction_bits, const aivm_rescaling *rescaling, int16_t *out);

/// The halves, as above, of positions x (channels * taps) numbers: for each position and channel
/// those at `places` (taps for each position) in the channel's plane, 0 where a place is negative.
void aivm_window_halves(
    int variant, size_t positions, size_t channels, size_t plane, size_t taps,
    const int32_t *places, const int16_t *x, int8_t *halves);

/// out[i] is the largest of the taps numbers x[places[i * taps + tap]]; a negative place counts as
/// INT16_MIN.
void aivm_maximum_int16(
    int variant, size_t positions, size_t taps, const int32_t *places, const int16_t *x,
    int16_t *out);

/// out[j * step + i] = x[i * columns + j].
void aivm_transpose_int16(
    int variant, size_t rows, size_t columns, const int16_t *x, size_t step, int16_t *out);

/// The product of m rows of k int16 numbers with int8 weights, packed by aivm_pack_mixed, rescaled:
/// out(i, j) = rescaled (sum(i, j) + addends[j]) * multipliers[j]. A row of `a` has an even number
/// of numbers that can be read, `a_step` of them; what is behind the k-th counts nothing. Of a
/// narrow call the caller knows for all numbers of int16 that no sum of products, and no quotient
/// before it is clamped, leaves 32 bits, nor a multiplier when it is made 2^(32 - shift) times as
/// large for shifts below 32.
typedef struct {
    size_t m, n, k;
    const int16_t *a;
    size_t a_step;
    const int16_t *panels;
    const int64_t *addends, *multipliers;
    const aivm_rescaling *rescaling;
    int is_narrow;
    int16_t *out;
} aivm_mixed_product;

/// As the product before, of any sums, with the weights packed by aivm_pack_int8 as signed bytes:
/// for few rows, of at most 2^16 terms. The rows of `a` lie one after the other. `bytes` has room
/// for m * (2 k + 64) bytes.
typedef struct {
    size_t m, n, k;
    const int16_t *a;
    const int8_t *panels;
    const int32_t *column_sums;
    const int64_t *addends, *multipliers;
    const aivm_rescaling *rescaling;
    uint8_t *bytes;
    int16_t *out;
} aivm_thin_product;

/// Windows that lie densely in planes of height x width numbers: those of rows x columns positions,
/// columns <= width. Tap (i, j) of the window of position (y, x) is the number at
/// (y + row_shifts[i], x + column_shifts[j]), 0 outside the plane. `masks` has room for
/// (kernel_rows + 1) * kernel_columns numbers.
typedef struct {
    size_t rows, columns, height, width, kernel_rows, kernel_columns;
    const int32_t *row_shifts, *column_shifts;
    uint32_t *masks;
} aivm_mixed_windows;

/// One image and group of a convolution: out(f, position) = rescaled (sum over t of weights(f, t) *
/// x[offsets[t] + y * width + x] + addends[f]) * multipliers[f] for position (y, x). The terms are
/// whole windows, tap after tap. A row of `weights` has an even number of numbers, 0 behind the
/// last. Nothing outside the planes is read. `panel` has room for 32 * (terms + 1) numbers.
typedef struct {
    aivm_mixed_windows windows;
    size_t features, terms;
    const int16_t *x;
    const ptrdiff_t *offsets;
    const int16_t *weights;
    const int64_t *addends, *multipliers;
    const aivm_rescaling *rescaling;
    int is_narrow;
    int16_t *panel, *out;
} aivm_mixed_convolution;

/// Padded planes sorted into phases: number (y, x) of a plane of height x width goes to row
/// (y + pad_top) / row_stride and column (x + pad_left) / column_stride of the phase numbered
/// (y + pad_top) mod row_stride * column_stride + (x + pad_left) mod column_stride, where that is
/// in the phase_height x phase_width numbers of the phase.
typedef struct {
    size_t height, width, row_stride, column_stride, pad_top, pad_left, phase_height, phase_width;
} aivm_phases;

/// Convolutions of one plane each, `features` for each of `planes`. Pair p of position (y, x) is
/// the number at offsets[p] + y * phase_width + x of the plane's phases and the next. A position
/// counts in its row of phases, which are one sequence of numbers: an even one adds its pairs times
/// the two halves, the lower one first, of weights[2 p], and the odd one that follows it adds the
/// same numbers times those of weights[2 p + 1]. There are 2 * pairs weights for each feature.
/// Columns are at most phase_width. `buffer` has room for the phases and for what is read behind
/// them: 64 numbers after the last position's last pair; it begins as zeros. The call is narrow.
///
/// Strips are for kernels of 3 x 3 without dilation and strides that are both 1 or both 2. Nothing
/// is copied for them, so that `buffer`, `offsets` and the phases' sizes count nothing. Their
/// weights are 12 for each feature, four for each row (a, b, c) of the kernel: (a, b), (0, a),
/// (c, 0), (b, c); and pairs is 6.
typedef struct {
    aivm_phases phases;
    size_t rows, columns, planes, features, pairs;
    int is_strips;
    const int16_t *x;
    const size_t *offsets;
    const int32_t *weights;
    const int64_t *addends, *multipliers;
    const aivm_rescaling *rescaling;
    int16_t *buffer, *out;
} aivm_mixed_depthwise;

/// Whether the variant has the five that follow.
int aivm_has_mixed_products(int variant);
void aivm_product_thin(int variant, const aivm_thin_product *call);
void aivm_product_mixed(int variant, const aivm_mixed_product *call);
void aivm_convolve_mixed(int variant, const aivm_mixed_convolution *call);
void aivm_convolve_planes(int variant, const aivm_mixed_depthwise *call);
/// Sorts planes into phases; what no number goes to stays as it is.
void aivm_sort_phases(
    int variant, size_t planes, const aivm_phases *phases, const int16_t *x, int16_t *out);

/// Packs the row-major k x n weights for aivm_product_mixed: `panels` has
/// 32 ceil(n / 32) * 2 ceil(k / 2) numbers, all 0.
void aivm_pack_mixed(size_t k, size_t n, const int8_t *weights, int16_t *panels);

/// aivm_unary, aivm_binary, aivm_softmax and aivm_layer_normalization on at most `threads` threads.
void aivm_shared_unary(
    int variant, int threads, int operation, size_t n, const float *x, float *out);
void aivm_shared_binary(
    int variant, int threads, int operation, size_t n, const float *a, size_t a_step,
    const float *b, size_t b_step, float *out);
void aivm_shared_softmax(
    int variant, int threads, size_t rows, size_t n, const float *x, float *out);
void aivm_shared_layer_normalization(
    int variant, int threads, size_t rows, size_t n, const float *x, float epsilon,
    const float *scale, const float *bias, float *out, float *means, float *inverses);

/// Calls body(context, first, last) for shares of 0 ..< count on at most `threads` threads and
/// waits. The shares are contiguous and depend on count and threads alone, and each has at least
/// `grain` elements where count allows. Within another call, or while another thread is in one,
/// the caller does all the work itself.
void aivm_parallel(
    int threads, size_t count, size_t grain, void (*body)(void *, size_t, size_t), void *context);

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

/// x to the power y, correctly rounded but for results within 2^-85 of a rounding boundary and not
/// on it; there it may err by 0.5 + 2^-50 ulp. Special values as C99 F.9.4.4.
float aivm_power(float x, float y);

/// x to the power y, within 0.5 + 2^-20 ulp; exact results are exact. Special values as aivm_power.
double aivm_power64(double x, double y);

/// How an operand of a chain lies.
enum {
    /// As many values as the chain has elements.
    AIVM_CHAIN_FULL = 0,
    /// One value for all elements.
    AIVM_CHAIN_SCALAR = 1,
    /// `row_length` values again and again. Not for the operand of a unary step.
    AIVM_CHAIN_ROW = 2,
};

/// Most results of a chain's steps alive at one time.
enum { AIVM_CHAIN_SLOTS = 6 };

/// A value that a chain reads.
typedef struct {
    const float *values;
    int32_t mode;
    size_t row_length;
} aivm_chain_operand;

/// One operation of a chain. Operands below 0 are the chain's: -1 is operand 0, -2 operand 1;
/// others are results of earlier steps. The slot holds the result until its last reader; it may be
/// the slot of an operand.
typedef struct {
    int32_t is_binary;
    int32_t operation;
    int32_t left;
    int32_t right;
    int32_t slot;
} aivm_chain_step;

/// Elementwise operations over `count` elements; the last step's result is the chain's.
typedef struct {
    size_t count;
    const aivm_chain_operand *operands;
    const aivm_chain_step *steps;
    size_t step_count;
} aivm_chain;

/// Runs a chain into `out`, which has `count` elements and overlaps no operand.
void aivm_run_chain(int variant, int threads, const aivm_chain *chain, float *out);

#endif
