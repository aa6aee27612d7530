// The keys that chains may end in, one for each maker and product line. A chain replaces this list
// by governance; a development root is a member like others and marked, so that whoever trusts it
// has said so.
//
// The built-in fingerprints are SHA-256 of the public keys (SubjectPublicKeyInfo) and of the root
// certificates that Intel, AMD, AWS and NVIDIA publish.

public import Base
public import Certificates
public import Wire

/// Who makes a technology.
public enum Vendor: String, CaseIterable, Sendable {
    /// Intel: SGX and TDX.
    case intel
    /// AMD: SEV-SNP.
    case amd
    /// Amazon: Nitro.
    case aws
    /// NVIDIA: GPUs.
    case nvidia

    /// Most certificates of a chain, from a leaf to the root.
    var chainLimit: Int {
        switch self {
        case .intel, .amd: 3
        case .aws, .nvidia: 5
        }
    }
}

/// A root whose chains are believed.
public struct TrustedRoot: WireMessage, Hashable {
    /// Name of a ``Vendor``.
    public var vendor = ""
    /// The product line, such as `Milan`; empty where the vendor has one root.
    public var product = ""
    /// SHA-256 of the root's public key, 32 bytes.
    public var keyFingerprint: Bytes = []
    /// SHA-256 of root certificates of this key whose own signature need not be checked.
    public var knownCertificates: [Bytes] = []
    /// Whether the root was made for development and vouches for nothing.
    public var isDevelopment = false

    public static let wireName = "aivm.compute.v1.TrustedRoot"
    public static let wireFields: WireFields<TrustedRoot> = [
        .string(1, "vendor", \.vendor),
        .string(2, "product", \.product),
        .bytes(3, "key_fingerprint", \.keyFingerprint),
        .byteStrings(4, "known_certificates", \.knownCertificates),
        .bool(5, "development", \.isDevelopment),
    ]

    public init() {}

    /// Makes a root.
    public init(
        _ vendor: Vendor, product: String = "", keyFingerprint: Hash256,
        knownCertificates: [Hash256] = [], isDevelopment: Bool = false
    ) {
        self.vendor = vendor.rawValue
        self.product = product
        self.keyFingerprint = keyFingerprint.bytes
        self.knownCertificates = knownCertificates.map(\.bytes)
        self.isDevelopment = isDevelopment
    }

    /// The root as an anchor of chains; `nil` when a fingerprint has not 32 bytes or the vendor is
    /// unknown.
    public var anchor: TrustAnchor? {
        guard Vendor(rawValue: vendor) != nil, let key = Hash256(keyFingerprint) else { return nil }
        let known = knownCertificates.compactMap { Hash256($0) }
        guard known.count == knownCertificates.count else { return nil }
        return TrustAnchor(keyFingerprint: key, knownCertificates: known)
    }
}

/// The roots that are believed.
public struct TrustedRoots: Equatable, Sendable {
    /// The roots, in any order.
    public let all: [TrustedRoot]

    /// Takes roots; `nil` when one is malformed.
    public init?(_ all: [TrustedRoot]) {
        guard all.allSatisfy({ $0.anchor != nil }) else { return nil }
        self.all = all
    }

    private init(valid all: [TrustedRoot]) { self.all = all }

    /// The makers' own roots.
    public static let builtIn = TrustedRoots(
        valid: [
            root(
                .intel, "", "a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e",
                "44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3"),
            root(
                .amd, "Milan", "9f056bee44377e29308cb5ffa895bdfb62d18881fa6bed8d6f075b0204089cb9",
                "69d063b45344d26a2e94e1f4210de49ef555308287d4c174445c95639a540bcd"),
            root(
                .amd, "Genoa", "429a69c9422aa258ee4d8db5fcda9c6470ef15f8cd5a9cebd6cbc7d90b863831",
                "4c6598d19c18719c5dfd4a7d335f674e5bfe1d8f800cea2cf270c10d103db2f1"),
            root(
                .amd, "Turin", "4f125410563a2ab9a50356f9243f6fe0b6f73de98603f53f90339c70e9d7ad08",
                "1f084161a44bb6d93778a904877d4819cafa5d05ef4193b2ded9dd9c73dd3f6a"),
            root(
                .aws, "", "f2caf5ecc6190b4a8399b78bc58a2bbcd0382375db8a1bfd78a82743874fd225",
                "641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b"),
            root(
                .nvidia, "", "a90c4eb5acfd3e3d03a25db6a26b84f720ad0503196c627c21ddd48dd85b06a4",
                "102bf659d5419614c9d8e6aecebc80454eb26b1df6a769ac720b9a690b167b48"),
        ].compactMap { $0 })

    private static func root(
        _ vendor: Vendor, _ product: String, _ key: String, _ certificate: String
    ) -> TrustedRoot? {
        guard let key = Bytes(hex: key).flatMap({ Hash256($0) }),
            let certificate = Bytes(hex: certificate).flatMap({ Hash256($0) })
        else { return nil }
        return TrustedRoot(
            vendor, product: product, keyFingerprint: key, knownCertificates: [certificate])
    }

    /// Finds and judges the chain of `leaf` to a root of `vendor`, which is not longer than that
    /// vendor's.
    func path(
        from leaf: Certificate, through pile: [Certificate], _ vendor: Vendor, atSeconds time: Int64
    ) throws(AttestationError) -> (path: CertificatePath, root: TrustedRoot) {
        let roots = all.filter { $0.vendor == vendor.rawValue }
        do throws(CertificateError) {
            let path = try CertificatePath(
                from: leaf, through: pile, to: roots.compactMap(\.anchor), atSeconds: time,
                limit: vendor.chainLimit)
            return (path, roots[path.anchorIndex])
        } catch {
            throw AttestationError(error)
        }
    }
}
