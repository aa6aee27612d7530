// What users do with one another's consent: propose, deposit and vote; let others act for them, and
// pay others' fees.

import AuthzModule
import Base
import ConsensusModule
import Cryptography
import DistributionModule
import FeegrantModule
import GovModule
import Ledger
import TestSupport
import Wire

extension Workload {
    mutating func govern(_ sender: Int) -> any WireMessage {
        let user = signatories[sender].text
        // Few proposals, so that their numbers can be guessed.
        let number = UInt64(generator.int(in: 1...8))
        switch generator.int(in: 0..<9) {
        case 0..<2: return proposal(user)
        case 2: return MsgDeposit(number, depositor: user, [deposit()])
        case 3:
            var (yes, abstain) = (WeightedVoteOption(), WeightedVoteOption())
            (yes.option, yes.weight) = (.yes, "0.700000000000000000")
            (abstain.option, abstain.weight) = (.abstain, "0.300000000000000000")
            return MsgVoteWeighted(number, voter: user, [yes, abstain])
        case 4: return MsgCancelProposal(number, proposer: user)
        default:
            let options: [VoteOption] = [.yes, .yes, .yes, .no, .abstain, .noWithVeto]
            return MsgVote(number, voter: user, generator.element(of: options))
        }
    }

    private mutating func deposit() -> Coin {
        Coin(Amount(UInt128(generator.int(in: 1...2_000_000))), "ucgpt")
    }

    private mutating func proposal(_ user: String) -> any WireMessage {
        var message = MsgSubmitProposal()
        message.proposer = user
        message.initialDeposit = [Coin(Amount(1_000_000), "ucgpt")]
        (message.title, message.summary) = ("title", "summary")
        message.isExpedited = generator.isOne(in: 4)
        let governance = Address.governance.bech32(prefix: "aivm")
        switch generator.int(in: 0..<3) {
        case 0:
            var change = MsgUpdateConsensusParameters()
            change.authority = governance
            change.block = BlockLimits()
            change.block?.maximumBytes = Int64(generator.element(of: [-1, 500_000, 22_020_096]))
            change.block?.maximumGas = Int64(generator.element(of: [-1, 30_000_000]))
            message.messages = [AnyMessage(change)]
        case 1:
            var spend = MsgCommunityPoolSpend()
            spend.authority = governance
            spend.recipient = generator.element(of: signatories).text
            spend.amount = [Coin(Amount(UInt128(generator.int(in: 1...50_000))), "ucgpt")]
            message.messages = [AnyMessage(spend)]
        default: break
        }
        return message
    }

    mutating func consent(_ sender: Int) -> any WireMessage {
        let user = signatories[sender].text
        let other = generator.element(of: signatories).text
        switch generator.int(in: 0..<7) {
        case 0:
            let limit = [Coin(Amount(UInt128(generator.int(in: 1...500_000))), "ucgpt")]
            return MsgGrant(
                granter: user, grantee: other,
                Grant(SendAuthorization(spendLimit: limit), expiration: moment()))
        case 1:
            return MsgGrant(
                granter: user, grantee: other,
                Grant(GenericAuthorization("/cosmos.bank.v1beta1.MsgSend"), expiration: moment()))
        case 2: return MsgRevoke(granter: user, grantee: other, "/cosmos.bank.v1beta1.MsgSend")
        case 3: return MsgRevokeAllowance(granter: user, grantee: other)
        case 4:
            let limit = [Coin(Amount(UInt128(generator.int(in: 1...50_000))), "ucgpt")]
            return MsgGrantAllowance(
                granter: user, grantee: other,
                BasicAllowance(spendLimit: limit, expiration: moment()))
        default:
            // In the name of another, who may not have agreed.
            let index = generator.int(in: 0..<signatories.count)
            return MsgExec(grantee: user, [AnyMessage(erasing: send(index))])
        }
    }

    /// A time within the simulation, in the past as often as not, or none.
    private mutating func moment() -> Timestamp? {
        guard generator.isOne(in: 2) else { return nil }
        return Timestamp(seconds: 1_700_000_000 + Int64(generator.int(in: 0...1_500)))
    }
}

extension AnyMessage {
    fileprivate init(erasing message: any WireMessage) { self.init(message) }
}
