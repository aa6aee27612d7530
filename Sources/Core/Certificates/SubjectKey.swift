// Public keys and signatures of certificates (RFC 3279, RFC 5480, RFC 4055): ECDSA on P-256 and
// P-384 with SHA-256 or SHA-384, and RSASSA-PSS with SHA-384 and a salt of 48 bytes.

public import Base
public import Cryptography

/// The key that a certificate vouches for.
public enum SubjectKey: Equatable, Sendable {
    /// A point of a curve. Whether it is one is found out by the first check.
    case ecdsa(ECDSA.PublicKey)
    /// A modulus.
    case rsa(RSA.PublicKey)

    /// Reads a SubjectPublicKeyInfo.
    init(_ element: DERElement) throws(CertificateError) {
        var info = DERReader(element.content)
        var algorithm = DERReader(try info.read(DERTag.sequence, "algorithm of a key").content)
        let kind = try algorithm.readIdentifier("kind of a key")
        let bits = try info.readBitString("key")
        try info.requireEnd("a key")
        switch kind {
        case .ecPublicKey:
            let name = try algorithm.readIdentifier("curve of a key")
            try algorithm.requireEnd("the curve of a key")
            let curve: NISTCurve
            switch name {
            case .prime256v1: curve = .p256
            case .secp384r1: curve = .p384
            default: throw .unsupported("a key on the curve \(name)")
            }
            guard bits.count == 1 + 2 * curve.coordinateByteCount, bits.first == 4 else {
                throw .malformed("a key is no uncompressed point")
            }
            self = .ecdsa(ECDSA.PublicKey(unchecked: curve, point: Bytes(bits)))
        case .rsaEncryption:
            guard try algorithm.readIf(DERTag.null)?.content.isEmpty == true else {
                throw .malformed("an RSA key has parameters")
            }
            try algorithm.requireEnd("the algorithm of a key")
            self = .rsa(try SubjectKey.rsaKey(bits))
        default: throw .unsupported("a key of kind \(kind)")
        }
    }

    private static func rsaKey(_ bits: ArraySlice<UInt8>) throws(CertificateError) -> RSA.PublicKey
    {
        var outer = DERReader(bits)
        var key = DERReader(try outer.read(DERTag.sequence, "RSA key").content)
        try outer.requireEnd("an RSA key")
        var modulus = try key.readInteger("modulus")
        let exponent = try key.readSmallInteger("exponent")
        try key.requireEnd("the exponent")
        // A positive number with its top bit set has one zero byte before it.
        if modulus.first == 0 { modulus = modulus.dropFirst() }
        guard exponent == 65537, let rsa = RSA.PublicKey(modulus: Bytes(modulus)) else {
            throw .unsupported("an RSA key of \(8 * modulus.count) bits with exponent \(exponent)")
        }
        return rsa
    }

    /// Whether `signature`, as certificates hold it, is this key's of `message`.
    public func isValid(
        signature: ArraySlice<UInt8>, by algorithm: SignatureAlgorithm,
        of message: ArraySlice<UInt8>
    ) -> Bool {
        switch (self, algorithm) {
        case (.ecdsa(let key), .ecdsa(let hash)):
            guard let raw = try? Signatures.raw(signature, on: key.curve) else { return false }
            return key.isValid(signature: raw, for: hash.hash(message))
        case (.rsa(let key), .rsaPSS384):
            return key.isValidPSS(
                signature: Bytes(signature), forSHA384: DigestAlgorithm.sha384.hash(message))
        default: return false
        }
    }
}

/// How a certificate or list is signed.
public enum SignatureAlgorithm: Equatable, Sendable {
    /// ECDSA over a digest.
    case ecdsa(DigestAlgorithm)
    /// RSASSA-PSS with SHA-384, MGF1 over SHA-384 and a salt of 48 bytes.
    case rsaPSS384

    /// Reads an AlgorithmIdentifier.
    init(_ element: DERElement) throws(CertificateError) {
        var reader = DERReader(element.content)
        let identifier = try reader.readIdentifier("signature algorithm")
        switch identifier {
        case .ecdsaWithSHA256: self = .ecdsa(.sha256)
        case .ecdsaWithSHA384: self = .ecdsa(.sha384)
        case .rsaPSS:
            try SignatureAlgorithm.checkPSS(try reader.read(DERTag.sequence, "parameters of PSS"))
            self = .rsaPSS384
        default: throw .unsupported("the signature algorithm \(identifier)")
        }
        try reader.requireEnd("the signature algorithm")
    }

    /// Refuses parameters other than the one form that is judged.
    private static func checkPSS(_ element: DERElement) throws(CertificateError) {
        var reader = DERReader(element.content)
        var hash = DERReader(try reader.read(DERTag.context(0), "hash of PSS").content)
        try checkSHA384(&hash)
        var mask = DERReader(try reader.read(DERTag.context(1), "mask of PSS").content)
        var function = DERReader(try mask.read(DERTag.sequence, "mask of PSS").content)
        try mask.requireEnd("the mask of PSS")
        guard try function.readIdentifier("mask of PSS") == .mgf1 else {
            throw .unsupported("PSS with another mask than MGF1")
        }
        try checkSHA384(&function)
        var salt = DERReader(try reader.read(DERTag.context(2), "salt of PSS").content)
        guard try salt.readSmallInteger("salt of PSS") == 48 else {
            throw .unsupported("PSS with another salt than 48 bytes")
        }
        try salt.requireEnd("the salt of PSS")
        if let element = try reader.readIf(DERTag.context(3)) {
            var trailer = DERReader(element.content)
            guard try trailer.readSmallInteger("trailer of PSS") == 1 else {
                throw .unsupported("PSS with another trailer than 1")
            }
            try trailer.requireEnd("the trailer of PSS")
        }
        try reader.requireEnd("the parameters of PSS")
    }

    private static func checkSHA384(_ reader: inout DERReader) throws(CertificateError) {
        var algorithm = DERReader(try reader.read(DERTag.sequence, "hash of PSS").content)
        try reader.requireEnd("the hash of PSS")
        guard try algorithm.readIdentifier("hash of PSS") == .sha384 else {
            throw .unsupported("PSS with another hash than SHA-384")
        }
        if let null = try algorithm.readIf(DERTag.null), !null.content.isEmpty {
            throw .malformed("parameters of a hash")
        }
        try algorithm.requireEnd("the hash of PSS")
    }
}

/// The two forms of ECDSA signatures.
public enum Signatures {
    /// r and s, each as long as a coordinate, of a DER sequence of two integers.
    ///
    /// - Throws: `malformed` unless both are positive, shortest, and fit.
    public static func raw(
        _ encoded: ArraySlice<UInt8>, on curve: NISTCurve
    ) throws(CertificateError) -> Bytes {
        var outer = DERReader(encoded)
        var reader = DERReader(try outer.read(DERTag.sequence, "signature").content)
        try outer.requireEnd("a signature")
        var raw = Bytes()
        for name in ["r", "s"] {
            var number = try reader.readInteger(name)
            guard let first = number.first, first < 0x80 else {
                throw .malformed("\(name) is negative")
            }
            if number.count > 1, first == 0 { number = number.dropFirst() }
            guard number.count <= curve.coordinateByteCount else {
                throw .malformed("\(name) is too long")
            }
            raw += Bytes(repeating: 0, count: curve.coordinateByteCount - number.count)
            raw += number
        }
        try reader.requireEnd("s")
        return raw
    }
}
