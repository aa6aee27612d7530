// The slow half of the elementary functions, and all of those of binary64: double-double
// arithmetic with a relative error below 2^-85, then one rounding. In binary32 it is entered for
// about one input in 400,000, where the fast half cannot tell on which side of a rounding boundary
// the result lies. No binary32 result of these functions lies so close to a boundary that 2^-85
// would not tell (Tests/Exhaustive shows it), unless on it, and such results are exact here.
#include "elementary_pairs.h"

/// Whether op(x) follows from x at once; then it is in `result`. Else x is finite, inside the
/// function's domain and away from its poles, and not so small that the result rounds to x.
static int is_special(int operation, double x, double *result) {
    const double infinity = __builtin_inf(), nan = __builtin_nan("");
    const double a = magnitude(x);
    *result = nan;
    if (x != x) return 1;
    switch (operation) {
    case AIVM_EXPONENTIAL:
        *result = x > 0 ? infinity : 0;
        return a > 746;
    case AIVM_SOFTPLUS:
        *result = x > 0 ? x : 0;
        return a > 746;
    case AIVM_SIGMOID:
        *result = x > 0 ? 1 : 0;
        return a > 746;
    case AIVM_EXPONENTIAL_MINUS_ONE:
        *result = a < 0x1p-54 ? x : x > 0 ? infinity : -1;
        return a < 0x1p-54 || a > 746;
    case AIVM_HYPERBOLIC_SINE:
        *result = a < 0x1p-27 ? x : with_sign_of(infinity, x);
        return a < 0x1p-27 || a > 746;
    case AIVM_HYPERBOLIC_COSINE:
        *result = infinity;
        return a > 746;
    case AIVM_TANH:
    case AIVM_ERF:
        *result = a < 0x1p-27 ? x : with_sign_of(1, x);
        // 2 / sqrt(pi) x is not x; only zeros are plain.
        return (operation == AIVM_TANH ? a < 0x1p-27 : a == 0) || a > 20;
    case AIVM_SINE:
    case AIVM_TANGENT:
        *result = a < 0x1p-27 ? x : nan;
        return a < 0x1p-27 || a == infinity;
    case AIVM_COSINE:
        *result = a < 1 ? 1 : nan;
        return a < 0x1p-28 || a == infinity;
    case AIVM_ARCTANGENT:
        *result = x;
        return a < 0x1p-27;
    case AIVM_ARCSINE:
        *result = a < 1 ? x : nan;
        return a < 0x1p-27 || a > 1;
    case AIVM_ARCCOSINE:
        *result = x == 1 ? 0 : nan;
        return a > 1 || x == 1;
    case AIVM_INVERSE_HYPERBOLIC_SINE:
        *result = x;
        return a < 0x1p-27 || a == infinity;
    case AIVM_INVERSE_HYPERBOLIC_COSINE:
        *result = x == 1 ? 0 : x < 1 ? nan : x;
        return x <= 1 || x == infinity;
    case AIVM_INVERSE_HYPERBOLIC_TANGENT:
        *result = a < 1 ? x : a == 1 ? x * infinity : nan;
        return a < 0x1p-27 || a >= 1;
    case AIVM_LOGARITHM_OF_ONE_PLUS:
        *result = a < 0x1p-54 || x == infinity ? x : x == -1 ? -infinity : nan;
        return a < 0x1p-54 || x <= -1 || x == infinity;
    default:
        *result = x == 1 ? 0 : x == 0 ? -infinity : x < 0 ? nan : x;
        return x <= 0 || x == 1 || x == infinity;
    }
}

