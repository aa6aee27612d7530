// One list of calls, mounted on gRPC and on REST: the application's, by the same paths and bytes as
// over the engine's query door, and those of the node itself.

public import Base
public import Ledger
public import Wire

/// A call's answer.
public struct CallAnswer: Equatable, Sendable {
    /// The response message.
    public var value: Bytes
    /// The height whose state it tells of; 0 for none.
    public var height: Int64

    /// Makes an answer.
    public init(_ value: Bytes, height: Int64 = 0) {
        self.value = value
        self.height = height
    }
}

/// A call that the node answers itself.
public struct NodeCall: Sendable {
    /// What doors show of it.
    public let description: CallDescription
    /// Answers request bytes with response bytes.
    public let answer: @Sendable (Bytes) throws(CallFailure) -> Bytes

    /// Makes a call.
    public init<Request: WireMessage, Response: WireMessage>(
        _ path: String, _ request: Request.Type, _ response: Response.Type,
        rest: [HTTPRule] = [],
        answer: @escaping @Sendable (Request) throws(CallFailure) -> Response
    ) {
        description = CallDescription(path, request, response, rest)
        self.answer = { (bytes) throws(CallFailure) in
            let request: Request
            do { request = try Request(decoding: bytes, rules: .tolerant) } catch {
                throw CallFailure(.invalidArgument, "\(Request.wireName): \(error)")
            }
            return try answer(request).encoded()
        }
    }
}

/// Answers calls by their path.
public struct CallRouter: Sendable {
    /// Asks committed state.
    public typealias Query = @Sendable (StateQuery) throws(CallFailure) -> StateQueryResult

    /// Every call, those of the application first.
    public let calls: [CallDescription]
    private let applicationPaths: Set<String>
    private let nodeCalls: [String: NodeCall]
    private let query: Query

    /// Makes a router.
    ///
    /// - Parameters:
    ///   - applicationCalls: what the application answers.
    ///   - nodeCalls: what the node answers; it goes before the application.
    ///   - query: asks the application.
    public init(
        applicationCalls: [CallDescription], nodeCalls: [NodeCall], query: @escaping Query
    ) {
        let own = Dictionary(nodeCalls.map { ($0.description.path, $0) }) { first, _ in first }
        let others = applicationCalls.filter { own[$0.path] == nil }
        calls = others + nodeCalls.map(\.description)
        applicationPaths = Set(others.map(\.path))
        self.nodeCalls = own
        self.query = query
    }

    /// Answers the call of `path`.
    ///
    /// - Parameter height: height of the state to ask; 0 for the newest.
    public func answer(
        _ path: String, _ request: Bytes, height: Int64
    ) throws(CallFailure) -> CallAnswer {
        if applicationPaths.contains(path) {
            let result = try query(StateQuery(path: path, data: request, height: height))
            guard result.code == 0 else { throw CallFailure(result) }
            return CallAnswer(result.value, height: result.height)
        }
        guard let call = nodeCalls[path] else {
            throw CallFailure(.unimplemented, "unknown call \(path.prefix(200))")
        }
        return CallAnswer(try call.answer(request))
    }

    /// The height that the text of a header names.
    static func height(_ text: String) throws(CallFailure) -> Int64 {
        guard let height = Int64(text), height >= 0 else {
            throw CallFailure(
                .invalidArgument, "\(heightHeader): not a height: \(text.prefix(40))")
        }
        return height
    }

    /// Name of the header that chooses a height, and tells it.
    static let heightHeader = "x-cosmos-block-height"
}
