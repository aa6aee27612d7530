// Running messages for somebody else: a module that holds messages of others (an authorization
// used, a proposal passed) needs their signers and their handlers, and knows neither. `App` has all
// routes and lends them.

public import Cryptography
public import Wire

/// Finds the route of a message and runs it.
public protocol MessageRunning: Sendable {
    /// Whether there is a route for messages of this type.
    func runs(_ typeURL: String) -> Bool

    /// All messages that can be met, for their JSON forms.
    var registry: WireRegistry { get }

    /// Checks `message` and the messages inside it as those of a transaction are checked, without
    /// state: known types, each message's own rules, bounded nesting.
    func check(_ message: AnyMessage) throws(Failure)

    /// The addresses that must sign `message`, in order. Does not look inside it.
    func signers(of message: AnyMessage) throws(Failure) -> [Address]

    /// Runs a checked `message`, whose signers the caller has settled, and returns its response.
    /// What it wrote and emitted stays when it throws: the caller decides by a layer.
    func run(_ message: AnyMessage, _ context: inout Context) throws(Failure) -> AnyMessage
}

/// Deepest nesting of messages inside messages: a transaction's own have depth 1.
public let maximumMessageDepth = 8
