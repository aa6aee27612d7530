// Committed models and requests for results in a genesis, and what always holds of requests. As
// everywhere in a genesis, a model is checked as completely as when it was registered; that an
// answer was proved stands in its record, with the proof.

import Base
import Cryptography
import Ledger
public import Verification
public import Wire

/// A request with its input where that does not stand in its record.
public struct GenesisRequest: WireMessage {
    /// The record.
    public var record = RequestRecord()
    /// The input, when it is a blob.
    public var input: TensorSet?

    public init() {}
    public static let wireName = "aivm.ai.v1.GenesisRequest"
    public static let wireFields: WireFields<GenesisRequest> = [
        .message(1, "record", \.record),
        .message(2, "input", \.input),
    ]
}

extension AI {
    func exportRequests(
        to genesis: inout AIGenesis, _ context: inout Context
    ) throws(Failure) {
        var requests: [GenesisRequest] = []
        try forEach(AIKeys.requests, &context) { (record, context) throws(Failure) in
            var request = GenesisRequest()
            request.record = record
            if record.input.blobHash != nil { request.input = try record.input.load(&context) }
            requests.append(request)
        }
        genesis.requests = requests
    }

    func restoreRequests(of genesis: AIGenesis, _ context: inout Context) throws(Failure) {
        for (index, request) in genesis.requests.enumerated() {
            guard request.record.number == UInt64(index) + 1 else {
                throw .ai(.invalidGenesis, "requests do not count up from 1")
            }
            try restore(request, &context)
        }
        if !genesis.requests.isEmpty {
            let count = StoredNumber(UInt64(genesis.requests.count))
            try AIKeys.requestCount.set(count, &context)
        }
    }

    private func restore(
        _ request: GenesisRequest, _ context: inout Context
    ) throws(Failure) {
        let record = request.record
        let place = "request \(record.number)"
        let input = try restore(record.input, request.input, place, &context)
        _ = try Address.parse(record.requester)
        try checkPrice(record.price)
        guard record.inputCommitment.count == Hash256.byteCount,
            !record.input.isGiven || record.inputCommitment == input.commitment.bytes,
            record.deadline.isValid, record.status != .unspecified,
            let model = try AIKeys.models.get(record.registration.keyBytes, &context),
            model.isCommitted, model.reference == record.model
        else { throw .ai(.invalidGenesis, "\(place) contradicts itself") }
        try set(record, &context)
    }

    /// Restores a committed model.
    func restoreCommitted(
        _ model: GenesisModel, _ parameters: AIParameters, _ context: inout Context
    ) throws(Failure) {
        let record = model.record
        let place = "model \(record.registration)"
        let provable: ProvableModel
        do {
            provable = try ProvableModel(
                try CommittedModel(decoding: model.program, rules: .canonical),
                limits: engine.limits)
        } catch {
            throw .ai(.invalidGenesis, "\(place): \(error)")
        }
        try checkName(record.name)
        try checkPrice(record.price)
        var expected = ModelRecord(
            provable, byteCount: model.program.count, hash: SHA256.hash(model.program))
        expected.registration = record.registration
        expected.owner = record.owner
        expected.name = record.name
        expected.version = record.version
        expected.status = record.status
        expected.price = record.price
        expected.registeredHeight = record.registeredHeight
        expected.isPrimary = record.isPrimary
        guard record == expected, record.status == .active || record.status == .disabled,
            model.chunks.isEmpty, model.details.chunkHashes.isEmpty,
            (1...maximumVersion).contains(record.version)
        else { throw .ai(.invalidGenesis, "\(place): the record contradicts the model") }
        try context.putBlob(model.program)
        let key = record.registration.keyBytes
        try AIKeys.models.set(key, record, &context)
        try AIKeys.details.set(key, model.details, &context)
        try restoreIndices(of: record, try Address.parse(record.owner), &context)
    }

    // MARK: Invariant

    /// Requests count up from 1; open ones, and no others, are found by their model; answered ones
    /// have their answer; and the module's account holds the prices of the open ones.
    func checkRequests(_ context: inout Context) throws(Failure) {
        var count: UInt64 = 0
        var locked: [Coin] = []
        var denominations: [String] = []
        try forEach(AIKeys.requests, &context) { (record, context) throws(Failure) in
            count += 1
            let isListed = try AIKeys.openRequestsByModel.contains(
                record.registration.keyBytes + count.keyBytes, &context)
            let requester = try Address.parse(record.requester)
            guard record.number == count, isListed == (record.status == .open),
                try AIKeys.requestsByRequester.contains(
                    requester.keyBytes + count.keyBytes, &context),
                (record.inference != 0) == (record.status == .answered)
            else { throw broken("request \(count)") }
            if record.status == .answered {
                let answer = try AIKeys.inferences.get(record.inference.keyBytes, &context)
                guard answer?.request == count else { throw broken("answer to request \(count)") }
            }
            for coin in record.price where !denominations.contains(coin.denom) {
                denominations.append(coin.denom)
            }
            if record.status == .open { locked = try locked.adding(record.price) }
        }
        guard try AIKeys.requestCount.get(&context)?.value ?? 0 == count else {
            throw broken("count of requests")
        }
        for denom in denominations {
            let expected = try locked.first { $0.denom == denom }?.value() ?? .zero
            let held = try bank.balance(of: AI.escrowAddress, denom: denom, &context)
            guard held == expected else {
                throw broken("\(expected)\(denom) are locked, \(held)\(denom) are held")
            }
        }
    }
}
