import Base
import Cryptography
import Foundation
import Ledger
import Models
import TestSupport
import Testing
import Verification
import Wire

@testable import AIModule

/// A chain with three models of two owners, one of them half uploaded, and three inferences.
func makeBusyChain() throws -> TestChain {
    var chain = try TestChain()
    let small = try TestModels.perceptron()
    let large = try TestModels.large()
    var first = registration(small, name: "small", price: "10ucgpt")
    first.licence = "MIT"
    first.description = "multiplies"
    try chain.deliver(first)
    try chain.deliver(registration(large))
    try chain.deliver(upload(large, 1))
    var copy = registration(small, name: "copy")
    copy.owner = TestChain.carol.bech32()
    try chain.deliver(copy)
    try chain.deliver(request(name: "small"))
    try chain.deliver(request(TestModels.x([4, 5, 6]), name: "small"))
    var other = request(name: "small")
    other.model = ModelReference(owner: copy.owner, name: "copy")
    try chain.deliver(other)
    return chain
}

@Suite struct QueryTests {
    let chain: TestChain

    init() throws { chain = try makeBusyChain() }

    private func reference(_ name: String, _ version: UInt64 = 0) -> ModelReference {
        ModelReference(owner: TestChain.alice.bech32(), name: name, version: version)
    }

    @Test func modelTellsRecordAndTexts() throws {
        var request = QueryModelRequest()
        request.model = reference("small")
        let response = try chain.query("Model", request, QueryModelResponse.self)
        #expect(response.model.status == .active)
        #expect(response.model.inputs.map(\.name) == ["x"])
        #expect(response.details.licence == "MIT")
        #expect(response.details.description == "multiplies")
        // A name without a complete version gives its newest.
        request.model = reference("m")
        let uploading = try chain.query("Model", request, QueryModelResponse.self)
        #expect(uploading.model.status == .uploading)
        #expect(uploading.model.missingChunkCount == 2)
        request.model = reference("unknown")
        #expect(try chain.queryRefusal("Model", request) == "ai/4")
        request.model = ModelReference()
        #expect(try chain.queryRefusal("Model", request) == "ai/24")
    }

