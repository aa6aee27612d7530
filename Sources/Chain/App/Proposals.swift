// What goes into a block, and which proposals are acceptable. Both read the gas limits out of the
// transactions; whether these pass admission shows when the block is executed.

public import Base
public import Ledger

extension AIVMApplication {
    public mutating func prepareProposal(
        _ candidates: [Bytes], maximumBytes: Int64, block: BlockInfo
    ) throws(StorageFailure) -> [Bytes] {
        let record = try started()
        let pipeline = pipeline(record)
        var bytesLeft = maximumBytes
        var gasLeft = record.gasLimit
        var chosen: [Bytes] = []
        for candidate in candidates {
            guard let gas = gasLimit(of: candidate, pipeline) else { continue }
            if let limit = record.gasLimit, gas > limit { continue }
            let byteCount = AIVMApplication.proposalByteCount(of: candidate)
            // Stops at the first that does not fit: later ones of the same sender need it before
            // them, and nothing large waits for ever.
            guard byteCount <= bytesLeft, gas <= gasLeft ?? .max else { break }
            bytesLeft -= byteCount
            if let left = gasLeft { gasLeft = left - gas }
            chosen.append(candidate)
        }
        return chosen
    }

    public mutating func processProposal(
        _ transactions: [Bytes], block: BlockInfo
    ) throws(StorageFailure) -> Bool {
        let record = try started()
        let pipeline = pipeline(record)
        var total: UInt64 = 0
        for transaction in transactions {
            guard let gas = gasLimit(of: transaction, pipeline) else { return false }
            let (sum, overflow) = total.addingReportingOverflow(gas)
            guard !overflow, sum <= record.gasLimit ?? .max else { return false }
            total = sum
        }
        return true
    }

    /// The gas limit that a transaction names; `nil` when it does not decode.
    private func gasLimit(of bytes: Bytes, _ pipeline: TransactionPipeline) -> UInt64? {
        (try? pipeline.parse(bytes, remembers: true))?.fee.gasLimit
    }

    /// Bytes of a transaction in a block: a tag, the length, the content.
    private static func proposalByteCount(of bytes: Bytes) -> Int64 {
        var lengthCount = 1
        var rest = bytes.count >> 7
        while rest > 0 {
            lengthCount += 1
            rest >>= 7
        }
        return Int64(1 + lengthCount + bytes.count)
    }
}
