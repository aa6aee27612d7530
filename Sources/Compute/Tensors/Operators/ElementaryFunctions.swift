// Functions of one float, elementwise: roundings to integers, the reciprocal, the elementary
// functions. Each float32 result is the one nearest to the mathematical value, ties to even;
// float64 results err by less than 0.5 + 2⁻²⁰ ulp; special values as C99 Annex F. Rules in
// Documentation/arithmetic.md, section 1.3.

import CKernels

enum SqrtOperator: FunctionOperator {
    static let name = "Sqrt"
    static let operation = Int32(AIVM_SQUARE_ROOT)
    static let hasConsumedInputs = true
}

enum ExpOperator: FunctionOperator {
    static let name = "Exp"
    static let operation = Int32(AIVM_EXPONENTIAL)
    static let hasConsumedInputs = true
}

enum LogOperator: FunctionOperator {
    static let name = "Log"
    static let operation = Int32(AIVM_LOGARITHM)
    static let hasConsumedInputs = true
}

/// 1 / (1 + exp(−x)), rounded once.
enum SigmoidOperator: FunctionOperator {
    static let name = "Sigmoid"
    static let operation = Int32(AIVM_SIGMOID)
    static let hasConsumedInputs = true
}

enum TanhOperator: FunctionOperator {
    static let name = "Tanh"
    static let operation = Int32(AIVM_TANH)
    static let hasConsumedInputs = true
}

enum ErfOperator: FunctionOperator {
    static let name = "Erf"
    static let operation = Int32(AIVM_ERF)
}

enum SinOperator: FunctionOperator {
    static let name = "Sin"
    static let operation = Int32(AIVM_SINE)
}

enum CosOperator: FunctionOperator {
    static let name = "Cos"
    static let operation = Int32(AIVM_COSINE)
}

enum TanOperator: FunctionOperator {
    static let name = "Tan"
    static let operation = Int32(AIVM_TANGENT)
}

enum AsinOperator: FunctionOperator {
    static let name = "Asin"
    static let operation = Int32(AIVM_ARCSINE)
}

enum AcosOperator: FunctionOperator {
    static let name = "Acos"
    static let operation = Int32(AIVM_ARCCOSINE)
}

enum AtanOperator: FunctionOperator {
    static let name = "Atan"
    static let operation = Int32(AIVM_ARCTANGENT)
}

enum SinhOperator: FunctionOperator {
    static let name = "Sinh"
    static let operation = Int32(AIVM_HYPERBOLIC_SINE)
}

enum CoshOperator: FunctionOperator {
    static let name = "Cosh"
    static let operation = Int32(AIVM_HYPERBOLIC_COSINE)
}

enum AsinhOperator: FunctionOperator {
    static let name = "Asinh"
    static let operation = Int32(AIVM_INVERSE_HYPERBOLIC_SINE)
}

enum AcoshOperator: FunctionOperator {
    static let name = "Acosh"
    static let operation = Int32(AIVM_INVERSE_HYPERBOLIC_COSINE)
}

enum AtanhOperator: FunctionOperator {
    static let name = "Atanh"
    static let operation = Int32(AIVM_INVERSE_HYPERBOLIC_TANGENT)
}

/// ln(1 + exp(x)), rounded once.
enum SoftplusOperator: FunctionOperator {
    static let name = "Softplus"
    static let operation = Int32(AIVM_SOFTPLUS)
}

/// The least integer not below x; −0 for −1 < x ≤ −0.
enum CeilOperator: FunctionOperator {
    static let name = "Ceil"
    static let operation = Int32(AIVM_CEILING)
    static let isElementary = false
    static let hasConsumedInputs = true
}

enum FloorOperator: FunctionOperator {
    static let name = "Floor"
    static let operation = Int32(AIVM_FLOOR)
    static let isElementary = false
    static let hasConsumedInputs = true
}

/// The nearest integer, ties to even; −0 is kept.
enum RoundOperator: FunctionOperator {
    static let name = "Round"
    static let operation = Int32(AIVM_ROUND)
    static let isElementary = false
}

/// 1 / x, rounded once; ±∞ for ±0.
enum ReciprocalOperator: FunctionOperator {
    static let name = "Reciprocal"
    static let operation = Int32(AIVM_RECIPROCAL)
    static let isElementary = false
    static let hasConsumedInputs = true
}
