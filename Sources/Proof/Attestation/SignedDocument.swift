// Documents that a maker signs as text: JSON, signed over its exact bytes. The bytes that were
// signed are kept and never written anew; one space more and the signature is another's.

public import Base
public import Certificates
import Cryptography
import Wire

/// The exact bytes of a JSON document and the signature over them.
public struct SignedDocument: Equatable, Sendable {
    /// Most bytes of a document that is read.
    public static let maximumByteCount = 262_144

    /// What was signed: the text of a JSON object.
    public let body: Bytes
    /// r and s of ECDSA over P-256 with SHA-256, 64 bytes.
    public let signature: Bytes

    /// Takes what was signed and its signature.
    public init(body: Bytes, signature: Bytes) {
        self.body = body
        self.signature = signature
    }

    /// Reads an answer of Intel's service: an object with the document and `signature`, the
    /// signature in hexadecimal. The document is the other member, `tcbInfo` or `enclaveIdentity`.
    ///
    /// - Throws: `malformed`.
    public init(answer: Bytes) throws(AttestationError) {
        var body: Bytes?
        var signature: Bytes?
        do throws(WireError) {
            let members = try JSONValue.membersInPlace(
                parsing: answer, maximumDepth: 16,
                maximumBytes: SignedDocument.maximumByteCount)
            for (member, range) in members {
                switch member.name {
                case "tcbInfo", "enclaveIdentity": body = Bytes(answer[range])
                case "signature": signature = member.value.text.flatMap { Bytes(hex: $0) }
                default: throw .invalidJSON(offset: range.lowerBound, reason: member.name)
                }
            }
        } catch {
            throw .malformed("a signed answer: \(error)")
        }
        guard let body, let signature, signature.count == 64 else {
            throw .malformed("a signed answer lacks its document or signature")
        }
        self.init(body: body, signature: signature)
    }

    /// The answer of Intel's service that holds this document.
    public func answer(member: String) -> Bytes {
        Bytes("{\"\(member)\":".utf8) + body + Bytes(",\"signature\":\"\(signature.hex)\"}".utf8)
    }

    /// The document as a value.
    func parsed() throws(AttestationError) -> DocumentReader {
        do throws(WireError) {
            return DocumentReader(
                value: try JSONValue(
                    parsing: body, maximumDepth: 16,
                    maximumBytes: SignedDocument.maximumByteCount), path: "document")
        } catch {
            throw .malformed("a document: \(error)")
        }
    }

    /// Whether the holder of `signer`'s key signed these bytes.
    public func isSigned(by signer: Certificate) -> Bool {
        guard case .ecdsa(let key) = signer.key, key.curve == .p256 else { return false }
        return key.isValid(signature: signature, for: SHA256.hash(body).bytes)
    }
}

/// Reads members of a JSON object, and says which one is wrong.
struct DocumentReader {
    let value: JSONValue
    let path: String

    private func failure(_ name: String, _ expected: String) -> AttestationError {
        .malformed("\(path).\(name) is no \(expected)")
    }

    func has(_ name: String) -> Bool { value[name] != nil }

    func object(_ name: String) throws(AttestationError) -> DocumentReader {
        guard let member = value[name], case .object = member else {
            throw failure(name, "object")
        }
        return DocumentReader(value: member, path: "\(path).\(name)")
    }

    /// The objects of a list; an absent list is empty when `isOptional`.
    func objects(
        _ name: String, isOptional: Bool = false
    ) throws(AttestationError) -> [DocumentReader] {
        if isOptional, value[name] == nil { return [] }
        guard let elements = value[name]?.elements else { throw failure(name, "list") }
        guard elements.count <= 1000 else { throw failure(name, "short list") }
        return elements.enumerated().map { index, element in
            DocumentReader(value: element, path: "\(path).\(name)[\(index)]")
        }
    }

    func text(_ name: String) throws(AttestationError) -> String {
        guard let text = value[name]?.text else { throw failure(name, "text") }
        return text
    }

    func texts(_ name: String) throws(AttestationError) -> [String] {
        guard let member = value[name] else { return [] }
        guard let texts = member.elements?.map(\.text), !texts.contains(nil) else {
            throw failure(name, "list of texts")
        }
        return texts.compactMap { $0 }
    }

    func number<N: FixedWidthInteger & UnsignedInteger>(
        _ name: String, _ type: N.Type = N.self
    ) throws(AttestationError) -> N {
        guard case .number = value[name], let number = value[name]?.integer(as: type) else {
            throw failure(name, "number below 2^\(type.bitWidth)")
        }
        return number
    }

    /// Bytes in hexadecimal, `count` of them.
    func bytes(_ name: String, _ count: Int) throws(AttestationError) -> Bytes {
        guard let bytes = value[name]?.text.flatMap({ Bytes(hex: $0) }), bytes.count == count
        else { throw failure(name, "\(count) bytes in hexadecimal") }
        return bytes
    }

    /// An RFC 3339 time, as seconds since 1970.
    func time(_ name: String) throws(AttestationError) -> Int64 {
        guard let time = value[name]?.text.flatMap({ Timestamp(text: $0) }) else {
            throw failure(name, "time")
        }
        return time.seconds
    }

    func status(_ name: String) throws(AttestationError) -> TCBStatus {
        guard let status = TCBStatus(name: try text(name)) else {
            throw failure(name, "known status")
        }
        return status
    }
}
