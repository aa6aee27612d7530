// Quotes of trusted hardware through the real binary: made by a development authority, judged with
// its roots, refused without them, and judged alike whatever the machine's time zone, trust store
// and configuration of OpenSSL say.

import Base
import Foundation
import TestSupport
import Testing
import Wire

@Suite struct QuotesAreJudgedOffline {
    private let time = "2027-01-01T00:00:00Z"

    private func verification(_ folder: String, _ name: String) -> [String] {
        var words = ["tee", "verify", "\(folder)/\(name).quote", "--at", time]
        words += ["--collateral", "\(folder)/collateral", "--roots", "\(folder)/roots.json"]
        if FileManager.default.fileExists(atPath: "\(folder)/\(name).pem") {
            words += ["--certificates", "\(folder)/\(name).pem"]
        }
        return words
    }

    @Test func quotesOfEveryKindAreMadeShownAndJudged() throws {
        let temporary = try TemporaryDirectory()
        let shell = Shell(temporary)
        let folder = temporary.path("authority")
        let data = Bytes((0..<64).map { UInt8($0) }).hex
        let made = try shell.expect(
            ["tee", "dev-authority", folder, "--seed", "abcd", "--report-data", data], 0)
        #expect(made.errors.contains("UNSAFE"))
        let names = [
            "sgx", "tdx", "nitro", "nvidia-gpu", "sev-snp-milan", "sev-snp-genoa",
            "sev-snp-turin",
        ]
        for name in names {
            let words = verification(folder, name)
            let answer = try shell.json(words + ["--policy", "\(folder)/policy.json"])
            #expect(answer["accepted"] == .bool(true), "\(name)")
            let verdict = try #require(answer["verdict"])
            #expect(verdict["unsafe"] != nil, "\(name)")
            if name != "nvidia-gpu" { #expect(verdict["report_data"]?.text == data, "\(name)") }
            // The strict policy refuses development roots, and the makers' roots know none of it.
            #expect(try shell.expect(words, 1).errors.contains("[43]"), "\(name)")
            let own = words.filter { $0 != "--roots" && !$0.hasSuffix("roots.json") }
            #expect(try shell.expect(own, 1).errors.contains("[107]"), "\(name)")
            // The same in another world.
            let elsewhere = try Program.run(
                words + ["--policy", "\(folder)/policy.json", "--json"],
                environment: [
                    "TZ": "Pacific/Kiritimati", "SSL_CERT_DIR": folder, "LANG": "tr_TR.UTF-8",
                    "SSL_CERT_FILE": "\(folder)/collateral/intel.pem",
                    "OPENSSL_CONF": "\(folder)/policy.json", "OPENSSL_ia32cap": "0",
                ])
            #expect(elsewhere.status == 0)
            #expect(try JSONValue(parsing: elsewhere.output) == answer, "\(name)")
            let view = try shell.json(["tee", "inspect", "\(folder)/\(name).quote"])
            #expect(view["technology"] == verdict["technology"])
            let text = try shell.expect(["tee", "inspect", "\(folder)/\(name).quote"], 0).output
            #expect(text.hasPrefix("technology: "))
        }
        let late = verification(folder, "tdx").map { $0 == time ? "2036-01-01T00:00:00Z" : $0 }
        let refused = try shell.run(late + ["--json"])
        #expect(refused.status == 1)
        #expect(try JSONValue(parsing: refused.output)["code"] == .number("109"))
        try shell.expect(["tee", "verify", "\(folder)/tdx.quote"], 64)
        try shell.expect(["tee", "inspect", "\(folder)/roots.json"], 65)
        try shell.expect(["tee", "inspect", "\(folder)/none"], 66)
    }

    @Test(.enabled(if: Fixtures.require("fixtures/tee/SOURCES.md")))
    func evidenceOfARealGPUIsShownAndJudged() throws {
        let shell = Shell(try TemporaryDirectory())
        let file = try #require(Fixtures.path("fixtures/tee/nvidia/hopper_evidence.json"))
        let view = try shell.json(["tee", "inspect", file])
        #expect(view["technology"]?.text == "nvidia-gpu")
        #expect(view["driver_version"]?.text?.hasPrefix("590.12") == true)
        let strict = try shell.expect(["tee", "verify", file, "--at", time], 1)
        #expect(strict.errors.contains("[44]"))
    }
}
