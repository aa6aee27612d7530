// Proposals and vote extensions: questions about a block that is not decided. Whatever they do to
// the application is thrown away with the copy that answers them.

import Base
import Ledger
import Synchronization
import Wire

extension ApplicationSession {
    /// Answers a question about a proposal or a vote; `false` when it is none.
    func answerAboutProposals(
        _ request: ABCIRequest, _ response: inout ABCIResponse
    ) throws(Failure) -> Bool {
        if let request = request.prepareProposal {
            response.prepareProposal = try prepare(request)
        } else if let request = request.processProposal {
            response.processProposal = try process(request)
        } else if let request = request.extendVote {
            response.extendVote = try extend(request)
        } else if let request = request.verifyVoteExtension {
            response.verifyVoteExtension = try verify(request)
        } else {
            return false
        }
        return true
    }

    /// Calls `body` with a copy of what executes blocks, and the chain id.
    private func asking<Value>(
        _ body: (inout any Application, String) throws(StorageFailure) -> Value
    ) throws(Failure) -> Value {
        var (application, chainID) = execution.withLock { ($0.application, $0.chainID) }
        return try Failure.reading { () throws(StorageFailure) in
            try body(&application, chainID)
        }
    }

    private func prepare(
        _ request: PrepareProposalRequest
    ) throws(Failure) -> PrepareProposalResponse {
        var answer = PrepareProposalResponse()
        answer.transactions = try asking { (application, chainID) throws(StorageFailure) in
            try application.prepareProposal(
                request.transactions, maximumBytes: request.maximumBytes,
                block: BlockInfo(request, chainID: chainID))
        }
        return answer
    }

    private func process(
        _ request: ProcessProposalRequest
    ) throws(Failure) -> ProcessProposalResponse {
        let isAccepted = try asking { (application, chainID) throws(StorageFailure) in
            try application.processProposal(
                request.transactions, block: BlockInfo(request, chainID: chainID))
        }
        var answer = ProcessProposalResponse()
        answer.status = isAccepted ? .accept : .reject
        return answer
    }

    private func extend(_ request: ExtendVoteRequest) throws(Failure) -> ExtendVoteResponse {
        var answer = ExtendVoteResponse()
        answer.voteExtension = try asking { (application, chainID) throws(StorageFailure) in
            try application.extendVote(
                request.transactions, block: BlockInfo(request, chainID: chainID))
        }
        return answer
    }

    private func verify(
        _ request: VerifyVoteExtensionRequest
    ) throws(Failure) -> VerifyVoteExtensionResponse {
        let isAccepted = try asking { (application, _) throws(StorageFailure) in
            try application.verifyVoteExtension(
                request.voteExtension, height: request.height,
                validator: request.validatorAddress)
        }
        var answer = VerifyVoteExtensionResponse()
        answer.status = isAccepted ? .accept : .reject
        return answer
    }
}
