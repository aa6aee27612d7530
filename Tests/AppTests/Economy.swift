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

/// A chain with validators that have stake, driven block by block with votes of its own choice.
struct Economy {
    let store = SharedStore()
    var application: AIVMApplication
    var height: Int64 = 0
    var time = Timestamp(seconds: 1_700_000_000)
    /// Operators, who are also rich accounts; operator i signs for validator i.
    var people: [Signer]
    let keys: [Ed25519.PrivateKey]
    /// The set as an engine follows it: in force for the next block, and for the one after.
    var current: [ValidatorUpdate]
    var next: [ValidatorUpdate]
    /// Validators that send no vote, by position in `keys`.
    var absent: Set<Int> = []
    var offences: [Offence] = []

    /// Makes a chain of `count` validators with 100, 90, 80 ... CGPT of their own stake.
    init(_ count: Int, genesis change: (inout JSONValue) -> Void = { _ in }) throws {
        keys = try (0..<count + 2).map { index in
            try #require(
                Ed25519.PrivateKey(seed: SHA256.hash(Bytes("validator \(index)".utf8)).bytes))
        }
        people = try (0..<count + 3).map { try Signer("operator \($0)", number: UInt64($0)) }
        application = try AIVMApplication(reading: store)
        var state = try JSONValue(parsing: Economy.genesis(people, keys, count))
        change(&state)
        let result = try application.initializeChain(
            ChainInitialization(
                chainID: "aivm-1", time: time, initialHeight: 1, validators: [],
                parameters: ConsensusParameterSet(BlockParameters()), appState: state))
        current = result.validators
        next = result.validators
    }

    private static func genesis(
        _ people: [Signer], _ keys: [Ed25519.PrivateKey], _ count: Int
    ) throws -> String {
        var validators: [String] = []
        var delegations: [String] = []
        var bonded = 0
        for index in 0..<count {
            let stake = (100 - 10 * index) * 1_000_000
            bonded += stake
            let name = people[index].address.operatorText
            let shares = "\(stake).000000000000000000"
            validators.append(
                """
                {"operator_address": "\(name)", "status": "BOND_STATUS_BONDED",
                 "consensus_pubkey": {"@type": "/cosmos.crypto.ed25519.PubKey",
                   "key": "\(keys[index].publicKey.bytes.base64)"},
                 "tokens": "\(stake)", "delegator_shares": "\(shares)",
                 "description": {"moniker": "v\(index)"}, "min_self_delegation": "1",
                 "commission": {"commission_rates": {"rate": "0.100000000000000000",
                   "max_rate": "0.200000000000000000",
                   "max_change_rate": "0.010000000000000000"},
                   "update_time": "2023-01-01T00:00:00Z"}}
                """)
            delegations.append(
                """
                {"delegator_address": "\(people[index].address)",
                 "validator_address": "\(name)", "shares": "\(shares)"}
                """)
        }
        let accounts = people.enumerated().map { index, person in
            """
            {"@type": "/cosmos.auth.v1beta1.BaseAccount", "address": "\(person.address)",
             "account_number": "\(index)"}
            """
        }
        var balances = people.map {
            """
            {"address": "\($0.address)", "coins": [{"denom": "ucgpt", "amount": "1000000000"}]}
            """
        }
        balances.append(
            """
            {"address": "\(Staking.bondedPool)",
             "coins": [{"denom": "ucgpt", "amount": "\(bonded)"}]}
            """)
        return """
            {"auth": {"accounts": [\(accounts.joined(separator: ","))]},
             "bank": {"balances": [\(balances.joined(separator: ","))]},
             "staking": {"validators": [\(validators.joined(separator: ","))],
               "delegations": [\(delegations.joined(separator: ","))]},
             "slashing": {"params": {"signed_blocks_window": "10",
               "min_signed_per_window": "0.500000000000000000",
               "downtime_jail_duration": "60s",
               "slash_fraction_double_sign": "0.050000000000000000",
               "slash_fraction_downtime": "0.010000000000000000"}}}
            """
    }

    func operatorText(_ index: Int) -> String { people[index].address.operatorText }
    func account(_ index: Int) -> String { people[index].address.description }
    func consensusAddress(_ index: Int) -> Address { .consensus(keys[index].publicKey) }

    /// The block that comes next, with the votes of the set that decided the one before.
    private func block() -> BlockInfo {
        let votes = current.map { update in
            let index = keys.firstIndex { $0.publicKey.bytes == update.publicKey }
            return CommitVote(
                address: index.map { consensusAddress($0).bytes } ?? [], power: update.power,
                flag: index.map { absent.contains($0) } ?? false ? .absent : .commit)
        }
        return BlockInfo(
            chainID: "aivm-1", height: height, time: time,
            lastCommit: height == 1 ? [] : votes, offences: offences)
    }

    /// Executes a block `seconds` after the last, makes it durable, follows the set, and checks all
    /// invariants.
    @discardableResult
    mutating func deliver(_ transactions: [Bytes] = [], after seconds: Int64 = 5) throws
        -> BlockResult
    {
        height += 1
        time.seconds += seconds
        let result = try application.finalizeBlock(transactions, block: block())
        offences = []
        store.apply(try application.commitWrites())
        application.didCommit()
        current = next
        for update in result.validatorUpdates {
            let old = next.firstIndex { $0.publicKey == update.publicKey }
            if let old { next.remove(at: old) } else { try #require(update.power > 0) }
            if update.power > 0 { next.append(update) }
        }
        try #require(!next.isEmpty)
        try application.checkInvariants()
        return result
    }

    /// Signs and runs one message of person `index`.
    @discardableResult
    mutating func run(_ message: some WireMessage, by index: Int, after seconds: Int64 = 5) throws
        -> TransactionResult
    {
        var draft = Draft(message)
        draft.fee = Fee([Coin(Amount(5000), "ucgpt")], gasLimit: 2_000_000)
        let transaction = draft.signed(by: people[index])
        let result = try #require(
            try deliver([transaction.encoded()], after: seconds).results.first)
        people[index].sequence += 1
        return result
    }

    /// Runs one message of person `index`, which must succeed.
    mutating func mustRun(_ message: some WireMessage, by index: Int, after seconds: Int64 = 5)
        throws
    {
        let result = try run(message, by: index, after: seconds)
        #expect(result.code == 0, "\(result.codespace)/\(result.code) \(result.log)")
    }

    func query<Request: WireMessage, Response: WireMessage>(
        _ path: String, _ request: Request, _ response: Response.Type
    ) throws -> Response {
        let answer = try application.query(StateQuery(path: path, data: request.encoded()))
        try #require(answer.code == 0, "\(answer.log)")
        return try Response(decoding: answer.value)
    }

    func validator(_ index: Int) throws -> Validator {
        var request = ValidatorRequest()
        request.validatorAddress = operatorText(index)
        return try query(
            "/cosmos.staking.v1beta1.Query/Validator", request, ValidatorResponse.self
        ).validator
    }

    func rewards(of person: Int, with validator: Int) throws -> [DecimalCoin] {
        var request = DelegationRewardsRequest()
        request.delegatorAddress = account(person)
        request.validatorAddress = operatorText(validator)
        return try query(
            "/cosmos.distribution.v1beta1.Query/DelegationRewards", request,
            DelegationRewardsResponse.self
        ).rewards
    }

    func power(_ index: Int) -> Int64 {
        next.first { $0.publicKey == keys[index].publicKey.bytes }?.power ?? 0
    }

    func stake(_ units: UInt128) -> Coin { Coin(Amount(units), "ucgpt") }
}
