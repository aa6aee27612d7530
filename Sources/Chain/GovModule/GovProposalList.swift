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
    /// Proposals that one question looks at, at most; a page that needs more goes on by its key.
    private static let maximumSteps = 100

    /// A page of the proposals that `filter` accepts.
    func proposals(
        _ filter: ProposalFilter, _ request: PageRequest?, _ context: inout Context
    ) throws(Failure) -> ([Proposal], PageResponse) {
        let request = request ?? PageRequest()
        let limit = request.limit == 0 ? 100 : Int(clamping: request.limit)
        guard limit <= maximumPageEntries, request.offset <= UInt64(maximumPageEntries * 100)
        else { throw .sdk(.invalidRequest, "page limit above \(maximumPageEntries)") }
        guard request.key.isEmpty || (request.offset == 0 && request.key.count == 8) else {
            throw .sdk(.invalidRequest, "page key is not of this list")
        }
        var found: [Proposal] = []
        var response = PageResponse()
        var (skipped, start) = (0, request.key)
        var matches: UInt64 = 0
        steps: for _ in 0..<Gov.maximumSteps {
            let entries = try GovKeys.proposals.entries(
                from: start, limit: 1000, reverse: request.reverse, &context)
            for entry in entries where try filter.accepts(entry.value, &context) {
                matches += 1
                if skipped < Int(request.offset) {
                    skipped += 1
                } else if found.count < limit {
                    found.append(entry.value)
                } else {
                    if response.nextKey.isEmpty { response.nextKey = entry.key }
                    guard request.countsTotal, request.key.isEmpty else { break steps }
                }
            }
            guard entries.count == 1000, let last = entries.last,
                let next = Gov.neighbour(of: last.value.id, reverse: request.reverse)
            else { break }
            start = next
        }
        if request.countsTotal, request.key.isEmpty { response.total = matches }
        return (found, response)
    }

    /// The key right after that of proposal `id` in the order of a list, or `nil` at its end.
    private static func neighbour(of id: UInt64, reverse: Bool) -> Bytes? {
        if reverse { return id == 0 ? nil : (id - 1).keyBytes }
        return id == .max ? nil : (id + 1).keyBytes
    }
}
