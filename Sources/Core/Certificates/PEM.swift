// Certificates as text (RFC 7468), read strictly: a first line, lines of base64, a last line.
// Around the blocks only blank bytes may stand, and the zero that ends a text in C.

public import Base

/// Certificates as text.
public enum PEM {
    /// Most bytes of a text that is read.
    public static let maximumByteCount = 65536

    private static let firstLine = Bytes("-----BEGIN CERTIFICATE-----".utf8)
    private static let lastLine = Bytes("-----END CERTIFICATE-----".utf8)

    /// The certificates of a text, in its order.
    ///
    /// - Throws: `malformed` for anything else than certificates, or for none; `chainTooLong` for
    ///   more than ``CertificatePath/maximumCount``.
    public static func certificates(
        in text: ArraySlice<UInt8>
    ) throws(CertificateError) -> [Certificate] {
        guard text.count <= maximumByteCount else {
            throw .malformed("a text of \(text.count) bytes")
        }
        var certificates: [Certificate] = []
        // The base64 of the block that is open.
        var block: Bytes?
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.elementsEqual(firstLine), block == nil {
                block = []
            } else if line.elementsEqual(lastLine), let base64 = block {
                guard certificates.count < CertificatePath.maximumCount else {
                    throw .chainTooLong(limit: CertificatePath.maximumCount)
                }
                let decoded = Bytes(base64: String(decoding: base64, as: UTF8.self))
                guard let decoded else { throw .malformed("base64 of a certificate") }
                certificates.append(try Certificate(decoded))
                block = nil
            } else if block != nil {
                block?.append(contentsOf: line)
            } else if !line.allSatisfy({ $0 == 0 || $0 == UInt8(ascii: " ") }) {
                throw .malformed("text around certificates")
            }
        }
        guard block == nil, !certificates.isEmpty else {
            throw .malformed("a text without whole certificates")
        }
        return certificates
    }

    /// The text of a certificate, lines of 64 characters, a line break at its end.
    public static func text(_ certificate: Bytes) -> String {
        var text = String(decoding: firstLine, as: UTF8.self) + "\n"
        var base64 = certificate.base64[...]
        while !base64.isEmpty {
            text += base64.prefix(64) + "\n"
            base64 = base64.dropFirst(64)
        }
        return text + String(decoding: lastLine, as: UTF8.self) + "\n"
    }
}
