// What an allowance allows. A value: `use` takes a fee off it, and the caller stores what is left.
// Source: cosmos-sdk, x/feegrant (basic_fee.go, periodic_fee.go, filtered_fee.go).

import Ledger
import Wire

/// An allowance of one of the three kinds.
struct Allowance: Equatable {
    /// The part that counts coins.
    var limit: Limit
    /// Type URLs of the messages it is for; `nil` means all.
    var allowedMessages: [String]?

    /// How coins are counted.
    enum Limit: Equatable {
        case basic(BasicAllowance)
        case periodic(PeriodicAllowance)
    }

    /// Gas of looking at one message type.
    private static let gasPerMessage: UInt64 = 10

    /// Decodes and checks an allowance; the bytes are hostile.
    init(_ packed: AnyMessage?) throws(Failure) {
        guard let packed else { throw .feegrant(.noAllowance, "allowance should not be empty") }
        guard packed.typeURL == AllowedMsgAllowance.typeURL else {
            limit = try Limit(packed)
            return
        }
        let filtered: AllowedMsgAllowance = try decode(packed)
        guard let inner = filtered.allowance else {
            throw .feegrant(.noAllowance, "allowance should not be empty")
        }
        guard !filtered.allowedMessages.isEmpty else {
            throw .feegrant(.noMessages, "allowed messages shouldn't be empty")
        }
        limit = try Limit(inner)
        allowedMessages = filtered.allowedMessages
    }

    /// The wire form.
    var packed: AnyMessage {
        guard let allowedMessages else { return limit.packed }
        var filtered = AllowedMsgAllowance()
        filtered.allowance = limit.packed
        filtered.allowedMessages = allowedMessages
        return AnyMessage(filtered)
    }

    /// The last moment of use, or `nil`.
    var end: Timestamp? {
        switch limit {
        case .basic(let basic): basic.expiration
        case .periodic(let periodic): periodic.basic.expiration
        }
    }

    /// Begins the first period at `time`.
    mutating func begin(at time: Timestamp) {
        guard case .periodic(var periodic) = limit else { return }
        periodic.periodReset = time.advancedClamped(by: periodic.period)
        limit = .periodic(periodic)
    }

    /// Takes `fee` off for a transaction of messages `typeURLs`. Returns whether nothing is left.
    mutating func use(
        _ fee: [Coin], for typeURLs: [String], _ context: inout Context
    ) throws(Failure) -> Bool {
        if let allowedMessages {
            try context.gas.consume(
                Allowance.gasPerMessage * UInt64(allowedMessages.count + typeURLs.count),
                "check msg")
            guard typeURLs.allSatisfy(allowedMessages.contains) else {
                throw .feegrant(
                    .messageNotAllowed, "message does not exist in allowed messages")
            }
        }
        let now = context.block.time
        switch limit {
        case .basic(var basic):
            let isSpent = try basic.spend(fee, at: now, limitName: "basic allowance")
            limit = .basic(basic)
            return isSpent
        case .periodic(var periodic):
            let isSpent = try periodic.spend(fee, at: now)
            limit = .periodic(periodic)
            return isSpent
        }
    }
}

extension Allowance.Limit {
    init(_ packed: AnyMessage) throws(Failure) {
        switch packed.typeURL {
        case BasicAllowance.typeURL:
            let basic: BasicAllowance = try decode(packed)
            try basic.check()
            self = .basic(basic)
        case PeriodicAllowance.typeURL:
            let periodic: PeriodicAllowance = try decode(packed)
            try periodic.check()
            self = .periodic(periodic)
        default:
            throw .sdk(
                .unpackAny, "no kind of fee allowance is called \(packed.typeURL.prefix(100))")
        }
    }

    var packed: AnyMessage {
        switch self {
        case .basic(let basic): AnyMessage(basic)
        case .periodic(let periodic): AnyMessage(periodic)
        }
    }
}

private func decode<Message: WireMessage>(_ packed: AnyMessage) throws(Failure) -> Message {
    do {
        return try Message(
            decoding: packed.value, rules: WireRules(unknownFields: .nonCriticalSkipped))
    } catch {
        throw .sdk(.transactionParse, "\(Message.wireName): \(error)")
    }
}

extension BasicAllowance {
    func check() throws(Failure) {
        try spendLimit.checkCoins()
        guard let expiration else { return }
        guard expiration.isValid, expiration.seconds >= 0 else {
            throw .feegrant(.invalidDuration, "expiration time cannot be negative")
        }
    }

    /// Takes `fee` off at `now`. Returns whether nothing is left.
    mutating func spend(
        _ fee: [Coin], at now: Timestamp, limitName: String
    ) throws(Failure) -> Bool {
        try checkNotExpired(at: now, limitName)
        guard !spendLimit.isEmpty else { return false }
        guard let rest = try spendLimit.subtracting(fee) else {
            throw .feegrant(.limitExceeded, limitName)
        }
        spendLimit = rest
        return rest.isEmpty
    }

    func checkNotExpired(at now: Timestamp, _ limitName: String) throws(Failure) {
        if let expiration, expiration < now { throw .feegrant(.expired, limitName) }
    }
}

extension PeriodicAllowance {
    func check() throws(Failure) {
        try basic.check()
        guard !periodSpendLimit.isEmpty else {
            throw .sdk(.invalidCoins, "spend limit must be positive")
        }
        try periodSpendLimit.checkCoins()
        try periodCanSpend.checkCoins()
        let isSubset = periodSpendLimit.allSatisfy { coin in
            basic.spendLimit.contains { $0.denom == coin.denom }
        }
        guard basic.spendLimit.isEmpty || isSubset else {
            throw .sdk(
                .invalidCoins,
                "period spend limit has different currency than basic spend limit")
        }
        guard period.isValid, period.seconds >= 0, period.nanoseconds >= 0 else {
            throw .feegrant(.invalidDuration, "negative clock step")
        }
    }

    /// Takes `fee` off at `now`. Returns whether nothing is left over all periods.
    mutating func spend(_ fee: [Coin], at now: Timestamp) throws(Failure) -> Bool {
        try basic.checkNotExpired(at: now, "absolute limit")
        try beginPeriod(at: now)
        guard let rest = try periodCanSpend.subtracting(fee) else {
            throw .feegrant(.limitExceeded, "period limit")
        }
        periodCanSpend = rest
        return try basic.spend(fee, at: now, limitName: "absolute limit")
    }

    /// When a new period has begun: what it may spend, and when the next begins. One period after
    /// the last, or, when that has passed too, one period after `now`.
    private mutating func beginPeriod(at now: Timestamp) throws(Failure) {
        guard now >= periodReset else { return }
        periodCanSpend = periodSpendLimit
        if !basic.spendLimit.isEmpty {
            var least: [Coin] = []
            for coin in periodSpendLimit {
                let left = try basic.spendLimit.first { $0.denom == coin.denom }?.value() ?? .zero
                let amount = min(left, try coin.value())
                if amount > .zero { least.append(Coin(amount, coin.denom)) }
            }
            periodCanSpend = least
        }
        periodReset = periodReset.advancedClamped(by: period)
        if now > periodReset { periodReset = now.advancedClamped(by: period) }
    }
}
