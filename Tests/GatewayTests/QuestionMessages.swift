// A service of one question, for tests of the doors.

import Base
import Client
import Ledger
import Wire

@testable import Gateway

enum Colour: Int32, WireEnum {
    case none = 0
    case red = 1
    init() { self = .none }
    static let wireName = "test.v1.Colour"
    var wireLabel: String { self == .red ? "COLOUR_RED" : "COLOUR_NONE" }
}

struct Question: WireMessage {
    var name = ""
    var number: UInt64 = 0
    var flag = false
    var key: Bytes = []
    var colour = Colour.none
    var tags: [String] = []
    var page: PageRequest?
    var since: Timestamp?
    static let wireName = "test.v1.Question"
    static let wireFields: WireFields<Question> = [
        .string(1, "full_name", \.name),
        .uint64(2, "number", \.number),
        .bool(3, "flag", \.flag),
        .bytes(4, "key", \.key),
        .enumeration(5, "colour", \.colour),
        .strings(6, "tags", \.tags),
        .message(7, "pagination", \.page),
        .message(8, "since", \.since),
    ]
    init() {}
}

struct Answer: WireMessage {
    var question: Question?
    var count: Int64 = 0
    var page: PageResponse?
    static let wireName = "test.v1.Answer"
    static let wireFields: WireFields<Answer> = [
        .message(1, "question", \.question), .int64(2, "count", \.count),
        .message(3, "pagination", \.page),
    ]
    init() {}
}

extension CallRouter {
    static let questionPath = "/test.v1.Query/Ask"

    /// Answers `Ask` with what was asked at height 7, and refuses as the name says.
    static var questions: CallRouter {
        let call = CallDescription(
            questionPath, Question.self, Answer.self,
            [
                "/test/v1/questions/{full_name}", "/test/v1/questions/{full_name}/page",
                "/test/v1/questions/latest", "/test/v1/rest/{full_name=**}",
                .post("/test/v1/ask"),
            ])
        return CallRouter(applicationCalls: [call], nodeCalls: NodeCalls(StubNode()).all) {
            (query) throws(CallFailure) in
            var result = StateQueryResult()
            guard let question = try? Question(decoding: query.data) else {
                result.code = SDKCode.invalidRequest.rawValue
                result.codespace = "sdk"
                return result
            }
            do throws(Failure) {
                switch question.name {
                case "missing": throw .notFound("no such thing")
                case "malformed": throw .invalidArgument("not a thing")
                case "funds": throw .sdk(.insufficientFunds, "5 < 6")
                case "old": throw .sdk(.invalidHeight, "pruned")
                default: break
                }
                var answer = Answer()
                answer.question = question
                answer.page = PageResponse()
                result.value = answer.encoded()
                result.height = query.height == 0 ? 7 : query.height
            } catch {
                guard case .rejected(let rejection) = error else { return result }
                result.code = rejection.code
                result.codespace = rejection.codespace
                result.log = rejection.message
            }
            return result
        }
    }
}
