import Base
import Circom
import Cryptography
import Fields
import Forgery
import Ledger
import Plonk
import TestSupport
import Verification
import Wire

@testable import AIModule

/// Registration of a key by alice.
func registration(
    _ key: VerificationKey, name: String = "circuit", description: String = ""
) -> MsgRegisterVerificationKey {
    MsgRegisterVerificationKey(
        owner: TestChain.alice.bech32(), key: key.bytes, name: name, description: description)
}

/// Bob's submission of a proof.
func submission(
    _ key: VerificationKey, _ signals: [Fr], _ proof: PlonkProof
) -> MsgSubmitProof {
    MsgSubmitProof(
        submitter: TestChain.bob.bech32(), keyID: CircuitKey.id(of: key.bytes),
        publicSignals: signals.map(\.canonicalBigEndian), proof: proof.bytes)
}

/// Bob's submission of a proof that holds for the signals 0, 1, … above `first`.
func submission(_ key: ForgeableKey, _ first: UInt64, _ name: String = "") -> MsgSubmitProof {
    let signals = (0..<UInt64(key.key.publicCount)).map { Fr(first + $0) }
    return submission(key.key, signals, key.proof(of: signals, name))
}

extension PlonkCase {
    /// The key that snarkjs made.
    func key() throws -> VerificationKey { try VerificationKey(json: verificationKey) }

    /// Bob's submission of what snarkjs proved.
    func submission(plain: Bool = false) throws -> MsgSubmitProof {
        AIModuleTests.submission(
            try key(), try PublicSignals.read(json: publicSignals),
            try PlonkProof(json: plain ? plainProof : proof))
    }
}

extension TestChain {
    /// A chain that takes keys for development where `allowsUnsafe` says so.
    static func circuits(
        allowsUnsafe: Bool = false, _ keys: [VerificationKey] = []
    ) throws -> TestChain {
        var chain = try TestChain { genesis in
            genesis.parameters.allowsUnsafeReferenceStrings = allowsUnsafe
        }
        for (index, key) in keys.enumerated() {
            try chain.deliver(registration(key, name: "circuit\(index)"))
        }
        return chain
    }

    /// Everything in the module's store.
    func entries() throws -> [KeyValuePair] {
        var context = makeContext()
        return try context.pairs(AI.name, prefix: [], limit: 1000)
    }

    /// Lets the module look at `messages`, each the only one of its transaction.
    mutating func foresee(_ messages: [MsgSubmitProof], gasLimit: UInt64 = 1_000_000) throws {
        var context = makeContext()
        try module.foresee(
            messages.map { ComingTransaction(gasLimit: gasLimit, messages: [AnyMessage($0)]) },
            &context)
        cache = context.cache
    }
}
