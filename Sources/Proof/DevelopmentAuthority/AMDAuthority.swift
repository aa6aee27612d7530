// AMD's stand-in for one product line: ARK, ASK, ASVK, one chip, one cloud provider; reports of
// SEV-SNP, the counterpart of `SNPReport`.

public import Base
public import Certificates
import Cryptography

/// What a report of SEV-SNP is to say.
public struct SNPRecipe: Sendable {
    /// Version of the layout.
    public var version: UInt32 = 3
    /// What the guest's owner allows.
    public var policy: UInt64 = 0x30000
    /// Privilege level.
    public var vmpl: UInt32 = 0
    /// Whether the key of a cloud provider signs.
    public var isVLEK = false
    /// Whether the chip ID is left out.
    public var isChipMasked = false
    /// Security versions of FMC (Turin), boot loader, TEE, SNP and microcode.
    public var versions: [UInt8] = [2, 4, 1, 22, 210]
    /// Versions in the certificate; `nil` for the same.
    public var certifiedVersions: [UInt8]?
    /// Hash of the first content.
    public var measurement = Bytes(repeating: 0x3E, count: 48)
    /// What is signed with it, 64 bytes.
    public var reportData = Bytes(repeating: 0, count: 64)
    /// Family, model and stepping; `nil` for the product's own.
    public var processor: Bytes?
    /// Chip of the certificate; `nil` for the same.
    public var certifiedChip: Bytes?

    /// Makes the standard report.
    public init() {}
}

/// Signs reports of SEV-SNP and the certificates of their keys.
public struct AMDAuthority: Sendable {
    /// The product line.
    public let product: String
    /// The root, ARK.
    public let root: Issuer
    /// The issuer of chips' certificates.
    public let ask: Issuer
    /// The issuer of cloud providers' certificates.
    public let asvk: Issuer
    let reportKey: SigningKey
    let validity: ClosedRange<Int64>

    /// Makes the stand-in of a seed.
    public init(
        product: String, seed: Bytes, validity: ClosedRange<Int64>, rsaByteCount: Int
    ) {
        self.product = product
        self.validity = validity
        func key(_ label: String) -> SigningKey {
            SigningKey(rsaByteCount: rsaByteCount, seed: seed, "amd " + product + label)
        }
        root = Issuer(
            root: CertificateTemplate(
                "UNSAFE development root for AMD \(product)", validity: validity,
                isAuthority: true), key: key("ark"))
        ask = root.issue(
            CertificateTemplate(
                "SEV-\(product)", serial: [2], validity: validity, isAuthority: true),
            key: key("ask"))
        asvk = root.issue(
            CertificateTemplate(
                "SEV-VLEK-\(product)", serial: [3], validity: validity, isAuthority: true),
            key: key("asvk"))
        reportKey = SigningKey(.p384, seed: seed, "amd report " + product)
    }

    private var isTurin: Bool { product == "Turin" }

    /// The chip's identity: 64 bytes, of Turin 8.
    public var chip: Bytes { Bytes(repeating: 0xC4, count: isTurin ? 8 : 64) }

    /// The certificate of the key that signs the report.
    public func leaf(
        _ recipe: SNPRecipe, serial: Bytes = [0], validity: ClosedRange<Int64>? = nil
    ) -> Certificate {
        let base = OID(1, 3, 6, 1, 4, 1, 3704, 1)
        let versions = recipe.certifiedVersions ?? recipe.versions
        var numbers: [(number: UInt8, version: UInt8)] = [
            (1, versions[1]), (2, versions[2]), (3, versions[3]), (8, versions[4]),
        ]
        if isTurin { numbers.append((9, versions[0])) }
        var extensions = numbers.map { entry in
            (
                identifier: base.appending(3).appending(entry.number), isCritical: false,
                value: DERWriter.integer(UInt64(entry.version))
            )
        }
        if recipe.isVLEK {
            extensions.append((base.appending(5), false, Bytes("development cloud".utf8)))
        } else {
            extensions.append((base.appending(4), false, recipe.certifiedChip ?? chip))
        }
        return (recipe.isVLEK ? asvk : ask).issue(
            CertificateTemplate(
                recipe.isVLEK ? "SEV-VLEK" : "SEV-VCEK", serial: serial,
                validity: validity ?? self.validity, extensions: extensions),
            key: reportKey
        ).certificate
    }

    /// The certificates that go with a report: leaf, its issuer, root.
    public func chain(_ recipe: SNPRecipe) -> [Certificate] {
        [leaf(recipe), (recipe.isVLEK ? asvk : ask).certificate, root.certificate]
    }

    /// A signed report.
    public func report(_ recipe: SNPRecipe) -> Bytes {
        var bytes = Bytes(repeating: 0, count: 1184)
        bytes.put(littleEndian32(Int(recipe.version)) + littleEndian32(1), at: 0)
        var policy = Bytes()
        policy.appendLittleEndian(recipe.policy)
        bytes.put(policy, at: 8)
        bytes.put(littleEndian32(Int(recipe.vmpl)) + littleEndian32(1), at: 0x30)
        var tcb = Bytes(repeating: 0, count: 8)
        if isTurin {
            tcb.put(Bytes(recipe.versions.prefix(4)), at: 0)
        } else {
            tcb.put(Bytes(recipe.versions[1...2]), at: 0)
            tcb[6] = recipe.versions[3]
        }
        tcb[7] = recipe.versions[4]
        for place in [0x38, 0x180, 0x1E0, 0x1F0] { bytes.put(tcb, at: place) }
        bytes[0x48] = (recipe.isVLEK ? 4 : 0) | (recipe.isChipMasked ? 2 : 0)
        bytes.put(recipe.reportData, at: 0x50)
        bytes.put(recipe.measurement, at: 0x90)
        if recipe.version >= 3 {
            bytes.put(recipe.processor ?? [isTurin ? 0x1A : 0x19, 1, 1], at: 0x188)
        }
        if !recipe.isChipMasked { bytes.put(chip, at: 0x1A0) }
        let signature = reportKey.signature(of: Bytes(bytes.prefix(0x2A0)))
        bytes.put(signature.prefix(48).reversed(), at: 0x2A0)
        bytes.put(signature.suffix(48).reversed(), at: 0x2A0 + 72)
        return bytes
    }
}
