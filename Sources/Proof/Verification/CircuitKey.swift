// Verification keys of circuits, as bytes that say of which kind they are: the first byte is the
// version of a format, and each format belongs to one proof system. Version 1 is PLONK as snarkjs
// has it (`Plonk`, VerificationKey.swift). A key is named by the hash of its bytes, which are
// canonical:
//
//     key id       = SHA-256("AIVM/verification-key/1" ‖ bytes)
//     signals hash = SHA-256(signals, 32 bytes big-endian each)
//     statement id = SHA-256("AIVM/proven-statement/1" ‖ key id ‖ signals hash)
//
// A statement is what a proof proves: somebody knows a witness with which the circuit of this key
// gives these public signals. It has one id, however many proofs of it there are.

public import Base
import Cryptography
import Fields
import Plonk

/// A verification key, read and checked.
public struct CircuitKey: Sendable, Equatable {
    /// Hash that names the key.
    public let id: Hash256
    /// The key's bytes.
    public let bytes: Bytes
    let key: VerificationKey

    /// Most bytes of a key of any kind.
    public static let maximumByteCount = VerificationKey.byteCount

    /// Reads a key. Its points are on their curve and in their group, its numbers are canonical,
    /// and it has a public signal, since snarkjs proves no circuit without.
    ///
    /// Cost: a multiplication in the second group, some 0.2 ms.
    ///
    /// - Throws: ``VerificationError/invalidCircuitKey(_:)``.
    public init(bytes: Bytes) throws(VerificationError) {
        do throws(PlonkError) { key = try VerificationKey(bytes: bytes) } catch {
            throw .invalidCircuitKey("\(error)")
        }
        guard key.publicCount > 0 else {
            throw .invalidCircuitKey("\(PlonkError.noPublicSignals)")
        }
        id = CircuitKey.id(of: bytes)
        self.bytes = bytes
    }

    /// The name of the key with these bytes.
    public static func id(of bytes: Bytes) -> Hash256 {
        SHA256.hash(concatenating: [Bytes("AIVM/verification-key/1".utf8), bytes])
    }

    /// Number of public signals of the circuit, at least one.
    public var publicSignalCount: Int { key.publicCount }

    /// log2 of the number of gates, rounded up.
    public var rowCountLog2: Int { key.power }

    /// Whether the key says of itself that it comes from a reference string for development, whose
    /// maker can prove anything. Nobody is forced to say so: see ``srsID``.
    public var isUnsafe: Bool { key.isUnsafe }

    /// SHA-256 of tau in the second group: names the reference string that the key comes from,
    /// whatever the key says of it.
    public var srsID: Hash256 { SHA256.hash(key.tauG2.canonicalBigEndian) }
}
