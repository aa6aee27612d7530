// What the messages of the module do. Every failure stands in the README.

import Attestation
import Base
import Certificates
import Cryptography
import Ledger
import Verification
import Wire

extension MsgSubmitCollateral {
    private var pieceCount: Int {
        certificates.count + tcbInfos.count + identities.count + lists.count
    }

    /// Bytes of all pieces.
    private var byteCount: Int {
        (certificates + lists).reduce(0) { $0 + $1.count }
            + (tcbInfos + identities).reduce(0) { $0 + $1.body.count }
    }

    /// The checks that need no state.
    func check() throws(Failure) {
        guard (1...Compute.maximumPieceCount).contains(pieceCount) else {
            throw .compute(.invalidSize, "\(pieceCount) pieces of collateral")
        }
        guard (tcbInfos + identities).allSatisfy({ $0.signature.count == 64 }) else {
            throw .compute(.malformedCollateral, "a signature has not 64 bytes")
        }
    }

    /// Gas of judging all pieces.
    func gas(_ parameters: ComputeParameters) -> UInt64 {
        // Counts are small, prices are at most 2⁶⁴ / 2³² each by the meter's own limit.
        let (pieces, overflow) = parameters.gasPerCollateral.multipliedReportingOverflow(
            by: UInt64(pieceCount))
        let bytes = parameters.gasPerByte * UInt64(byteCount)
        let (sum, second) = pieces.addingReportingOverflow(bytes)
        return overflow || second ? .max : sum
    }
}

extension MsgSubmitAttestation {
    /// The checks that need no state.
    func check() throws(Failure) {
        guard evidence.attestation != nil else {
            throw .compute(.invalidEvidence, "the evidence is no attestation")
        }
        guard
            [statement.modelID, statement.inputCommitment, statement.outputCommitment]
                .allSatisfy({ $0.count == Hash256.byteCount })
        else { throw .compute(.invalidEvidence, "a hash of the statement has not 32 bytes") }
        if let problem = policy?.problem { throw .compute(.invalidParameters, problem) }
    }
}

extension Compute {
    @Sendable func submitCollateral(
        _ message: MsgSubmitCollateral, _ context: inout Context
    ) throws(Failure) -> MsgSubmitCollateralResponse {
        let parameters = try currentParameters(&context)
        try context.gas.consume(message.gas(parameters), "Collateral")
        var response = MsgSubmitCollateralResponse()
        // The mempool does not judge.
        guard context.mode != .check, context.mode != .recheck else { return response }
        let pile = try Pile(message)
        // Whose root a chain ends in is not known yet.
        let names = (pile.certificates.map(\.issuer) + pile.lists.map(\.issuer)).flatMap { name in
            Vendor.allCases.map { VendorName(vendor: $0, name: name) }
        }
        let verifier = try verifier(
            parameters, names: names, own: pile.certificates, &context)
        for certificate in pile.certificates {
            if try store(certificate, verifier, &context) { response.storedCount += 1 }
        }
        for info in pile.tcbInfos { try store(info, verifier, &context) }
        for identity in pile.identities { try store(identity, verifier, &context) }
        for list in pile.lists { try store(list, verifier, &context) }
        let others = pile.tcbInfos.count + pile.identities.count + pile.lists.count
        response.storedCount += UInt32(others)
        context.emit(
            "collateral_stored",
            ["submitter": message.submitter, "count": "\(response.storedCount)"])
        return response
    }

    @Sendable func setModelPolicy(
        _ message: MsgSetModelPolicy, _ context: inout Context
    ) throws(Failure) -> MsgSetModelPolicyResponse {
        guard let owner = try models.owner(ofModel: message.modelID, &context) else {
            throw .compute(.modelNotFound, message.modelID.hex)
        }
        guard try Address.parse(message.owner) == owner else {
            throw .compute(.notTheOwner, message.owner)
        }
        if let policy = message.policy {
            try ComputeKeys.policies.set(message.modelID, policy, &context)
        } else {
            try ComputeKeys.policies.remove(message.modelID, &context)
        }
        context.emit("model_policy_set", ["owner": message.owner, "model_id": message.modelID.hex])
        return MsgSetModelPolicyResponse()
    }

