// Lists of proposals: by page, forwards or backwards, of those that a filter lets through.

import Base
import Cryptography
import Ledger
import Wire

/// Which proposals are wanted.
struct ProposalFilter {
    let status: ProposalStatus
    let voter: Address?
    let depositor: Address?

    /// Reads the fields of a question.
    init(status: ProposalStatus, voter: String, depositor: String) throws(Failure) {
        self.status = status
        self.voter = voter.isEmpty ? nil : try Address.parseArgument(voter)
        self.depositor = depositor.isEmpty ? nil : try Address.parseArgument(depositor)
    }

    func accepts(_ proposal: Proposal, _ context: inout Context) throws(Failure) -> Bool {
        guard status == .unspecified || proposal.status == status else { return false }
        if let voter {
            let key = GovKeys.pair(proposal.id, voter)
            guard try GovKeys.votes.contains(key, &context) else { return false }
        }
        if let depositor {
            let key = GovKeys.pair(proposal.id, depositor)
            guard try GovKeys.deposits.contains(key, &context) else { return false }
        }
        return true
    }
}

extension Gov {
    /// A page of the proposals that `filter` accepts.
    func proposals(
        _ filter: ProposalFilter, _ request: PageRequest?, _ context: inout Context
    ) throws(Failure) -> ([Proposal], PageResponse) {
        guard [0, 8].contains(request?.key.count ?? 0) else {
            throw .sdk(.invalidRequest, "page key is not of this list")
        }
        let page = try GovKeys.proposals.page(request, &context) {
            (proposal, context) throws(Failure) in try filter.accepts(proposal, &context)
        }
        return (page.entries.map(\.value), page.response)
    }
}
