// An attestation supports the statement that its quote was made for, and no other; devices belong
// to their machine; the strictest policy wins; and nothing is believed without a judge.

import Attestation
import Base
import Cryptography
import DevelopmentAuthority
import Models
import TestSupport
import Testing
import Wire

@testable import Verification

@Suite struct AttestationEvidenceTests {
    private static let validity: ClosedRange<Int64> = 1_700_000_000...1_900_000_000
    private static let roots = DevelopmentRoots(
        seed: [7], validity: validity, products: ["Milan"])
    private let model: Model
    private let inference: Inference
    private let engine = InferenceEngine()

    init() throws {
        model = try SmallModels.perceptron()
        inference = try engine.run(
            try engine.prepare(model), on: SmallModels.x(), gasLimit: .max)
    }

    private static let policy: AttestationPolicy = {
        var policy = AttestationPolicy.strict
        policy.technologies = Technology.allCases.map(\.name)
        policy.measurements = [
            MeasurementRule(.sgx, "mrenclave", [Bytes(repeating: 0xE1, count: 32)]),
            MeasurementRule(.tdx, "mrtd", [Bytes(repeating: 0xD1, count: 48)]),
            MeasurementRule(.sevSNP, "measurement", [Bytes(repeating: 0x3E, count: 48)]),
            MeasurementRule(.nitro, "pcr0", [Bytes(repeating: 0xB0, count: 48)]),
        ]
        policy.acceptsDevelopment = true
        policy.acceptedOmissions = Omission.allCases.map(\.rawValue)
        return policy
    }()

    private func judge(
        _ policies: [(owner: PolicyOwner, policy: AttestationPolicy)] = [
            (owner: .chain, policy: policy)
        ], at time: Int64 = 1_800_000_000
    ) throws -> AttestationJudge {
        AttestationJudge(
            AttestationVerifier(
                roots: try #require(TrustedRoots(AttestationEvidenceTests.roots.trusted)),
                collateral: try AttestationEvidenceTests.roots.intel.collateral(),
                atSeconds: time), policies: policies)
    }

    /// A quote of each machine that signs `data`.
    private func machines(_ data: Bytes) throws -> [Quote] {
        let roots = AttestationEvidenceTests.roots
        var enclave = EnclaveRecipe()
        enclave.reportData = data
        var domain = TrustDomainRecipe()
        domain.reportData = data
        var guest = SNPRecipe()
        guest.reportData = data
        var nitro = NitroRecipe()
        nitro.userData = data
        let milan = try #require(roots.amd("Milan"))
        return [
            try Quote(roots.intel.quote(DCAPRecipe(sgx: enclave))),
            try Quote(roots.intel.quote(DCAPRecipe(tdx: domain))),
            try Quote(milan.report(guest), certificates: milan.chain(guest)),
            try Quote(roots.nitro.document(nitro)),
        ]
    }

    private func device(_ challenge: Bytes, _ number: Int = 0) throws -> Quote {
        let nvidia = AttestationEvidenceTests.roots.nvidia
        var recipe = GPURecipe()
        recipe.challenge = challenge
        recipe.device = number
        return try Quote(nvidia.report(recipe), certificates: nvidia.chain(recipe))
    }

    private func code(
        _ claim: AttestationEvidence, _ judge: AttestationJudge?, statement: Statement? = nil
    ) -> UInt32? {
        do throws(VerificationError) {
            try verify(
                statement ?? inference.statement, .attestation(claim), against: model,
                input: inference.input, output: inference.output, engine: engine, judge: judge)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func everyMachineVouchesForItsStatementOnly() throws {
        let blank = AttestationEvidence()
        let data = blank.reportData(for: inference.statement)
        for machine in try machines(data) {
            let claim = AttestationEvidence(machine: machine)
            #expect(code(claim, try judge()) == nil, "\(machine.technology)")
            var other = inference.statement
            other.arithmeticVersion += 1
            // The door compares the statement with the model first; the judge alone refuses too.
            let refusal = #expect(throws: VerificationError.self) {
                try judge().judge(claim, for: other)
            }
            #expect(refusal?.code == 1051)
            var answered = claim
            answered.challenge = [1]
            #expect(code(answered, try judge()) == 1051)
            answered = claim
            answered.publicSignals = [1]
            #expect(code(answered, try judge()) == 1051)
        }
    }

    @Test func everyPartOfTheStatementIsBound() {
        var claims = [AttestationEvidence()]
        for change: (inout AttestationEvidence) -> Void in [
            { $0.challenge = [0] }, { $0.verifyingKeyHash = [0] }, { $0.publicSignals = [0] },
        ] {
            var claim = AttestationEvidence()
            change(&claim)
            claims.append(claim)
        }
        var data = claims.map { $0.reportData(for: inference.statement) }
        for change: (inout Statement) -> Void in [
            { $0.modelID[0] ^= 1 }, { $0.arithmeticVersion = 9 }, { $0.inputCommitment[0] ^= 1 },
            { $0.outputCommitment[0] ^= 1 },
        ] {
            var statement = inference.statement
            change(&statement)
            data.append(claims[0].reportData(for: statement))
        }
        #expect(Set(data).count == data.count)
        #expect(data.allSatisfy { $0.count == 64 })
    }

    /// The binding as it is written in the book, over fixed parts.
    @Test func theBindingIsFrozen() {
        var statement = Statement()
        statement.modelID = Bytes(repeating: 1, count: 32)
        statement.arithmeticVersion = 1
        statement.inputCommitment = Bytes(repeating: 2, count: 32)
        statement.outputCommitment = Bytes(repeating: 3, count: 32)
        var message = Bytes("AIVM/attestation/1".utf8)
        for part in [
            [], statement.modelID, [1, 0, 0, 0], statement.inputCommitment,
            statement.outputCommitment, [], [],
        ] as [Bytes] {
            message += [UInt8(part.count), 0, 0, 0, 0, 0, 0, 0] + part
        }
        let data = AttestationEvidence().reportData(for: statement)
        #expect(data == SHA512.hash(message))
        #expect(
            AttestationBinding.deviceChallenge(for: data)
                == SHA256.hash(Bytes("AIVM/attestation/device/1".utf8) + data).bytes)
    }

