// The registry lets in what is signed and fresher; attestations are judged by it, by the block's
// time and by the strictest policy; development roots need the genesis.

import Attestation
import Base
import Certificates
import ComputeModule
import Cryptography
import DevelopmentAuthority
import Ledger
import TestSupport
import Testing
import Verification
import Wire

@Suite struct ComputeRegistryTests {
    @Test func storesWhatIsSigned() throws {
        var chain = try Chain()
        #expect(try chain.code(collateral()) == nil)
        let registry = try chain.query(
            "Collateral", QueryCollateralRequest(), QueryCollateralResponse.self)
        #expect(registry.tcbInfos.count == 2 && registry.identities.count == 2)
        #expect(registry.lists.count == 2 && registry.certificates.count == 3)
        try chain.checkInvariants()
    }

    @Test func refusesWhatIsNotFresher() throws {
        var chain = try Chain()
        #expect(try chain.code(collateral()) == nil)
        #expect(try chain.code(collateral()) == "compute/3")
        let fresher = 1_750_000_000...1_900_000_000 as ClosedRange<Int64>
        #expect(try chain.code(collateral(validity: fresher, evaluation: 16)) == "compute/3")
        #expect(try chain.code(collateral(validity: fresher, evaluation: 18)) == nil)
        // The same certificates again are no failure, and nothing was stored in between.
        var certificates = try collateral()
        (certificates.tcbInfos, certificates.identities) = ([], [])
        certificates.lists = []
        #expect(try chain.code(certificates) == nil)
    }

    @Test func refusesWhatIsNotSignedOrOfAnotherTime() throws {
        var chain = try Chain()
        var message = try collateral()
        message.tcbInfos[0].body.append(UInt8(ascii: " "))
        #expect(try chain.code(message) == "compute/1009")
        message = try collateral()
        message.tcbInfos[0].body = Bytes("{}".utf8)
        #expect(try chain.code(message) == "compute/2")
        message = try collateral()
        message.lists[0][40] ^= 1
        #expect(try chain.code(message) != nil)
        message = try collateral()
        message.identities[0].signature.removeLast()
        #expect(try chain.code(message) == "compute/2")
        let past = 1_700_000_000...1_700_000_010 as ClosedRange<Int64>
        #expect(try chain.code(collateral(validity: past)) == "compute/1010")
        let future = 1_850_000_000...1_900_000_000 as ClosedRange<Int64>
        #expect(try chain.code(collateral(validity: future)) == "compute/1011")
        // Of roots that are not trusted here.
        let others = DevelopmentRoots(seed: [1], validity: validity, products: [])
        let foreign = MsgSubmitCollateral(
            submitter: submitter, try others.intel.collateral())
        #expect(try chain.code(foreign) == "compute/1107")
        var leaf = MsgSubmitCollateral()
        leaf.submitter = submitter
        #expect(try chain.code(leaf) == "compute/12")
        leaf.certificates = [authority.intel.platformCertificate().certificate.encoded]
        #expect(try chain.code(leaf) == "compute/4")
        let registry = try chain.query(
            "Collateral", QueryCollateralRequest(), QueryCollateralResponse.self)
        #expect(registry == QueryCollateralResponse())
    }

    @Test func piecesMayComeApart() throws {
        var chain = try Chain()
        let all = try collateral()
        var certificates = all
        (certificates.tcbInfos, certificates.identities) = ([], [])
        certificates.lists = []
        var rest = all
        rest.certificates = []
        #expect(try chain.code(rest) == "compute/1008")
        #expect(try chain.code(certificates) == nil)
        #expect(try chain.code(rest) == nil)
        #expect(try chain.code(attestation()) == nil)
    }
}

@Suite struct ComputeVendorTests {
    private let intel = authority.intel
    private let nvidia = authority.nvidia

