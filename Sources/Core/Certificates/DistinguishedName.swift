// Names of X.509 (RFC 5280 section 4.1.2.4). Two names are the same when their bytes are: makers of
// trusted hardware write an issuer exactly as its subject, and rules for comparing texts differ
// between programs.

public import Base

/// The name of a certificate's subject or issuer.
public struct DistinguishedName: Equatable, Sendable, CustomStringConvertible {
    /// The DER encoding.
    public let encoded: Bytes
    /// The common name; empty when there is none, or none that is text.
    public let commonName: String

    init(_ element: DERElement) throws(CertificateError) {
        guard element.tag == DERTag.sequence else { throw .malformed("a name is no sequence") }
        encoded = Bytes(element.encoded)
        var commonName = ""
        var sets = DERReader(element.content)
        while !sets.isAtEnd {
            var attributes = DERReader(try sets.read(DERTag.set, "set of a name").content)
            while !attributes.isAtEnd {
                var attribute = DERReader(
                    try attributes.read(DERTag.sequence, "attribute of a name").content)
                let type = try attribute.readIdentifier("type of an attribute")
                let value = try attribute.read()
                try attribute.requireEnd("an attribute of a name")
                if type == .commonName {
                    // UTF8String, PrintableString and the other one-byte texts.
                    commonName = String(validating: value.content, as: UTF8.self) ?? ""
                }
            }
        }
        self.commonName = commonName
    }

    /// The common name; of a name without one, its encoding in hexadecimal.
    public var description: String {
        commonName.isEmpty ? "name \(encoded.hex.prefix(80))" : commonName
    }

    public static func == (left: DistinguishedName, right: DistinguishedName) -> Bool {
        left.encoded == right.encoded
    }
}
