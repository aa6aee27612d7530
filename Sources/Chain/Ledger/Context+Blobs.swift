// Blobs under a gas meter: byte strings too large for the tree, stored once under their SHA-256. A
// module keeps the hash in its state; the content is written in the same batch as that state.
//
// Gas depends on the size only, never on whether a cache or the store already holds the bytes.

public import Base
import Cryptography

extension Context {
    /// Stores `bytes` outside the tree and returns their SHA-256, charging gas for their size, also
    /// when the same bytes are already stored.
    @discardableResult
    public mutating func putBlob(_ bytes: Bytes) throws(Failure) -> Hash256 {
        try gas.consume(BlobGas.writing(byteCount: bytes.count), "WriteBlob")
        let hash = SHA256.hash(bytes)
        state.setBlob(hash, bytes)
        return hash
    }

    /// The bytes stored under `hash`, or `nil`, charging gas for their size.
    public mutating func blob(_ hash: Hash256) throws(Failure) -> Bytes? {
        let state = self.state
        let bytes = try Failure.reading { () throws(StorageFailure) in try state.blob(hash) }
        try gas.consume(BlobGas.reading(byteCount: bytes?.count ?? 0), "ReadBlob")
        return bytes
    }

    /// Charges what reading a blob of `byteCount` bytes costs, for a caller that takes it from a
    /// cache: gas must not depend on what is cached.
    public mutating func chargeBlobRead(byteCount: Int) throws(Failure) {
        try gas.consume(BlobGas.reading(byteCount: byteCount), "ReadBlob")
    }
}

/// Gas of blobs. A byte outside the tree is cheaper than one inside: it is hashed and written once.
public enum BlobGas {
    /// A write, before its bytes.
    public static let writeFlat: UInt64 = 2000
    /// Each byte written.
    public static let writePerByte: UInt64 = 3
    /// A read, before its bytes.
    public static let readFlat: UInt64 = 1000
    /// Bytes read for one gas.
    public static let bytesReadPerGas: UInt64 = 16

    /// Gas of storing `byteCount` bytes.
    public static func writing(byteCount: Int) -> UInt64 {
        writeFlat + writePerByte * UInt64(byteCount)
    }

    /// Gas of reading `byteCount` bytes.
    public static func reading(byteCount: Int) -> UInt64 {
        readFlat + UInt64(byteCount) / bytesReadPerGas
    }
}
