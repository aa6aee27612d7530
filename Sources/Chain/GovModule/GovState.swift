// Proposals in state. A proposal that waits for its deposit or is voted on stands in one queue;
// `store` and `remove` keep that right.

import Base
import Cryptography
import Ledger
import Wire

extension Gov {
    /// The proposal `id`; refused when there is none.
    func get(_ id: UInt64, _ context: inout Context) throws(Failure) -> Proposal {
        guard let proposal = try GovKeys.proposals.get(id.keyBytes, &context) else {
            throw .gov(.unknownProposal, "\(id)")
        }
        return proposal
    }

    /// Takes the number of the next proposal.
    func takeID(_ context: inout Context) throws(Failure) -> UInt64 {
        let id = try GovKeys.nextID.get(&context)?.value ?? 1
        let (next, overflow) = id.addingReportingOverflow(1)
        guard !overflow else { throw .sdk(.logic, "proposal numbers are used up") }
        try GovKeys.nextID.set(StoredNumber(next), &context)
        return id
    }

    /// Stores `proposal` and its place in a queue, by its status.
    func store(_ proposal: Proposal, _ context: inout Context) throws(Failure) {
        try GovKeys.proposals.set(proposal.id.keyBytes, proposal, &context)
        switch proposal.status {
        case .depositPeriod:
            try GovKeys.depositQueue.set(
                GovKeys.queue(proposal.depositEndTime, proposal.id), GovKeys.mark, &context)
        case .votingPeriod:
            try GovKeys.votingQueue.set(
                GovKeys.queue(proposal.votingEndTime, proposal.id), GovKeys.mark, &context)
        default: break
        }
    }

    /// Takes `proposal`, as it is stored, out of its queue.
    func removeFromQueue(_ proposal: Proposal, _ context: inout Context) throws(Failure) {
        switch proposal.status {
        case .depositPeriod:
            try GovKeys.depositQueue.remove(
                GovKeys.queue(proposal.depositEndTime, proposal.id), &context)
        case .votingPeriod:
            try GovKeys.votingQueue.remove(
                GovKeys.queue(proposal.votingEndTime, proposal.id), &context)
        default: break
        }
    }

    /// Removes `proposal`, as it is stored.
    func remove(_ proposal: Proposal, _ context: inout Context) throws(Failure) {
        try removeFromQueue(proposal, &context)
        try GovKeys.proposals.remove(proposal.id.keyBytes, &context)
    }

    /// Begins the vote on `proposal`, which waits for its deposit.
    func beginVote(_ proposal: inout Proposal, _ context: inout Context) throws(Failure) {
        try removeFromQueue(proposal, &context)
        let parameters = try parameters(&context)
        let period =
            proposal.isExpedited
            ? parameters.expeditedVotingPeriod : parameters.votingPeriod
        let now = context.block.time
        proposal.votingStartTime = now
        proposal.votingEndTime = now.advancedClamped(by: period ?? WireDuration())
        proposal.status = .votingPeriod
        try store(proposal, &context)
    }

    /// Removes all votes on a proposal.
    func removeVotes(_ id: UInt64, _ context: inout Context) throws(Failure) {
        while true {
            let votes = try GovKeys.votes.entries(
                keyPrefix: id.keyBytes, limit: 200, &context)
            guard !votes.isEmpty else { return }
            for vote in votes { try GovKeys.votes.remove(vote.key, &context) }
        }
    }
}
