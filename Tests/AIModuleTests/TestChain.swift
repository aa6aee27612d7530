import Base
import Cryptography
import Ledger
import Models
import Tensors
import TestSupport
import Testing
import Verification
import Wire

@testable import AIModule

/// The module under a driver of a few lines: messages are checked and run as in a block, each in a
/// layer of its own.
struct TestChain {
    /// What became of a message.
    struct Outcome {
        /// `nil` for success, else code space and code, such as `ai/4`.
        var refusal: String?
        var log = ""
        var response = AnyMessage()
        var gasUsed: UInt64 = 0
        var events: [Event] = []

        func unpacked<Message: WireMessage>(_ type: Message.Type = Message.self) throws -> Message {
            #expect(refusal == nil, "\(log)")
            return try #require(try response.unpack())
        }
    }

    let module: AI
    let bank = TestBank()
    var state = State(over: SortedStore())
    var cache = ContextCache()
    var height: Int64 = 1
    /// Seconds of the block's time.
    var time: Int64 = 0

    static let alice = Address.module("alice")
    static let bob = Address.module("bob")
    static let carol = Address.module("carol")

    /// A chain with default parameters except for what `change` changes; bob has 1000000ucgpt and
    /// 1000uusd, the module's own account what `escrow` says.
    init(
        engine: InferenceEngine = InferenceEngine(), escrow: String = "",
        _ change: (inout AIGenesis) -> Void = { _ in }
    ) throws {
        module = AI(bank: bank, treasury: bank, engine: engine)
        var genesis = AIGenesis()
        change(&genesis)
        var context = makeContext()
        for coin in coins(escrow) { try bank.set(AI.escrowAddress, coin, &context) }
        try module.initialize(genesis: try genesis.json(), &context)
        try bank.set(Self.bob, Coin(Amount(1_000_000), "ucgpt"), &context)
        try bank.set(Self.bob, Coin(Amount(1000), "uusd"), &context)
        state = context.state
    }

    func makeContext(gasLimit: UInt64? = nil, mode: ExecutionMode = .finalize) -> Context {
        var context = Context(
            state: state, gasLimit: gasLimit,
            block: BlockInfo(
                chainID: "aivm-1", height: height, time: Timestamp(seconds: time)), mode: mode)
        context.cache = cache
        return context
    }

    /// Runs a message; state is kept when it succeeds in `finalize` mode.
    @discardableResult
    mutating func deliver(
        _ message: some WireMessage, gasLimit: UInt64? = nil, mode: ExecutionMode = .finalize
    ) throws -> Outcome {
        var context = makeContext(gasLimit: gasLimit, mode: mode)
        var outcome = Outcome()
        let any = AnyMessage(message)
        let route = try #require(module.messages.first { $0.typeURL == any.typeURL })
        do {
            _ = try route.check(any)
            outcome.response = try context.transaction { (context) throws(Failure) in
                try route.run(any, &context)
            }
        } catch {
            guard case .rejected(let rejection) = error else { throw error }
            outcome.refusal = "\(rejection.codespace)/\(rejection.code)"
            outcome.log = rejection.message
        }
        outcome.gasUsed = context.gas.used
        outcome.events = context.events
        if mode == .finalize {
            state = context.state
            cache = context.cache
            height += 1
        }
        return outcome
    }

    func query<Request: WireMessage, Response: WireMessage>(
        _ method: String, _ request: Request, _ type: Response.Type = Response.self
    ) throws -> Response {
        var context = makeContext()
        let route = try #require(
            module.queries.first { $0.path == "/aivm.ai.v1.Query/\(method)" })
        return try Response(decoding: try route.answer(request.encoded(), &context))
    }

    /// Code space and code that a query is refused with, or `nil`.
    func queryRefusal(_ method: String, _ request: some WireMessage) throws -> String? {
        var context = makeContext()
        let route = try #require(
            module.queries.first { $0.path == "/aivm.ai.v1.Query/\(method)" })
        do { _ = try route.answer(request.encoded(), &context) } catch {
            guard case .rejected(let rejection) = error else { throw error }
            return "\(rejection.codespace)/\(rejection.code)"
        }
        return nil
    }

    func balance(_ address: Address, _ denom: String = "ucgpt") throws -> UInt128 {
        var context = makeContext()
        return try bank.balance(of: address, denom: denom, &context).units
    }

    func checkInvariants() throws {
        var context = makeContext()
        for invariant in module.invariants { try invariant.check(&context) }
    }
}

