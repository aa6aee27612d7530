// Which polynomials are opened where, and their values by name. Prover and verifier list them by
// this code, so they cannot disagree.

public import Fields

/// A committed polynomial.
public enum OpenedColumn: Equatable, Sendable {
    /// a_j.
    case advice(Int)
    /// f_i.
    case fixed(Int)
    /// s_j.
    case permutation(Int)
    /// m.
    case multiplicities
    /// z, φ or ψ, by place.
    case running(Int)
}

extension TableShape {
    /// What is opened at ξ, in order.
    public var openedHere: [OpenedColumn] {
        (0..<adviceCount).map { .advice($0) } + (0..<fixedCount).map { .fixed($0) }
            + (0..<adviceCount).map { .permutation($0) }
            + (0..<multiplicityCount).map { _ in .multiplicities }
            + (0..<runningCount).map { .running($0) }
    }

    /// What is opened at w ξ, in order.
    public var openedNext: [OpenedColumn] {
        nextColumns.map { .advice($0) } + (0..<runningCount).map { .running($0) }
    }

    /// What is opened, at ξ and then at w ξ.
    public var openings: [OpenedColumn] { openedHere + openedNext }
}

/// The values of polynomials at ξ and w ξ.
public struct OpenedValues: Sendable {
    var advice: [Fr] = []
    var fixed: [Fr] = []
    var permutation: [Fr] = []
    var multiplicities = Fr.zero
    var running: [Fr] = []
    /// Of all columns; zero for those that are not asked for.
    var next: [Fr]
    var runningNext: [Fr] = []

    /// Names `values`, which are those of ``TableShape/openings``.
    public init(_ values: [Fr], _ shape: TableShape) {
        precondition(values.count == shape.openings.count, "a value for each opening")
        next = [Fr](repeating: Fr.zero, count: shape.adviceCount)
        let here = shape.openedHere
        for (column, value) in zip(here, values) {
            switch column {
            case .advice: advice.append(value)
            case .fixed: fixed.append(value)
            case .permutation: permutation.append(value)
            case .multiplicities: multiplicities = value
            case .running: running.append(value)
            }
        }
        for (column, value) in zip(shape.openedNext, values[here.count...]) {
            if case .advice(let index) = column {
                next[index] = value
            } else {
                runningNext.append(value)
            }
        }
    }
}
