// Work that is cheaper for many messages of a block together than for each alone, such as verifying
// proofs: a module may look at the transactions of a block before they run. What it finds goes into
// the cache of the context and nowhere else, so it can make a block quicker and nothing different.

public import Wire

/// A transaction of the block, decoded and checked as far as it can be without state.
public struct ComingTransaction: Sendable {
    /// Its limit of gas.
    public let gasLimit: UInt64
    private let messages: [AnyMessage]

    /// Makes the transaction with these messages.
    public init(gasLimit: UInt64, messages: [AnyMessage]) {
        self.gasLimit = gasLimit
        self.messages = messages
    }

    /// Its messages of type `Message`, in order, without those inside other messages.
    public func messages<Message: WireMessage>(of type: Message.Type) -> [Message] {
        messages.filter { $0.typeURL == Message.typeURL }.compactMap {
            try? Message(decoding: $0.value, rules: WireRules(unknownFields: .nonCriticalSkipped))
        }
    }
}

/// A module that looks at the transactions of a block before they run.
public protocol BlockForeseeing: Module {
    /// Looks at the transactions of the block, over the state in which the first will run. Changes
    /// nothing that is kept but the context's cache. A transaction may still be refused, and what
    /// an earlier one changes may change what a later one does.
    func foresee(
        _ transactions: [ComingTransaction], _ context: inout Context
    ) throws(Failure)
}
