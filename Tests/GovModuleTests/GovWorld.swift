import Base
import Cryptography
import GovModule
import Ledger
import TestSupport
import Testing
import Wire

/// Balances in the store `bank`, the least that deposits need.
struct PlainBank: SupplyChanging {
    private static let balances = StateMap<StoredText>("bank", prefix: 0)

    private func key(_ address: Address, _ denom: String) -> Bytes {
        address.keyBytes + Bytes(denom.utf8)
    }
    func balance(
        of address: Address, denom: String, _ context: inout Context
    ) throws(Failure) -> Amount {
        Amount(try PlainBank.balances.get(key(address, denom), &context)?.value ?? "0") ?? .zero
    }
    private func set(
        _ address: Address, _ denom: String, _ amount: Amount, _ context: inout Context
    ) throws(Failure) {
        try PlainBank.balances.set(
            key(address, denom), StoredText(amount.description), &context)
    }
    func supply(of denom: String, _ context: inout Context) throws(Failure) -> Amount {
        var sum = Amount.zero
        try PlainBank.balances.forEach(&context) { (key, value) throws(Failure) in
            if key.suffix(denom.utf8.count) == Bytes(denom.utf8)[...] {
                sum = try sum.adding(Amount(value.value) ?? .zero)
            }
        }
        return sum
    }
    func move(
        _ coins: [Coin], from sender: Address, to recipient: Address, _ context: inout Context
    ) throws(Failure) {
        try burn(coins, from: sender, &context)
        try mint(coins, to: recipient, &context)
    }
    func mint(_ coins: [Coin], to address: Address, _ context: inout Context) throws(Failure) {
        for coin in coins {
            let balance = try balance(of: address, denom: coin.denom, &context)
            try set(address, coin.denom, try balance.adding(try coin.value()), &context)
        }
    }
    func burn(_ coins: [Coin], from address: Address, _ context: inout Context) throws(Failure) {
        for coin in coins {
            let balance = try balance(of: address, denom: coin.denom, &context)
            guard let rest = balance.subtracting(try coin.value()) else {
                throw .sdk(.insufficientFunds, "\(balance)\(coin.denom)")
            }
            try set(address, coin.denom, rest, &context)
        }
    }
}

/// Stake that tests write down: validators with tokens and shares, delegations by delegator.
struct WrittenStake: BondedValidatorReading, DelegationReading {
    var validators: [(name: String, tokens: UInt64, shares: UInt64)] = []
    var delegations: [(delegator: String, validator: String, shares: UInt64)] = []
    /// Whether delegations cannot be read.
    var isBroken = false

    func bondedValidators(_ context: inout Context) throws(Failure) -> [ValidatorView] {
        validators.map { entry in
            ValidatorView(
                operatorAddress: .module(entry.name), consensusAddress: .module(entry.name),
                tokens: Amount(UInt128(entry.tokens)), shares: Decimal(entry.shares),
                status: .bonded, isJailed: false, commissionRate: .zero,
                minimumSelfDelegation: .zero)
        }.sorted { $0.operatorAddress < $1.operatorAddress }
    }
    func totalBondedTokens(_ context: inout Context) throws(Failure) -> Amount {
        Amount(UInt128(validators.reduce(0) { $0 + $1.tokens }))
    }
    func forEachDelegation(
        of delegator: Address, _ context: inout Context,
        _ body: (Address, Decimal) throws(Failure) -> Void
    ) throws(Failure) {
        guard !isBroken else { throw .sdk(.logic, "no stake") }
        for entry in delegations where Address.module(entry.delegator) == delegator {
            try body(.module(entry.validator), Decimal(entry.shares))
        }
    }
}

/// Counts what it is given.
struct CountingPool: CommunityPoolFunding {
    let bank = PlainBank()
    func fundCommunityPool(
        _ coins: [Coin], from sender: Address, _ context: inout Context
    ) throws(Failure) {
        try bank.move(coins, from: sender, to: .module("distribution"), &context)
        context.emit("funded", ["amount": coins.coinsText])
    }
}

/// A message that writes its name, or fails when it is called so.
struct Note: WireMessage {
    var signer = ""
    var name = ""
    var time: Timestamp?
    static let wireName = "test.Note"
    static let wireFields: WireFields<Note> = [
        .string(1, "signer", \.signer), .string(2, "name", \.name), .message(3, "time", \.time),
    ]
    init() {}
    init(_ name: String, signer: Address = .governance) {
        self.signer = signer.description
        self.name = name
    }
}

/// Runs notes and the messages of governance.
struct NoteRouter: MessageRunning {
    static let notes = StateMap<StoredNumber>("notes", prefix: 0)

    var registry: WireRegistry {
        WireRegistry([Note.self, MsgExecLegacyContent.self, TextProposal.self])
    }
    private func route(_ typeURL: String) -> MessageRoute? {
        let gov = Gov(
            bank: PlainBank(), stake: WrittenStake(), pool: CountingPool(),
            poolAddress: .module("distribution"), router: self)
        return gov.messages.first { $0.typeURL == typeURL }
    }
    func runs(_ typeURL: String) -> Bool { typeURL == Note.typeURL || route(typeURL) != nil }
    func check(_ message: AnyMessage) throws(Failure) { _ = try signers(of: message) }
    func signers(of message: AnyMessage) throws(Failure) -> [Address] {
        if let route = route(message.typeURL) { return try route.check(message) }
        guard let note = try? Note(decoding: message.value, rules: .tolerant) else {
            throw .sdk(.transactionParse, message.typeURL)
        }
        return [try Address.parse(note.signer)]
    }
    func run(_ message: AnyMessage, _ context: inout Context) throws(Failure) -> AnyMessage {
        if let route = route(message.typeURL) { return try route.run(message, &context) }
        guard let note = try? Note(decoding: message.value) else {
            throw .sdk(.transactionParse, "note")
        }
        guard note.name != "fails" else { throw .sdk(.insufficientFunds, "the note fails") }
        try NoteRouter.notes.set(Bytes(note.name.utf8), StoredNumber(1), &context)
        context.emit("noted", ["name": note.name])
        return AnyMessage(StoredNumber(1))
    }
}