/// Registration of `model` by alice.
func registration(
    _ model: Model, name: String = "m", price: String = "", inlineBytes: Int = 1 << 19
) -> MsgRegisterModel {
    MsgRegisterModel(
        owner: TestChain.alice.bech32(), name: name, program: model.programBytes,
        weights: model.weights, price: coins(price), inlineBytes: inlineBytes)
}

/// Upload of chunk `index` of `model`, registered by alice as `m` version 1.
func upload(_ model: Model, _ index: Int) -> MsgUploadChunk {
    var message = MsgUploadChunk()
    message.owner = TestChain.alice.bech32()
    message.name = "m"
    message.version = 1
    message.index = UInt32(index)
    message.data = WeightChunks.split(model.weights)[index]
    return message
}

/// Bob's request to alice's model `m`.
func request(
    _ input: TensorSet = TestModels.x(), name: String = "m", version: UInt64 = 0,
    maximumPrice: String = "1000000ucgpt"
) -> MsgRequestInference {
    MsgRequestInference(
        requester: TestChain.bob.bech32(),
        model: ModelReference(owner: TestChain.alice.bech32(), name: name, version: version),
        input: input, maximumPrice: coins(maximumPrice))
}

/// Coins of text such as `1ucgpt,2uusd`; a part that is none is left out.
func coins(_ text: String) -> [Coin] {
    text.split(separator: ",").compactMap { Coin(text: String($0)) }
}

/// Models that tests register.
enum TestModels {
    /// `y = relu(x · w)` with x [1, 3] and w [3, 2].
    static func perceptron(_ first: Float = 1) throws -> Model {
        var builder = ProgramBuilder(opset: 17, name: "perceptron")
        let x = builder.addInput("x", TensorType(.float32, [1, 3]))
        let w = builder.addConstant(
            "w", Tensor([first, -1, 2, 0.5, -3, 4] as [Float], shape: [3, 2]))
        let product = builder.addNode("MatMul", [x, w])
        builder.addOutput("y", builder.addNode("Relu", [product[0]])[0])
        return try builder.build()
    }

    /// `y = table[index]`, where the index may be out of range.
    static func lookUp() throws -> Model {
        var builder = ProgramBuilder(opset: 17, name: "look-up")
        let index = builder.addInput("index", TensorType(.int64, [1]))
        let table = builder.addConstant(
            "table", Tensor((0..<6).map { Float($0) }, shape: [3, 2]))
        builder.addOutput("y", builder.addNode("Gather", [table, index])[0])
        return try builder.build()
    }

    /// `y = x · w` with x [1, 600] and w [600, 1000]: three chunks, tensors too large to be
    /// inline.
    static func large() throws -> Model {
        var builder = ProgramBuilder(opset: 17, name: "large")
        let x = builder.addInput("x", TensorType(.float32, [1, 600]))
        let w = builder.addConstant(
            "w",
            Tensor((0..<600_000).map { Float($0 % 251) / 8 }, shape: [600, 1000]))
        builder.addOutput("y", builder.addNode("MatMul", [x, w])[0])
        return try builder.build()
    }

    /// An input of ``large()``.
    static func largeInput() -> TensorSet {
        TensorSet([
            NamedTensor(
                name: "x", tensor: Tensor((0..<600).map { Float($0) / 4 }, shape: [1, 600]))
        ])
    }

    /// `y = relu(x)`, without weights.
    static func weightless() throws -> Model {
        var builder = ProgramBuilder(opset: 17, name: "weightless")
        let x = builder.addInput("x", TensorType(.float32, [1, 3]))
        builder.addOutput("y", builder.addNode("Relu", [x])[0])
        return try builder.build()
    }

    /// An input of ``perceptron(_:)``.
    static func x(_ values: [Float] = [1, 2, 3]) -> TensorSet {
        TensorSet([NamedTensor(name: "x", tensor: Tensor(values, shape: [1, 3]))])
    }
}
