// What goes into a block, and which proposals are acceptable. Both read the gas limits out of the
// transactions; whether these pass admission shows when the block is executed. Whatever the first
// gives, the second takes: otherwise the chain would stop.

public import Base
import Cryptography
public import Ledger

extension AIVMApplication {
    public mutating func prepareProposal(
        _ candidates: [Bytes], maximumBytes: Int64, block: BlockInfo
    ) throws(StorageFailure) -> [Bytes] {
        let record = try started(for: block)
        let pipeline = pipeline(record)
        var bytesLeft = maximumBytes
        var gasLeft = record.gasLimit
        var chosen: [Bytes] = []
        var hashes = SortedHashes()
        for candidate in candidates {
            guard let gas = gasLimit(of: candidate, pipeline) else { continue }
            if let limit = record.gasLimit, gas > limit { continue }
            let byteCount = AIVMApplication.proposalByteCount(of: candidate)
            // Stops at the first that does not fit: later ones of the same sender need it before
            // them, and nothing large waits for ever.
            guard byteCount <= bytesLeft, gas <= gasLeft ?? .max else { break }
            guard hashes.insert(SHA256.hash(candidate)) else { continue }
            bytesLeft -= byteCount
            if let left = gasLeft { gasLeft = left - gas }
            chosen.append(candidate)
        }
        return chosen
    }

    public mutating func processProposal(
        _ transactions: [Bytes], block: BlockInfo
    ) throws(StorageFailure) -> Bool {
        let record = try started(for: block)
        let pipeline = pipeline(record)
        var (totalGas, byteCount): (UInt64, Int64) = (0, 0)
        var hashes = SortedHashes()
        for transaction in transactions {
            guard let gas = gasLimit(of: transaction, pipeline) else { return false }
            let (sum, overflow) = totalGas.addingReportingOverflow(gas)
            guard !overflow, sum <= record.gasLimit ?? .max else { return false }
            totalGas = sum
            byteCount += AIVMApplication.proposalByteCount(of: transaction)
            guard byteCount <= record.byteLimit,
                hashes.insert(SHA256.hash(transaction))
            else { return false }
        }
        return true
    }

    /// The record, when `block` is the one after it: proposals for any other height come from an
    /// engine of another chain.
    private func started(for block: BlockInfo) throws(StorageFailure) -> ApplicationRecord {
        let record = try started()
        guard block.height == record.nextHeight else {
            throw StorageFailure(
                "a proposal for block \(block.height); the next is \(record.nextHeight)")
        }
        return record
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

/// Hashes seen, in ascending order.
private struct SortedHashes {
    private var hashes: [Hash256] = []

    /// Takes `hash` in; `false` when it was there.
    mutating func insert(_ hash: Hash256) -> Bool {
        var (low, high) = (0, hashes.count)
        while low < high {
            let middle = low + (high - low) / 2
            if hashes[middle] < hash { low = middle + 1 } else { high = middle }
        }
        guard low == hashes.count || hashes[low] != hash else { return false }
        hashes.insert(hash, at: low)
        return true
    }
}