    /// A device whose owner broke it open can issue certificates with any name. They count among
    /// its vendor's only, and a device's own issuer has a chain that is too long.
    @Test func noVendorTakesAnothersPlace() throws {
        var chain = try Chain()
        #expect(try chain.code(collateral()) == nil)
        let chip = nvidia.issuers.map(\.certificate.encoded)
        let name = CertificateTemplate(
            "Intel SGX PCK Platform CA", serial: [9], validity: 1_750_000_000...1_900_000_000,
            isAuthority: true)
        for (issuer, code) in [
            (nvidia.issuers[2], "compute/1111"), (nvidia.issuers[1], nil),
        ] as [(Issuer, String?)] {
            let forged = issuer.issue(name, key: intel.platformKey)
            var message = MsgSubmitCollateral()
            message.submitter = submitter
            message.certificates =
                [nvidia.root.certificate.encoded] + chip + [forged.certificate.encoded]
            message.lists = [
                forged.revocationList([[0x51]], validity: 1_750_000_000...1_900_000_000)
            ]
            #expect(try chain.code(message) == code)
        }
        try chain.checkInvariants()
        #expect(try chain.code(attestation()) == nil)
        let genesis = try chain.module.exportGenesis(&chain.context)
        var again = Chain.context(over: SortedStore(), at: now)
        try chain.module.initialize(genesis: genesis, &again)
        #expect(try chain.module.exportGenesis(&again) == genesis)
        // The signer of documents is Intel's or nobody.
        var message = MsgSubmitCollateral()
        message.submitter = submitter
        message.certificates = [
            nvidia.issuers[0].issue(
                CertificateTemplate("Intel SGX TCB Signing", validity: validity),
                key: intel.platformKey
            ).certificate.encoded
        ]
        #expect(try chain.code(message) == "compute/4")
    }

    /// Lists and issuers of every vendor are found by the quotes that need them.
    @Test func listsOfEveryVendorCount() throws {
        var chain = try Chain()
        #expect(try chain.code(collateral()) == nil)
        var message = try attestation()
        var recipe = GPURecipe()
        recipe.challenge = AttestationBinding.deviceChallenge(
            for: AttestationEvidence().reportData(for: statement()))
        message.evidence.attestation?.devices = [
            AttestedQuote(
                try Quote(nvidia.report(recipe), certificates: nvidia.chain(recipe)))
        ]
        var lists = MsgSubmitCollateral()
        lists.submitter = submitter
        lists.certificates = ([nvidia.root] + nvidia.issuers).map(\.certificate.encoded)
        lists.lists = [nvidia.issuers[2].revocationList([[5]], validity: validity)]
        #expect(try chain.code(lists) == nil)
        #expect(try chain.code(message) == "compute/1110")
    }
}

@Suite struct ComputeAttestationTests {
    @Test func acceptsAndKeepsWhatItSaid() throws {
        var chain = try Chain()
        #expect(try chain.code(attestation()) == "compute/1008")
        #expect(try chain.code(collateral()) == nil)
        #expect(try chain.code(attestation()) == nil)
        #expect(try chain.code(attestation()) == "compute/10")
        #expect(try chain.code(attestation(challenge: [5])) == nil)
        var request = QueryAttestationsRequest()
        request.statement = statement()
        let found = try chain.query(
            "Attestations", request, QueryAttestationsResponse.self
        ).attestations
        #expect(found.count == 2)
        #expect(found[0].technology == "tdx" && found[0].status == "UpToDate")
        #expect(found[0].isDevelopment && found[0].height == 5)
        #expect(found[0].measurements.first?.name == "mrtd")
        #expect(chain.context.events.contains { $0.type == "attestation_accepted" })
        try chain.checkInvariants()
    }

    @Test func refusesWhatDoesNotHold() throws {
        var chain = try Chain()
        #expect(try chain.code(collateral()) == nil)
        var other = try attestation()
        other.statement.outputCommitment[0] ^= 1
        #expect(try chain.code(other) == "compute/1051")
        #expect(try chain.code(attestation { $0.attributes[0] = 1 }) == "compute/1042")
        let old = try attestation { $0.teeTCBSVN[0] = 3 }
        #expect(try chain.code(old) == "compute/1041")
        var damaged = try attestation()
        damaged.evidence.attestation?.machine.quote[200] ^= 1
        #expect(try chain.code(damaged) == "compute/1004")
        var none = try attestation()
        none.evidence = EvidenceMessage(.reexecution(Reexecution(traceRoot: .zero)))
        #expect(try chain.code(none) == "compute/9")
        var unknown = try attestation()
        unknown.statement.modelID[0] ^= 1
        #expect(try chain.code(unknown) == "compute/7")
        none = try attestation()
        none.statement.modelID = []
        #expect(try chain.code(none) == "compute/9")
    }

