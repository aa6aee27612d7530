// What users do with stake: delegate, take back, move, change their minds, claim rewards, found a
// validator, come out of jail. Much of it is refused, which is meant.

import Base
import DistributionModule
import Ledger
import SlashingModule
import StakingModule
import TestSupport
import Wire

extension Workload {
    mutating func stake(_ sender: Int) -> any WireMessage {
        let user = signatories[sender].text
        let validator = someValidator()
        switch generator.int(in: 0..<9) {
        case 0..<3: return MsgDelegate(user, validator, amount(upTo: 3_000_000))
        case 3: return MsgUndelegate(user, validator, amount(upTo: 2_000_000))
        case 4:
            return MsgBeginRedelegate(
                user, from: validator, to: someValidator(), amount(upTo: 2_000_000))
        case 5:
            var message = MsgCancelUnbondingDelegation()
            (message.delegatorAddress, message.validatorAddress) = (user, validator)
            message.amount = amount(upTo: 500_000)
            message.creationHeight = Int64(generator.int(in: 1...1_200))
            return message
        case 6: return reward(sender, validator)
        case 7:
            var message = MsgUnjail()
            message.validatorAddress = signatories[sender].address.operatorText
            return message
        default: return found(sender)
        }
    }

    private mutating func someValidator() -> String {
        signatories[generator.int(in: 0..<min(6, signatories.count))].address.operatorText
    }

    private mutating func amount(upTo most: Int) -> Coin {
        Coin(Amount(UInt128(generator.int(in: 1...most))), "ucgpt")
    }

    private mutating func reward(_ sender: Int, _ validator: String) -> any WireMessage {
        switch generator.int(in: 0..<4) {
        case 0:
            var message = MsgWithdrawValidatorCommission()
            message.validatorAddress = signatories[sender].address.operatorText
            return message
        case 1:
            var message = MsgSetWithdrawAddress()
            message.delegatorAddress = signatories[sender].text
            message.withdrawAddress = generator.element(of: signatories).text
            return message
        default:
            var message = MsgWithdrawDelegatorReward()
            message.delegatorAddress = signatories[sender].text
            message.validatorAddress = validator
            return message
        }
    }

    private mutating func found(_ sender: Int) -> any WireMessage {
        var message = MsgCreateValidator()
        message.description.moniker = "user \(sender)"
        message.minimumSelfDelegation = Amount(1)
        message.delegatorAddress = signatories[sender].text
        message.validatorAddress = signatories[sender].address.operatorText
        message.publicKey = AnyMessage(Ed25519KeyMessage(consensusKey(of: sender)))
        message.value = amount(upTo: 9_000_000)
        return message
    }
}