/// op(x) where is_special says no.
static scaled elementary_pair(int operation, double x) {
    const double a = magnitude(x);
    pair result;
    switch (operation) {
    case AIVM_EXPONENTIAL: return exp_scaled((pair){x, 0});
    case AIVM_SIGMOID: return sigmoid_scaled(x);
    case AIVM_SOFTPLUS: return softplus_scaled(x);
    case AIVM_EXPONENTIAL_MINUS_ONE: return expm1_scaled(x);
    case AIVM_HYPERBOLIC_SINE: return hyperbolic_scaled(x, 1);
    case AIVM_HYPERBOLIC_COSINE: return hyperbolic_scaled(a, 0);
    case AIVM_ERF: return erf_scaled(x);
    case AIVM_TANH: result = tanh_pair(x); break;
    case AIVM_SINE: result = sine_pair(x, 0); break;
    case AIVM_COSINE: result = sine_pair(x, 1); break;
    case AIVM_TANGENT: result = tangent_pair(x); break;
    case AIVM_ARCSINE: result = arcsine_pair(x); break;
    case AIVM_ARCCOSINE: result = arccosine_pair(x); break;
    case AIVM_ARCTANGENT: result = arctangent_pair((pair){x, 0}); break;
    case AIVM_INVERSE_HYPERBOLIC_SINE: result = inverse_hyperbolic_sine_pair(x); break;
    case AIVM_INVERSE_HYPERBOLIC_COSINE: result = inverse_hyperbolic_cosine_pair(x); break;
    case AIVM_INVERSE_HYPERBOLIC_TANGENT: result = inverse_hyperbolic_tangent_pair(x); break;
    case AIVM_LOGARITHM_OF_ONE_PLUS: result = logarithm_of_one_plus_pair((pair){x, 0}); break;
    default: result = logarithm_pair(x); break;
    }
    return (scaled){result, 0};
}

/// sin, cos or tan of a large x in binary64, or a value that fails the test below.
static double large_angle(int operation, float x) {
    uint64_t quadrant;
    double r = angle_pair(x, &quadrant).high;
    if (operation == AIVM_TANGENT) return tangent_core(r, quadrant);
    return sine_core(r, operation == AIVM_SINE ? quadrant : quadrant + 1);
}

float elementary_slow(int operation, float x) {
    double special;
    if (is_special(operation, x, &special)) return canonical((float)special);
    int is_angle =
        operation == AIVM_SINE || operation == AIVM_COSINE || operation == AIVM_TANGENT;
    if (is_angle && magnitude(x) > REDUCTION_LIMIT) {
        double y = large_angle(operation, x);
        float below = (float)(y * (1 - FAST_ERROR)), above = (float)(y * (1 + FAST_ERROR));
        if (below == above) return below;
    }
    return rounded_to_float(elementary_pair(operation, x));
}

float aivm_unary_slow(int operation, float x) {
    double special;
    if (is_special(operation, x, &special)) return canonical((float)special);
    return rounded_to_float(elementary_pair(operation, x));
}

/// The operations of binary64 that IEEE 754 makes exact or rounds. C's library has no part in it.
static double simple64(int operation, double x) {
    const double a = magnitude(x), magic = 0x1p52;
    // Adding 2^52 rounds to an integer, half to even; from 2^52 on there are only integers.
    double integer = a < magic ? (a + magic) - magic : a;
    integer = with_sign_of(integer, x);
    switch (operation) {
    case AIVM_RELU: return x <= 0 ? 0 : x;
    case AIVM_NEGATE: return -x;
    case AIVM_SQUARE_ROOT: return __builtin_elementwise_sqrt(x);
    case AIVM_ABSOLUTE: return a;
    case AIVM_CEILING: return with_sign_of(integer < x ? integer + 1 : integer, x);
    case AIVM_FLOOR: return with_sign_of(integer > x ? integer - 1 : integer, x);
    case AIVM_ROUND: return integer;
    case AIVM_SIGN: return x > 0 ? 1 : x < 0 ? -1 : x == 0 ? 0 : x;
    default: return 1 / x;
    }
}

double aivm_unary64(int operation, double x) {
    double result;
    int is_simple = operation <= AIVM_SQUARE_ROOT
        || (operation >= AIVM_ABSOLUTE && operation <= AIVM_RECIPROCAL);
    if (is_simple) {
        result = simple64(operation, x);
    } else if (!is_special(operation, x, &result)) {
        result = rounded_to_double(elementary_pair(operation, x));
    }
    return result != result ? double_from_bits(0x7FF8000000000000u) : result;
}
