// Keccak-256 as Ethereum uses it: the sponge of the Keccak reference (Bertoni, Daemen, Peeters, Van
// Assche, version 3.0, 2011) with capacity 512 and the padding of that document, 0x01 … 0x80. SHA-3
// (FIPS 202) is the same permutation with the padding 0x06 … 0x80, so the two never agree. OpenSSL
// has this padding from version 3.2 on only; hence our own.
//
// State: 25 words of 64 bits, lane (x, y) at index x + 5 y, bytes least significant first. A
// message is taken in 136 bytes at a time.

public import Base

/// Keccak-256 of byte strings: the hash of Ethereum and of snarkjs's transcripts, not SHA3-256.
public enum Keccak256 {
    /// The hash of `bytes`.
    public static func hash(_ bytes: Bytes) -> Hash256 {
        var hasher = Keccak256Hasher()
        hasher.update(bytes[...])
        return hasher.finalize()
    }
}

/// Keccak-256 of bytes that arrive in pieces. A copy continues on its own.
public struct Keccak256Hasher: Sendable {
    private var state = KeccakState()
    /// Bytes taken into the state since the last permutation, below the rate.
    private var position = 0

    /// Starts with no bytes.
    public init() {}

    /// Takes in `bytes` after those before.
    public mutating func update(_ bytes: Bytes) { update(bytes[...]) }

    /// Takes in `bytes` after those before, without copying them.
    public mutating func update(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes {
            state.absorb(byte, at: position)
            position += 1
            if position == KeccakState.rate {
                state.permute()
                position = 0
            }
        }
    }

    /// The hash of everything taken in. The hasher itself stays as it was.
    public func finalize() -> Hash256 {
        var last = state
        last.absorb(0x01, at: position)
        last.absorb(0x80, at: KeccakState.rate - 1)
        last.permute()
        return last.hash
    }
}

/// The state of the sponge and the permutation keccak-f[1600].
struct KeccakState: Sendable {
    /// Bytes taken in between two permutations: 200 less twice the 32 bytes of the hash.
    static let rate = 136

    private var lanes = [25 of UInt64](repeating: 0)

    /// Adds one byte of the message at `position`, below the rate.
    mutating func absorb(_ byte: UInt8, at position: Int) {
        lanes[position >> 3] ^= UInt64(byte) << UInt64(8 * (position & 7))
    }

    /// The first 32 bytes of the state.
    var hash: Hash256 {
        Hash256(
            words: (
                lanes[0].byteSwapped, lanes[1].byteSwapped, lanes[2].byteSwapped,
                lanes[3].byteSwapped
            ))
    }

    /// keccak-f[1600]: 24 rounds of θ, ρ, π, χ, ι, in the reference's names. Written out, because
    /// loops over tables cost five times as much.
    mutating func permute() {
        for index in 0..<24 {
            mixColumns()
            turnLanes()
            for row in stride(from: 0, to: 25, by: 5) { mixRow(row) }
            // ι: rounds differ.
            lanes[0] ^= KeccakState.roundConstants[index]
        }
    }

    /// θ: each lane takes the parity of two columns beside it.
    @inline(__always)
    private mutating func mixColumns() {
        let c0 = lanes[0] ^ lanes[5] ^ lanes[10] ^ lanes[15] ^ lanes[20]
        let c1 = lanes[1] ^ lanes[6] ^ lanes[11] ^ lanes[16] ^ lanes[21]
        let c2 = lanes[2] ^ lanes[7] ^ lanes[12] ^ lanes[17] ^ lanes[22]
        let c3 = lanes[3] ^ lanes[8] ^ lanes[13] ^ lanes[18] ^ lanes[23]
        let c4 = lanes[4] ^ lanes[9] ^ lanes[14] ^ lanes[19] ^ lanes[24]
        let d0 = c4 ^ turned(c1, 1)
        let d1 = c0 ^ turned(c2, 1)
        let d2 = c1 ^ turned(c3, 1)
        let d3 = c2 ^ turned(c4, 1)
        let d4 = c3 ^ turned(c0, 1)
        for y in stride(from: 0, to: 25, by: 5) {
            lanes[y] ^= d0
            lanes[y + 1] ^= d1
            lanes[y + 2] ^= d2
            lanes[y + 3] ^= d3
            lanes[y + 4] ^= d4
        }
    }

    /// ρ and π: from (1, 0) on, the lane at (x, y) goes to (y, 2x + 3y), rotated by the next
    /// triangular number.
    @inline(__always)
    private mutating func turnLanes() {
        let first = lanes[1]
        lanes[1] = turned(lanes[6], 44)
        lanes[6] = turned(lanes[9], 20)
        lanes[9] = turned(lanes[22], 61)
        lanes[22] = turned(lanes[14], 39)
        lanes[14] = turned(lanes[20], 18)
        lanes[20] = turned(lanes[2], 62)
        lanes[2] = turned(lanes[12], 43)
        lanes[12] = turned(lanes[13], 25)
        lanes[13] = turned(lanes[19], 8)
        lanes[19] = turned(lanes[23], 56)
        lanes[23] = turned(lanes[15], 41)
        lanes[15] = turned(lanes[4], 27)
        lanes[4] = turned(lanes[24], 14)
        lanes[24] = turned(lanes[21], 2)
        lanes[21] = turned(lanes[8], 55)
        lanes[8] = turned(lanes[16], 45)
        lanes[16] = turned(lanes[5], 36)
        lanes[5] = turned(lanes[3], 28)
        lanes[3] = turned(lanes[18], 21)
        lanes[18] = turned(lanes[17], 15)
        lanes[17] = turned(lanes[11], 10)
        lanes[11] = turned(lanes[7], 6)
        lanes[7] = turned(lanes[10], 3)
        lanes[10] = turned(first, 1)
    }

    /// χ: the only step that is not linear, along the row that starts at `row`.
    @inline(__always)
    private mutating func mixRow(_ row: Int) {
        let (b0, b1, b2) = (lanes[row], lanes[row + 1], lanes[row + 2])
        let (b3, b4) = (lanes[row + 3], lanes[row + 4])
        lanes[row] = b0 ^ (~b1 & b2)
        lanes[row + 1] = b1 ^ (~b2 & b3)
        lanes[row + 2] = b2 ^ (~b3 & b4)
        lanes[row + 3] = b3 ^ (~b4 & b0)
        lanes[row + 4] = b4 ^ (~b0 & b1)
    }

    @inline(__always)
    private func turned(_ lane: UInt64, _ bits: UInt64) -> UInt64 {
        lane << bits | lane >> (64 - bits)
    }

    /// One bit at each position 2^j - 1 from the linear feedback shift register with polynomial
    /// x^8 + x^6 + x^5 + x^4 + 1.
    private static let roundConstants: [24 of UInt64] = {
        var register: UInt8 = 1
        return InlineArray { _ in
            var constant: UInt64 = 0
            for power in 0..<7 {
                if register & 1 == 1 { constant |= 1 << UInt64((1 << power) - 1) }
                register = register << 1 ^ (register & 0x80 != 0 ? 0x71 : 0)
            }
            return constant
        }
    }()
}
