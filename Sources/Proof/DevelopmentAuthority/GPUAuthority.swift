// NVIDIA's stand-in: the root, three issuers below it, a GPU; reports, the counterpart of
// `GPUReport`.

public import Base
public import Certificates
import Cryptography

/// What a report of a GPU is to say.
public struct GPURecipe: Sendable {
    /// The challenge that it answers, 32 bytes.
    public var challenge = Bytes(repeating: 0xCA, count: 32)
    /// Version of the driver.
    public var driverVersion = "570.10.01"
    /// Number of measurements.
    public var blockCount: UInt8 = 64
    /// Hash of the firmware in the report; `nil` to leave it out.
    public var firmwareID: Bytes? = Bytes(repeating: 0xF1, count: 48)
    /// Hash of the firmware in the certificate.
    public var certifiedFirmwareID = Bytes(repeating: 0xF1, count: 48)
    /// Whether the certificate names the firmware as Blackwell's do, and not as Hopper's.
    public var isBlackwell = false
    /// Number of the GPU; each has keys of its own.
    public var device = 0

    /// Makes the standard report.
    public init() {}
}

/// Signs reports of GPUs.
public struct GPUAuthority: Sendable {
    /// The root.
    public let root: Issuer
    /// The issuers below it; the last one is the GPU of number 0.
    public let issuers: [Issuer]
    let seed: Bytes
    let validity: ClosedRange<Int64>

    /// Name of the chip that it makes.
    public let chip: String

    /// Makes the stand-in of a seed.
    ///
    /// - Parameter chip: the name of the chip; of one that is no GPU, such as `BF3`, reports are to
    ///   be refused.
    public init(seed: Bytes, validity: ClosedRange<Int64>, chip: String = "GH100") {
        self.seed = seed
        self.validity = validity
        self.chip = chip
        func key(_ label: String) -> SigningKey { SigningKey(.p384, seed: seed, "gpu " + label) }
        root = Issuer(
            root: CertificateTemplate(
                "UNSAFE development root for NVIDIA", validity: validity, isAuthority: true),
            key: key("root"))
        var issuers: [Issuer] = []
        let names = [
            "NVIDIA \(chip) Identity", "NVIDIA \(chip) Provisioner ICA 1", "\(chip) A01 GSP BROM",
        ]
        for name in names {
            issuers.append(
                (issuers.last ?? root).issue(
                    CertificateTemplate(
                        name, serial: [2], validity: validity, isAuthority: true),
                    key: key(name)))
        }
        self.issuers = issuers
    }

    private func leafKey(_ recipe: GPURecipe) -> SigningKey {
        SigningKey(.p384, seed: seed, "gpu firmware \(recipe.device)")
    }

    /// The GPU of a recipe, which issues the certificate of its firmware.
    private func device(_ recipe: GPURecipe) -> Issuer {
        guard recipe.device != 0 else { return issuers[2] }
        return issuers[1].issue(
            CertificateTemplate(
                "\(chip) A01 GSP BROM", serial: [3], validity: validity, isAuthority: true),
            key: SigningKey(.p384, seed: seed, "gpu \(recipe.device)"))
    }

    /// The certificates that go with a report, leaf first.
    public func chain(
        _ recipe: GPURecipe, serial: Bytes = [5], validity: ClosedRange<Int64>? = nil
    ) -> [Certificate] {
        let device = device(recipe)
        let firmware = DERWriter.sequence(
            DERWriter.identifier(OID(2, 16, 840, 1, 101, 3, 4, 2, 2)),
            DERWriter.octetString(recipe.certifiedFirmwareID))
        let base = OID(2, 23, 133, 5, 4, 1)
        let description: (identifier: OID, isCritical: Bool, value: Bytes) =
            recipe.isBlackwell
            ? (
                base.appending(1), false,
                DERWriter.sequence(
                    DERWriter.element(0x80, Bytes("NVIDIA".utf8)),
                    DERWriter.element(DERTag.context(6), firmware))
            )
            : (
                base, false,
                DERWriter.sequence(DERWriter.integer(1), device.key.publicKeyInfo, firmware)
            )
        let leaf = device.issue(
            CertificateTemplate(
                "\(chip) A01 GSP FMC LF", serial: serial, validity: validity ?? self.validity,
                extensions: [description]), key: leafKey(recipe))
        return [leaf, device, issuers[1], issuers[0], root].map(\.certificate)
    }

    /// A signed report.
    public func report(_ recipe: GPURecipe) -> Bytes {
        var record = Bytes()
        for index in 0..<recipe.blockCount {
            record += [index + 1, 1, 51, 0, 1, 48, 0] + Bytes(repeating: index, count: 48)
        }
        var opaque = Bytes()
        func add(_ kind: UInt16, _ value: Bytes) {
            opaque += littleEndian16(kind) + littleEndian16(UInt16(value.count)) + value
        }
        add(3, Bytes(recipe.driverVersion.utf8) + [0])
        add(6, [0, 0x9F, 0, 0x96, 1, 0, 0, 0])
        if let firmwareID = recipe.firmwareID { add(20, firmwareID) }
        var report: Bytes = [0x11, 0xE0, 0x01, 0xFF] + recipe.challenge + [0]
        report += [0x11, 0x60, 0, 0, recipe.blockCount]
        report += littleEndian32(record.count).prefix(3) + record
        report += Bytes(repeating: 0x4E, count: 32)
        report += littleEndian16(UInt16(opaque.count)) + opaque
        return report + leafKey(recipe).signature(of: report)
    }
}
