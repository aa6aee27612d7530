// What always holds of the store `gov`.

import Base
import Cryptography
public import Ledger

extension Gov {
    public var invariants: [Invariant] {
        [
            Invariant("gov/deposits") { (context) throws(Failure) in
                try checkDeposits(&context)
            },
            Invariant("gov/queues") { (context) throws(Failure) in try checkQueues(&context) },
        ]
    }

    /// The deposits on a proposal sum to its total, and the account of governance has them all.
    private func checkDeposits(_ context: inout Context) throws(Failure) {
        var all: [Coin] = []
        var sums: [(id: UInt64, sum: [Coin])] = []
        try GovKeys.deposits.forEach(&context) { (key, deposit) throws(Failure) in
            let depositor = try Address.parse(deposit.depositor)
            guard key == GovKeys.pair(deposit.proposalID, depositor) else {
                throw .sdk(.logic, "a deposit of \(depositor) is stored elsewhere")
            }
            all = try all.adding(deposit.amount)
            if sums.last?.id != deposit.proposalID { sums.append((deposit.proposalID, [])) }
            sums[sums.count - 1].sum = try sums[sums.count - 1].sum.adding(deposit.amount)
        }
        // Both are ascending by number.
        var next = sums[...]
        try GovKeys.proposals.forEach(&context) { (_, proposal) throws(Failure) in
            let sum = next.first?.id == proposal.id ? next.removeFirst().sum : []
            guard !proposal.isOpen || sum == proposal.totalDeposit,
                proposal.isOpen || sum.isEmpty
            else { throw .sdk(.logic, "deposits on proposal \(proposal.id)") }
        }
        guard next.isEmpty else { throw .sdk(.logic, "a deposit is on no proposal") }
        for coin in all {
            let held = try bank.balance(of: .governance, denom: coin.denom, &context)
            guard try held >= coin.value() else {
                throw .sdk(.logic, "governance holds \(held)\(coin.denom) of \(coin.text)")
            }
        }
    }

    /// Every open proposal is in its queue, and nothing else is; votes are on open votes.
    private func checkQueues(_ context: inout Context) throws(Failure) {
        var (waiting, voting): ([Bytes], [Bytes]) = ([], [])
        var open: [UInt64] = []
        let nextID = try GovKeys.nextID.get(&context)?.value ?? 1
        try GovKeys.proposals.forEach(&context) { (key, proposal) throws(Failure) in
            guard key == proposal.id.keyBytes, proposal.id < nextID else {
                throw .sdk(.logic, "the number of proposal \(proposal.id)")
            }
            if proposal.status == .depositPeriod {
                waiting.append(GovKeys.queue(proposal.depositEndTime, proposal.id))
            }
            if proposal.status == .votingPeriod {
                voting.append(GovKeys.queue(proposal.votingEndTime, proposal.id))
                open.append(proposal.id)
            }
        }
        try checkQueue(GovKeys.depositQueue, waiting, &context)
        try checkQueue(GovKeys.votingQueue, voting, &context)
        try GovKeys.votes.forEach(&context) { (key, vote) throws(Failure) in
            let voter = try Address.parse(vote.voter)
            guard key == GovKeys.pair(vote.proposalID, voter), open.contains(vote.proposalID)
            else { throw .sdk(.logic, "a vote of \(voter) is on no open vote") }
        }
    }

    private func checkQueue(
        _ queue: StateMap<StoredNumber>, _ expected: [Bytes], _ context: inout Context
    ) throws(Failure) {
        var keys: [Bytes] = []
        try queue.forEach(&context) { (key, _) in keys.append(key) }
        guard keys == expected.sorted(by: { $0.lexicographicallyPrecedes($1) }) else {
            throw .sdk(.logic, "a queue of proposals is wrong")
        }
    }
}