    @Test func devicesBelongToTheirMachine() throws {
        let data = AttestationEvidence().reportData(for: inference.statement)
        let machine = try machines(data)[1]
        let good = try device(AttestationBinding.deviceChallenge(for: data))
        let second = try device(AttestationBinding.deviceChallenge(for: data), 1)
        let claim = AttestationEvidence(machine: machine, devices: [good, second])
        #expect(code(claim, try judge()) == nil)
        let outcome = try judge().judge(claim, for: inference.statement)
        #expect(outcome.devices.map(\.technology) == [.nvidiaGPU, .nvidiaGPU])
        let stranger = try device(Bytes(repeating: 1, count: 32))
        let joined = AttestationEvidence(machine: machine, devices: [good, stranger])
        #expect(code(joined, try judge()) == 1051)
        // One device counts once, whatever firmware it runs.
        #expect(
            code(AttestationEvidence(machine: machine, devices: [good, good]), try judge()) == 1054)
        // A device alone, and a machine in a device's place.
        #expect(code(AttestationEvidence(machine: good), try judge()) == 1002)
        #expect(
            code(AttestationEvidence(machine: machine, devices: [machine]), try judge()) == 1002)
        var policy = AttestationEvidenceTests.policy
        policy.requiresDevice = true
        let wanting = try judge([(.model, policy)])
        #expect(code(AttestationEvidence(machine: machine), wanting) == 1052)
        #expect(code(claim, wanting) == nil)
    }

    @Test func theStrictestPolicyWins() throws {
        let data = AttestationEvidence().reportData(for: inference.statement)
        let claim = AttestationEvidence(machine: try machines(data)[1])
        let lenient = AttestationEvidenceTests.policy
        var strict = lenient
        strict.technologies = ["sgx"]
        let owners: [PolicyOwner] = [.chain, .model, .request]
        for strictest in owners {
            let policies = owners.map {
                (owner: $0, policy: $0 == strictest ? strict : lenient)
            }
            let refusal = #expect(throws: VerificationError.self) {
                try judge(policies).judge(claim, for: inference.statement)
            }
            #expect(
                refusal == .attestationPolicy(PolicyRefusal(strictest, .technology(.tdx))))
        }
        #expect(code(claim, try judge([(.chain, .strict)])) == 1043)
    }

    /// Hardware signs what any code inside asks for: without a rule about the code of a machine's
    /// technology a quote says nothing of a statement.
    @Test func somePolicyMustNameTheCode() throws {
        let data = AttestationEvidence().reportData(for: inference.statement)
        var open = AttestationEvidenceTests.policy
        let rules = open.measurements
        for (machine, rule) in zip(try machines(data), rules) {
            let claim = AttestationEvidence(machine: machine)
            open.measurements = []
            #expect(code(claim, try judge([(.chain, open)])) == 1053)
            open.measurements = rules.filter { $0 != rule }
            #expect(code(claim, try judge([(.chain, open)])) == 1053)
            var closed = open
            closed.measurements = [rule]
            for policies in [[(PolicyOwner.chain, open), (.request, closed)], [(.model, closed)]] {
                #expect(code(claim, try judge(policies.map { ($0.0, $0.1) })) == nil)
            }
            closed.measurements[0].accepted[0][0] ^= 1
            #expect(code(claim, try judge([(.chain, open), (.request, closed)])) == 1046)
        }
        // What the host chooses says nothing about the code.
        open.measurements = [
            MeasurementRule(.sevSNP, "host-data", [Bytes(repeating: 0, count: 32)])
        ]
        let guest = AttestationEvidence(machine: try machines(data)[2])
        #expect(code(guest, try judge([(.chain, open)])) == 1053)
    }

    @Test func nothingIsBelievedWithoutAJudgeOrInAnotherTime() throws {
        let data = AttestationEvidence().reportData(for: inference.statement)
        let claim = AttestationEvidence(machine: try machines(data)[0])
        #expect(code(claim, nil) == 20)
        #expect(code(claim, try judge([])) == 20)
        #expect(code(claim, try judge(at: 1_900_000_001)) == 1109)
        #expect(code(AttestationEvidence(), try judge()) == 1003)
        var old = try judge()
        old.verifier.collateral = try AttestationEvidenceTests.roots.intel.collateral(
            validity: 1_700_000_000...1_750_000_000)
        #expect(code(claim, old) == 1010)
    }

    @Test func attestationsTravel() throws {
        let data = AttestationEvidence().reportData(for: inference.statement)
        let claim = AttestationEvidence(
            machine: try machines(data)[2], devices: [try device(data.prefix(32).map { $0 })])
        let message = EvidenceMessage(.attestation(claim))
        let decoded = try EvidenceMessage(decoding: message.encoded(), rules: .canonical)
        #expect(try decoded.evidence() == .attestation(claim))
        var both = message
        both.reexecution = Reexecution(traceRoot: SHA256.hash([1]))
        #expect(throws: WireError.self) {
            try EvidenceMessage(decoding: both.encoded(), rules: .canonical)
        }
    }
}
