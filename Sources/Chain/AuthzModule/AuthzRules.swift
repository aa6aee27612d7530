// What an authorization authorizes. A value: `use` takes a message off it, and the caller stores
// what is left. Sources: cosmos-sdk, x/authz/generic_authorization.go,
// x/bank/types/send_authorization.go, x/staking/types/authz.go.

import Ledger
import Wire

/// An authorization of one of the three kinds.
enum Authorization: Equatable {
    case generic(GenericAuthorization)
    case send(SendAuthorization)
    case stake(StakeAuthorization)

    /// Gas of comparing with one address of a list.
    private static let gasPerAddress: UInt64 = 10

    /// Decodes and checks an authorization; the bytes are hostile.
    init(_ packed: AnyMessage?) throws(Failure) {
        guard let packed else { throw .sdk(.invalidType, "authorization is nil") }
        switch packed.typeURL {
        case GenericAuthorization.typeURL: self = .generic(try decode(packed))
        case SendAuthorization.typeURL:
            let send: SendAuthorization = try decode(packed)
            try send.check()
            self = .send(send)
        case StakeAuthorization.typeURL:
            let stake: StakeAuthorization = try decode(packed)
            try stake.check()
            self = .stake(stake)
        default: throw .authz(.unknownType, "\(packed.typeURL.prefix(100))")
        }
    }

    /// The wire form.
    var packed: AnyMessage {
        switch self {
        case .generic(let generic): AnyMessage(generic)
        case .send(let send): AnyMessage(send)
        case .stake(let stake): AnyMessage(stake)
        }
    }

    /// Type URL of the messages it is for.
    var typeURL: String {
        switch self {
        case .generic(let generic): generic.message
        case .send: SendView.typeURL
        case .stake(let stake): stake.kind.typeURL
        }
    }

    /// Takes `message`, of the type it is for, off it. Returns whether nothing is left.
    mutating func use(
        _ message: AnyMessage, _ context: inout Context
    ) throws(Failure) -> Bool {
        switch self {
        case .generic: return false
        case .send(var send):
            let isSpent = try Authorization.use(&send, message, &context)
            self = .send(send)
            return isSpent
        case .stake(var stake):
            let isSpent = try Authorization.use(&stake, message, &context)
            self = .stake(stake)
            return isSpent
        }
    }

    private static func use(
        _ send: inout SendAuthorization, _ message: AnyMessage, _ context: inout Context
    ) throws(Failure) -> Bool {
        let view: SendView = try decode(message, rules: .tolerant)
        guard let rest = try send.spendLimit.subtracting(view.amount) else {
            throw .sdk(.insufficientFunds, "requested amount is more than spend limit")
        }
        try chargeList(send.allowList, "send authorization", &context)
        guard send.allowList.isEmpty || send.allowList.contains(view.recipient) else {
            throw .sdk(.unauthorized, "cannot send to \(view.recipient.prefix(100)) address")
        }
        send.spendLimit = rest
        return rest.isEmpty
    }

    private static func use(
        _ stake: inout StakeAuthorization, _ message: AnyMessage, _ context: inout Context
    ) throws(Failure) -> Bool {
        let (validator, amount): (String, Coin)
        if stake.kind == .redelegate {
            let view: RedelegateView = try decode(message, rules: .tolerant)
            (validator, amount) = (view.validator, view.amount)
        } else {
            let view: StakeView = try decode(message, rules: .tolerant)
            (validator, amount) = (view.validator, view.amount)
        }
        let allowed = stake.allowList?.addresses ?? []
        let denied = stake.denyList?.addresses ?? []
        try chargeList(allowed + denied, "stake authorization", &context)
        guard !denied.contains(validator), allowed.isEmpty || allowed.contains(validator) else {
            throw .sdk(
                .unauthorized,
                "cannot delegate/undelegate to \(validator.prefix(100)) validator")
        }
        guard let most = stake.maximumTokens else { return false }
        guard most.denom == amount.denom else {
            throw .sdk(.invalidCoins, "invalid coin denomination \(amount.denom.prefix(50))")
        }
        guard let rest = try most.value().subtracting(try amount.value()) else {
            throw .sdk(.insufficientFunds, "requested amount is more than max tokens")
        }
        stake.maximumTokens = Coin(rest, most.denom)
        return rest == .zero
    }

    private static func chargeList(
        _ list: [String], _ location: String, _ context: inout Context
    ) throws(Failure) {
        try context.gas.consume(gasPerAddress * UInt64(list.count), location)
    }
}

private func decode<Message: WireMessage>(
    _ packed: AnyMessage,
    rules: WireRules = WireRules(unknownFields: .nonCriticalSkipped)
) throws(Failure) -> Message {
    do { return try Message(decoding: packed.value, rules: rules) } catch {
        throw .sdk(.transactionParse, "\(Message.wireName): \(error)")
    }
}

extension SendAuthorization {
    func check() throws(Failure) {
        guard !spendLimit.isEmpty else { throw .sdk(.invalidCoins, "spend limit cannot be nil") }
        try spendLimit.checkCoins()
        let sorted = allowList.sorted()
        for (address, next) in zip(sorted, sorted.dropFirst()) where address == next {
            throw .sdk(.invalidRequest, "\(address.prefix(100)) is in the allow list twice")
        }
    }
}

extension StakeAuthorization {
    func check() throws(Failure) {
        if let maximumTokens {
            guard Coin.isValid(denom: maximumTokens.denom),
                (try? maximumTokens.value()) ?? .zero > .zero
            else { throw .authz(.invalidMaximum, "\(maximumTokens.amount.prefix(50))") }
        }
        guard kind != .unspecified else { throw .authz(.unknownType) }
    }
}
