// The end of a block: proposals whose wait for a deposit is over are dropped, and votes that are
// over are counted and carried out. Nothing that a proposal holds may stop the chain: what fails,
// fails the proposal.

import Base
import Ledger
import Wire

extension Gov {
    /// Drops proposals whose deposit did not come in time.
    func dropWithoutDeposit(_ context: inout Context) throws(Failure) {
        while let id = try due(GovKeys.depositQueue, &context) {
            let proposal = try get(id, &context)
            try remove(proposal, &context)
            if try parameters(&context).burnsDepositBeforeVote {
                try burnDeposits(id, &context)
            } else {
                try refundDeposits(id, &context)
            }
            GovEvents.dropped(id, &context)
        }
    }

    /// Counts and carries out votes that are over.
    func closeVotes(_ context: inout Context) throws(Failure) {
        while let id = try due(GovKeys.votingQueue, &context) {
            let proposal = try get(id, &context)
            do throws(Failure) {
                try context.transaction { (context) throws(Failure) in
                    try close(proposal, &context)
                }
            } catch {
                guard case .rejected(let rejection) = error else { throw error }
                try failUncounted(proposal, rejection, &context)
            }
        }
    }

    /// The number of the first proposal of `queue` whose time has come.
    private func due(
        _ queue: StateMap<StoredNumber>, _ context: inout Context
    ) throws(Failure) -> UInt64? {
        guard let first = try queue.entries(limit: 1, &context).first else { return nil }
        var reader = KeyReader(first.key)
        guard try reader.time() <= context.block.time else { return nil }
        return try reader.number()
    }

    private func close(_ stored: Proposal, _ context: inout Context) throws(Failure) {
        var proposal = stored
        let tally = try tally(proposal, &context)
        try removeFromQueue(stored, &context)
        proposal.finalTallyResult = tally.result
        let (result, log): (String, String)
        if !tally.passes, proposal.isExpedited {
            // Deposits and votes stay: the vote goes on as a regular one.
            (result, log) = try turnRegular(&proposal, &context)
        } else {
            if tally.burnsDeposits {
                try burnDeposits(proposal.id, &context)
            } else {
                try refundDeposits(proposal.id, &context)
            }
            try removeVotes(proposal.id, &context)
            if tally.passes {
                (result, log) = try runMessages(&proposal, &context)
            } else {
                proposal.status = .rejected
                proposal.failedReason = "proposal did not get enough votes to pass"
                (result, log) = ("proposal_rejected", "rejected")
            }
        }
        try store(proposal, &context)
        GovEvents.closed(proposal.id, result: result, log: log, &context)
    }

    private func turnRegular(
        _ proposal: inout Proposal, _ context: inout Context
    ) throws(Failure) -> (String, String) {
        proposal.isExpedited = false
        let period = try parameters(&context).votingPeriod ?? WireDuration()
        proposal.votingEndTime = (proposal.votingStartTime ?? context.block.time)
            .advancedClamped(by: period)
        return ("expedited_proposal_rejected", "expedited proposal converted to regular")
    }

    /// Runs the messages of a proposal that passed, all or none.
    private func runMessages(
        _ proposal: inout Proposal, _ context: inout Context
    ) throws(Failure) -> (String, String) {
        let messages = proposal.messages
        var running = 0
        do throws(Failure) {
            try context.transaction { (context) throws(Failure) in
                for (index, message) in messages.enumerated() {
                    running = index
                    _ = try router.run(message, &context)
                }
            }
        } catch {
            guard case .rejected(let rejection) = error else { throw error }
            proposal.status = .failed
            proposal.failedReason = rejection.message
            return (
                "proposal_failed",
                "passed, but msg \(running) (\(messages[running].typeURL)) failed on execution: "
                    + rejection.message
            )
        }
        proposal.status = .passed
        return ("proposal_passed", "passed")
    }

    /// A vote that cannot be counted fails its proposal; deposits go back.
    private func failUncounted(
        _ stored: Proposal, _ rejection: Rejection, _ context: inout Context
    ) throws(Failure) {
        var proposal = stored
        try removeFromQueue(stored, &context)
        try removeVotes(proposal.id, &context)
        try refundDeposits(proposal.id, &context)
        proposal.status = .failed
        proposal.failedReason = "the vote cannot be counted: \(rejection.message)"
        try store(proposal, &context)
        GovEvents.closed(
            proposal.id, result: "proposal_failed", log: proposal.failedReason, &context)
    }
}
