// The AVX-512 variant: tiles of up to 14 rows and 32 columns, two vectors a row.
#if defined(__x86_64__)
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")))
#define LANES_MACRO 16
#define TILE_ROWS_MACRO 14
#define WIDE_ROWS_MACRO 3
enum { LANES = 16, TILE_ROWS = 14, TILE_VECTORS = 2, WIDE_ROWS = 3, WIDE_VECTORS = 8 };

#include "vector.h"

#include <immintrin.h>

/// The first `count` floats at p, then zeros. Reads nothing behind them.
ALWAYS_INLINE TARGET vector load_part(const float *p, size_t count) {
    __mmask16 mask = (__mmask16)(count >= LANES ? 0xFFFF : (1u << count) - 1);
    return _mm512_maskz_loadu_ps(mask, p);
}

/// The first `count` lanes to p.
ALWAYS_INLINE TARGET void store_part(float *p, size_t count, vector x) {
    __mmask16 mask = (__mmask16)(count >= LANES ? 0xFFFF : (1u << count) - 1);
    _mm512_mask_storeu_ps(p, mask, x);
}

/// Lanes low ..< high.
typedef __mmask16 lane_range;

ALWAYS_INLINE TARGET lane_range lanes_between(ptrdiff_t low, ptrdiff_t high) {
    uint32_t below = low <= 0 ? 0 : low >= LANES ? 0xFFFF : (1u << low) - 1;
    uint32_t upTo = high <= 0 ? 0 : high >= LANES ? 0xFFFF : (1u << high) - 1;
    return (__mmask16)(upTo & ~below);
}

/// The floats of the range at p, `fill` in the other lanes. Reads nothing else.
ALWAYS_INLINE TARGET vector load_between(const float *p, lane_range range, vector fill) {
    return _mm512_mask_loadu_ps(fill, range, p);
}

ALWAYS_INLINE TARGET void store_between(float *p, lane_range range, vector x) {
    _mm512_mask_storeu_ps(p, range, x);
}

#include "elementary.h"

/// erf in binary64 for eight numbers: a polynomial around the nearest multiple of 1/2, the
/// coefficients for all eight multiples in one register each. As close as erf_fast; the bits may
/// be others, which correct rounding forgives.
ALWAYS_INLINE TARGET __m512d erf_eight(__m512d x) {
    const __m512d magic = _mm512_set1_pd(0x1.8p52), sign = _mm512_set1_pd(-0.0);
    // A NaN stays one: of two operands MINPD gives the second when either is none.
    __m512d a = _mm512_min_pd(_mm512_set1_pd(4), _mm512_andnot_pd(sign, x));
    __m512d nearest = _mm512_min_pd(_mm512_set1_pd(7), _mm512_add_pd(a, a));
    __m512d shifted = _mm512_add_pd(nearest, magic);
    __m512d h = _mm512_fnmadd_pd(
        _mm512_sub_pd(shifted, magic), _mm512_set1_pd(0.5), a);
    __m512i j = _mm512_castpd_si512(shifted);
    __m512d p = _mm512_permutexvar_pd(j, _mm512_loadu_pd(erf_coarse_coefficients[12]));
#pragma clang loop unroll(full)
    for (int n = 11; n >= 0; n--) {
        __m512d c = _mm512_permutexvar_pd(j, _mm512_loadu_pd(erf_coarse_coefficients[n]));
        p = _mm512_fmadd_pd(p, h, c);
    }
    return _mm512_or_pd(p, _mm512_and_pd(sign, x));
}

