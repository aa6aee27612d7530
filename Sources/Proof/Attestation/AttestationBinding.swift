// What a quote must have signed, so that it vouches for one statement and no other.
//
//     report data = SHA-512("AIVM/attestation/1" ‖ part ‖ part …)       64 bytes
//         each part is its length in 8 bytes, least significant first, and its bytes:
//         challenge of the verifier · ModelID · arithmetic version (4 bytes, least significant
//         first) · input commitment · output commitment · hash of the verifying key ·
//         public signals; the last two are empty where no proof goes with the statement
//     challenge of a request = SHA-256("AIVM/attestation/request/1" ‖ chain ‖ submitter ‖ number)
//         chain and submitter as parts, the number in 8 bytes, least significant first
//     challenge of a device = SHA-256("AIVM/attestation/device/1" ‖ report data)   32 bytes
//
// A device's challenge follows from the machine's report data, so a GPU's report belongs to one
// machine's quote, and neither can be joined with another.

public import Base
import Cryptography

/// The bytes that bind quotes to statements.
public enum AttestationBinding {
    private static let domain = Bytes("AIVM/attestation/1".utf8)
    private static let requestDomain = Bytes("AIVM/attestation/request/1".utf8)
    private static let deviceDomain = Bytes("AIVM/attestation/device/1".utf8)

    /// The 64 bytes that the quote of a machine must have signed for these parts.
    public static func reportData(parts: [Bytes]) -> Bytes {
        var message = domain
        for part in parts {
            message.appendLittleEndian(UInt64(part.count))
            message += part
        }
        return SHA512.hash(message)
    }

    /// The 32-byte challenge of a request on a chain to whoever answers it: of nobody else, and of
    /// no other request.
    ///
    /// - Parameters:
    ///   - id: number of the request.
    ///   - submitter: address of whoever submits the quote, 20 bytes or 32.
    public static func requestChallenge(chainID: String, id: UInt64, submitter: Bytes) -> Bytes {
        var message = requestDomain
        for part in [Bytes(chainID.utf8), submitter] {
            message.appendLittleEndian(UInt64(part.count))
            message += part
        }
        message.appendLittleEndian(id)
        return SHA256.hash(message).bytes
    }

    /// The 32-byte challenge that a device beside the machine must answer.
    public static func deviceChallenge(for reportData: Bytes) -> Bytes {
        SHA256.hash(concatenating: [deviceDomain, reportData]).bytes
    }
}
