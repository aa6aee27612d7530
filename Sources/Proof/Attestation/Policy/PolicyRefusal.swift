// Why a verdict is not good enough. Numbers 40 to 59 of the codes of attestation; stable and
// append-only.

public import Base

/// Who asks.
public enum PolicyOwner: String, Sendable {
    /// The chain, by governance.
    case chain
    /// The owner of the model.
    case model
    /// The caller.
    case request
}

/// A refusal of a verdict by a policy: the rule, and whose it is.
public struct PolicyRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// Whose policy refuses.
    public let owner: PolicyOwner
    /// The rule that is broken.
    public let rule: Rule

    /// A rule of a policy, with what the verdict says.
    public enum Rule: Equatable, Sendable {
        /// 40: the technology is not accepted.
        case technology(Technology)
        /// 41: the status of the platform is not accepted.
        case status(TCBStatus)
        /// 42: somebody outside may look inside.
        case debug
        /// 43: the root was made for development.
        case development
        /// 44: a check was left out.
        case omission(Omission)
        /// 45: bytes follow the quote.
        case leftover(byteCount: Int)
        /// 46: a measurement is missing or has another value.
        case measurement(String, actual: Bytes?)
        /// 47: a version is missing or too low.
        case version(String, minimum: String, actual: String?)
        /// 48: a signer's key is refused.
        case signer(Hash256)
        /// 49: an advisory applies.
        case advisory(String)
        /// 50: the product line is not accepted.
        case product(String)
        /// 51: what the quote had signed is not what it must vouch for.
        case binding(expected: Bytes, actual: Bytes)
        /// 52: no device is attested.
        case deviceMissing
        /// 53: no policy says which code may run on a machine of the technology, so that anybody's
        /// may.
        case codeNotNamed(Technology)
        /// 54: one device answers twice.
        case deviceRepeated(Hash256)
    }

    /// Makes a refusal.
    public init(_ owner: PolicyOwner, _ rule: Rule) {
        self.owner = owner
        self.rule = rule
    }

    /// The stable number of the rule.
    public var code: UInt32 {
        switch rule {
        case .technology: 40
        case .status: 41
        case .debug: 42
        case .development: 43
        case .omission: 44
        case .leftover: 45
        case .measurement: 46
        case .version: 47
        case .signer: 48
        case .advisory: 49
        case .product: 50
        case .binding: 51
        case .deviceMissing: 52
        case .codeNotNamed: 53
        case .deviceRepeated: 54
        }
    }

    public var description: String { "the \(owner.rawValue)'s policy: \(ruleText)" }

    private var ruleText: String {
        switch rule {
        case .technology(let technology): "\(technology.name) is not accepted"
        case .status(let status): "the status \(status) is not accepted"
        case .debug: "debugging is enabled"
        case .development: "the root is for development and unsafe"
        case .omission(let omission): "\(omission.rawValue) was not checked"
        case .leftover(let count): "\(count) bytes follow the quote"
        case .measurement(let name, let actual):
            actual.map { "\(name) is \($0.hex)" } ?? "\(name) is missing"
        case .version(let name, let minimum, let actual):
            "\(name) is \(actual ?? "missing") and must be at least \(minimum)"
        case .signer(let key): "the signer with the key \(key) is refused"
        case .advisory(let name): "the advisory \(name) applies"
        case .product(let name): "the product \(name) is not accepted"
        case .binding(let expected, let actual):
            "the quote vouches for \(actual.hex) instead of \(expected.hex)"
        case .deviceMissing: "no device is attested together with the machine"
        case .codeNotNamed(let technology):
            "no policy names the code that may run inside (measurements: "
                + technology.codeMeasurements.joined(separator: ", ") + " of \(technology.name))"
        case .deviceRepeated(let key): "the device with the key \(key) answers twice"
        }
    }
}

extension AttestationPolicy {
    /// Accepts `verdict`, or says the first rule that it breaks.
    ///
    /// - Parameter owner: whose policy this is, for the refusal.
    public func check(_ verdict: Verdict, owner: PolicyOwner) throws(PolicyRefusal) {
        func refuse(_ rule: PolicyRefusal.Rule) -> PolicyRefusal { PolicyRefusal(owner, rule) }
        let name = verdict.technology.name
        guard technologies.isEmpty || technologies.contains(name) else {
            throw refuse(.technology(verdict.technology))
        }
        guard acceptsDevelopment || !verdict.isDevelopment else { throw refuse(.development) }
        guard acceptsDebug || verdict.isDebuggable != true else { throw refuse(.debug) }
        if let status = verdict.tcbStatus {
            let accepted = statuses.isEmpty ? ["\(TCBStatus.upToDate)"] : statuses
            guard accepted.contains("\(status)") else { throw refuse(.status(status)) }
        }
        guard products.isEmpty || verdict.product.isEmpty || products.contains(verdict.product)
        else { throw refuse(.product(verdict.product)) }
        for omission in verdict.omissions where !acceptedOmissions.contains(omission.rawValue) {
            throw refuse(.omission(omission))
        }
        guard acceptsLeftover || verdict.leftoverByteCount == 0 else {
            throw refuse(.leftover(byteCount: verdict.leftoverByteCount))
        }
        for advisory in verdict.advisories where refusedAdvisories.contains(advisory) {
            throw refuse(.advisory(advisory))
        }
        for signer in verdict.signers where refusedSigners.contains(signer.keyFingerprint.bytes) {
            throw refuse(.signer(signer.keyFingerprint))
        }
        for rule in measurements where rule.technology == name {
            let actual = verdict.measurements.first { $0.name == rule.name }?.value
            guard let actual, rule.accepted.contains(actual) else {
                throw refuse(.measurement(rule.name, actual: actual))
            }
        }
        for rule in minimumVersions where rule.technology == name {
            let actual = verdict.versions.first { $0.name == rule.name }
            guard let actual, let minimum = rule.numbers, !actual.isBelow(minimum) else {
                throw refuse(
                    .version(rule.name, minimum: rule.minimum, actual: actual?.text))
            }
        }
    }
}
