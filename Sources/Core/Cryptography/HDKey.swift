// Keys from one seed along a path (BIP-32), private derivation only.
//
// A node is a private key and a 32-byte chain code. The master is HMAC-SHA-512 of the seed under
// "Bitcoin seed". Child i is HMAC-SHA-512 under the parent's chain code of
//     00 ‖ parent key ‖ i          hardened, i >= 2³¹, written i'
//     parent public key ‖ i        otherwise
// where i is four bytes, big-endian; the left half is added to the parent key modulo the group
// order, the right half is the child's chain code.

public import Base

/// Why no key derives from a seed and a path.
public enum HDKeyError: Error, Equatable, Sendable {
    /// A seed must have 16 to 64 bytes.
    case seedLength(byteCount: Int)
    /// A path is `m`, then up to 255 times `/` and a number below 2³¹, with `'` if hardened.
    case malformedPath(String)
    /// The derived number is no key; the chance is 2⁻¹²⁷. Depth 0 is the master key.
    case unusableKey(depth: Int)
}

/// Derivation of keys along a path.
public enum HDKey {
    /// The path of the first account on a Cosmos chain.
    public static let cosmosPath = "m/44'/118'/0'/0/0"

    /// The private key at `path` under `seed`.
    public static func derive(
        seed: Bytes, path: String
    ) throws(HDKeyError) -> Secp256k1.PrivateKey {
        guard (16...64).contains(seed.count) else { throw .seedLength(byteCount: seed.count) }
        let steps = try parse(path)
        var digest = HMAC.sha512(key: Bytes("Bitcoin seed".utf8), message: seed)
        guard var key = Secp256k1.PrivateKey(Bytes(digest.prefix(32))) else {
            throw .unusableKey(depth: 0)
        }
        var chainCode = Bytes(digest.suffix(32))
        for (depth, step) in steps.enumerated() {
            var message = step >= hardened ? [0] + key.rawBytes : key.publicKey.bytes
            message.appendBigEndian(step)
            digest = HMAC.sha512(key: chainCode, message: message)
            guard
                let sum = Secp256k1Calls.add(Bytes(digest.prefix(32)), to: key.rawBytes),
                let child = Secp256k1.PrivateKey(sum)
            else { throw .unusableKey(depth: depth + 1) }
            key = child
            chainCode = Bytes(digest.suffix(32))
        }
        return key
    }

    private static let hardened: UInt32 = 1 << 31

    private static func parse(_ path: String) throws(HDKeyError) -> [UInt32] {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts[0] == "m", parts.count <= 256 else { throw .malformedPath(path) }
        var steps: [UInt32] = []
        for part in parts.dropFirst() {
            let isHardened = part.hasSuffix("'")
            let digits = isHardened ? part.dropLast() : part
            let isNumber = digits.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }
            guard isNumber, let number = UInt32(digits), number < hardened else {
                throw .malformedPath(path)
            }
            steps.append(isHardened ? number | hardened : number)
        }
        return steps
    }
}