/// Governance with its surroundings. Everybody has 100 million of `ucgpt` and of `uother`.
struct GovWorld {
    var stake = WrittenStake(
        validators: [("val1", 60, 60), ("val2", 40, 40)],
        delegations: [
            ("val1", "val1", 10), ("alice", "val1", 30), ("bob", "val1", 20),
            ("val2", "val2", 40),
        ])
    var context: Context
    let bank = PlainBank()

    var gov: Gov {
        Gov(
            bank: bank, stake: stake, pool: CountingPool(), poolAddress: .module("distribution"),
            router: NoteRouter())
    }

    init(_ change: (inout GovParameters) -> Void = { _ in }) throws {
        context = GovWorld.context(at: 1000)
        var parameters = GovParameters.standard
        parameters.maximumDepositPeriod = WireDuration(seconds: 100)
        parameters.votingPeriod = WireDuration(seconds: 200)
        parameters.expeditedVotingPeriod = WireDuration(seconds: 50)
        parameters.minimumDeposit = [Coin(Amount(1000), "ucgpt")]
        parameters.expeditedMinimumDeposit = [Coin(Amount(5000), "ucgpt")]
        change(&parameters)
        var genesis = GovGenesis()
        genesis.parameters = parameters
        try gov.initialize(genesis: try genesis.json(), &context)
        for name in ["alice", "bob", "carol", "val1", "val2"] {
            for denom in ["ucgpt", "uother"] {
                try bank.mint(
                    [Coin(Amount(100_000_000), denom)], to: .module(name), &context)
            }
        }
    }

    static func context(at seconds: Int64) -> Context {
        Context(
            state: State(over: SortedStore()), gasLimit: nil,
            block: BlockInfo(
                chainID: "aivm-1", height: seconds, time: Timestamp(seconds: seconds)),
            mode: .finalize)
    }

    /// Goes on in a block at `seconds`, whose end runs.
    mutating func endBlock(at seconds: Int64) throws {
        var later = GovWorld.context(at: seconds)
        later.state = context.state
        context = later
        _ = try gov.endBlock(&context)
        try checkInvariants()
    }

    func checkInvariants() throws {
        var copy = context
        for invariant in gov.invariants { try invariant.check(&copy) }
    }

    @discardableResult
    mutating func run(_ message: some WireMessage) throws -> AnyMessage {
        let any = AnyMessage(message)
        let route = try #require(gov.messages.first { $0.typeURL == any.typeURL })
        _ = try route.check(any)
        return try context.transaction { (context) throws(Failure) in
            try route.run(any, &context)
        }
    }

    /// A proposal of `messages` by alice.
    func proposal(
        _ messages: [AnyMessage] = [AnyMessage(Note("one"))], deposit: String = "1000ucgpt",
        isExpedited: Bool = false
    ) throws -> MsgSubmitProposal {
        var message = MsgSubmitProposal()
        message.messages = messages
        message.initialDeposit = try coins(deposit)
        message.proposer = Address.module("alice").description
        message.title = "Title"
        message.summary = "Summary"
        message.isExpedited = isExpedited
        return message
    }

    mutating func submit(_ message: MsgSubmitProposal) throws -> UInt64 {
        let response = try run(message).unpack(MsgSubmitProposalResponse.self)
        return try #require(response).proposalID
    }

    mutating func vote(_ id: UInt64, _ name: String, _ option: VoteOption) throws {
        try run(MsgVote(id, voter: Address.module(name).description, option))
    }

    func query<Response: WireMessage>(
        _ method: String, _ request: some WireMessage, _ type: Response.Type, form: String = "v1"
    ) throws -> Response {
        let path = "/cosmos.gov.\(form).Query/\(method)"
        let route = try #require(gov.queries.first { $0.path == path })
        var copy = context
        return try Response(decoding: try route.answer(request.encoded(), &copy))
    }

    func stored(_ id: UInt64) throws -> Proposal {
        let answer = try query("Proposal", ProposalRequest(id), ProposalResponse.self)
        return try #require(answer.proposal)
    }

    func balance(_ name: String, _ denom: String = "ucgpt") throws -> UInt128 {
        var copy = context
        return try bank.balance(of: .module(name), denom: denom, &copy).units
    }

    func hasNote(_ name: String) throws -> Bool {
        var copy = context
        return try NoteRouter.notes.contains(Bytes(name.utf8), &copy)
    }
}

func coins(_ text: String) throws -> [Coin] {
    try text.split(separator: ",").map { try #require(Coin(text: String($0))) }
}

/// The code of the rejection that `body` ends with, such as `sdk/5`; `nil` when it succeeds.
func code(_ body: () throws -> Void) throws -> String? {
    do { try body() } catch let failure as Failure {
        guard case .rejected(let rejection) = failure else { throw failure }
        return "\(rejection.codespace)/\(rejection.code)"
    }
    return nil
}