    @Test func modelsAreListedByPages() throws {
        var request = QueryModelsRequest()
        var page = PageRequest()
        page.limit = 2
        request.pagination = page
        let first = try chain.query("Models", request, QueryModelsResponse.self)
        #expect(first.models.map(\.registration) == [1, 2])
        page.key = first.pagination.nextKey
        request.pagination = page
        let second = try chain.query("Models", request, QueryModelsResponse.self)
        #expect(second.models.map(\.registration) == [3])
        #expect(second.pagination.nextKey.isEmpty)
        request = QueryModelsRequest()
        request.owner = TestChain.alice.bech32()
        #expect(
            try chain.query("Models", request, QueryModelsResponse.self).models.map(\.name)
                == ["m", "small"])
        request.name = "small"
        #expect(
            try chain.query("Models", request, QueryModelsResponse.self).models.map(\.name)
                == ["small"])
        request.owner = ""
        #expect(try chain.queryRefusal("Models", request) == "ai/24")
    }

    @Test func modelByIDListsEveryCompleteRegistration() throws {
        var request = QueryModelByIDRequest()
        request.modelID = try TestModels.perceptron().modelID.bytes
        let response = try chain.query("ModelByID", request, QueryModelByIDResponse.self)
        #expect(response.primary == 1)
        #expect(response.models.map(\.registration) == [1, 3])
        #expect(response.models.map(\.isPrimary) == [true, false])
        request.modelID = try TestModels.large().modelID.bytes
        #expect(try chain.queryRefusal("ModelByID", request) == "ai/4")
        request.modelID = []
        #expect(try chain.queryRefusal("ModelByID", request) == "ai/24")
    }

    @Test func aModelCanBeDownloadedWhole() throws {
        let model = try TestModels.perceptron()
        var program = QueryProgramRequest()
        program.model = ModelReference(modelID: model.modelID)
        #expect(
            try chain.query("Program", program, QueryProgramResponse.self).program
                == model.programBytes)
        var chunk = QueryChunkRequest()
        chunk.model = program.model
        #expect(
            try chain.query("Chunk", chunk, QueryChunkResponse.self).data == model.weights)
        chunk.index = 1
        #expect(try chain.queryRefusal("Chunk", chunk) == "ai/11")
        chunk.model = reference("m")
        #expect(try chain.queryRefusal("Chunk", chunk) == nil)
        chunk.index = 0
        #expect(try chain.queryRefusal("Chunk", chunk) == "ai/5")
    }

    @Test func inferencesAreListedByRequester() throws {
        var request = QueryInferencesRequest()
        request.requester = TestChain.bob.bech32()
        #expect(
            try chain.query("Inferences", request, QueryInferencesResponse.self)
                .inferences.map(\.id) == [1, 2, 3])
        request.pagination = PageRequest()
        request.pagination?.reverse = true
        request.pagination?.limit = 1
        #expect(
            try chain.query("Inferences", request, QueryInferencesResponse.self)
                .inferences.map(\.id) == [3])
        request.requester = TestChain.alice.bech32()
        #expect(
            try chain.query("Inferences", request, QueryInferencesResponse.self)
                .inferences.isEmpty)
        request = QueryInferencesRequest()
        #expect(
            try chain.query("Inferences", request, QueryInferencesResponse.self)
                .inferences.map(\.id) == [1, 2, 3])
        var one = QueryInferenceRequest()
        one.id = 4
        #expect(try chain.queryRefusal("Inference", one) == "ai/22")
    }

    @Test func estimateIsWhatARequestCosts() throws {
        var estimate = QueryEstimateRequest()
        estimate.model = reference("small", 1)
        let response = try chain.query("Estimate", estimate, QueryEstimateResponse.self)
        #expect(response.price == coins("10ucgpt"))
        #expect(response.runGas == response.machineGas)
        var copy = chain
        var free = MsgUpdateModelPrice()
        free.owner = TestChain.alice.bech32()
        free.name = "small"
        try copy.deliver(free)
        let freeEstimate = try copy.query("Estimate", estimate, QueryEstimateResponse.self)
        // The requester's address has as many bytes as the owner's.
        let used = try copy.deliver(request(name: "small", version: 1)).gasUsed
        #expect(freeEstimate.messageGas == used)
        estimate.model = reference("m", 1)
        #expect(try chain.queryRefusal("Estimate", estimate) == "ai/5")
        var status = MsgSetModelStatus()
        status.owner = TestChain.alice.bech32()
        status.name = "small"
        status.status = .disabled
        try copy.deliver(status)
        estimate.model = reference("small")
        #expect(try copy.queryRefusal("Estimate", estimate) == "ai/6")
    }

    @Test func parametersAreAnswered() throws {
        let response = try chain.query(
            "Params", QueryParamsRequest(), QueryParamsResponse.self)
        #expect(response.parameters == .standard)
    }
}

@Suite struct GenesisTests {
    private func genesis(_ chain: TestChain) throws -> AIGenesis {
        var context = chain.makeContext()
        return try AIGenesis(json: try chain.module.exportGenesis(&context))
    }

    private func start(_ genesis: AIGenesis) throws -> State {
        let module = AI(bank: TestBank(), treasury: TestBank())
        var context = Context(
            state: State(over: SortedStore()), gasLimit: nil,
            block: BlockInfo(chainID: "aivm-1", height: 0, time: Timestamp()), mode: .finalize)
        try module.initialize(genesis: try genesis.json(), &context)
        return context.state
    }

    private func changes(_ state: State) -> [Bytes: Bytes] {
        var result: [Bytes: Bytes] = [:]
        for change in state.changes where change.key.starts(with: Bytes("ai/".utf8)) {
            result[change.key] = change.value ?? []
        }
        return result
    }

    @Test func exportStartsAChainWithTheSameState() throws {
        let chain = try makeBusyChain()
        let exported = try genesis(chain)
        #expect(exported.models.count == 3)
        #expect(exported.inferences.count == 3)
        let restored = try start(exported)
        #expect(changes(restored) == changes(chain.state))
        #expect(restored.newBlobs.map(\.hash) == chain.state.newBlobs.map(\.hash))
    }

