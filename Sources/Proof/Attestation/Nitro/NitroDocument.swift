// Attestation documents of AWS Nitro enclaves: COSE_Sign1 (RFC 9052) around a map.
//
//     [ protected: bytes {1: -35}, unprotected: {}, payload: bytes, signature: 96 bytes ]
//
// The signature is ECDSA over P-384 with SHA-384, over the CBOR of
// ["Signature1", protected, empty bytes, payload]. The payload is a map of module_id, digest
// ("SHA384"), timestamp (milliseconds), pcrs, certificate, cabundle, and optionally public_key,
// user_data and nonce (AWS Nitro Enclaves NSM API, attestation process).

public import Base

/// A document of a Nitro enclave as it was read.
public struct NitroDocument: Equatable, Sendable {
    /// Name of the enclave.
    public let moduleID: String
    /// When the document was made, in milliseconds since 1970.
    public let timestampMilliseconds: UInt64
    /// Platform configuration registers by number, ascending.
    public let registers: [Register]
    /// The leaf, DER.
    public let certificate: Bytes
    /// The other certificates, DER, root first.
    public let bundle: [Bytes]
    /// A key that the enclave chose to have signed.
    public let publicKey: Bytes?
    /// Data that the enclave chose to have signed.
    public let userData: Bytes?
    /// A challenge that the enclave answers.
    public let nonce: Bytes?
    /// r and s.
    public let signature: Bytes
    /// Number of bytes after the document.
    public let leftoverByteCount: Int
    /// What the signature is over.
    let signedBytes: Bytes

    /// A register and what it holds.
    public struct Register: Equatable, Sendable {
        /// Its number, below 32.
        public let number: UInt64
        /// Its hash, 48 bytes.
        public let value: Bytes
    }

    /// ES384, as the protected header says it.
    static let protectedHeader: Bytes = [0xA1, 0x01, 0x38, 0x22]

    /// Reads a document.
    ///
    /// - Throws: `malformed` or `unsupported`.
    public init(_ bytes: Bytes) throws(AttestationError) {
        var reader = CBORReader(bytes, "the document")
        try reader.skipTag(18)
        guard try reader.array() == 4 else { throw .malformed("a document of other than 4 parts") }
        let protected = try reader.bytes()
        guard protected == NitroDocument.protectedHeader else {
            throw .unsupported("a document with the protected header \(protected.hex.prefix(40))")
        }
        guard try reader.map() == 0 else { throw .malformed("the unprotected header is not empty") }
        let payload = try reader.bytes()
        signature = try reader.bytes()
        guard signature.count == 96 else { throw .malformed("a signature has not 96 bytes") }
        leftoverByteCount = reader.remaining
        signedBytes = NitroDocument.signedBytes(protected: protected, payload: payload)
        let content = try Payload(payload)
        moduleID = content.moduleID
        timestampMilliseconds = content.timestamp
        registers = content.registers
        certificate = content.certificate
        bundle = content.bundle
        publicKey = content.publicKey
        userData = content.userData
        nonce = content.nonce
    }

    /// What a document's signature is over.
    public static func signedBytes(protected: Bytes, payload: Bytes) -> Bytes {
        [0x84] + CBORWriter.text("Signature1") + CBORWriter.bytes(protected) + [0x40]
            + CBORWriter.bytes(payload)
    }
}

/// The map inside a document.
private struct Payload {
    var moduleID = ""
    var timestamp: UInt64 = 0
    var registers: [NitroDocument.Register] = []
    var certificate: Bytes = []
    var bundle: [Bytes] = []
    var publicKey: Bytes?
    var userData: Bytes?
    var nonce: Bytes?

    private static let required = [
        "cabundle", "certificate", "digest", "module_id", "pcrs", "timestamp",
    ]

    init(_ bytes: Bytes) throws(AttestationError) {
        var reader = CBORReader(bytes, "the payload")
        let count = try reader.map()
        guard count <= 16 else { throw .malformed("a payload of \(count) parts") }
        var seen: [String] = []
        for _ in 0..<count {
            let name = try reader.text()
            guard !seen.contains(name) else { throw .malformed("\(name) occurs twice") }
            seen.append(name)
            try read(name, &reader)
        }
        guard reader.remaining == 0 else { throw .malformed("bytes after the payload") }
        guard Payload.required.allSatisfy(seen.contains) else {
            throw .malformed("the payload lacks a part")
        }
    }

    private mutating func read(
        _ name: String, _ reader: inout CBORReader
    ) throws(AttestationError) {
        switch name {
        case "module_id": moduleID = try reader.text()
        case "digest":
            guard try reader.text() == "SHA384" else { throw .unsupported("another digest") }
        case "timestamp": timestamp = try reader.unsigned()
        case "pcrs": registers = try Payload.registers(&reader)
        case "certificate": certificate = try reader.bytes()
        case "cabundle":
            let count = try reader.array()
            guard (1...8).contains(count) else { throw .malformed("a bundle of \(count)") }
            for _ in 0..<count { bundle.append(try reader.bytes()) }
        case "public_key": publicKey = try reader.optionalBytes()
        case "user_data": userData = try reader.optionalBytes()
        case "nonce": nonce = try reader.optionalBytes()
        default: throw .malformed("the payload has an unknown part")
        }
    }

    private static func registers(
        _ reader: inout CBORReader
    ) throws(AttestationError) -> [NitroDocument.Register] {
        let count = try reader.map()
        guard (1...32).contains(count) else { throw .malformed("\(count) registers") }
        var registers: [NitroDocument.Register] = []
        for _ in 0..<count {
            let number = try reader.unsigned()
            let value = try reader.bytes()
            guard number < 32, value.count == 48,
                !registers.contains(where: { $0.number == number })
            else { throw .malformed("register \(number)") }
            registers.append(NitroDocument.Register(number: number, value: value))
        }
        return registers.sorted { $0.number < $1.number }
    }
}
