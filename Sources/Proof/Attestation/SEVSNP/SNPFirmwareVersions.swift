// The firmware versions of AMD's platforms: eight bytes in a report, whose meaning depends on the
// product, and one extension each in a VCEK or VLEK (AMD VCEK certificate and KDS interface
// specification).
//
//     byte            0            1            2    3    6    7
//     Milan, Genoa    boot loader  TEE                    SNP  microcode
//     Turin           FMC          boot loader  TEE  SNP       microcode

import Base
import Certificates

/// Security versions of the parts of a platform's firmware.
struct SNPFirmwareVersions: Equatable {
    /// First mover of Turin; `nil` for older products.
    var fmc: UInt8?
    var bootLoader: UInt8
    var tee: UInt8
    var snp: UInt8
    var microcode: UInt8

    /// Reads the eight bytes of a report.
    init(_ bytes: Bytes, isTurin: Bool) {
        precondition(bytes.count == 8, "versions have eight bytes")
        if isTurin {
            (fmc, bootLoader, tee, snp) = (bytes[0], bytes[1], bytes[2], bytes[3])
        } else {
            (fmc, bootLoader, tee, snp) = (nil, bytes[0], bytes[1], bytes[6])
        }
        microcode = bytes[7]
    }

    /// The base of the extensions.
    static let base = OID(1, 3, 6, 1, 4, 1, 3704, 1)

    /// Reads the extensions of a certificate.
    init(_ certificate: Certificate, isTurin: Bool) throws(AttestationError) {
        func version(_ number: UInt8) throws(AttestationError) -> UInt8 {
            let identifier = SNPFirmwareVersions.base.appending(3).appending(number)
            guard let value = certificate.value(of: identifier) else {
                throw .malformed("the certificate lacks the version \(identifier)")
            }
            do throws(CertificateError) {
                var reader = DERReader(value)
                let number = try reader.readSmallInteger("version")
                try reader.requireEnd("the version")
                guard let byte = UInt8(exactly: number) else { throw .malformed("a version") }
                return byte
            } catch {
                throw .malformed("the version \(identifier): \(error)")
            }
        }
        fmc = isTurin ? try version(9) : nil
        bootLoader = try version(1)
        tee = try version(2)
        snp = try version(3)
        microcode = try version(8)
    }

    /// The versions by name.
    var components: [ComponentVersion] {
        (fmc.map { [ComponentVersion("fmc", $0)] } ?? []) + [
            ComponentVersion("bootloader", bootLoader), ComponentVersion("tee", tee),
            ComponentVersion("snp", snp), ComponentVersion("microcode", microcode),
        ]
    }
}
