// aivm tee dev-authority: writes a quote of every kind, signed by stand-ins for the makers, with
// everything that judging them needs. The files say that they vouch for nothing.

import Attestation
import Base
import Certificates
import DevelopmentAuthority
import Foundation
import Wire

extension CommandLineInterface {
    static let developmentAuthorityCommand = Command(
        name: "dev-authority",
        summary: "Make unsafe roots of your own and a quote of every kind, for tests and demos.",
        discussion: """
            UNSAFE: whoever knows the seed signs anything. A chain believes such quotes only when
            its genesis allows development roots. Judge them with
              aivm tee verify DIR/tdx.quote --collateral DIR/collateral --roots DIR/roots.json \\
                  --policy DIR/policy.json --at TIME
            """,
        arguments: [Argument(name: "DIR", help: "Folder to make.")],
        options: [
            .option("seed", "HEX", "What everything derives from.", fallback: "00"),
            .option("report-data", "HEX", "64 bytes to have signed (default: zeros)."),
            .option("from", "TIME", "Start of validity.", fallback: "2025-01-01T00:00:00Z"),
            .option("until", "TIME", "End of validity.", fallback: "2035-01-01T00:00:00Z"),
        ],
        run: { invocation in
            let folder = invocation.arguments[0]
            let written = try DevelopmentFiles(invocation).write(to: folder)
            Terminal.note(
                "UNSAFE: these roots vouch for nothing; whoever knows the seed signs anything")
            Output(invocation).show([
                "unsafe": .bool(true), "files": .array(written.map { .string($0) }),
            ]) { written.joined(separator: "\n") }
        })
}

/// The files of a development authority.
private struct DevelopmentFiles {
    let roots: DevelopmentRoots
    let reportData: Bytes

    init(_ invocation: Invocation) throws {
        func misuse(_ message: String) -> UsageError {
            UsageError(message: message, path: invocation.pathText)
        }
        func time(_ name: String) throws -> Int64 {
            guard let time = invocation.option(name).flatMap({ Timestamp(text: $0) }) else {
                throw misuse("--\(name) takes a time such as 2026-02-01T00:00:00Z")
            }
            return time.seconds
        }
        guard let seed = invocation.option("seed").flatMap({ Bytes(hex: $0) }), !seed.isEmpty
        else { throw misuse("--seed takes hexadecimal") }
        let zeros = Bytes(repeating: 0, count: 64)
        let given = invocation.option("report-data")
        guard let data = given.map({ Bytes(hex: $0) }) ?? zeros, data.count == 64 else {
            throw misuse("--report-data takes 128 hexadecimal digits")
        }
        let (from, until) = (try time("from"), try time("until"))
        guard from < until else { throw misuse("--from must be before --until") }
        reportData = data
        roots = DevelopmentRoots(seed: seed, validity: from...until)
    }

    /// Writes everything; returns the paths.
    func write(to folder: String) throws -> [String] {
        let present = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard present.isEmpty else {
            throw CommandFailure("\(folder) holds files already", .cannotCreate)
        }
        do {
            try FileManager.default.createDirectory(
                atPath: folder + "/collateral", withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(
                "cannot make \(folder): \(error.localizedDescription)", .cannotCreate)
        }
        var written: [String] = []
        for (name, bytes) in try files() {
            try writeFile(folder + "/" + name, bytes)
            written.append(folder + "/" + name)
        }
        return written
    }

    private func files() throws -> [(name: String, bytes: Bytes)] {
        var policy = AttestationPolicy.strict
        policy.acceptsDevelopment = true
        policy.technologies = Technology.allCases.map(\.name)
        policy.measurements = [
            MeasurementRule(.sgx, "mrenclave", [EnclaveRecipe().mrEnclave]),
            MeasurementRule(.tdx, "mrtd", [TrustDomainRecipe().mrTD]),
            MeasurementRule(.sevSNP, "measurement", [SNPRecipe().measurement]),
            MeasurementRule(.nitro, "pcr0", [NitroRecipe().registers[0].value]),
        ]
        policy.acceptedOmissions = Omission.allCases.map(\.rawValue)
        let list = try roots.trusted.map { try $0.json() }
        return [
            ("UNSAFE.txt", Bytes("Development roots: nothing here vouches for anything.\n".utf8)),
            ("roots.json", Bytes((JSONValue.array(list).prettyText + "\n").utf8)),
            ("policy.json", Bytes((try policy.json().prettyText + "\n").utf8)),
        ] + quotes() + (try collateral())
    }

    private func pem(_ certificates: [Certificate]) -> Bytes {
        Bytes(certificates.map { PEM.text($0.encoded) }.joined().utf8)
    }

    private func quotes() -> [(name: String, bytes: Bytes)] {
        var enclave = EnclaveRecipe()
        enclave.reportData = reportData
        var machine = TrustDomainRecipe()
        machine.reportData = reportData
        var nitro = NitroRecipe()
        nitro.userData = reportData
        var gpu = GPURecipe()
        gpu.challenge = AttestationBinding.deviceChallenge(for: reportData)
        var files: [(name: String, bytes: Bytes)] = [
            ("sgx.quote", roots.intel.quote(DCAPRecipe(sgx: enclave))),
            ("tdx.quote", roots.intel.quote(DCAPRecipe(tdx: machine))),
            ("nitro.quote", roots.nitro.document(nitro)),
            ("nvidia-gpu.quote", roots.nvidia.report(gpu)),
            ("nvidia-gpu.pem", pem(roots.nvidia.chain(gpu))),
        ]
        for authority in roots.amd {
            var recipe = SNPRecipe()
            recipe.reportData = reportData
            let name = "sev-snp-" + authority.product.lowercased()
            files.append((name + ".quote", authority.report(recipe)))
            files.append((name + ".pem", pem(authority.chain(recipe))))
        }
        return files
    }

    private func collateral() throws -> [(name: String, bytes: Bytes)] {
        let pile = try roots.intel.collateral()
        var files = [(name: "collateral/intel.pem", bytes: pem(pile.certificates))]
        for info in pile.tcbInfos {
            files.append(
                (
                    "collateral/tcb-info-\(info.id.lowercased()).json",
                    info.document.answer(member: "tcbInfo")
                ))
        }
        for identity in pile.identities {
            files.append(
                (
                    "collateral/identity-\(identity.id.lowercased()).json",
                    identity.document.answer(member: "enclaveIdentity")
                ))
        }
        for (index, list) in pile.lists.enumerated() {
            files.append(("collateral/revoked-\(index).der", list.encoded))
        }
        return files
    }
}
