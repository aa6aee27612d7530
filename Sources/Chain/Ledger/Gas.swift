// Gas: what execution costs, counted in steps that depend on the transaction and the state only.
// The schedule of state access is the Cosmos SDK's (store/types, KVGasConfig).

/// Counts gas up to a limit.
public struct GasMeter: Sendable {
    /// The most that may be used; `nil` when simulating.
    public let limit: UInt64?
    /// Gas used so far. It stays at the amount that broke the limit, as clients expect to read it.
    public private(set) var used: UInt64 = 0

    /// Makes a meter with nothing used; `nil` means no limit.
    public init(limit: UInt64?) { self.limit = limit }

    /// Gas left; the largest integer when there is no limit.
    public var remaining: UInt64 {
        guard let limit else { return .max }
        return used >= limit ? 0 : limit - used
    }

    /// Uses `amount` gas. `location` names the step in the error.
    public mutating func consume(_ amount: UInt64, _ location: String) throws(Failure) {
        let (sum, overflow) = used.addingReportingOverflow(amount)
        used = overflow ? .max : sum
        guard let limit, used > limit else {
            if overflow { throw .sdk(.outOfGas, "gas overflow in location: \(location)") }
            return
        }
        throw .sdk(
            .outOfGas,
            "out of gas in location: \(location); gasWanted: \(limit), gasUsed: \(used)")
    }
}

/// Gas of one access to state.
public enum StateGas {
    /// A read, before its bytes.
    public static let readFlat: UInt64 = 1000
    /// Each byte of key and value read.
    public static let readPerByte: UInt64 = 3
    /// A write, before its bytes.
    public static let writeFlat: UInt64 = 2000
    /// Each byte of key and value written.
    public static let writePerByte: UInt64 = 30
    /// A removal.
    public static let deleteFlat: UInt64 = 1000
    /// Each step of an iteration.
    public static let iterationStep: UInt64 = 30
}
