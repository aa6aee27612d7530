// The older messages: each is turned into the newer one, and does what that does.

import Cryptography
import Ledger

extension Gov {
    var legacyMessages: [MessageRoute] {
        [
            MessageRoute(
                LegacyMsgSubmitProposal.self, LegacyMsgSubmitProposalResponse.self,
                signers: { [$0.proposer] },
                validate: { (message) throws(Failure) in
                    _ = try Address.parse(message.proposer)
                    try Gov.check(try message.current())
                },
                handle: { (message, context) throws(Failure) in
                    var response = LegacyMsgSubmitProposalResponse()
                    response.proposalID = try submit(try message.current(), &context).proposalID
                    return response
                }),
            MessageRoute(
                LegacyMsgVote.self, LegacyMsgVoteResponse.self, signers: { [$0.voter] },
                validate: { (message) throws(Failure) in try Gov.check(message.current()) },
                handle: { (message, context) throws(Failure) in
                    _ = try vote(message.current(), &context)
                    return LegacyMsgVoteResponse()
                }),
            MessageRoute(
                LegacyMsgVoteWeighted.self, LegacyMsgVoteWeightedResponse.self,
                signers: { [$0.voter] },
                validate: { (message) throws(Failure) in try Gov.check(message.current()) },
                handle: { (message, context) throws(Failure) in
                    _ = try voteWeighted(message.current(), &context)
                    return LegacyMsgVoteWeightedResponse()
                }),
            MessageRoute(
                LegacyMsgDeposit.self, LegacyMsgDepositResponse.self,
                signers: { [$0.depositor] },
                validate: { (message) throws(Failure) in try Gov.check(message.current()) },
                handle: { (message, context) throws(Failure) in
                    _ = try deposit(message.current(), &context)
                    return LegacyMsgDepositResponse()
                }),
        ]
    }
}
