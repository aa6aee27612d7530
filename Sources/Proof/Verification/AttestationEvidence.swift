// An attestation as evidence: the quote of the machine that computed, the reports of its devices,
// and what the quote's report data binds besides the statement. `AttestationBinding` draws the
// bytes that must have been signed.

public import Attestation
public import Base
import Certificates
public import Wire

/// A quote as it travels.
public struct AttestedQuote: WireMessage, Hashable {
    /// The quote in its maker's binary form.
    public var quote: Bytes = []
    /// DER certificates in any order, for quotes that carry none themselves.
    public var certificates: [Bytes] = []

    public static let wireName = "aivm.ai.v1.AttestedQuote"
    public static let wireFields: WireFields<AttestedQuote> = [
        .bytes(1, "quote", \.quote),
        .byteStrings(2, "certificates", \.certificates),
    ]

    public init() {}

    /// Makes the message of a quote.
    public init(_ quote: Quote) {
        self.quote = quote.bytes
        certificates = quote.certificates.map(\.encoded)
    }

    /// The quote, read and not judged.
    ///
    /// - Throws: `unknownTechnology`, `malformed`, or what is wrong with a certificate.
    public func parsed() throws(AttestationError) -> Quote {
        guard certificates.count <= CertificatePath.maximumCount else {
            throw .malformed("\(certificates.count) certificates")
        }
        var parsed: [Certificate] = []
        for bytes in certificates {
            do throws(CertificateError) { parsed.append(try Certificate(bytes)) } catch {
                throw .certificate(error)
            }
        }
        return try Quote(quote, certificates: parsed)
    }
}

/// The claim that trusted hardware computed a statement.
public struct AttestationEvidence: WireMessage, Hashable {
    /// The quote of the machine.
    public var machine = AttestedQuote()
    /// The reports of devices beside it, such as GPUs.
    public var devices: [AttestedQuote] = []
    /// The challenge that the machine answers, at most 64 bytes; empty when nobody gave one.
    public var challenge: Bytes = []
    /// Hash of the verifying key of a proof that goes with it; empty for none.
    public var verifyingKeyHash: Bytes = []
    /// Public signals of that proof, 32 bytes each; empty for none.
    public var publicSignals: Bytes = []

    /// Most devices of an attestation.
    public static let maximumDeviceCount = 16

    public static let wireName = "aivm.ai.v1.Attestation"
    public static let wireFields: WireFields<AttestationEvidence> = [
        .message(1, "machine", \.machine),
        .messages(2, "devices", \.devices),
        .bytes(3, "challenge", \.challenge),
        .bytes(4, "verifying_key_hash", \.verifyingKeyHash),
        .bytes(5, "public_signals", \.publicSignals),
    ]

    public init() {}

    /// Makes a claim of quotes.
    public init(machine: Quote, devices: [Quote] = [], challenge: Bytes = []) {
        self.machine = AttestedQuote(machine)
        self.devices = devices.map { AttestedQuote($0) }
        self.challenge = challenge
    }

    /// The 64 bytes that the machine's quote must have signed to vouch for `statement`.
    public func reportData(for statement: Statement) -> Bytes {
        var version = Bytes()
        version.appendLittleEndian(statement.arithmeticVersion)
        return AttestationBinding.reportData(parts: [
            challenge, statement.modelID, version, statement.inputCommitment,
            statement.outputCommitment, verifyingKeyHash, publicSignals,
        ])
    }
}

/// What attestations are judged by.
public struct AttestationJudge: Sendable {
    /// Roots, collateral and the moment.
    public var verifier: AttestationVerifier
    /// Policies, all of which must accept.
    public var policies: [(owner: PolicyOwner, policy: AttestationPolicy)]

    /// Makes a judge. Without a policy nothing is accepted.
    public init(
        _ verifier: AttestationVerifier,
        policies: [(owner: PolicyOwner, policy: AttestationPolicy)]
    ) {
        self.verifier = verifier
        self.policies = policies
    }

    /// The verdicts on an accepted attestation.
    public struct Outcome: Equatable, Sendable {
        /// On the machine.
        public var machine: Verdict
        /// On its devices.
        public var devices: [Verdict]
    }

    /// Accepts `claim` when it vouches for `statement` and every policy accepts its quotes. At
    /// least one policy must name the code that may run on the machine: hardware signs whatever
    /// code inside asks for, so a quote of unknown code says nothing of a statement.
    ///
    /// - Throws: `malformed`, `attestationNotJudged` without a policy, `attestation` or
    ///   `attestationPolicy`.
    /// - Complexity: one verdict for the machine and one for each device.
    public func judge(
        _ claim: AttestationEvidence, for statement: Statement
    ) throws(VerificationError) -> Outcome {
        guard !policies.isEmpty else { throw .attestationNotJudged }
        guard claim.devices.count <= AttestationEvidence.maximumDeviceCount,
            claim.challenge.count <= 64, claim.verifyingKeyHash.count <= 64,
            claim.publicSignals.count <= 4096
        else { throw .malformed("an attestation with too many parts") }
        let expected = claim.reportData(for: statement)
        let machine = try verdict(on: claim.machine, isDevice: false, signing: expected)
        let challenge = AttestationBinding.deviceChallenge(for: expected)
        var devices: [Verdict] = []
        for device in claim.devices {
            let verdict = try verdict(on: device, isDevice: true, signing: challenge)
            // The issuer of the leaf is the device itself, whatever its firmware.
            if let key = verdict.deviceKey, devices.contains(where: { $0.deviceKey == key }) {
                throw .attestationPolicy(PolicyRefusal(policies[0].owner, .deviceRepeated(key)))
            }
            devices.append(verdict)
        }
        for (owner, policy) in policies where policy.requiresDevice && devices.isEmpty {
            throw .attestationPolicy(PolicyRefusal(owner, .deviceMissing))
        }
        guard policies.contains(where: { $0.policy.namesCode(of: machine.technology) }) else {
            throw .attestationPolicy(
                PolicyRefusal(policies[0].owner, .codeNotNamed(machine.technology)))
        }
        return Outcome(machine: machine, devices: devices)
    }

    private func verdict(
        on quote: AttestedQuote, isDevice: Bool, signing expected: Bytes
    ) throws(VerificationError) -> Verdict {
        let verdict: Verdict
        do throws(AttestationError) {
            let parsed = try quote.parsed()
            guard parsed.technology.isDevice == isDevice else {
                throw .unsupported("\(parsed.technology.name) at this place")
            }
            verdict = try verifier.verdict(on: parsed)
        } catch {
            throw .attestation(error)
        }
        guard verdict.reportData == expected else {
            throw .attestationPolicy(
                PolicyRefusal(
                    policies[0].owner,
                    .binding(expected: expected, actual: verdict.reportData)))
        }
        for (owner, policy) in policies {
            do throws(PolicyRefusal) { try policy.check(verdict, owner: owner) } catch {
                throw .attestationPolicy(error)
            }
        }
        return verdict
    }
}
