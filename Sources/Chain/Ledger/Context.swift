// What a message handler works on: state under a gas meter, the block it is in, and the events it
// emits. A handler gets it `inout`; nothing else reaches it.

public import Base

/// Why a transaction is being run.
public enum ExecutionMode: Sendable {
    /// To admit it to the mempool.
    case check
    /// Again, after a block, to keep it in the mempool.
    case recheck
    /// To estimate its gas; nothing is kept and signatures are not checked.
    case simulate
    /// In a block.
    case finalize
}

/// State, gas, events and block of one execution.
public struct Context: Sendable {
    /// The state, in layers.
    public var state: State
    /// The gas meter of the transaction.
    public var gas: GasMeter
    /// Events emitted so far.
    public var events: [Event] = []
    /// What earlier executions left to save work; its owner lends it and takes it back.
    public var cache = ContextCache()
    /// The block.
    public let block: BlockInfo
    /// Why this runs.
    public let mode: ExecutionMode

    /// Makes a context over `state`; `gasLimit == nil` means no limit.
    public init(state: State, gasLimit: UInt64?, block: BlockInfo, mode: ExecutionMode) {
        self.state = state
        gas = GasMeter(limit: gasLimit)
        self.block = block
        self.mode = mode
    }

    /// Whether events are kept. Nobody reads those of a check, so there none are made.
    public var keepsEvents: Bool { mode != .check && mode != .recheck }

    /// Emits an event with `attributes` in order; all are indexed.
    public mutating func emit(
        _ type: String, _ attributes: @autoclosure () -> KeyValuePairs<String, String>
    ) {
        guard keepsEvents else { return }
        events.append(Event(type, attributes()))
    }

    /// Reads the value of `key` in store `name`, charging gas.
    public mutating func read(_ name: String, _ key: Bytes) throws(Failure) -> Bytes? {
        try read(fullKey: State.fullKey(name, key), keyCount: key.count)
    }

    /// Reads the value under a full key, charging gas for the `keyCount` bytes after the store's
    /// name.
    mutating func read(fullKey: Bytes, keyCount: Int) throws(Failure) -> Bytes? {
        try gas.consume(StateGas.readFlat, "ReadFlat")
        let value: Bytes?
        do { value = try state.read(fullKey) } catch { throw .storage(error) }
        let byteCount = UInt64(keyCount + (value?.count ?? 0))
        try gas.consume(StateGas.readPerByte * byteCount, "ReadPerByte")
        return value
    }

    /// Stores `value` under `key` in store `name`, charging gas.
    public mutating func write(
        _ name: String, _ key: Bytes, _ value: Bytes
    ) throws(Failure) {
        try write(fullKey: State.fullKey(name, key), keyCount: key.count, value)
    }

    /// Stores `value` under a full key, charging gas as `read(fullKey:keyCount:)` counts.
    mutating func write(fullKey: Bytes, keyCount: Int, _ value: Bytes) throws(Failure) {
        try gas.consume(StateGas.writeFlat, "WriteFlat")
        let byteCount = UInt64(keyCount + value.count)
        try gas.consume(StateGas.writePerByte * byteCount, "WritePerByte")
        state.set(fullKey, value)
    }

    /// Removes `key` from store `name`, charging gas.
    public mutating func remove(_ name: String, _ key: Bytes) throws(Failure) {
        try gas.consume(StateGas.deleteFlat, "Delete")
        state.set(State.fullKey(name, key), nil)
    }

    /// Up to `limit` pairs of store `name` whose key starts with `prefix`, from `start` (a key that
    /// includes the prefix; empty means the first) on, charging gas. Keys come without the store's
    /// name.
    public mutating func pairs(
        _ name: String, prefix: Bytes, from start: Bytes = [], limit: Int, reverse: Bool = false
    ) throws(Failure) -> [KeyValuePair] {
        let full = State.fullKey(name, prefix)
        let first = start.isEmpty || reverse ? full : State.fullKey(name, start)
        // A key never consists of 0xFF only: it starts with the store's name.
        var end = full.prefixEnd ?? full
        if reverse, !start.isEmpty { end = State.fullKey(name, start) + [0] }
        let state = self.state
        let found = try Failure.reading { () throws(StorageFailure) in
            try state.pairs(from: first, to: end, limit: limit, reverse: reverse)
        }
        for pair in found {
            try gas.consume(
                StateGas.iterationStep
                    + StateGas.readPerByte * UInt64(pair.key.count + pair.value.count),
                "IterNext")
        }
        let nameCount = name.utf8.count + 1
        return found.map { KeyValuePair(Bytes($0.key.dropFirst(nameCount)), $0.value) }
    }

    /// Runs `body` in a layer of its own: kept when it returns, dropped with its events when it
    /// throws. Gas used stays used.
    public mutating func transaction<Value>(
        _ body: (inout Context) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let eventCount = events.count
        state.push()
        do {
            let value = try body(&self)
            state.keep()
            return value
        } catch {
            state.drop()
            events.removeSubrange(eventCount...)
            throw error
        }
    }
}
