// What clients ask about governance (`cosmos.gov.v1.Query`).

import Base
import Cryptography
import Ledger
import Wire

extension Gov {
    private static func path(_ method: String) -> String { "/cosmos.gov.v1.Query/\(method)" }

    var proposalQueries: [QueryRoute] {
        [
            QueryRoute(
                Gov.path("Proposal"), ProposalRequest.self, ProposalResponse.self,
                rest: ["/cosmos/gov/v1/proposals/{proposal_id}"]
            ) {
                (request, context) throws(Failure) in
                var response = ProposalResponse()
                response.proposal = try proposal(request.proposalID, &context)
                return response
            },
            QueryRoute(
                Gov.path("Proposals"), ProposalsRequest.self, ProposalsResponse.self,
                rest: ["/cosmos/gov/v1/proposals"]
            ) {
                (request, context) throws(Failure) in
                let filter = try ProposalFilter(
                    status: request.status, voter: request.voter, depositor: request.depositor)
                var response = ProposalsResponse()
                (response.proposals, response.pagination) = try proposals(
                    filter, request.pagination, &context)
                return response
            },
            QueryRoute(
                Gov.path("TallyResult"), TallyResultRequest.self, TallyResultResponse.self,
                rest: ["/cosmos/gov/v1/proposals/{proposal_id}/tally"]
            ) { (request, context) throws(Failure) in
                var response = TallyResultResponse()
                response.tally = try tallyResult(request.proposalID, &context)
                return response
            },
        ]
    }

    var voteQueries: [QueryRoute] {
        [
            QueryRoute(
                Gov.path("Vote"), VoteRequest.self, VoteResponse.self,
                rest: ["/cosmos/gov/v1/proposals/{proposal_id}/votes/{voter}"]
            ) {
                (request, context) throws(Failure) in
                var response = VoteResponse()
                response.vote = try vote(request.proposalID, request.voter, &context)
                return response
            },
            QueryRoute(
                Gov.path("Votes"), VotesRequest.self, VotesResponse.self,
                rest: ["/cosmos/gov/v1/proposals/{proposal_id}/votes"]
            ) {
                (request, context) throws(Failure) in
                try Gov.checkArgument(request.proposalID)
                let page = try GovKeys.votes.page(
                    keyPrefix: request.proposalID.keyBytes, request.pagination, &context)
                var response = VotesResponse()
                response.votes = page.entries.map(\.value)
                response.pagination = page.response
                return response
            },
            QueryRoute(
                Gov.path("Deposit"), DepositRequest.self, DepositResponse.self,
                rest: ["/cosmos/gov/v1/proposals/{proposal_id}/deposits/{depositor}"]
            ) {
                (request, context) throws(Failure) in
                var response = DepositResponse()
                response.deposit = try deposit(
                    request.proposalID, request.depositor, &context)
                return response
            },
            QueryRoute(
                Gov.path("Deposits"), DepositsRequest.self, DepositsResponse.self,
                rest: ["/cosmos/gov/v1/proposals/{proposal_id}/deposits"]
            ) {
                (request, context) throws(Failure) in
                try Gov.checkArgument(request.proposalID)
                let page = try GovKeys.deposits.page(
                    keyPrefix: request.proposalID.keyBytes, request.pagination, &context)
                var response = DepositsResponse()
                response.deposits = page.entries.map(\.value)
                response.pagination = page.response
                return response
            },
        ]
    }

    var settingQueries: [QueryRoute] {
        [
            QueryRoute(
                Gov.path("Params"), GovParametersRequest.self, GovParametersResponse.self,
                rest: ["/cosmos/gov/v1/params/{params_type}"]
            ) {
                (request, context) throws(Failure) in
                let parameters = try parameters(&context)
                var response = GovParametersResponse()
                response.parameters = parameters
                switch request.kind {
                case "": break
                case "deposit":
                    var part = DepositParameters()
                    part.minimumDeposit = parameters.minimumDeposit
                    part.maximumDepositPeriod = parameters.maximumDepositPeriod
                    response.deposit = part
                case "voting":
                    var part = VotingParameters()
                    part.votingPeriod = parameters.votingPeriod
                    response.voting = part
                case "tallying":
                    var part = TallyParameters()
                    part.quorum = parameters.quorum
                    part.threshold = parameters.threshold
                    part.vetoThreshold = parameters.vetoThreshold
                    response.tally = part
                default:
                    throw .invalidArgument("unknown params type: \(request.kind.prefix(50))")
                }
                return response
            },
            QueryRoute(
                Gov.path("Constitution"), ConstitutionRequest.self, ConstitutionResponse.self,
                rest: ["/cosmos/gov/v1/constitution"]
            ) { (_, context) throws(Failure) in
                var response = ConstitutionResponse()
                response.constitution = try GovKeys.constitution.get(&context)?.value ?? ""
                return response
            },
        ]
    }

    // MARK: Answers, for both forms

    static func checkArgument(_ id: UInt64) throws(Failure) {
        guard id > 0 else { throw .invalidArgument("proposal id can not be 0") }
    }

    func proposal(_ id: UInt64, _ context: inout Context) throws(Failure) -> Proposal {
        try Gov.checkArgument(id)
        guard let proposal = try GovKeys.proposals.get(id.keyBytes, &context) else {
            throw .notFound("proposal \(id) doesn't exist")
        }
        return proposal
    }

    func vote(
        _ id: UInt64, _ voter: String, _ context: inout Context
    ) throws(Failure) -> Vote {
        try Gov.checkArgument(id)
        let address = try Address.parseArgument(voter)
        guard let vote = try GovKeys.votes.get(GovKeys.pair(id, address), &context) else {
            throw .invalidArgument("voter: \(address) not found for proposal: \(id)")
        }
        return vote
    }

    func deposit(
        _ id: UInt64, _ depositor: String, _ context: inout Context
    ) throws(Failure) -> Deposit {
        try Gov.checkArgument(id)
        let address = try Address.parseArgument(depositor)
        guard let deposit = try GovKeys.deposits.get(GovKeys.pair(id, address), &context) else {
            throw .notFound("depositor: \(address) not found for proposal: \(id)")
        }
        return deposit
    }

    /// The count so far while the vote lasts, the final one afterwards.
    func tallyResult(_ id: UInt64, _ context: inout Context) throws(Failure) -> TallyResult {
        let proposal = try proposal(id, &context)
        guard proposal.status == .votingPeriod else {
            return proposal.finalTallyResult ?? TallyResult()
        }
        return try tally(proposal, &context).result
    }
}