/// As ELEMENTARY_LOOP, with Ziv's test on whole registers.
static TARGET void erf_loop(size_t n, const float *x, float *out) {
    const __m512d low = _mm512_set1_pd(1 - FAST_ERROR), high = _mm512_set1_pd(1 + FAST_ERROR);
    for (size_t first = 0; first < n; first += 8) {
        size_t count = n - first < 8 ? n - first : 8;
        __mmask8 mask = (__mmask8)((1u << count) - 1);
        __m256 from = _mm256_maskz_loadu_ps(mask, x + first);
        __m512d y = erf_eight(_mm512_cvtps_pd(from));
        __m256 below = _mm512_cvtpd_ps(_mm512_mul_pd(y, low));
        __m256 above = _mm512_cvtpd_ps(_mm512_mul_pd(y, high));
        // Unordered too: a NaN is made canonical in the slow half.
        uint32_t doubtful = mask & _mm256_cmp_ps_mask(below, above, _CMP_NEQ_UQ);
        float doubted[8];
        if (doubtful != 0) _mm256_storeu_ps(doubted, from);
        _mm256_mask_storeu_ps(out + first, mask, below);
        for (; doubtful != 0; doubtful &= doubtful - 1) {
            int lane = __builtin_ctz(doubtful);
            out[first + (size_t)lane] = elementary_slow(AIVM_ERF, doubted[lane]);
        }
    }
}
#define HAS_ERF_LOOP

