// A quote as it travels, and the one question about it. Which technology it is of is told by its
// first bytes; each folder beside this file judges one maker's.

public import Base
public import Certificates
import Cryptography

/// A quote and the certificates that came with it.
public struct Quote: Equatable, Sendable {
    /// Most bytes of a quote that is read.
    public static let maximumByteCount = 65536

    /// The technology, as the first bytes say.
    public let technology: Technology
    /// The quote in the maker's binary form.
    public let bytes: Bytes
    /// Certificates in any order, for quotes that carry none themselves.
    public let certificates: [Certificate]

    /// Takes a quote.
    ///
    /// - Throws: `unknownTechnology`, or `malformed` for more bytes than a quote may have.
    public init(_ bytes: Bytes, certificates: [Certificate] = []) throws(AttestationError) {
        guard bytes.count <= Quote.maximumByteCount else {
            throw .malformed("a quote of \(bytes.count) bytes")
        }
        guard let technology = Technology(ofQuote: bytes) else { throw .unknownTechnology }
        self.technology = technology
        self.bytes = bytes
        self.certificates = certificates
    }
}

extension Quote {
    /// SHA-256 of what the maker's hardware signed. Two quotes with the same hash say the same: a
    /// signature has a second valid form, and bytes that nobody signed stand around it, so whoever
    /// must not count one quote twice counts these hashes, not files.
    ///
    /// - Throws: `malformed` or `unsupported`.
    public func signedHash() throws(AttestationError) -> Hash256 {
        switch technology {
        case .sgx, .tdx: SHA256.hash(try DCAPQuote(bytes).signedBytes)
        case .sevSNP: SHA256.hash(try SNPReport(bytes).signedBytes)
        case .nitro: SHA256.hash(try NitroDocument(bytes).signedBytes)
        case .nvidiaGPU: SHA256.hash(try GPUReport(bytes).signedBytes)
        }
    }
}

/// What quotes are judged by: roots, collateral and a moment. Nothing else enters a verdict.
public struct AttestationVerifier: Sendable {
    /// Keys that chains may end in.
    public var roots: TrustedRoots
    /// What makers say of their platforms.
    public var collateral: Collateral
    /// The moment to judge at, in seconds since 1970.
    public var timeSeconds: Int64

    /// Makes a verifier.
    public init(roots: TrustedRoots = .builtIn, collateral: Collateral, atSeconds time: Int64) {
        self.roots = roots
        self.collateral = collateral
        timeSeconds = time
    }

    /// Judges a quote.
    ///
    /// - Throws: ``AttestationError``; `code` is stable.
    /// - Complexity: five to ten signature checks: 1 ms for SGX, TDX and SEV-SNP, 4 ms for Nitro
    ///   and NVIDIA, whose chains are all on P-384.
    public func verdict(on quote: Quote) throws(AttestationError) -> Verdict {
        switch quote.technology {
        case .sgx, .tdx:
            let parsed = try DCAPQuote(quote.bytes)
            return try DCAPVerification(parsed, quote.certificates, self).verdict()
        case .sevSNP:
            let report = try SNPReport(quote.bytes)
            return try SNPVerification(report, quote.certificates, self).verdict()
        case .nitro:
            return try NitroVerification(try NitroDocument(quote.bytes), self).verdict()
        case .nvidiaGPU:
            let report = try GPUReport(quote.bytes)
            return try GPUVerification(report, quote.certificates, self).verdict()
        }
    }
}
