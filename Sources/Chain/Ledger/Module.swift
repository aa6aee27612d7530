// What a module is: a name, which is also its store's, the messages it runs, the queries it
// answers, its genesis, its block hooks and its invariants. Modules know the kit and their
// capability protocols, never one another; `App` is where they meet.

public import Base
public import Cryptography
public import Wire

/// A part of the application with a store of its own.
public protocol Module: Sendable {
    /// Name of the module and of its store.
    static var name: String { get }

    /// The messages it runs.
    var messages: [MessageRoute] { get }

    /// The queries it answers.
    var queries: [QueryRoute] { get }

    /// Message types that may stand inside `Any` of its messages and answers, for JSON.
    var otherTypes: [any WireMessage.Type] { get }

    /// Sets up its state from its part of the genesis; `.null` means defaults.
    func initialize(genesis: JSONValue, _ context: inout Context) throws(Failure)

    /// Its state as genesis that starts a chain with the same state.
    func exportGenesis(_ context: inout Context) throws(Failure) -> JSONValue

    /// Runs before the transactions of a block.
    func beginBlock(_ context: inout Context) throws(Failure)

    /// Runs after the transactions of a block; returns changes of the validator set.
    func endBlock(_ context: inout Context) throws(Failure) -> [ValidatorUpdate]

    /// Statements that always hold of its state. Each throws when broken.
    var invariants: [Invariant] { get }
}

extension Module {
    public var otherTypes: [any WireMessage.Type] { [] }
    public var invariants: [Invariant] { [] }
    public func beginBlock(_ context: inout Context) throws(Failure) {}
    public func endBlock(_ context: inout Context) throws(Failure) -> [ValidatorUpdate] { [] }
}

/// A statement that always holds of a module's state.
public struct Invariant: Sendable {
    /// Its name, such as `bank/supply`.
    public let name: String
    /// Throws when the statement is broken.
    public let check: @Sendable (inout Context) throws(Failure) -> Void

    /// Makes an invariant.
    public init(
        _ name: String, _ check: @escaping @Sendable (inout Context) throws(Failure) -> Void
    ) {
        self.name = name
        self.check = check
    }
}

/// A message that was decoded and checked, ready to run any number of times.
public struct PreparedMessage: Sendable {
    /// Who must sign, in order.
    public let signers: [Address]
    /// The messages that it holds and runs later; they are checked with it.
    public let inner: [AnyMessage]
    /// Runs the message; the response is packed into `Any`.
    public let run: @Sendable (inout Context) throws(Failure) -> AnyMessage
}

/// A message a module runs: one line of its `messages` list.
public struct MessageRoute: Sendable {
    /// Type URL of the message.
    public let typeURL: String
    /// The message and its response, for registries and generators.
    public let types: [any WireMessage.Type]
    /// Decodes the message and makes the checks that need no state.
    public let prepare: @Sendable (AnyMessage) throws(Failure) -> PreparedMessage

    /// Decodes the message: its signers, after the checks that need no state.
    public func check(_ packed: AnyMessage) throws(Failure) -> [Address] {
        try prepare(packed).signers
    }

    /// The messages that a message holds and runs later; they are checked with it.
    public func inner(_ packed: AnyMessage) throws(Failure) -> [AnyMessage] {
        try prepare(packed).inner
    }

    /// Decodes, checks and runs the message; the response is packed into `Any`.
    public func run(
        _ packed: AnyMessage, _ context: inout Context
    ) throws(Failure) -> AnyMessage {
        try prepare(packed).run(&context)
    }

    /// Makes the route of `Message`.
    ///
    /// - Parameters:
    ///   - signers: the text addresses that must sign, in order.
    ///   - validate: checks that need no state.
    ///   - inner: the messages it holds, for those who run messages of others.
    ///   - handle: runs the message. It must check everything before it writes.
    public init<Message: WireMessage, Response: WireMessage>(
        _ type: Message.Type, _ response: Response.Type,
        signers: @escaping @Sendable (Message) -> [String],
        validate: @escaping @Sendable (Message) throws(Failure) -> Void,
        inner: (@Sendable (Message) -> [AnyMessage])? = nil,
        handle: @escaping @Sendable (Message, inout Context) throws(Failure) -> Response
    ) {
        typeURL = Message.typeURL
        types = [type, response]
        let responseURL = Response.typeURL
        prepare = { (any) throws(Failure) in
            let message: Message
            do {
                message = try Message(
                    decoding: any.value, rules: WireRules(unknownFields: .nonCriticalSkipped))
            } catch {
                throw .sdk(.transactionParse, "\(Message.wireName): \(error)")
            }
            try validate(message)
            var addresses: [Address] = []
            for text in signers(message) {
                let address = try Address.parse(text)
                if !addresses.contains(address) { addresses.append(address) }
            }
            return PreparedMessage(
                signers: addresses, inner: inner?(message) ?? []
            ) { (context) throws(Failure) in
                var packed = AnyMessage()
                packed.value = try handle(message, &context).encoded()
                packed.typeURL = responseURL
                return packed
            }
        }
    }
}

/// A query a module answers: one line of its `queries` list.
public struct QueryRoute: Sendable {
    /// Path as gRPC names it: `/cosmos.bank.v1beta1.Query/Balance`.
    public let path: String
    /// The request and its response, for registries and generators.
    public let types: [any WireMessage.Type]
    /// The request, the response, and how the query is reached over HTTP.
    public let description: CallDescription
    /// Answers request bytes with response bytes.
    public let answer: @Sendable (Bytes, inout Context) throws(Failure) -> Bytes

    /// Makes the route of `path`, which is reached over HTTP by `rest`.
    public init<Request: WireMessage, Response: WireMessage>(
        _ path: String, _ request: Request.Type, _ response: Response.Type,
        rest: [HTTPRule] = [],
        answer: @escaping @Sendable (Request, inout Context) throws(Failure) -> Response
    ) {
        self.path = path
        types = [request, response]
        description = CallDescription(path, request, response, rest)
        self.answer = { (bytes, context) throws(Failure) in
            let request: Request
            do { request = try Request(decoding: bytes, rules: .tolerant) } catch {
                throw .sdk(.invalidRequest, "\(Request.wireName): \(error)")
            }
            return try answer(request, &context).encoded()
        }
    }
}

extension Address {
    /// Reads bech32 text with prefix `aivm`; refused with the SDK's code for addresses.
    public static func parse(_ text: String) throws(Failure) -> Address {
        do { return try Address(bech32: text, prefix: "aivm") } catch {
            throw .sdk(.invalidAddress, "invalid address \(text.prefix(100))")
        }
    }

    /// Reads the address in a query; refused as a malformed argument.
    public static func parseArgument(_ text: String) throws(Failure) -> Address {
        guard !text.isEmpty else { throw .invalidArgument("empty address string is not allowed") }
        do { return try Address(bech32: text, prefix: "aivm") } catch {
            throw .invalidArgument("invalid address \(text.prefix(100)): \(error)")
        }
    }
}