/// 16 quotients of quantize_float in wide.h, as whole numbers; 0 for NaN.
ALWAYS_INLINE TARGET __m512i whole_quotients(
    __m512 x, __m512 scale, __m512 inverse, __m512 limit) {
    const __mmask16 known = _mm512_cmp_ps_mask(x, x, _CMP_ORD_Q);
    x = _mm512_max_ps(x, _mm512_sub_ps(_mm512_setzero_ps(), limit));
    x = _mm512_maskz_min_ps(known, x, limit);
    __m512 quotient = _mm512_mul_ps(x, inverse);
    quotient = _mm512_fmadd_ps(_mm512_fnmadd_ps(quotient, scale, x), inverse, quotient);
    quotient = _mm512_fmadd_ps(_mm512_fnmadd_ps(quotient, scale, x), inverse, quotient);
    return _mm512_cvt_roundps_epi32(quotient, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

/// As whole numbers of quantize_float, 32 at a time. Returns how many are done.
static TARGET size_t quantize_vectors(
    size_t n, const float *x, float scale, float minimum, float maximum, int16_t *out) {
    const __m512 divisor = _mm512_set1_ps(scale), inverse = _mm512_set1_ps(1 / scale);
    const __m512 limit = _mm512_set1_ps(scale * 0x1p17f);
    const __m512i least = _mm512_set1_epi16((int16_t)minimum);
    const __m512i most = _mm512_set1_epi16((int16_t)maximum);
    const __m512i order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
    size_t done = 0;
    for (; done + 32 <= n; done += 32) {
        const __m512i a =
            whole_quotients(_mm512_loadu_ps(x + done), divisor, inverse, limit);
        const __m512i b =
            whole_quotients(_mm512_loadu_ps(x + done + 16), divisor, inverse, limit);
        const __m512i both = _mm512_permutexvar_epi64(order, _mm512_packs_epi32(a, b));
        _mm512_storeu_si512(
            out + done, _mm512_min_epi16(_mm512_max_epi16(both, least), most));
    }
    return done;
}
#define HAS_QUANTIZE_VECTORS

#include "loops.h"

#include "tiles.h"

#include "products.h"

#include "planes.h"

enum { INT8_ROWS = 12 };
#define INT8_ROWS_MACRO 12

// Without the dot product instructions: the bytes as 16-bit pairs, first and third, second and
// fourth. The sums of two products fit 32 bits; nothing saturates.
typedef struct {
    __m512i even, odd;
} byte_pairs;

#define wide_bytes byte_pairs
#define INT8(name) pairs_##name

ALWAYS_INLINE TARGET byte_pairs pairs_widened(lanes32 b) {
    byte_pairs pairs = {
        _mm512_srai_epi16(_mm512_slli_epi16((__m512i)b, 8), 8), _mm512_srai_epi16((__m512i)b, 8)};
    return pairs;
}

ALWAYS_INLINE TARGET lanes32 pairs_added(lanes32 sum, uint32_t a, byte_pairs b) {
    __m512i even = _mm512_set1_epi32((int)(a & 0x00FF00FF));
    __m512i odd = _mm512_set1_epi32((int)(a >> 8 & 0x00FF00FF));
    return sum + (lanes32)_mm512_madd_epi16(even, b.even) + (lanes32)_mm512_madd_epi16(odd, b.odd);
}

#include "int8.h"

#undef wide_bytes
#undef INT8
#undef TARGET
#define TARGET                                                                                    \
    __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx512vnni,avx2,fma")))
#define wide_bytes lanes32
#define INT8(name) vnni_##name

ALWAYS_INLINE TARGET lanes32 vnni_widened(lanes32 b) { return b; }

ALWAYS_INLINE TARGET lanes32 vnni_added(lanes32 sum, uint32_t a, lanes32 b) {
    return (lanes32)_mm512_dpbusd_epi32((__m512i)sum, _mm512_set1_epi32((int)a), (__m512i)b);
}

#include "int8.h"

static void product_int8(const aivm_int8_product *p) {
    if (!p->without_dot_instructions && __builtin_cpu_supports("avx512vnni")) {
        vnni_product(p);
    } else {
        pairs_product(p);
    }
}

#define MIXED(name) dot_##name

/// Written out: of the intrinsic the compiler makes a product and a sum, which begin earlier but
/// take twice as many instructions.
ALWAYS_INLINE TARGET __m512i dot_added(__m512i sum, __m512i a, __m512i b) {
    __asm__("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
    return sum;
}

ALWAYS_INLINE TARGET __m512i dot_bytes_added(__m512i sum, uint32_t a, __m512i b) {
    return _mm512_dpbusd_epi32(sum, _mm512_set1_epi32((int)a), b);
}

#include "mixed512.h"

#include "depthwise512.h"

#include "strips512.h"

#include "linear512.h"

// Without the dot product instructions.
#undef MIXED
#undef TARGET
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")))
#define MIXED(name) plain_##name

ALWAYS_INLINE TARGET __m512i plain_added(__m512i sum, __m512i a, __m512i b) {
    return _mm512_add_epi32(sum, _mm512_madd_epi16(a, b));
}

ALWAYS_INLINE TARGET __m512i plain_bytes_added(__m512i sum, uint32_t a, __m512i b) {
    return (__m512i)pairs_added((lanes32)sum, a, pairs_widened((lanes32)b));
}

#include "mixed512.h"

#include "depthwise512.h"

#include "strips512.h"

#include "linear512.h"

/// See CKernels.h.
static void sort_phases(
    size_t planes, const aivm_phases *p, const int16_t *x, int16_t *out) {
    const size_t size = p->row_stride * p->column_stride * p->phase_height * p->phase_width;
    for (size_t plane = 0; plane < planes; plane++) {
        plain_copy_plane(p, x + plane * p->height * p->width, out + plane * size);
    }
}

static void mixed_product(const aivm_mixed_product *call) {
    (__builtin_cpu_supports("avx512vnni") ? dot_product : plain_product)(call);
}

static void thin_product(const aivm_thin_product *call) {
    (__builtin_cpu_supports("avx512vnni") ? dot_thin_product : plain_thin_product)(call);
}

static void mixed_convolution(const aivm_mixed_convolution *call) {
    (__builtin_cpu_supports("avx512vnni") ? dot_convolution : plain_convolution)(call);
}

static void mixed_depthwise(const aivm_mixed_depthwise *call) {
    (__builtin_cpu_supports("avx512vnni") ? dot_depthwise : plain_depthwise)(call);
}

#undef MIXED_PRODUCT
#undef THIN_PRODUCT
#undef MIXED_CONVOLUTION
#undef MIXED_DEPTHWISE
#undef SORT_PHASES
#define MIXED_PRODUCT mixed_product
#define THIN_PRODUCT thin_product
#define MIXED_CONVOLUTION mixed_convolution
#define MIXED_DEPTHWISE mixed_depthwise
#define SORT_PHASES sort_phases

const aivm_variant aivm_variant_avx512 = VARIANT_TABLE;
#endif