    /// The moment is the block's: when collateral has run out, quotes prove nothing until fresh
    /// collateral comes.
    @Test func expiredCollateralHasItsOwnCode() throws {
        var chain = try Chain(at: 1_750_000_000)
        let short = 1_700_000_000...1_760_000_000 as ClosedRange<Int64>
        #expect(try chain.code(collateral(validity: short)) == nil)
        #expect(try chain.code(attestation()) == nil)
        chain.move(to: 1_760_000_001)
        #expect(try chain.code(attestation(challenge: [1])) == "compute/1010")
        let fresh = 1_755_000_000...1_800_000_000 as ClosedRange<Int64>
        #expect(try chain.code(collateral(validity: fresh)) == nil)
        #expect(try chain.code(attestation(challenge: [1])) == nil)
    }

    @Test func theStrictestPolicyWins() throws {
        var chain = try Chain()
        #expect(try chain.code(collateral()) == nil)
        var policy = AttestationPolicy.strict
        policy.acceptsDevelopment = true
        policy.measurements = [MeasurementRule(.tdx, "mrtd", [Bytes(repeating: 1, count: 48)])]
        // Rules about one technology would let any code of the others pass.
        #expect(try chain.code(attestation(policy: policy)) == "compute/5")
        policy.technologies = ["tdx"]
        #expect(try chain.code(attestation(policy: policy)) == "compute/1046")
        var message = MsgSetModelPolicy()
        message.modelID = OneModel.modelID
        message.policy = policy
        message.owner = submitter
        #expect(try chain.code(message) == "compute/8")
        message.owner = OneModel.owner.description
        #expect(try chain.code(message) == nil)
        #expect(try chain.code(attestation()) == "compute/1046")
        var request = QueryModelPolicyRequest()
        request.modelID = OneModel.modelID
        #expect(
            try chain.query("ModelPolicy", request, QueryModelPolicyResponse.self).policy == policy)
        message.policy = nil
        #expect(try chain.code(message) == nil)
        #expect(try chain.code(attestation()) == nil)
        message.modelID = Bytes(repeating: 1, count: 32)
        #expect(try chain.code(message) == "compute/7")
        message.policy = policy
        message.policy?.statuses = ["Fine"]
        #expect(try chain.code(message) == "compute/5")
    }

    @Test func machinesAndDevicesAreJudgedTogether() throws {
        var chain = try Chain()
        #expect(try chain.code(collateral()) == nil)
        var message = try attestation()
        var recipe = GPURecipe()
        recipe.challenge = AttestationBinding.deviceChallenge(
            for: AttestationEvidence().reportData(for: statement()))
        let gpu = AttestedQuote(
            try Quote(
                authority.nvidia.report(recipe), certificates: authority.nvidia.chain(recipe)))
        message.evidence.attestation?.devices = [gpu]
        let before = chain.context.gas.used
        #expect(try chain.code(message) == nil)
        // Both quotes are paid for.
        #expect(chain.context.gas.used - before > 150_000)
        message.evidence.attestation?.devices = [gpu, gpu]
        #expect(try chain.code(message) == "compute/10")
    }

    /// What counts once is what the hardware signed: a signature has a second form, and nobody
    /// signs the bytes around it.
    @Test func oneQuoteCountsOnceInEveryForm() throws {
        var chain = try Chain()
        #expect(try chain.code(collateral()) == nil)
        #expect(try chain.code(attestation()) == nil)
        var message = try attestation()
        let quote = try #require(message.evidence.attestation?.machine.quote)
        var other = quote
        // r, s and r, order − s sign the same; the section follows header, body and its size.
        let order = try #require(
            Bytes(hex: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"))
        let place = 632 + 4 + 32
        var borrow = 0
        for index in (0..<32).reversed() {
            let difference = Int(order[index]) - Int(quote[place + index]) - borrow
            other[place + index] = UInt8(truncatingIfNeeded: difference)
            borrow = difference < 0 ? 1 : 0
        }
        #expect(other != quote)
        message.evidence.attestation?.machine.quote = other
        #expect(try chain.code(message) == "compute/10")
        // And it is a good one: in a chain that has not seen the first it is taken.
        var fresh = try Chain()
        #expect(try fresh.code(collateral()) == nil)
        #expect(try fresh.code(message) == nil)
        message.evidence.attestation?.machine.quote = quote + [0]
        #expect(try chain.code(message) == "compute/10")
        message.evidence.attestation?.machine.quote = [1, 2, 3]
        #expect(try chain.code(message) == "compute/1003")
    }

    @Test func theMempoolDoesNotJudge() throws {
        var chain = try Chain()
        chain.context = Context(
            state: chain.context.state, gasLimit: nil, block: chain.context.block, mode: .check)
        var damaged = try attestation()
        damaged.evidence.attestation?.machine.quote[200] ^= 1
        #expect(try chain.code(damaged) == nil)
    }
}

