// What a proof is for. Everything of it is in the transcript before the first challenge.

public import Base
import Fields

/// How a tensor's values are known to the reader of a statement.
public enum Visibility: UInt8, Sendable, CaseIterable {
    /// The values stand in the statement.
    case open = 0
    /// A commitment to the values stands in the statement.
    case committed = 1
    /// The values are said to exist; their commitment is part of the proof.
    case secret = 2
}

/// What is said of the input, or of the output.
public enum Disclosure<Commitment: Equatable & Sendable>: Equatable, Sendable {
    /// The values of the class's tensors, in the order of their numbers, each without padding.
    case open([[Int64]])
    /// Commitments to the class's rows, in the layout's order.
    case committed([Commitment])
    /// Nothing.
    case secret

    /// The kind of disclosure.
    public var visibility: Visibility {
        switch self {
        case .open: .open
        case .committed: .committed
        case .secret: .secret
        }
    }
}

/// The statement: with the committed weights, the input gives the output.
public struct ProofStatement<Scheme: RowScheme>: Sendable {
    /// Whatever else the proof shall be bound to: a model's identity, a request.
    public var context: Bytes
    /// Commitments to the rows of weights, in the layout's order.
    public var weights: [Scheme.Commitment]
    /// The input.
    public var input: Disclosure<Scheme.Commitment>
    /// The output.
    public var output: Disclosure<Scheme.Commitment>
    /// Whether the proof tells nothing but the statement.
    public var hiding: Bool

    /// A statement.
    public init(
        context: Bytes, weights: [Scheme.Commitment], input: Disclosure<Scheme.Commitment>,
        output: Disclosure<Scheme.Commitment>, hiding: Bool
    ) {
        self.context = context
        self.weights = weights
        self.input = input
        self.output = output
        self.hiding = hiding
    }

    /// Starts the conversation of a proof with everything public.
    package func makeTranscript(_ system: RelationSystem, _ scheme: Scheme) -> SumcheckTranscript {
        var transcript = SumcheckTranscript(domain: "aivm.sumcheck.v1")
        transcript.append("system", bytes: system.digest.bytes)
        transcript.append("scheme", bytes: scheme.identity)
        transcript.append("mode", bytes: [hiding ? 1 : 0])
        transcript.append("context", bytes: context)
        transcript.append("weights", bytes: encoded(weights))
        for (label, disclosure) in [("input" as StaticString, input), ("output", output)] {
            transcript.append(label, bytes: [disclosure.visibility.rawValue])
            switch disclosure {
            case .open(let tensors):
                var bytes = Bytes()
                bytes.append(all: tensors) {
                    $0.append(all: $1) { $0.appendLittleEndian(UInt64(bitPattern: $1)) }
                }
                transcript.append("values", bytes: bytes)
            case .committed(let rows): transcript.append("rows", bytes: encoded(rows))
            case .secret: break
            }
        }
        return transcript
    }

    private func encoded(_ commitments: [Scheme.Commitment]) -> Bytes {
        var bytes = Bytes()
        for commitment in commitments { Scheme.append(commitment, to: &bytes) }
        return bytes
    }

    /// Checks that the statement has the values and commitments that the system has tensors and
    /// rows for.
    package func check(_ system: RelationSystem) throws(SumcheckError) {
        let layout = system.layout
        guard weights.count == layout.rowRange(of: .weights).count else {
            throw .wrongStatement(
                "\(weights.count) commitments to weights, where the relations have "
                    + "\(layout.rowRange(of: .weights).count) rows")
        }
        for (disclosure, tensorClass) in [(input, TensorClass.input), (output, .output)] {
            switch disclosure {
            case .open(let tensors):
                let expected = system.tensors.filter { $0.tensorClass == tensorClass }.map(\.count)
                guard tensors.map(\.count) == expected else {
                    throw .wrongStatement("open tensors of other sizes than the relations have")
                }
            case .committed(let rows):
                guard rows.count == layout.rowRange(of: tensorClass).count else {
                    throw .wrongStatement("other commitments than the relations have rows for")
                }
            case .secret: break
            }
        }
    }
}
