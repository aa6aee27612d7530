// Where governance lies in the store `gov`. The README draws the layout.

import Base
import Cryptography
import Ledger
import Wire

/// The typed keys of the store `gov`.
enum GovKeys {
    /// The constitution, a text that clients show.
    static let constitution = StateItem<StoredText>(Gov.name, prefix: 0x00)
    /// Proposals by number.
    static let proposals = StateMap<Proposal>(Gov.name, prefix: 0x01)
    /// A mark for each proposal that is voted on, by the end of the vote and number.
    static let votingQueue = StateMap<StoredNumber>(Gov.name, prefix: 0x02)
    /// A mark for each proposal that waits for its deposit, by the end of the wait and number.
    static let depositQueue = StateMap<StoredNumber>(Gov.name, prefix: 0x03)
    /// The number of the next proposal.
    static let nextID = StateItem<StoredNumber>(Gov.name, prefix: 0x04)
    /// The parameters.
    static let parameters = StateItem<GovParameters>(Gov.name, prefix: 0x05)
    /// Deposits by number of the proposal and depositor.
    static let deposits = StateMap<Deposit>(Gov.name, prefix: 0x06)
    /// Votes by number of the proposal and voter.
    static let votes = StateMap<Vote>(Gov.name, prefix: 0x07)

    /// The value of a mark.
    static let mark = StoredNumber(1)

    /// The key of a proposal in a queue.
    static func queue(_ end: Timestamp?, _ id: UInt64) -> Bytes {
        (end ?? Timestamp()).keyBytes + id.keyBytes
    }

    /// The key of what `address` has to do with a proposal.
    static func pair(_ id: UInt64, _ address: Address) -> Bytes {
        id.keyBytes + address.keyBytes
    }
}
