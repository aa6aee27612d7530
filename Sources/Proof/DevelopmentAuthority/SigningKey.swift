// The private keys of a development authority. All derive from its seed, so that the same seed
// gives the same quotes everywhere; whoever knows the seed can sign anything.

public import Base
import Certificates
public import Cryptography

/// A private key that signs certificates, lists and quotes.
public enum SigningKey: Sendable {
    /// On a curve.
    case ecdsa(ECDSA.PrivateKey)
    /// RSA, which signs with PSS.
    case rsa(RSA.PrivateKey)

    /// The key called `label` of a seed, on a curve.
    public init(_ curve: NISTCurve, seed: Bytes, _ label: String) {
        let hash: DigestAlgorithm = curve == .p256 ? .sha256 : .sha384
        var counter: UInt8 = 0
        while true {
            let scalar = hash.hmac(key: seed, message: Bytes(label.utf8) + [counter])
            if let key = ECDSA.PrivateKey(curve, scalar: scalar) {
                self = .ecdsa(key)
                return
            }
            counter &+= 1
        }
    }

    /// The RSA key called `label` of a seed, with a modulus of `byteCount` bytes: 256, 384 or 512.
    public init(rsaByteCount byteCount: Int, seed: Bytes, _ label: String) {
        let derived = DigestAlgorithm.sha384.hmac(key: seed, message: Bytes(label.utf8))
        guard let key = RSA.PrivateKey(seed: derived, byteCount: byteCount) else {
            preconditionFailure("the size of the modulus is allowed")
        }
        self = .rsa(key)
    }

    /// The public key as certificates hold it.
    public var publicKeyInfo: Bytes {
        switch self {
        case .ecdsa(let key):
            let curve =
                key.publicKey.curve == .p256
                ? OID(1, 2, 840, 10045, 3, 1, 7) : OID(1, 3, 132, 0, 34)
            return DERWriter.sequence(
                DERWriter.sequence(
                    DERWriter.identifier(OID(1, 2, 840, 10045, 2, 1)),
                    DERWriter.identifier(curve)),
                DERWriter.bitString(key.publicKey.point))
        case .rsa(let key):
            return DERWriter.sequence(
                DERWriter.sequence(
                    DERWriter.identifier(OID(1, 2, 840, 113_549, 1, 1, 1)),
                    DERWriter.element(DERTag.null, [])),
                DERWriter.bitString(
                    DERWriter.sequence(
                        DERWriter.unsigned(key.publicKey.modulus), DERWriter.integer(65537))))
        }
    }

    /// The algorithm that certificates name.
    var algorithm: Bytes {
        switch self {
        case .ecdsa(let key):
            let number: UInt8 = key.publicKey.curve == .p256 ? 2 : 3
            return DERWriter.sequence(
                DERWriter.identifier(OID(1, 2, 840, 10045, 4, 3).appending(number)))
        case .rsa:
            let sha384 = DERWriter.sequence(
                DERWriter.identifier(OID(2, 16, 840, 1, 101, 3, 4, 2, 2)))
            let mask = DERWriter.sequence(
                DERWriter.identifier(OID(1, 2, 840, 113_549, 1, 1, 8)), sha384)
            return DERWriter.sequence(
                DERWriter.identifier(OID(1, 2, 840, 113_549, 1, 1, 10)),
                DERWriter.sequence(
                    DERWriter.element(DERTag.context(0), sha384),
                    DERWriter.element(DERTag.context(1), mask),
                    DERWriter.element(DERTag.context(2), DERWriter.integer(48))))
        }
    }

    /// The signature of `message` as certificates hold it.
    func certificateSignature(of message: Bytes) -> Bytes {
        switch self {
        case .ecdsa:
            let raw = signature(of: message)
            return DERWriter.sequence(
                DERWriter.unsigned(Bytes(raw.prefix(raw.count / 2))),
                DERWriter.unsigned(Bytes(raw.suffix(raw.count / 2))))
        case .rsa: return signature(of: message)
        }
    }

    /// The signature of `message`, r and s for a curve, with the curve's hash.
    public func signature(of message: Bytes) -> Bytes {
        switch self {
        case .ecdsa(let key):
            let hash: DigestAlgorithm = key.publicKey.curve == .p256 ? .sha256 : .sha384
            return key.signature(for: hash.hash(message), hash: hash)
        case .rsa(let key): return key.signaturePSS(forSHA384: SHA384.hash(message))
        }
    }

    /// x and y of a key on a curve; empty for RSA.
    public var coordinates: Bytes {
        if case .ecdsa(let key) = self { Bytes(key.publicKey.point.dropFirst()) } else { [] }
    }
}
