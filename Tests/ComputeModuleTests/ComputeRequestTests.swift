// Requests for attestations: asked, answered, paid, and over when their time is.

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

/// A request asks, its price waits, an attestation for it is judged by its policy and paid.
@Suite struct ComputeRequestTests {
    private let requester = Address.module("requester")
    private let output = TensorSet()

    private func request(
        price: UInt128 = 700, deadline: Int64 = now + 100, policy: AttestationPolicy? = nil
    ) -> MsgRequestAttestation {
        var message = MsgRequestAttestation()
        message.requester = requester.description
        message.modelID = OneModel.modelID
        message.inputCommitment = statement().inputCommitment
        message.price = price == 0 ? [] : [Coin(Amount(price), "ucgpt")]
        message.deadline = Timestamp(seconds: deadline)
        var lenient = AttestationPolicy.strict
        lenient.acceptsDevelopment = true
        message.policy = policy ?? lenient
        return message
    }

    /// An attestation that answers request `id`, by `sender`.
    private func answer(
        _ id: UInt64, by sender: Address, challengeOf other: Address? = nil,
        _ change: (inout MsgSubmitAttestation) -> Void = { _ in }
    ) throws -> MsgSubmitAttestation {
        var claim = AttestationEvidence()
        claim.challenge = AttestationBinding.requestChallenge(
            chainID: "aivm-1", id: id, submitter: (other ?? sender).bytes)
        var statement = statement()
        statement.outputCommitment = output.commitment.bytes
        var recipe = TrustDomainRecipe()
        recipe.reportData = claim.reportData(for: statement)
        claim.machine = AttestedQuote(try Quote(authority.intel.quote(DCAPRecipe(tdx: recipe))))
        var message = MsgSubmitAttestation(
            submitter: sender.description, statement: statement, attestation: claim)
        message.requestID = id
        message.output = output
        change(&message)
        return message
    }

    private func fundedChain() throws -> Chain {
        var chain = try Chain()
        try OneBank().set(requester, Coin(Amount(1000), "ucgpt"), &chain.context)
        #expect(try chain.code(collateral()) == nil)
        return chain
    }

    private func balances(_ chain: inout Chain) throws -> [UInt128] {
        try [requester, Address.module("submitter"), Compute.escrowAddress].map {
            try OneBank().balance(of: $0, denom: "ucgpt", &chain.context).units
        }
    }

    @Test func anAcceptedAttestationIsPaid() throws {
        var chain = try fundedChain()
        let worker = Address.module("submitter")
        #expect(try chain.code(answer(1, by: worker)) == "compute/13")
        #expect(try chain.code(request()) == nil)
        #expect(try balances(&chain) == [300, 0, 700])
        try chain.checkInvariants()
        let open = try chain.query(
            "Requests", QueryAttestationRequestsRequest(), QueryAttestationRequestsResponse.self)
        #expect(open.requests.map(\.id) == [1] && open.requests[0].height == 5)
        // Whoever copies a good quote answers another challenge.
        let thief = Address.module("thief")
        #expect(try chain.code(answer(1, by: thief, challengeOf: worker)) == "compute/15")
        #expect(try chain.code(answer(1, by: worker) { $0.output = nil }) == "compute/15")
        #expect(
            try chain.code(answer(1, by: worker) { $0.statement.inputCommitment[0] ^= 1 })
                == "compute/15")
        #expect(
            try chain.code(
                answer(1, by: worker) { $0.evidence.attestation?.machine.quote[200] ^= 1 })
                == "compute/1004")
        #expect(try balances(&chain) == [300, 0, 700])
        #expect(try chain.code(answer(1, by: worker)) == nil)
        #expect(try balances(&chain) == [300, 700, 0])
        #expect(try chain.code(answer(1, by: worker)) == "compute/13")
        var question = QueryAttestationsRequest()
        question.statement = try answer(1, by: worker).statement
        let records = try chain.query("Attestations", question, QueryAttestationsResponse.self)
        #expect(records.attestations.map(\.requestID) == [1])
        try chain.checkInvariants()
    }

    @Test func theRequestsPolicyCounts() throws {
        var chain = try fundedChain()
        let worker = Address.module("submitter")
        #expect(try chain.code(request(price: 0, policy: .strict)) == nil)
        #expect(try chain.code(answer(1, by: worker)) == "compute/1043")
        var policy = AttestationPolicy.strict
        policy.acceptsDevelopment = true
        policy.minimumVersions = [VersionRule(.tdx, "tdx-module", "1.5")]
        #expect(try chain.code(request(price: 0, policy: policy)) == nil)
        #expect(try chain.code(answer(2, by: worker)) == "compute/1047")
        policy.statuses = ["Fine"]
        #expect(try chain.code(request(policy: policy)) == "compute/5")
    }

    @Test func timeEndsRequests() throws {
        var chain = try fundedChain()
        let worker = Address.module("submitter")
        var cancel = MsgCancelAttestationRequest()
        cancel.requester = requester.description
        cancel.id = 1
        #expect(try chain.code(cancel) == "compute/13")
        #expect(try chain.code(request(deadline: now)) == "compute/14")
        #expect(try chain.code(request()) == nil)
        #expect(try chain.code(request()) == "sdk/5")
        #expect(try chain.code(cancel) == "compute/16")
        chain.move(to: now + 100)
        #expect(try chain.code(cancel) == "compute/16")
        chain.move(to: now + 101)
        #expect(try chain.code(answer(1, by: worker)) == "compute/14")
        cancel.requester = worker.description
        #expect(try chain.code(cancel) == "compute/17")
        cancel.requester = requester.description
        #expect(try chain.code(cancel) == nil)
        #expect(try balances(&chain) == [1000, 0, 0])
        try chain.checkInvariants()
        var message = request()
        message.modelID[0] ^= 1
        #expect(try chain.code(message) == "compute/7")
        message = request()
        message.price = [Coin(Amount(1), "ucgpt"), Coin(Amount(1), "ucgpt")]
        #expect(try chain.code(message) == "compute/18")
    }

    @Test func openRequestsAreExported() throws {
        var chain = try fundedChain()
        #expect(try chain.code(request(price: 1)) == nil)
        #expect(try chain.code(request(price: 2)) == nil)
        let genesis = try chain.module.exportGenesis(&chain.context)
        var again = Chain.context(over: SortedStore(), at: now)
        try chain.module.initialize(genesis: genesis, &again)
        #expect(try chain.module.exportGenesis(&again) == genesis)
        // Their prices must be there as well.
        #expect(throws: Failure.self) {
            for invariant in chain.module.invariants { try invariant.check(&again) }
        }
    }
}
