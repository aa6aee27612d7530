// Parts of keys that modules share: addresses with their length before them, so that no address is
// the prefix of another, and times that sort as moments. `KeyReader` takes such keys apart.

public import Base
public import Cryptography
public import Wire

extension Address {
    /// One byte of length, then the address.
    public var keyBytes: Bytes { [UInt8(truncatingIfNeeded: bytes.count)] + bytes }
}

extension Timestamp {
    /// Twelve bytes that sort as moments: seconds and nanoseconds, most significant byte first. The
    /// sign bit of the seconds is flipped, so that moments before 1970 sort first.
    public var keyBytes: Bytes {
        var bytes = Bytes()
        bytes.appendBigEndian(UInt64(bitPattern: seconds) ^ (1 << 63))
        bytes.appendBigEndian(UInt32(bitPattern: nanoseconds))
        return bytes
    }

    /// The moment `duration` later, or the last of the year 9999 when that is beyond it.
    ///
    /// Both must be valid, and the span not negative.
    public func advancedClamped(by duration: WireDuration) -> Timestamp {
        // Valid values are far from the limits of their types.
        var seconds = self.seconds &+ duration.seconds
        var nanoseconds = self.nanoseconds &+ duration.nanoseconds
        if nanoseconds >= 1_000_000_000 {
            nanoseconds -= 1_000_000_000
            seconds += 1
        }
        let later = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
        return later.isValid
            ? later : Timestamp(seconds: 253_402_300_799, nanoseconds: 999_999_999)
    }
}

/// Takes a key apart, from the front.
public struct KeyReader {
    private let key: Bytes
    private var reader: ByteReader

    /// Starts at the first byte of `key`.
    public init(_ key: Bytes) {
        self.key = key
        reader = ByteReader(key)
    }

    /// The next address, written as ``Address/keyBytes``.
    public mutating func address() throws(Failure) -> Address {
        let count = try bytes(1)[0]
        guard let address = Address(try bytes(Int(count))) else { throw malformed }
        return address
    }

    /// The next moment, written as ``Timestamp/keyBytes``.
    public mutating func time() throws(Failure) -> Timestamp {
        let seconds = try number()
        let nanoseconds = try bytes(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Timestamp(
            seconds: Int64(bitPattern: seconds ^ (1 << 63)),
            nanoseconds: Int32(bitPattern: nanoseconds))
    }

    /// The next number, written as ``Swift/UInt64/keyBytes``.
    public mutating func number() throws(Failure) -> UInt64 {
        try bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }

    /// All that is left, as text.
    public mutating func text() throws(Failure) -> String {
        guard let text = String(validating: try bytes(reader.remaining), as: UTF8.self) else {
            throw malformed
        }
        return text
    }

    private mutating func bytes(_ count: Int) throws(Failure) -> Bytes {
        do { return try reader.readBytes(count) } catch { throw malformed }
    }

    // Keys are written by this program only.
    private var malformed: Failure { .storage(StorageFailure("malformed key \(key.hex)")) }
}
