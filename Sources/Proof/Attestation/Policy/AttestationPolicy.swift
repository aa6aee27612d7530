// What a verdict must say to be good enough. A chain, the owner of a model and the caller of a
// request may each have a policy; a verdict must pass all of them, so the strictest wins in every
// rule. Every field left out is the strict choice, or no further wish where there is none.

public import Base
public import Wire

/// Which verdicts are good enough.
public struct AttestationPolicy: WireMessage, Hashable {
    /// Names of accepted technologies; empty accepts all.
    public var technologies: [String] = []
    /// Accepted statuses of Intel platforms; empty accepts `UpToDate` only.
    public var statuses: [String] = []
    /// Accepted product lines of platforms that name one, such as `Milan`; empty accepts all.
    public var products: [String] = []
    /// What measurements must be.
    public var measurements: [MeasurementRule] = []
    /// What versions must be at least.
    public var minimumVersions: [VersionRule] = []
    /// Whether somebody outside may look inside.
    public var acceptsDebug = false
    /// Whether roots made for development count.
    public var acceptsDevelopment = false
    /// Whether bytes after a quote may be ignored.
    public var acceptsLeftover = false
    /// Names of checks that may be left out.
    public var acceptedOmissions: [String] = []
    /// Advisories that must not apply.
    public var refusedAdvisories: [String] = []
    /// SHA-256 of keys of which none may be among the signers'.
    public var refusedSigners: [Bytes] = []
    /// Whether a device, such as a GPU, must be attested together with the machine.
    public var requiresDevice = false

    public static let wireName = "aivm.compute.v1.AttestationPolicy"
    public static let wireFields: WireFields<AttestationPolicy> = [
        .strings(1, "technologies", \.technologies),
        .strings(2, "statuses", \.statuses),
        .strings(3, "products", \.products),
        .messages(4, "measurements", \.measurements),
        .messages(5, "minimum_versions", \.minimumVersions),
        .bool(6, "accept_debug", \.acceptsDebug),
        .bool(7, "accept_development", \.acceptsDevelopment),
        .bool(8, "accept_leftover", \.acceptsLeftover),
        .strings(9, "accepted_omissions", \.acceptedOmissions),
        .strings(10, "refused_advisories", \.refusedAdvisories),
        .byteStrings(11, "refused_signers", \.refusedSigners),
        .bool(12, "require_device", \.requiresDevice),
    ]

    public init() {}

    /// Accepts every technology at its strictest: up to date, nothing left out, no debugging.
    public static let strict = AttestationPolicy()

    /// The first thing that makes the policy meaningless; `nil` when there is none.
    public var problem: String? {
        for name in technologies where Technology(name: name) == nil {
            return "no technology \(name.prefix(40))"
        }
        for name in statuses where TCBStatus(name: name) == nil {
            return "no status \(name.prefix(40))"
        }
        for name in acceptedOmissions where Omission(rawValue: name) == nil {
            return "no check \(name.prefix(40))"
        }
        if !measurements.isEmpty, technologies.isEmpty {
            // The rules of one technology would let any code of the others pass.
            return "measurements, and no technologies that are accepted"
        }
        for rule in measurements {
            guard Technology(name: rule.technology) != nil, !rule.name.isEmpty,
                !rule.accepted.isEmpty
            else { return "a measurement without technology, name or value" }
        }
        for rule in minimumVersions
        where Technology(name: rule.technology) == nil || rule.name.isEmpty || rule.numbers == nil {
            return "a version without technology, name or number"
        }
        for signer in refusedSigners where signer.count != Hash256.byteCount {
            return "a signer of \(signer.count) bytes"
        }
        return nil
    }
}

extension AttestationPolicy {
    /// Whether the policy says which code may run on machines of a technology.
    public func namesCode(of technology: Technology) -> Bool {
        measurements.contains {
            $0.technology == technology.name && technology.codeMeasurements.contains($0.name)
        }
    }
}

/// What a measurement of a technology must be.
public struct MeasurementRule: WireMessage, Hashable {
    /// Name of the technology; others need not have the measurement.
    public var technology = ""
    /// Name of the measurement.
    public var name = ""
    /// The values, of which it must have one.
    public var accepted: [Bytes] = []

    public static let wireName = "aivm.compute.v1.MeasurementRule"
    public static let wireFields: WireFields<MeasurementRule> = [
        .string(1, "technology", \.technology),
        .string(2, "name", \.name),
        .byteStrings(3, "accepted", \.accepted),
    ]

    public init() {}

    /// Makes a rule.
    public init(_ technology: Technology, _ name: String, _ accepted: [Bytes]) {
        self.technology = technology.name
        self.name = name
        self.accepted = accepted
    }
}

/// What a version of a technology must be at least.
public struct VersionRule: WireMessage, Hashable {
    /// Name of the technology; others need not have the version.
    public var technology = ""
    /// Name of the part.
    public var name = ""
    /// Numbers with points between; of `vbios` in hexadecimal.
    public var minimum = ""

    public static let wireName = "aivm.compute.v1.VersionRule"
    public static let wireFields: WireFields<VersionRule> = [
        .string(1, "technology", \.technology),
        .string(2, "name", \.name),
        .string(3, "minimum", \.minimum),
    ]

    public init() {}

    /// Makes a rule.
    public init(_ technology: Technology, _ name: String, _ minimum: String) {
        self.technology = technology.name
        self.name = name
        self.minimum = minimum
    }

    /// The minimum as numbers; `nil` when it is none.
    var numbers: [UInt64]? {
        ComponentVersion.numbers(minimum, radix: name == "vbios" ? 16 : 10)
    }
}
