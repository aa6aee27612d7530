// The verifier's random choices, in the order of section 2 of Documentation/plonk-native.md.
// Challenges that a table has no use for are not drawn and are zero.

import Base
public import Fields

/// The challenges of one proof, as far as they are drawn.
public struct NativeChallenges: Equatable, Sendable {
    /// Compresses tuples.
    public var theta = Fr.zero
    /// Given out, for coefficients of claims.
    public var lambda = Fr.zero
    /// Folds a cell and its position.
    public var beta = Fr.zero
    /// Shifts what is folded.
    public var gamma = Fr.zero
    /// The place where fractions of lookups are summed.
    public var alpha = Fr.zero
    /// Separates claims.
    public var kappa = Fr.zero
    /// Separates identities.
    public var y = Fr.zero
    /// Where polynomials are opened.
    public var xi = Fr.zero
    /// Separates openings.
    public var v = Fr.zero
    /// Separates the two places of openings.
    public var u = Fr.zero

    /// No challenge is drawn yet.
    public init() {}
}

extension ProofTranscript {
    /// The conversation of the native profile, if it stands alone.
    public static var native: ProofTranscript { ProofTranscript(domain: "AIVM native PLONK v1") }
}

/// A proof's conversation: what is said, and what is drawn then. Prover and verifier both call
/// these in order.
public struct NativeConversation: Sendable {
    /// What was said; continues after the proof.
    public private(set) var transcript: ProofTranscript
    /// What was drawn.
    public private(set) var challenges = NativeChallenges()
    private let shape: TableShape

    /// Starts with the circuit and the public signals.
    public init(_ key: NativeKey, publicSignals: [Fr], _ transcript: ProofTranscript) {
        shape = key.shape
        self.transcript = transcript
        self.transcript.append("key", key.digest.bytes)
        self.transcript.append("public", publicSignals)
    }

    /// Says the advice; draws θ.
    public mutating func say(advice: [G1Affine]) {
        transcript.append("advice", advice)
        if shape.lookup != nil { challenges.theta = transcript.challenge("theta") }
    }

    /// Says the multiplicities; draws λ.
    public mutating func say(multiplicities: [G1Affine]) {
        if shape.lookup != nil { transcript.append("multiplicities", multiplicities) }
        if !shape.exposed.isEmpty { challenges.lambda = transcript.challenge("lambda") }
    }

    /// Says coefficients and claims; draws β, γ, α, κ.
    public mutating func say(claims: [Fr], coefficients: [[Fr]]) {
        if !shape.exposed.isEmpty {
            transcript.append("coefficients", coefficients.flatMap { $0 })
            transcript.append("claims", claims)
        }
        challenges.beta = transcript.challenge("beta")
        challenges.gamma = transcript.challenge("gamma")
        if shape.lookup != nil { challenges.alpha = transcript.challenge("alpha") }
        if !shape.exposed.isEmpty { challenges.kappa = transcript.challenge("kappa") }
    }

    /// Says the running columns; draws y.
    public mutating func say(running: [G1Affine]) {
        let labels = ["product"] + (shape.lookup == nil ? [] : ["lookup sum"]) + ["claim sum"]
        for (label, point) in zip(labels, running) { transcript.append(label, [point]) }
        challenges.y = transcript.challenge("y")
    }

    /// Says the quotient; draws ξ.
    public mutating func say(quotient: [G1Affine]) {
        transcript.append("quotient", quotient)
        challenges.xi = transcript.challenge("xi")
    }

    /// Says the values; draws v.
    public mutating func say(values: [Fr]) {
        transcript.append("values", values)
        challenges.v = transcript.challenge("v")
    }

    /// Says the openings; draws u.
    public mutating func say(openings: [G1Affine]) {
        transcript.append("openings", openings)
        challenges.u = transcript.challenge("u")
    }
}
