// The blobs that the module's state names: programs, weight chunks, and tensors too large for the
// record of their inference. A snapshot carries exactly these.

public import Base
public import Ledger

extension AI: BlobNaming {
    public func forEachBlob(
        _ context: inout Context, _ body: (Hash256) throws(Failure) -> Void
    ) throws(Failure) {
        try forEach(AIKeys.models, &context) { (record, _) throws(Failure) in
            try AI.visit(record.programHash, body)
        }
        try forEach(AIKeys.chunks, &context) { (record, _) throws(Failure) in
            try AI.visit(record.blobHash, body)
        }
        try forEach(AIKeys.requests, &context) { (record, _) throws(Failure) in
            if let hash = record.input.blobHash { try AI.visit(hash, body) }
        }
        try forEach(AIKeys.inferences, &context) { (record, _) throws(Failure) in
            for hash in [record.input.blobHash, record.output.blobHash] {
                if let hash { try AI.visit(hash, body) }
            }
        }
    }

    private static func visit(
        _ bytes: Bytes, _ body: (Hash256) throws(Failure) -> Void
    ) throws(Failure) {
        guard let hash = Hash256(bytes) else {
            throw .sdk(.logic, "the state names a blob by \(bytes.count) bytes")
        }
        try body(hash)
    }
}
