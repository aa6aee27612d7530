// What a quote proves, in one form for all technologies: everything that a policy may ask. A
// verdict says that signatures, chains and collateral are in order, and what they are about;
// whether that is good enough is `AttestationPolicy`'s question.

public import Base
import Certificates
import Cryptography

/// The outcome of judging one quote.
public struct Verdict: Equatable, Sendable {
    /// What made the quote.
    public var technology: Technology
    /// Version of the quote's layout.
    public var quoteVersion: UInt32
    /// Hashes and identities of what runs inside, by name, in the layout's order.
    public var measurements: [Measurement]
    /// Versions of firmware, software and collateral, by name.
    public var versions: [ComponentVersion]
    /// What the maker says of the firmware; `nil` where the maker says nothing in this form.
    public var tcbStatus: TCBStatus?
    /// Identifiers of the maker's advisories that apply, ascending.
    public var advisories: [String]
    /// What the code inside chose to have signed: 64 bytes of report data; for Nitro the user data;
    /// for a GPU the 32-byte challenge that it answers.
    public var reportData: Bytes
    /// Whether somebody outside may look inside; `nil` where a quote does not tell.
    public var isDebuggable: Bool?
    /// Who signed, leaf first, root last.
    public var signers: [Signer]
    /// The product line that the root stands for, such as `Milan`; empty where there is one only.
    public var product: String
    /// Whether the root was made for development and vouches for nothing.
    public var isDevelopment: Bool
    /// What could not be checked.
    public var omissions: [Omission]
    /// Number of bytes after the quote, which nobody signed.
    public var leftoverByteCount: Int
    /// First second, since 1970, at which certificates and collateral are all valid.
    public var validFrom: Int64
    /// Last second, since 1970, at which certificates and collateral are all valid.
    public var validUntil: Int64
}

extension Verdict {
    /// The key that stands for a device: the one that signed the leaf, which changes with the
    /// firmware. `nil` for a machine.
    public var deviceKey: Hash256? {
        technology.isDevice ? signers.dropFirst().first?.keyFingerprint : nil
    }
}

/// A hash or identity of what runs inside.
public struct Measurement: Equatable, Sendable {
    /// Its name in the maker's documents, in lower case.
    public var name: String
    /// Its bytes.
    public var value: Bytes

    /// Makes a measurement.
    public init(_ name: String, _ value: some Sequence<UInt8>) {
        self.name = name
        self.value = Bytes(value)
    }
}

/// A version of a part.
public struct ComponentVersion: Equatable, Sendable {
    /// Name of the part.
    public var name: String
    /// The version's numbers, the most significant first.
    public var numbers: [UInt64]

    /// Makes a version of one number.
    public init(_ name: String, _ number: some FixedWidthInteger & UnsignedInteger) {
        self.init(name, [UInt64(number)])
    }

    /// Makes a version of several numbers.
    public init(_ name: String, _ numbers: [UInt64]) {
        self.name = name
        self.numbers = numbers
    }

    /// The numbers with points between.
    public var text: String { numbers.map(String.init).joined(separator: ".") }

    /// The numbers of a text with points between; `nil` for anything else.
    ///
    /// - Parameter radix: 10, or 16 for firmware whose versions are written so.
    public static func numbers(_ text: some StringProtocol, radix: Int = 10) -> [UInt64]? {
        var numbers: [UInt64] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard part.utf8.first != UInt8(ascii: "+"), let number = UInt64(part, radix: radix)
            else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    /// Whether these numbers come before `others`; missing numbers count as 0.
    public func isBelow(_ others: [UInt64]) -> Bool {
        for index in 0..<max(numbers.count, others.count) {
            let left = index < numbers.count ? numbers[index] : 0
            let right = index < others.count ? others[index] : 0
            if left != right { return left < right }
        }
        return false
    }
}

/// A certificate of the signer's chain.
public struct Signer: Equatable, Sendable {
    /// Common name of the subject.
    public var name: String
    /// Serial number, big-endian.
    public var serial: Bytes
    /// SHA-256 of the subject's key.
    public var keyFingerprint: Hash256
    /// First second of validity, since 1970.
    public var notBefore: Int64
    /// Last second of validity, since 1970.
    public var notAfter: Int64

    init(_ certificate: Certificate) {
        name = certificate.subject.description
        serial = certificate.serial
        keyFingerprint = certificate.keyFingerprint
        notBefore = certificate.notBefore
        notAfter = certificate.notAfter
    }
}

/// Something that a verifier without a network could not check.
public enum Omission: String, CaseIterable, Sendable {
    /// Whether certificates were revoked: no list was at hand, or the maker answers online only.
    case revocation
    /// Whether measurements are those of the maker's firmware.
    case referenceMeasurements = "reference-measurements"
    /// Whether somebody outside may look inside.
    case debugState = "debug-state"
}
