// The events of governance, as the Cosmos SDK names them.

import Cryptography
import Ledger
import Wire

/// Emits the module's events.
enum GovEvents {
    static func submitted(_ proposal: Proposal, _ context: inout Context) {
        context.emit(
            "submit_proposal",
            [
                "proposal_id": String(proposal.id), "proposal_proposer": proposal.proposer,
                // A comma before each type, as the SDK writes it.
                "proposal_messages": proposal.messages.map { ",\($0.typeURL)" }.joined(),
            ])
    }

    /// The vote began with a proposal's own deposit, or with a later one.
    static func votingStarted(_ id: UInt64, atOnce: Bool, _ context: inout Context) {
        context.emit(
            atOnce ? "submit_proposal" : "proposal_deposit",
            ["voting_period_start": String(id)])
    }

    static func deposited(
        _ id: UInt64, _ coins: [Coin], by depositor: Address, _ context: inout Context
    ) {
        context.emit(
            "proposal_deposit",
            [
                "depositor": depositor.description, "amount": coins.coinsText,
                "proposal_id": String(id),
            ])
    }

    static func voted(_ vote: Vote, _ context: inout Context) {
        // The JSON of the parts; weights are digits and a point.
        let parts = vote.options.map {
            "{\"option\":\($0.option.rawValue),\"weight\":\"\($0.weight)\"}"
        }
        context.emit(
            "proposal_vote",
            [
                "voter": vote.voter, "option": "[\(parts.joined(separator: ","))]",
                "proposal_id": String(vote.proposalID),
            ])
    }

    static func cancelled(_ id: UInt64, by proposer: String, _ context: inout Context) {
        context.emit("cancel_proposal", ["sender": proposer, "proposal_id": String(id)])
    }

    static func dropped(_ id: UInt64, _ context: inout Context) {
        context.emit(
            "inactive_proposal",
            ["proposal_id": String(id), "proposal_result": "proposal_dropped"])
    }

    static func closed(
        _ id: UInt64, result: String, log: String, _ context: inout Context
    ) {
        context.emit(
            "active_proposal",
            ["proposal_id": String(id), "proposal_result": result, "proposal_log": log])
    }
}