    @Sendable func submitAttestation(
        _ message: MsgSubmitAttestation, _ context: inout Context
    ) throws(Failure) -> MsgSubmitAttestationResponse {
        guard let claim = message.evidence.attestation else {
            throw .compute(.invalidEvidence, "the evidence is no attestation")
        }
        let parameters = try currentParameters(&context)
        try context.gas.consume(try gas(claim, parameters), "Attestation")
        var response = MsgSubmitAttestationResponse()
        guard try models.owner(ofModel: message.statement.modelID, &context) != nil else {
            throw .compute(.modelNotFound, message.statement.modelID.hex)
        }
        let quoteHash: Bytes
        do throws(AttestationError) {
            quoteHash = try claim.machine.parsed().signedHash().bytes
        } catch {
            throw .evidence(.attestation(error))
        }
        response.quoteHash = quoteHash
        let request = try request(answeredBy: message, claim, &context)
        let key = Compute.recordKey(message.statement) + quoteHash
        guard try !ComputeKeys.records.contains(key, &context) else {
            throw .compute(.alreadyAttested, quoteHash.hex)
        }
        guard context.mode != .check, context.mode != .recheck else { return response }
        let judge = try judge(claim, message, request, parameters, &context)
        let outcome: AttestationJudge.Outcome
        do throws(VerificationError) {
            outcome = try judge.judge(claim, for: message.statement)
        } catch {
            throw .evidence(error)
        }
        var record = AttestationRecord(outcome)
        record.statement = message.statement
        record.quoteHash = quoteHash
        record.submitter = message.submitter
        record.height = context.block.height
        record.time = context.block.time
        record.requestID = message.requestID
        try ComputeKeys.records.set(key, record, &context)
        if let request { try close(request, paying: message.submitter, &context) }
        context.emit(
            "attestation_accepted",
            [
                "submitter": message.submitter, "model_id": message.statement.modelID.hex,
                "quote_hash": quoteHash.hex, "technology": record.technology,
                "development": record.isDevelopment ? "UNSAFE" : "false",
                "request_id": "\(record.requestID)",
            ])
        return response
    }

    /// The first part of a record's key.
    static func recordKey(_ statement: Statement) -> Bytes {
        SHA256.hash(statement.encoded()).bytes
    }

    /// Everything that the quotes of a claim are judged by.
    private func judge(
        _ claim: AttestationEvidence, _ message: MsgSubmitAttestation,
        _ request: AttestationRequest?, _ parameters: ComputeParameters, _ context: inout Context
    ) throws(Failure) -> AttestationJudge {
        var all = CollateralNeeds()
        var names: [VendorName] = []
        for (place, quote) in ([claim.machine] + claim.devices).enumerated() {
            let needs: CollateralNeeds
            do throws(AttestationError) {
                let parsed = try quote.parsed()
                needs = try parsed.needs()
                names += needs.issuers.map {
                    VendorName(vendor: parsed.technology.vendor, name: $0)
                }
            } catch {
                throw .evidence(.attestation(error))
            }
            if place == 0 { (all.platform, all.identity) = (needs.platform, needs.identity) }
        }
        var verifier = try verifier(parameters, names: names, own: [], &context)
        try addDocuments(for: all, to: &verifier, &context)
        var policies: [(owner: PolicyOwner, policy: AttestationPolicy)] = [
            (.chain, parameters.policy)
        ]
        if let policy = try ComputeKeys.policies.get(message.statement.modelID, &context) {
            policies.append((.model, policy))
        }
        for policy in [request?.policy, message.policy] {
            if let policy { policies.append((.request, policy)) }
        }
        return AttestationJudge(verifier, policies: policies)
    }

    /// Gas of judging all quotes of a claim.
    private func gas(
        _ claim: AttestationEvidence, _ parameters: ComputeParameters
    ) throws(Failure) -> UInt64 {
        var sum: UInt64 = 0
        for quote in [claim.machine] + claim.devices {
            let isSlow =
                switch Technology(ofQuote: quote.quote) {
                case .nitro, .nvidiaGPU: true
                default: false
                }
            let byteCount = quote.quote.count + quote.certificates.reduce(0) { $0 + $1.count }
            let base = isSlow ? parameters.gasPerSlowQuote : parameters.gasPerQuote
            let (part, first) = base.addingReportingOverflow(
                parameters.gasPerByte * UInt64(byteCount))
            let (total, second) = sum.addingReportingOverflow(part)
            guard !first, !second else { return .max }
            sum = total
        }
        return sum
    }
}

/// The pieces of a message, read.
private struct Pile {
    var certificates: [Certificate] = []
    var tcbInfos: [TCBInfo] = []
    var identities: [EnclaveIdentity] = []
    var lists: [RevocationList] = []

    init(_ message: MsgSubmitCollateral) throws(Failure) {
        do {
            certificates = try message.certificates.map { try Certificate($0) }
            tcbInfos = try message.tcbInfos.map { try TCBInfo($0.document) }
            identities = try message.identities.map { try EnclaveIdentity($0.document) }
            lists = try message.lists.map { try RevocationList($0) }
        } catch {
            throw .compute(.malformedCollateral, "\(error)")
        }
    }
}

extension AttestationRecord {
    /// What an outcome says.
    fileprivate init(_ outcome: AttestationJudge.Outcome) {
        self.init()
        technology = outcome.machine.technology.name
        product = outcome.machine.product
        status = outcome.machine.tcbStatus?.description ?? ""
        advisories = outcome.machine.advisories
        measurements = outcome.machine.measurements.map { AttestedMeasurement($0) }
        deviceCount = UInt32(outcome.devices.count)
        isDevelopment = ([outcome.machine] + outcome.devices).contains(where: \.isDevelopment)
    }
}
