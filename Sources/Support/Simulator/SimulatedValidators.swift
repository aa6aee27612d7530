// The validators of a simulated engine: the sets of the coming heights, who votes, who offends.

import Base
import Cryptography
import Ledger
import TestSupport
import Wire

/// The sets of validators around the next height.
struct SimulatedValidators {
    /// A validator of a set.
    struct Member: Equatable {
        let key: Bytes
        let address: Bytes
        var power: Int64
    }

    /// The sets of the height before the next, of the next, and of the one after.
    private(set) var last: [Member] = []
    private(set) var current: [Member]
    private var next: [Member]

    init(_ updates: [ValidatorUpdate]) {
        current = SimulatedValidators.applying(updates, to: [])
        next = current
    }

    /// Takes in what the block of the current height changed; the sets move on by one height.
    mutating func advance(_ updates: [ValidatorUpdate]) {
        last = current
        current = next
        next = SimulatedValidators.applying(updates, to: next)
    }

    private static func applying(
        _ updates: [ValidatorUpdate], to set: [Member]
    ) -> [Member] {
        var members = set
        for update in updates {
            members.removeAll { $0.key == update.publicKey }
            guard update.power > 0 else { continue }
            let hash = SHA256.hash(update.publicKey).bytes
            members.append(
                Member(
                    key: update.publicKey, address: Bytes(hash.prefix(20)), power: update.power))
        }
        return members.sorted {
            $0.power != $1.power
                ? $0.power > $1.power : $0.address.lexicographicallyPrecedes($1.address)
        }
    }

    /// Votes of the last set: most of the power signs.
    func votes(_ generator: inout SeededGenerator) -> [CommitVote] {
        let total = last.reduce(0) { $0 + $1.power }
        var missing: Int64 = 0
        return last.map { member in
            var flag = CommitVote.Flag.commit
            if (missing + member.power) * 3 < total, generator.isOne(in: 4) {
                missing += member.power
                flag = generator.isOne(in: 3) ? .none : .absent
            }
            return CommitVote(address: member.address, power: member.power, flag: flag)
        }
    }

    /// Now and then, evidence against a validator.
    func offences(_ info: BlockInfo, _ generator: inout SeededGenerator) -> [Offence] {
        guard last.count > 3, generator.isOne(in: 100) else { return [] }
        let offender = generator.element(of: last)
        guard let height = [info.height - 2, info.height - 1].first(where: { $0 > 0 }) else {
            return []
        }
        return [
            Offence(
                kind: generator.isOne(in: 2) ? .duplicateVote : .lightClientAttack,
                address: offender.address, power: offender.power, height: height,
                time: Timestamp(seconds: info.time.seconds - 10),
                totalPower: last.reduce(0) { $0 + $1.power })
        ]
    }
}
