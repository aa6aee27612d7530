// SHA-256 of many messages of one length, eight at a time where the machine has vectors for it. The
// leaves of large trees, such as the chunks of a model's weights, are hashed so.
//
// Safety, for every `unsafe` below: eight messages of `count` bytes lie one after another from the
// pointer on; each call reads whole blocks inside them, or inside an array made here.

public import Base
import CHashes
import COpenSSL

extension SHA256 {
    /// The hashes of the pieces of `count` bytes of `bytes`, the last one perhaps shorter, each
    /// with the byte `prefix` before it. Copies nothing.
    public static func hashes(
        ofEach count: Int, in bytes: ArraySlice<UInt8>, prefix: UInt8
    ) -> [Hash256] {
        precondition(count > 0, "pieces have bytes")
        var hashes: [Hash256] = []
        hashes.reserveCapacity(bytes.count / count + 1)
        var rest = bytes
        let lanes = Int(AIVM_HASH_LANES)
        while !rest.isEmpty {
            if rest.count / lanes >= count, count >= 64, HashLanes.areAvailable {
                let group = rest.prefix(lanes * count)
                unsafe group.withUnsafeBufferPointer {
                    guard let base = $0.baseAddress else { return }
                    unsafe hashes += HashLanes.hashes(base, count: count, prefix: prefix)
                }
                rest = rest.dropFirst(lanes * count)
            } else {
                var hasher = SHA256Hasher()
                hasher.update([prefix])
                hasher.update(rest.prefix(count))
                hashes.append(hasher.finalize())
                rest = rest.dropFirst(count)
            }
        }
        return hashes
    }
}

private enum HashLanes {
    private static let lanes = Int(AIVM_HASH_LANES)

    static let areAvailable = aivm_sha256_lanes_are_available() == 1

    /// The hashes of eight messages of `count` bytes, at least 64.
    static func hashes(
        _ base: UnsafePointer<UInt8>, count: Int, prefix: UInt8
    ) -> [Hash256] {
        // The first block is the prefix and 63 bytes; from there on blocks lie in the messages.
        let blocks = (count - 63) / 64
        let rest = 63 + 64 * blocks
        var states = initialStates
        var heads: [UInt8] = []
        var tails: [UInt8] = []
        let bits = UInt64(count + 1) * 8
        for lane in 0..<lanes {
            let message = unsafe UnsafeBufferPointer(start: base + lane * count, count: count)
            heads.append(prefix)
            unsafe heads.append(contentsOf: message.prefix(63))
            unsafe tails.append(contentsOf: message.suffix(count - rest))
            tails.append(0x80)
            while tails.count % 64 != 56 { tails.append(0) }
            tails.appendBigEndian(bits)
        }
        unsafe heads.withUnsafeBufferPointer { unsafe update(&states, $0.baseAddress, 64, 1) }
        unsafe update(&states, base + 63, count, blocks)
        let length = tails.count / lanes
        unsafe tails.withUnsafeBufferPointer {
            unsafe update(&states, $0.baseAddress, length, length / 64)
        }
        return (0..<lanes).map { lane in
            func word(_ index: Int) -> UInt64 {
                UInt64(states[index * lanes + lane]) << 32
                    | UInt64(states[(index + 1) * lanes + lane])
            }
            return Hash256(words: (word(0), word(2), word(4), word(6)))
        }
    }

    /// Takes `blocks` blocks of messages that begin `step` bytes apart into `states`.
    private static func update(
        _ states: inout [UInt32], _ first: UnsafePointer<UInt8>?, _ step: Int, _ blocks: Int
    ) {
        guard let first = unsafe first, blocks > 0 else { return }
        let pointers = unsafe (0..<lanes).map { unsafe Optional(first + $0 * step) }
        unsafe pointers.withUnsafeBufferPointer { messages in
            unsafe states.withUnsafeMutableBytes { words in
                unsafe aivm_sha256_lanes(
                    blocks, messages.baseAddress,
                    words.assumingMemoryBound(
                        to: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32).self
                    ).baseAddress)
            }
        }
    }

    /// The state of no bytes, in every lane.
    private static let initialStates: [UInt32] = {
        let context = OpenSSLCalls.makeSHA256()
        let h = context.h
        return [h.0, h.1, h.2, h.3, h.4, h.5, h.6, h.7].flatMap {
            [UInt32](repeating: $0, count: lanes)
        }
    }()
}
