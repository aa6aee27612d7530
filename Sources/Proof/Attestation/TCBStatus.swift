// What Intel says of a platform's firmware. Statuses are a set of four findings; joining the
// statuses of platform, module and quoting enclave joins their findings, where "out of date"
// already says that software needs hardening. That gives the same status as Intel's rules for
// convergence (DCAP quote verification library, `TcbStatus`).

/// The status of a trusted computing base.
public struct TCBStatus: Equatable, Sendable, CustomStringConvertible {
    private var findings: UInt8

    private static let hardening: UInt8 = 1
    private static let configuration: UInt8 = 2
    private static let old: UInt8 = 4
    private static let withdrawn: UInt8 = 8

    private init(_ findings: UInt8) { self.findings = findings }

    /// Nothing is known against it.
    public static let upToDate = TCBStatus(0)
    /// Code inside must defend itself.
    public static let softwareHardeningNeeded = TCBStatus(hardening)
    /// The platform may be set up unsafely.
    public static let configurationNeeded = TCBStatus(configuration)
    /// Both of the two before.
    public static let configurationAndSoftwareHardeningNeeded = TCBStatus(
        configuration | hardening)
    /// Known holes are open.
    public static let outOfDate = TCBStatus(old)
    /// Known holes are open, and the platform may be set up unsafely.
    public static let outOfDateConfigurationNeeded = TCBStatus(old | configuration)
    /// Not to be trusted at all.
    public static let revoked = TCBStatus(withdrawn)

    /// All statuses with the names that Intel gives them, the best first.
    public static let all: [(name: String, status: TCBStatus)] = [
        ("UpToDate", .upToDate), ("SWHardeningNeeded", .softwareHardeningNeeded),
        ("ConfigurationNeeded", .configurationNeeded),
        ("ConfigurationAndSWHardeningNeeded", .configurationAndSoftwareHardeningNeeded),
        ("OutOfDate", .outOfDate),
        ("OutOfDateConfigurationNeeded", .outOfDateConfigurationNeeded), ("Revoked", .revoked),
    ]

    /// The status of this name, or `nil`.
    public init?(name: String) {
        guard let found = TCBStatus.all.first(where: { $0.name == name }) else { return nil }
        self = found.status
    }

    /// The status of two parts together.
    public func joined(with other: TCBStatus) -> TCBStatus {
        let both = findings | other.findings
        if both & TCBStatus.withdrawn != 0 { return .revoked }
        return TCBStatus(both & TCBStatus.old != 0 ? both & ~TCBStatus.hardening : both)
    }

    public var description: String {
        TCBStatus.all.first { $0.status == self }?.name ?? "status \(findings)"
    }
}