@Suite struct ComputeGovernanceTests {
    @Test func developmentNeedsTheGenesis() throws {
        var parameters = ComputeParameters.standard
        parameters.roots += authority.trusted
        var message = MsgUpdateComputeParams()
        message.authority = Address.governance.description
        message.parameters = parameters
        var chain = try Chain(development: false)
        #expect(try chain.code(message) == "compute/6")
        message.parameters = .standard
        message.parameters.policy.acceptsDevelopment = true
        #expect(try chain.code(message) == "compute/6")
        message.parameters = .standard
        message.parameters.gasPerQuote = 7
        #expect(try chain.code(message) == nil)
        let answer = try chain.query(
            "Params", QueryComputeParamsRequest(), QueryComputeParamsResponse.self)
        #expect(answer.parameters == message.parameters && !answer.allowsDevelopment)
        #expect(try chain.code(attestation()) != nil)
        message.authority = submitter
        #expect(try chain.code(message) == "gov/13")
        message.authority = Address.governance.description
        message.parameters.roots[0].keyFingerprint.removeLast()
        #expect(try chain.code(message) == "compute/5")
        // With it, governance may change roots: what the old one vouched for is refused then.
        var open = try Chain()
        #expect(try open.code(collateral()) == nil)
        message.parameters = .standard
        #expect(try open.code(message) == nil)
        #expect(try open.code(attestation()) == "compute/1107")
        var genesis = ComputeGenesis()
        genesis.parameters = parameters
        var context = Chain.context(over: SortedStore(), at: now)
        #expect(throws: Failure.self) {
            try Compute(models: OneModel(), bank: OneBank()).initialize(
                genesis: try genesis.json(), &context)
        }
    }

    @Test func exportedStateStartsAnEqualChain() throws {
        var chain = try Chain()
        #expect(try chain.code(collateral()) == nil)
        #expect(try chain.code(attestation()) == nil)
        var policy = MsgSetModelPolicy()
        policy.owner = OneModel.owner.description
        policy.modelID = OneModel.modelID
        policy.policy = .strict
        #expect(try chain.code(policy) == nil)
        let genesis = try chain.module.exportGenesis(&chain.context)
        var again = Chain.context(over: SortedStore(), at: now)
        try chain.module.initialize(genesis: genesis, &again)
        #expect(try chain.module.exportGenesis(&again) == genesis)
        for bad in [#"{"revocation_lists": ["AAAA"]}"#, #"{"attestations": [{}]}"#, "[]"] {
            var context = Chain.context(over: SortedStore(), at: now)
            #expect(throws: Failure.self, "\(bad)") {
                try chain.module.initialize(genesis: try JSONValue(parsing: bad), &context)
            }
        }
    }
}
