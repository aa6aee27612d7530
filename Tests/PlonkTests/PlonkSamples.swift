// What snarkjs made, as values.

import Base
import Circom
import Fields
import Plonk
import TestSupport

extension PlonkCase {
    func statement(plain: Bool = false) throws -> PlonkStatement {
        PlonkStatement(
            key: try VerificationKey(json: verificationKey),
            publicSignals: try PublicSignals.read(json: publicSignals),
            proof: try PlonkProof(json: plain ? plainProof : proof))
    }
}

extension PlonkStatement {
    func check() throws(PlonkError) {
        try verify(key, publicSignals: publicSignals, proof: proof)
    }

    /// Why the statement is refused after `change`, or `nil`.
    func refusal(_ change: (inout PlonkStatement) -> Void) -> PlonkError? {
        var changed = self
        change(&changed)
        do throws(PlonkError) {
            try changed.check()
            return nil
        } catch {
            return error
        }
    }
}
