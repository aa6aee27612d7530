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

    /// What a newcomer gets wrong: a clear line that names what is wrong, and the right exit code.
    @Test func wrongInputIsExplained() throws {
        let temporary = try TemporaryDirectory()
        let shell = Shell(temporary)
        let folder = temporary.path("authority")
        try shell.expect(["tee", "dev-authority", folder, "--seed", "01"], 0)
        func write(_ name: String, _ bytes: Bytes) throws -> String {
            let path = temporary.path(name)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return path
        }
        func content(_ name: String) throws -> Bytes {
            Bytes(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
        }
        let quote = try content("tdx.quote")
        let tdx = folder + "/tdx.quote"
        let at = ["--at", time]
        let collateral = ["--collateral", folder + "/collateral"]
        let roots = ["--roots", folder + "/roots.json"]
        let broken = temporary.path("broken")
        try FileManager.default.createDirectory(
            atPath: broken, withIntermediateDirectories: true)
        let answer = try content("collateral/tcb-info-tdx.json")
        _ = try write("broken/tcb.json", Bytes(answer.prefix(answer.count / 2)))
        let cases: [(words: [String], status: Int32, text: String)] = [
            (["inspect", try write("garbage", Bytes("garbage".utf8))], 65, "holds no quote"),
            (["inspect", try write("empty", [])], 65, "holds no quote"),
            (["inspect", try write("cut", Bytes(quote.prefix(700)))], 65, "cut"),
            (["inspect", tdx, "--certificates", folder + "/roots.json"], 65, "roots.json"),
            (["inspect", folder], 66, "authority"),
            (["inspect"], 64, "FILE"),
            (["verify", tdx], 64, "--at"),
            (["verify", tdx, "--at", "yesterday"], 64, "2026-02-01T00:00:00Z"),
            (["verify", try write("noise", Bytes(0..<255))] + at, 65, "holds no quote"),
            (["verify", temporary.path("cut")] + at, 1, "[1]"),
            (["verify", tdx] + at + roots, 1, "--collateral"),
            (["verify", folder + "/sev-snp-milan.quote"] + at + roots, 1, "--certificates"),
            (["verify", tdx] + at + ["--collateral", folder + "/none"], 66, "none"),
            (["verify", tdx] + at + ["--collateral", broken], 65, "tcb.json"),
            (
                ["verify", tdx] + at + collateral + roots
                    + ["--policy", try write("p1", Bytes("{".utf8))], 65, "p1"
            ),
            (
                ["verify", tdx] + at + collateral + roots
                    + ["--policy", try write("p2", Bytes(#"{"statuses": ["Fine"]}"#.utf8))], 65,
                "no status Fine"
            ),
            (
                ["verify", tdx] + at + collateral + roots
                    + ["--policy", try write("p3", Bytes(#"{"accept_everything": true}"#.utf8))],
                65, "accept_everything"
            ),
            (["verify", tdx] + at + ["--roots", tdx], 65, "tdx.quote"),
            (["verify", tdx] + at + ["--roots", try write("r", Bytes("[]".utf8))], 65, "roots"),
            (["dev-authority", folder], 73, "holds files already"),
            (["dev-authority", temporary.path("new"), "--seed", "xyz"], 64, "--seed"),
            (["dev-authority", temporary.path("new"), "--report-data", "00"], 64, "128"),
            (["dev-authority", temporary.path("new"), "--from", "now"], 64, "--from"),
            (["dev-authority", tdx + "/x"], 73, "cannot make"),
            (["judge", tdx], 64, "judge"),
        ]
        for (words, status, text) in cases {
            let errors = try shell.expect(["tee"] + words, status).errors
            #expect(errors.hasPrefix("aivm: "), "\(words): \(errors)")
            #expect(errors.contains(text), "\(words): \(errors)")
            #expect(!errors.contains("Fatal error"), "\(words): \(errors)")
        }
    }

    @Test func commandsHaveHelpAndListsMayBeTexts() throws {
        let temporary = try TemporaryDirectory()
        let shell = Shell(temporary)
        let folder = temporary.path("authority")
        try shell.expect(["tee", "dev-authority", folder, "--seed", "01"], 0)
        let verify = [
            "tee", "verify", folder + "/tdx.quote", "--at", time, "--collateral",
            folder + "/collateral", "--roots", folder + "/roots.json",
        ]
        for command in ["inspect", "verify", "dev-authority"] {
            let help = try shell.expect(["tee", command, "--help"], 0).output
            #expect(help.contains("aivm tee \(command)"), "\(command)")
        }
        // A list in PEM, as Intel's service answers unless asked otherwise, is read too.
        for place in 0..<2 {
            let list = try Bytes(
                Data(
                    contentsOf: URL(fileURLWithPath: folder + "/collateral/revoked-\(place).der")))
            let text = "-----BEGIN X509 CRL-----\n\(list.base64)\n-----END X509 CRL-----\n"
            try FileManager.default.removeItem(atPath: folder + "/collateral/revoked-\(place).der")
            try Data(text.utf8).write(
                to: URL(fileURLWithPath: folder + "/collateral/revoked-\(place).pem"))
        }
        try shell.expect(
            verify + ["--policy", folder + "/policy.json"], 0)
    }

    /// A bundle as tools for quotes write it, and several quotes in one file.
    @Test(.enabled(if: Fixtures.require("fixtures/tee/SOURCES.md")))
    func realQuotesAreJudgedByBundles() throws {
        let temporary = try TemporaryDirectory()
        let shell = Shell(temporary)
        for (name, status, code) in [
            ("sgx/phala_sgx_quote_v3", "ConfigurationAndSWHardeningNeeded", "41"),
            ("tdx/phala_tdx_quote", "UpToDate", "45"),
        ] {
            let folder = temporary.path(name.replacing("/", with: "-"))
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            let bundle = try #require(Fixtures.path("fixtures/tee/\(name).collateral.json"))
            try FileManager.default.copyItem(atPath: bundle, toPath: folder + "/bundle.json")
            let quote = try #require(Fixtures.path("fixtures/tee/\(name).bin"))
            let words = ["tee", "verify", quote, "--collateral", folder]
            let at = ["--at", "2025-06-25T00:00:00Z"]
            #expect(try shell.expect(words + at, 1).errors.contains("[\(code)]"), "\(name)")
            let policy = folder + "/../policy.json"
            try Data(
                #"{"statuses": ["\#(status)"], "accept_leftover": true}"#.utf8
            ).write(to: URL(fileURLWithPath: policy))
            let answer = try shell.json(words + at + ["--policy", policy])
            #expect(answer["verdict"]?["tcb_status"]?.text == status)
            let late = try shell.run(words + ["--at", "2025-08-25T00:00:00Z", "--json"])
            #expect(late.status == 1)
            #expect(try JSONValue(parsing: late.output)["code"] == .number("10"))
        }
        let file = try #require(Fixtures.path("fixtures/tee/nvidia/hopper_evidence.json"))
        let entry = try #require(
            try JSONValue(parsing: try Fixtures.bytes("fixtures/tee/nvidia/hopper_evidence.json"))
                .elements?.first)
        let twice = temporary.path("twice.json")
        try Data(JSONValue.array([entry, entry]).compactText.utf8).write(
            to: URL(fileURLWithPath: twice))
        let policy = temporary.path("gpu.json")
        let omissions = #"["revocation", "reference-measurements", "debug-state"]"#
        try Data(#"{"accepted_omissions": \#(omissions)}"#.utf8).write(
            to: URL(fileURLWithPath: policy))
        let one = try shell.json(["tee", "verify", file, "--at", time, "--policy", policy])
        let both = try shell.json(["tee", "verify", twice, "--at", time, "--policy", policy])
        #expect(both == .array([one, one]))
        #expect(one["verdict"]?["product"]?.text == "GH100")
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
