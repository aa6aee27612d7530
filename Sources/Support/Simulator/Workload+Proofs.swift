// Verification keys that users register, and proofs that they submit: good ones, wrong ones, the
// same again. The proofs are forged: whoever simulates knows the secret of every key.

import AIModule
import Base
import Fields
import Forgery
import Ledger
import Plonk
import TestSupport
import Verification
import Wire

extension Workload {
    /// Registers a key of a few, or submits a proof for one of them, registered or not.
    mutating func prove(_ sender: Int) -> any WireMessage {
        let number = generator.int(in: 0..<3)
        guard
            let key = try? ForgeableKey(
                "simulated circuit \(number)", publicCount: number + 1,
                setup: "setup \(number / 2)")
        else { return send(sender) }
        if generator.isOne(in: 5) {
            return MsgRegisterVerificationKey(
                owner: signatories[sender].text, key: key.key.bytes, name: "circuit\(number)")
        }
        let first = UInt64(generator.int(in: 0..<60))
        let signals = (0..<UInt64(number + 1)).map { Fr(first + $0) }
        var message = MsgSubmitProof(
            submitter: signatories[sender].text, keyID: CircuitKey.id(of: key.key.bytes),
            publicSignals: signals.map(\.canonicalBigEndian),
            proof: key.proof(of: signals, "\(generator.int(in: 0..<2))").bytes)
        if generator.isOne(in: 4) {
            message.proof[generator.int(in: 0..<message.proof.count)] ^= 1
        }
        return message
    }
}
