// Many readers or one writer. Queries read while a block executes, but not while its batch goes
// into the database: they would see two heights at once.

/// Lets readers in together, and a writer alone. A waiting writer goes before new readers.
public final class ReadWriteGate: Sendable {
    private struct Occupants {
        var readers = 0
        var isWriting = false
        var waitingWriters = 0
    }

    private let occupants = Monitor(Occupants())

    /// Makes a gate with nobody inside.
    public init() {}

    /// Runs `body` with no writer inside. Must not be nested.
    public func read<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure)
        -> Value
    {
        occupants.update(when: { !$0.isWriting && $0.waitingWriters == 0 }) { $0.readers += 1 }
        defer { occupants.update { $0.readers -= 1 } }
        return try body()
    }

    /// Runs `body` with nobody else inside.
    public func write<Value, Failure: Error>(
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        occupants.update { $0.waitingWriters += 1 }
        occupants.update(when: { !$0.isWriting && $0.readers == 0 }) {
            $0.waitingWriters -= 1
            $0.isWriting = true
        }
        defer { occupants.update { $0.isWriting = false } }
        return try body()
    }
}
