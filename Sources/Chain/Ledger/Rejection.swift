// Why a transaction or query is refused, and how an operating failure passes through deterministic
// code.
//
// A rejection has a code space and a number, as in the Cosmos SDK. Both are append-only; only the
// number reaches consensus (in the results hash), the text is for people.

public import Base

/// A refusal of a transaction, message or query, with a stable code.
public struct Rejection: Error, Equatable, Sendable, CustomStringConvertible {
    /// Who defined the code: `sdk`, or a module's name.
    public var codespace: String
    /// The code; never 0.
    public var code: UInt32
    /// Text for people; clients parse some of the SDK's texts.
    public var message: String

    /// Makes a rejection. `code` must not be 0, which means success.
    public init(codespace: String, code: UInt32, message: String) {
        precondition(code != 0, "code 0 means success")
        self.codespace = codespace
        self.code = code
        self.message = message
    }

    public var description: String { "\(codespace)/\(code): \(message)" }
}

/// What can end the execution of a transaction or query.
public enum Failure: Error, Equatable, Sendable {
    /// The input is refused; state written by it is discarded.
    case rejected(Rejection)
    /// The storage below failed: the node must stop, because its answer would differ from others'.
    case storage(StorageFailure)
}

/// The codes of a code space. Numbers and texts are append-only; clients know both.
public protocol ModuleCode: RawRepresentable, CaseIterable, Sendable where RawValue == UInt32 {
    /// Name of the code space: a module's name, or `sdk`.
    static var codespace: String { get }
    /// The text that clients know.
    var text: String { get }
}

extension Failure {
    /// Refuses with `code`. `message` says what is wrong and stands before the code's own text, as
    /// the Cosmos SDK wraps errors.
    public static func coded(_ code: some ModuleCode, _ message: String = "") -> Failure {
        .rejected(
            Rejection(
                codespace: type(of: code).codespace, code: code.rawValue,
                message: message.isEmpty ? code.text : "\(message): \(code.text)"))
    }

    /// Refuses with a code of the `sdk` code space; see ``SDKCode``.
    public static func sdk(_ code: SDKCode, _ message: String) -> Failure { coded(code, message) }

    /// A query names something that does not exist. Clients look for the words of the gRPC status.
    public static func notFound(_ message: String) -> Failure {
        sdk(.keyNotFound, "rpc error: code = NotFound desc = \(message)")
    }

    /// A query has a field that cannot be used.
    public static func invalidArgument(_ message: String) -> Failure {
        sdk(.invalidRequest, "rpc error: code = InvalidArgument desc = \(message)")
    }

    /// Runs a storage read, turning its failure into this type.
    public static func reading<Value>(
        _ read: () throws(StorageFailure) -> Value
    ) throws(Failure) -> Value {
        do { return try read() } catch { throw .storage(error) }
    }
}

/// Codes of the Cosmos SDK's own code space that AIVM answers, with the SDK's texts.
public enum SDKCode: UInt32, ModuleCode {
    public static var codespace: String { "sdk" }

    /// The transaction's bytes cannot be decoded.
    case transactionParse = 2
    /// A signer may not do this, or a signature is wrong.
    case unauthorized = 4
    /// A balance is too small.
    case insufficientFunds = 5
    /// No such message, path or method.
    case unknownRequest = 6
    /// An address cannot be decoded.
    case invalidAddress = 7
    /// A public key cannot be decoded or is not the account's.
    case invalidPublicKey = 8
    /// No account has this address.
    case unknownAddress = 9
    /// Coins are malformed.
    case invalidCoins = 10
    /// The gas limit was reached.
    case outOfGas = 11
    /// The memo is too long.
    case memoTooLarge = 12
    /// The fee is below what the node asks.
    case insufficientFee = 13
    /// More signatures than allowed.
    case tooManySignatures = 14
    /// No signature.
    case noSignatures = 15
    /// A field of the request is wrong.
    case invalidRequest = 18
    /// The transaction is larger than allowed.
    case transactionTooLarge = 21
    /// No value is stored under the key.
    case keyNotFound = 22
    /// The height is out of range or pruned.
    case invalidHeight = 26
    /// The transaction names another chain.
    case invalidChainID = 28
    /// A value has another type than is needed.
    case invalidType = 29
    /// The timeout height has passed.
    case timeoutHeight = 30
    /// A critical extension is unknown.
    case unknownExtension = 31
    /// The sequence number is not the account's next.
    case wrongSequence = 32
    /// An `Any` cannot be packed.
    case packAny = 33
    /// An `Any` cannot be unpacked.
    case unpackAny = 34
    /// An internal rule is broken.
    case logic = 35
    /// The feature is not enabled.
    case notSupported = 37
    /// Nothing by this name.
    case notFound = 38
    /// The gas limit is not allowed.
    case invalidGasLimit = 41

    /// The SDK's text for the code, which ends every log of that kind.
    public var text: String {
        switch self {
        case .transactionParse: "tx parse error"
        case .unauthorized: "unauthorized"
        case .insufficientFunds: "insufficient funds"
        case .unknownRequest: "unknown request"
        case .invalidAddress: "invalid address"
        case .invalidPublicKey: "invalid pubkey"
        case .unknownAddress: "unknown address"
        case .invalidCoins: "invalid coins"
        case .outOfGas: "out of gas"
        case .memoTooLarge: "memo too large"
        case .insufficientFee: "insufficient fee"
        case .tooManySignatures: "maximum number of signatures exceeded"
        case .noSignatures: "no signatures supplied"
        case .invalidRequest: "invalid request"
        case .transactionTooLarge: "tx too large"
        case .keyNotFound: "key not found"
        case .invalidHeight: "invalid height"
        case .invalidChainID: "invalid chain-id"
        case .invalidType: "invalid type"
        case .timeoutHeight: "tx timeout height"
        case .unknownExtension: "unknown extension options"
        case .wrongSequence: "incorrect account sequence"
        case .packAny: "failed packing protobuf message to Any"
        case .unpackAny: "failed unpacking protobuf message from Any"
        case .logic: "internal logic error"
        case .notSupported: "feature not supported"
        case .notFound: "not found"
        case .invalidGasLimit: "invalid gas limit"
        }
    }
}
