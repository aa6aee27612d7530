// A stand-in for the makers of trusted hardware: roots of one's own that sign well-formed quotes of
// every kind, for tests and demonstrations. Such a quote vouches for nothing. Every root's name
// says so, every verdict under it says so, and a chain takes it only when its genesis allows that.

public import Attestation
public import Base
import Certificates

/// Roots for development, all from one seed.
public struct DevelopmentRoots: Sendable {
    /// What everything derives from.
    public let seed: Bytes
    /// Validity of roots and issuers.
    public let validity: ClosedRange<Int64>
    /// Intel's stand-in.
    public let intel: IntelAuthority
    /// AWS's stand-in.
    public let nitro: NitroAuthority
    /// NVIDIA's stand-in.
    public let nvidia: GPUAuthority
    /// AMD's stand-ins, one for each product line asked for.
    public let amd: [AMDAuthority]

    /// Makes roots.
    ///
    /// - Parameters:
    ///   - seed: any bytes; whoever knows them can sign anything.
    ///   - validity: of everything that is made, in seconds since 1970.
    ///   - products: AMD's product lines to stand in for: `Milan`, `Genoa`, `Turin`.
    ///   - rsaByteCount: bytes of AMD's moduli: AMD's own have 512, which take a second each.
    public init(
        seed: Bytes, validity: ClosedRange<Int64>,
        products: [String] = ["Milan", "Genoa", "Turin"], rsaByteCount: Int = 256
    ) {
        self.seed = seed
        self.validity = validity
        intel = IntelAuthority(seed: seed, validity: validity)
        nitro = NitroAuthority(seed: seed, validity: validity)
        nvidia = GPUAuthority(seed: seed, validity: validity)
        amd = products.map { product in
            AMDAuthority(
                product: product, seed: seed, validity: validity, rsaByteCount: rsaByteCount)
        }
    }

    /// What a verifier must trust to believe these quotes; all marked.
    public var trusted: [TrustedRoot] {
        let others: [(vendor: Vendor, product: String, issuer: Issuer)] = [
            (.intel, "", intel.root), (.aws, "", nitro.root), (.nvidia, "", nvidia.root),
        ]
        return (others + amd.map { (.amd, $0.product, $0.root) }).map { entry in
            TrustedRoot(
                entry.vendor, product: entry.product,
                keyFingerprint: entry.issuer.certificate.keyFingerprint,
                knownCertificates: [entry.issuer.certificate.fingerprint], isDevelopment: true)
        }
    }

    /// The stand-in for AMD's product line, or `nil`.
    public func amd(_ product: String) -> AMDAuthority? { amd.first { $0.product == product } }
}
