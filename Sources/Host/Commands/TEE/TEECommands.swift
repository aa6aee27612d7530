// aivm tee inspect | verify | dev-authority

import Attestation
import Base
import Certificates
import Wire

extension CommandLineInterface {
    static let teeCommand = Command(
        name: "tee", summary: "Look at and judge quotes of trusted hardware.",
        children: [inspectQuoteCommand, verifyQuoteCommand, developmentAuthorityCommand])

    private static let fileArgument = Argument(
        name: "FILE", help: "The quote: bytes, hexadecimal, or NVIDIA's evidence in JSON.")
    private static let certificatesOption = Option.option(
        "certificates", "FILE", "Certificates of a quote that carries none (PEM or DER).")

    private static let inspectQuoteCommand = Command(
        name: "inspect", summary: "Show every field of a quote, without judging it.",
        arguments: [fileArgument],
        options: [certificatesOption],
        run: { invocation in
            let quotes = try readQuotes(invocation)
            let views = try quotes.map { quote in
                do throws(AttestationError) { return try quote.inspection() } catch {
                    throw CommandFailure(
                        "\(invocation.arguments[0]): \(error) [\(error.code)]", .malformedData)
                }
            }
            let view = views.count == 1 ? views[0] : .array(views)
            Output(invocation).show(view) { lines(of: view).joined(separator: "\n") }
        })

    private static let verifyQuoteCommand = Command(
        name: "verify", summary: "Judge a quote offline.",
        discussion: """
            Checks signatures, chains and collateral at the moment that --at names, then the policy.
            Neither the system's clock nor its trusted roots are looked at. Exit code 0 only when
            the policy accepts the quote; the code of a refusal is printed.
            """,
        arguments: [fileArgument],
        options: [
            certificatesOption,
            .option("collateral", "DIR", "Folder of TCB info, identities, lists, certificates."),
            .option("at", "TIME", "The moment to judge at, such as 2026-02-01T00:00:00Z."),
            .option("policy", "FILE", "An AttestationPolicy in JSON (default: the strict one)."),
            .option("roots", "FILE", "Trusted roots in JSON (default: the makers' own)."),
        ],
        run: verifyQuote)

    private static func verifyQuote(_ invocation: Invocation) throws {
        guard let time = Timestamp(text: try invocation.required("at")) else {
            throw UsageError(
                message: "--at takes a time such as 2026-02-01T00:00:00Z",
                path: invocation.pathText)
        }
        let collateral = try invocation.option("collateral").map(CollateralFolder.read)
        let policy = try invocation.option("policy").map(readPolicy) ?? .strict
        let roots = try invocation.option("roots").map(readRoots) ?? .builtIn
        let verifier = AttestationVerifier(
            roots: roots, collateral: collateral ?? Collateral(), atSeconds: time.seconds)
        let results = try readQuotes(invocation).map { judge($0, by: verifier, policy) }
        let views = results.map(\.view)
        let refusals = results.compactMap(\.refusal)
        if refusals.isEmpty || invocation.flag("json") {
            Output(invocation).show(views.count == 1 ? views[0] : .array(views)) {
                views.flatMap { ["accepted"] + lines(of: $0["verdict"] ?? .null) }
                    .joined(separator: "\n")
            }
        }
        if let refusal = refusals.first {
            throw CommandFailure("the quote is refused: \(refusal)", .refused)
        }
    }

    /// What is said of a quote, and why it is refused, with the code.
    private static func judge(
        _ quote: Quote, by verifier: AttestationVerifier, _ policy: AttestationPolicy
    ) -> (view: JSONValue, refusal: String?) {
        func refused(_ code: UInt32, _ reason: String, _ hint: String) -> (JSONValue, String?) {
            let view = JSONValue.object([
                "accepted": .bool(false), "code": .number("\(code)"), "reason": .string(reason),
            ])
            return (view, "\(reason) [\(code)]\(hint)")
        }
        do {
            let verdict = try verifier.verdict(on: quote)
            do throws(PolicyRefusal) { try policy.check(verdict, owner: .request) } catch {
                return refused(error.code, "\(error)", "")
            }
            return (
                .object([
                    "accepted": .bool(true), "code": .number("0"), "verdict": verdict.inspection,
                ]), nil
            )
        } catch {
            let hint =
                switch error {
                case .missingCollateral: "; --collateral names a folder that holds it"
                case .missingCertificates: "; --certificates names a file that holds them"
                default: ""
                }
            return refused(error.code, "\(error)", hint)
        }
    }

    private static func readQuotes(_ invocation: Invocation) throws -> [Quote] {
        let path = invocation.arguments[0]
        let certificates = try invocation.option("certificates").map(readCertificates) ?? []
        return try QuoteFile.quotes(
            try readFile(path, limit: 1 << 20), certificates: certificates, path: path)
    }

    private static func readPolicy(_ path: String) throws -> AttestationPolicy {
        let policy = try readJSON(path) { try AttestationPolicy(json: $0) }
        if let problem = policy.problem {
            throw CommandFailure("\(path): \(problem)", .malformedData)
        }
        return policy
    }

    private static func readRoots(_ path: String) throws -> TrustedRoots {
        let list = try readJSON(path) { json in
            try (json.elements ?? []).map { try TrustedRoot(json: $0) }
        }
        guard !list.isEmpty, let roots = TrustedRoots(list) else {
            throw CommandFailure("\(path) holds no list of trusted roots", .malformedData)
        }
        return roots
    }

    /// What a file of JSON holds; errors name the file.
    private static func readJSON<Value>(
        _ path: String, _ read: (JSONValue) throws -> Value
    ) throws -> Value {
        let bytes = try readFile(path, limit: 1 << 20)
        do { return try read(try JSONValue(parsing: bytes)) } catch {
            throw CommandFailure("\(path): \(error)", .malformedData)
        }
    }
}

/// The certificates of a file in PEM, or one in DER.
func readCertificates(_ path: String) throws -> [Certificate] {
    let bytes = try readFile(path, limit: 1 << 20)
    do throws(CertificateError) {
        return bytes.first == 0x30
            ? [try Certificate(bytes)] : try PEM.certificates(in: bytes[...])
    } catch {
        throw CommandFailure("\(path): \(error)", .malformedData)
    }
}

/// The members of a value as lines, nested ones with two spaces more.
private func lines(of value: JSONValue, indent: String = "") -> [String] {
    switch value {
    case .object(let members):
        return members.flatMap { member -> [String] in
            switch member.value {
            case .object, .array:
                let inner = lines(of: member.value, indent: indent + "  ")
                return [indent + member.name + (inner.isEmpty ? ": none" : ":")] + inner
            default: return [indent + member.name + ": " + text(of: member.value)]
            }
        }
    case .array(let values):
        return values.enumerated().flatMap { index, element -> [String] in
            switch element {
            case .object, .array: ["\(indent)\(index)"] + lines(of: element, indent: indent + "  ")
            default: [indent + text(of: element)]
            }
        }
    default: return [indent + text(of: value)]
    }
}

private func text(of value: JSONValue) -> String {
    value.text ?? (value == .null ? "none" : value.compactText)
}
