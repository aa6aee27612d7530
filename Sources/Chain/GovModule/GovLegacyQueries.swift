// What older clients ask about governance (`cosmos.gov.v1beta1.Query`): the same answers in the
// older form.

import Base
import Cryptography
import Ledger
import Wire

extension Gov {
    private static func path(_ method: String) -> String {
        "/cosmos.gov.v1beta1.Query/\(method)"
    }

    var legacyQueries: [QueryRoute] {
        legacyProposalQueries + legacyVoteQueries
            + [
                QueryRoute(
                    Gov.path("Params"), LegacyGovParametersRequest.self,
                    LegacyGovParametersResponse.self,
                    rest: ["/cosmos/gov/v1beta1/params/{params_type}"], answer: legacyParameters)
            ]
    }

    private var legacyProposalQueries: [QueryRoute] {
        [
            QueryRoute(
                Gov.path("Proposal"), LegacyProposalRequest.self, LegacyProposalResponse.self,
                rest: ["/cosmos/gov/v1beta1/proposals/{proposal_id}"]
            ) { (request, context) throws(Failure) in
                var response = LegacyProposalResponse()
                response.proposal = LegacyProposal(try proposal(request.proposalID, &context))
                return response
            },
            QueryRoute(
                Gov.path("Proposals"), LegacyProposalsRequest.self, LegacyProposalsResponse.self,
                rest: ["/cosmos/gov/v1beta1/proposals"]
            ) { (request, context) throws(Failure) in
                let filter = try ProposalFilter(
                    status: request.status, voter: request.voter, depositor: request.depositor)
                let page = try proposals(filter, request.pagination, &context)
                var response = LegacyProposalsResponse()
                response.proposals = page.0.map { LegacyProposal($0) }
                response.pagination = page.1
                return response
            },
            QueryRoute(
                Gov.path("TallyResult"), LegacyTallyResultRequest.self,
                LegacyTallyResultResponse.self,
                rest: ["/cosmos/gov/v1beta1/proposals/{proposal_id}/tally"]
            ) { (request, context) throws(Failure) in
                var response = LegacyTallyResultResponse()
                response.tally = LegacyTallyResult(
                    try tallyResult(request.proposalID, &context))
                return response
            },
        ]
    }

    private var legacyVoteQueries: [QueryRoute] {
        [
            QueryRoute(
                Gov.path("Vote"), LegacyVoteRequest.self, LegacyVoteResponse.self,
                rest: ["/cosmos/gov/v1beta1/proposals/{proposal_id}/votes/{voter}"]
            ) {
                (request, context) throws(Failure) in
                var response = LegacyVoteResponse()
                response.vote = try LegacyVote(
                    try vote(request.proposalID, request.voter, &context))
                return response
            },
            QueryRoute(
                Gov.path("Votes"), LegacyVotesRequest.self, LegacyVotesResponse.self,
                rest: ["/cosmos/gov/v1beta1/proposals/{proposal_id}/votes"]
            ) {
                (request, context) throws(Failure) in
                try Gov.checkArgument(request.proposalID)
                let page = try GovKeys.votes.page(
                    keyPrefix: request.proposalID.keyBytes, request.pagination, &context)
                var response = LegacyVotesResponse()
                response.votes = try page.entries.map { (entry) throws(Failure) in
                    try LegacyVote(entry.value)
                }
                response.pagination = page.response
                return response
            },
            QueryRoute(
                Gov.path("Deposit"), LegacyDepositRequest.self, LegacyDepositResponse.self,
                rest: ["/cosmos/gov/v1beta1/proposals/{proposal_id}/deposits/{depositor}"]
            ) { (request, context) throws(Failure) in
                var response = LegacyDepositResponse()
                response.deposit = LegacyDeposit(
                    try deposit(request.proposalID, request.depositor, &context))
                return response
            },
            QueryRoute(
                Gov.path("Deposits"), LegacyDepositsRequest.self, LegacyDepositsResponse.self,
                rest: ["/cosmos/gov/v1beta1/proposals/{proposal_id}/deposits"]
            ) { (request, context) throws(Failure) in
                try Gov.checkArgument(request.proposalID)
                let page = try GovKeys.deposits.page(
                    keyPrefix: request.proposalID.keyBytes, request.pagination, &context)
                var response = LegacyDepositsResponse()
                response.deposits = page.entries.map { LegacyDeposit($0.value) }
                response.pagination = page.response
                return response
            },
        ]
    }

    @Sendable private func legacyParameters(
        _ request: LegacyGovParametersRequest, _ context: inout Context
    ) throws(Failure) -> LegacyGovParametersResponse {
        let parameters = try parameters(&context)
        var response = LegacyGovParametersResponse()
        switch request.kind {
        case "deposit":
            response.deposit.minimumDeposit = parameters.minimumDeposit
            response.deposit.maximumDepositPeriod =
                parameters.maximumDepositPeriod ?? WireDuration()
        case "voting":
            response.voting.votingPeriod = parameters.votingPeriod ?? WireDuration()
        case "tallying":
            response.tally.quorum = try GovParameters.ratio(parameters.quorum, "quorum")
            response.tally.threshold = try GovParameters.ratio(
                parameters.threshold, "threshold")
            response.tally.vetoThreshold = try GovParameters.ratio(
                parameters.vetoThreshold, "veto threshold")
        default:
            throw .invalidArgument("\(request.kind.prefix(50)) is not a valid parameter type")
        }
        return response
    }
}
