// One table from the chain's refusals to the status of gRPC and of HTTP, for both doors.
//
// The application refuses with a code space and a number, whose text may carry the words of a gRPC
// status, because that is how the status travels over the engine's query door. Both doors show
// clients the status and the bare text. Sources: gRPC status codes; google.rpc.Code's HTTP column.

import Ledger

/// A status of gRPC.
public enum StatusCode: Int, CaseIterable, Sendable {
    /// Success.
    case ok = 0
    /// The caller went away.
    case cancelled = 1
    /// An error without a better code.
    case unknown = 2
    /// A field cannot be used.
    case invalidArgument = 3
    /// The time is over.
    case deadlineExceeded = 4
    /// There is no such object.
    case notFound = 5
    /// There is one already.
    case alreadyExists = 6
    /// The caller may not.
    case permissionDenied = 7
    /// A limit is reached.
    case resourceExhausted = 8
    /// The state does not allow it.
    case failedPrecondition = 9
    /// It ran into another call.
    case aborted = 10
    /// Outside the valid range.
    case outOfRange = 11
    /// There is no such call.
    case unimplemented = 12
    /// A rule of the node's own is broken.
    case `internal` = 13
    /// Not now.
    case unavailable = 14
    /// Stored data is damaged.
    case dataLoss = 15
    /// The caller has not shown who it is.
    case unauthenticated = 16

    /// The status of HTTP.
    public var httpStatus: Int {
        switch self {
        case .ok: 200
        case .invalidArgument, .failedPrecondition, .outOfRange: 400
        case .unauthenticated: 401
        case .permissionDenied: 403
        case .notFound: 404
        case .cancelled: 408
        case .alreadyExists, .aborted: 409
        case .resourceExhausted: 429
        case .unknown, .internal, .dataLoss: 500
        case .unimplemented: 501
        case .unavailable: 503
        case .deadlineExceeded: 504
        }
    }

    /// The status of the SDK's code `code`.
    static func of(sdk code: UInt32) -> StatusCode {
        switch SDKCode(rawValue: code) {
        case .keyNotFound, .notFound, .unknownAddress: .notFound
        case .unauthorized: .unauthenticated
        case .unknownRequest: .unknown
        case .outOfGas: .resourceExhausted
        case .logic, .packAny: .internal
        case .notSupported: .unimplemented
        case .wrongSequence, .insufficientFunds, .timeoutHeight: .failedPrecondition
        case nil: .unknown
        default: .invalidArgument
        }
    }

    /// Codes of modules that say that an object is missing; every other code of a module says that
    /// the request cannot be answered as it is.
    private static let missing: [(codespace: String, code: UInt32)] = [
        ("ai", 4), ("ai", 22), ("authz", 2), ("compute", 7), ("feegrant", 5), ("staking", 3),
        ("staking", 19),
        ("staking", 26), ("staking", 38),
    ]

    /// The status of a refusal.
    static func of(codespace: String, code: UInt32) -> StatusCode {
        if code == 0 { return .ok }
        if codespace == "sdk" { return of(sdk: code) }
        return missing.contains { $0 == (codespace, code) } ? .notFound : .invalidArgument
    }

    /// The name that stands in texts, such as `NotFound`.
    private static let named: [(text: String, code: StatusCode)] = [
        ("NotFound", .notFound), ("InvalidArgument", .invalidArgument),
    ]
    private static let prefix = "rpc error: code = "
    private static let separator = " desc = "

    /// The status that a text names, and what it says of it.
    static func inWords(_ text: String) -> (code: StatusCode, message: Substring)? {
        guard text.hasPrefix(prefix) else { return nil }
        let rest = text.dropFirst(prefix.count)
        for (name, code) in named where rest.hasPrefix(name + separator) {
            return (code, rest.dropFirst(name.count + separator.count))
        }
        return nil
    }
}

/// Why a call has no answer.
public struct CallFailure: Error, Equatable, Sendable {
    /// The status.
    public var code: StatusCode
    /// Text for people; clients match on some.
    public var message: String

    /// Makes a failure.
    public init(_ code: StatusCode, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The failure that a refusal of the application is.
    init(_ result: StateQueryResult) {
        guard let words = StatusCode.inWords(result.log) else {
            let code = StatusCode.of(codespace: result.codespace, code: result.code)
            self.init(code, result.log)
            return
        }
        // The number's own text ends the log over the engine's door, and is no part of the status.
        var message = words.message
        if let text = SDKCode(rawValue: result.code)?.text, message.hasSuffix(": " + text) {
            message = message.dropLast(text.count + 2)
        }
        self.init(words.code, String(message))
    }
}
