// The forms in which quotes lie in files: bytes, a text of hexadecimal, and NVIDIA's evidence, a
// list of objects with `evidence` and `certificate` in base64.

import Attestation
import Base
import Certificates
import Wire

enum QuoteFile {
    /// The quotes of a file; at least one.
    static func quotes(
        _ bytes: Bytes, certificates: [Certificate], path: String
    ) throws -> [Quote] {
        func quote(_ bytes: Bytes, _ certificates: [Certificate]) throws -> Quote {
            do throws(AttestationError) {
                return try Quote(bytes, certificates: certificates)
            } catch {
                throw CommandFailure("\(path): \(error)", .malformedData)
            }
        }
        if Technology(ofQuote: bytes) != nil { return [try quote(bytes, certificates)] }
        let text = String(decoding: bytes, as: UTF8.self)
        if let decoded = Bytes(hex: text.filter { !$0.isWhitespace }), !decoded.isEmpty {
            return [try quote(decoded, certificates)]
        }
        guard let entries = (try? JSONValue(parsing: bytes))?.elements, !entries.isEmpty else {
            throw CommandFailure("\(path) holds no quote", .malformedData)
        }
        return try entries.map { entry in
            guard let evidence = entry["evidence"]?.text.flatMap({ Bytes(base64: $0) }),
                let chain = entry["certificate"]?.text.flatMap({ Bytes(base64: $0) }),
                let own = try? PEM.certificates(in: chain[...])
            else { throw CommandFailure("\(path) holds no evidence", .malformedData) }
            return try quote(evidence, own + certificates)
        }
    }
}
