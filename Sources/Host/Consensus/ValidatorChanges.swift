// Changes of the validator set by the rules of CometBFT: power is absolute, 0 removes, a key occurs
// once in a list, a key to be removed must be there.

import Base
import Blocks
import Cryptography
import Ledger

extension ValidatorSet {
    /// The set after `updates`; refused when they break a rule, with text for the operator.
    func applying(
        _ updates: [ValidatorUpdate], height: Int64
    ) throws(ConsensusError) -> ValidatorSet {
        guard !updates.isEmpty else { return self }
        var members = validators
        var seen: Set<Bytes> = []
        for update in updates {
            guard let key = Ed25519.PublicKey(update.publicKey) else {
                throw fault(height, "validator key of \(update.publicKey.count) bytes")
            }
            guard seen.insert(update.publicKey).inserted else {
                throw fault(height, "duplicate entry for validator \(key)")
            }
            guard update.power >= 0, update.power <= ValidatorSet.maximumTotalPower else {
                throw fault(height, "voting power of validator \(key) is \(update.power)")
            }
            let validator = Validator(key, votingPower: update.power)
            let index = members.firstIndex { $0.address == validator.address }
            if let index { members.remove(at: index) }
            if update.power > 0 {
                members.append(validator)
            } else if index == nil {
                throw fault(height, "failed to find validator \(key) to remove")
            }
        }
        let result = ValidatorSet(members)
        do { try result.check() } catch { throw fault(height, error.description) }
        return result
    }

    /// Checks that the validator at `address` alone makes a commit valid.
    func checkMajority(of address: Bytes) throws(ConsensusError) {
        // The limit on total power keeps sums and products within 63 bits.
        let total = validators.reduce(Int64(0)) { $0 + $1.votingPower }
        let power = validators.first { $0.address == address }?.votingPower ?? 0
        guard power * 3 > total * 2 else { throw .noMajority(power: power, total: total) }
    }
}

private func fault(_ height: Int64, _ detail: String) -> ConsensusError {
    .applicationFault(height: height, detail: detail)
}
