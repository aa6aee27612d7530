import App
import Base
import Cryptography
import DistributionModule
import Ledger
import SlashingModule
import StakingModule
import TestSupport
import Testing
import Wire

/// Random deeds in an economy, from a seed.
struct SeededEconomy {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    /// One block with up to three transactions of different people; some are refused, as they
    /// should be. Votes go missing, and now and then a validator signs twice.
    mutating func step(_ chain: inout Economy) throws {
        chain.absent = below(4) == 0 ? [below(4)] : chain.absent
        if below(12) == 0 { chain.absent = [] }
        if below(25) == 0 {
            let index = 1 + below(3)
            chain.offences = [
                Offence(
                    kind: .duplicateVote, address: chain.consensusAddress(index).bytes,
                    power: max(1, chain.power(index)), height: max(1, chain.height - 2),
                    time: chain.time, totalPower: 300)
            ]
        }
        var transactions: [Bytes] = []
        for person in Set((0..<3).map { _ in below(chain.people.count) }).sorted() {
            var draft = Draft(message(chain, person))
            draft.fee = Fee([Coin(Amount(5000), "ucgpt")], gasLimit: 2_000_000)
            transactions.append(draft.signed(by: chain.people[person]).encoded())
            chain.people[person].sequence += 1
        }
        let seconds = below(20) == 0 ? Int64(22 * 24 * 3600) : 5
        let result = try chain.deliver(transactions, after: seconds)
        for one in result.results {
            #expect(
                one.codespace != "undefined" && !one.log.contains("internal logic"), "\(one.log)")
        }
    }

    private mutating func message(_ chain: Economy, _ person: Int) -> any WireMessage {
        let amount = chain.stake(UInt128(1 + below(30_000_000)))
        let validator = chain.operatorText(below(4))
        switch below(6) {
        case 0, 1: return MsgDelegate(chain.account(person), validator, amount)
        case 2: return MsgUndelegate(chain.account(person), validator, amount)
        case 3:
            return MsgBeginRedelegate(
                chain.account(person), from: validator, to: chain.operatorText(below(4)), amount)
        case 4:
            var message = MsgUnjail()
            message.validatorAddress = chain.operatorText(person % 4)
            return person < 4 ? message : MsgDelegate(chain.account(person), validator, amount)
        default:
            var message = MsgWithdrawDelegatorReward()
            message.delegatorAddress = chain.account(person)
            message.validatorAddress = validator
            return message
        }
    }
}

extension Economy {
    /// A chain that starts from the exported state of another.
    init(exported: JSONValue, like other: Economy) throws {
        people = other.people
        keys = other.keys
        time = other.time
        application = try AIVMApplication(reading: store)
        let result = try application.initializeChain(
            ChainInitialization(
                chainID: "aivm-1", time: time, initialHeight: other.height + 1, validators: [],
                parameters: ConsensusParameterSet(BlockParameters()), appState: exported))
        current = result.validators
        next = result.validators
        height = other.height
    }
}