    @Test func largeTensorsSurviveExport() throws {
        var chain = try TestChain { $0.parameters.maximumInlineBytes = 4 }
        try chain.deliver(registration(try TestModels.perceptron()))
        try chain.deliver(request())
        let exported = try genesis(chain)
        #expect(exported.inferences[0].input == TestModels.x())
        #expect(changes(try start(exported)) == changes(chain.state))
    }

    @Test func anEmptyGenesisGivesDefaults() throws {
        let module = AI(bank: TestBank(), treasury: TestBank())
        var context = try TestChain().makeContext()
        try module.initialize(genesis: .null, &context)
        #expect(try module.currentParameters(&context) == .standard)
    }

    @Test func genesisThatContradictsItselfIsRefused() throws {
        let good = try genesis(try makeBusyChain())
        func refusal(_ change: (inout AIGenesis) -> Void) throws -> String? {
            var genesis = good
            change(&genesis)
            do { _ = try start(genesis) } catch let failure as Failure {
                guard case .rejected(let rejection) = failure else { throw failure }
                return "\(rejection.codespace)/\(rejection.code)"
            }
            return nil
        }
        #expect(try refusal { _ in } == nil)
        let changes: [(inout AIGenesis) -> Void] = [
            { $0.parameters.ownerShare += 1 },
            { $0.parameters.gasDenominator = 0 },
            { $0.parameters.maximumModelBytes = 1 << 40 },
            { $0.models[0].record.registration = 2 },
            { $0.models[0].record.modelID[0] ^= 1 },
            { $0.models[0].record.gas += 1 },
            { $0.models[0].record.inputs[0].name = "z" },
            { $0.models[0].record.status = .uploading },
            { $0.models[0].record.version = 0 },
            { $0.models[0].program.append(0) },
            { $0.models[0].chunks[0].data[0] ^= 1 },
            { $0.models[0].chunks = [] },
            { $0.models[1].chunks[0].index = 0 },
            { $0.models[1].record.status = .active },
            { $0.models[1].record.isPrimary = true },
            { $0.models[2].record.isPrimary = true },
            { $0.inferences[0].record.id = 5 },
            { $0.inferences[0].record.registration = 9 },
            { $0.inferences[0].record.statement.inputCommitment[0] ^= 1 },
            { $0.inferences[0].record.input.inline = nil },
            { $0.inferences[0].input = TestModels.x() },
            { $0.inferences[0].record.output.byteCount += 1 },
            { $0.inferences[0].record.evidence = EvidenceMessage() },
        ]
        for (index, change) in changes.enumerated() {
            #expect(try refusal(change) == "ai/26", "change \(index)")
        }
        #expect(try refusal { $0.models[0].record.isPrimary = false } == "sdk/35")
        #expect(try refusal { $0.inferences[0].record.payments = [] } == "sdk/35")
    }
}

@Suite struct SpecificationTests {
    private func readme() throws -> String {
        try String(
            contentsOfFile: PackageRoot.path("Sources/Chain/AIModule/README.md"), encoding: .utf8)
    }

    @Test func theSpecificationListsEveryCode() throws {
        let text = try readme()
        for code in AICode.allCases {
            #expect(text.contains("| \(code.rawValue) | \(code.text) |"), "\(code)")
        }
    }

    @Test func theSpecificationListsEveryMessageAndQuery() throws {
        let text = try readme()
        let module = AI(bank: TestBank(), treasury: TestBank())
        for route in module.messages {
            let name = route.typeURL.split(separator: ".").last ?? ""
            #expect(text.contains("### \(name)"), "\(name)")
        }
        for route in module.queries {
            let name = route.path.split(separator: "/").last ?? ""
            #expect(text.contains("| `\(name)` |"), "\(name)")
        }
    }

    @Test func codesAreDistinctAndStable() {
        #expect(AICode.allCases.map(\.rawValue) == Array(2...43))
    }

    @Test func storeKeyOfAnInferenceIsFrozen() {
        #expect(AI.inferenceStoreKey(258).hex == "0a0000000000000102")
        #expect(AI.modelStoreKey(1).hex == "030000000000000001")
    }
}
