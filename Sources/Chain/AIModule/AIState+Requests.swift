// What the module keeps about requests for results. The record of an open request says what is owed
// to whoever answers it; a closed one stays, so that its number means the same for good.

public import Base
import Cryptography
public import Ledger
public import Wire

/// Where a request is in its life.
public enum RequestStatus: Int32, WireEnum {
    /// None; never stored.
    case unspecified = 0
    /// Waits for an answer; its price is locked.
    case open = 1
    /// Answered and paid.
    case answered = 2
    /// Taken back by who asked.
    case cancelled = 3

    public init() { self = .unspecified }
    public static let wireName = "aivm.ai.v1.RequestStatus"
    public var wireLabel: String {
        switch self {
        case .unspecified: "REQUEST_STATUS_UNSPECIFIED"
        case .open: "REQUEST_STATUS_OPEN"
        case .answered: "REQUEST_STATUS_ANSWERED"
        case .cancelled: "REQUEST_STATUS_CANCELLED"
        }
    }
}

/// A request for a proved answer.
public struct RequestRecord: WireMessage {
    /// Number of the request, from 1.
    public var number: UInt64 = 0
    /// Address of who asked and pays.
    public var requester = ""
    /// Owner, name and version of the model.
    public var model = ModelReference()
    /// Registration of the model.
    public var registration: UInt64 = 0
    /// What the statement of the answer commits to: the commitment of an open input, or that to
    /// rows; 32 bytes.
    public var inputCommitment: Bytes = []
    /// The input in canonical form; nothing where only a commitment is known.
    public var input = StoredTensors()
    /// What is locked while the request is open.
    public var price: [Coin] = []
    /// Until when the answer counts.
    public var deadline = Timestamp()
    /// Where the request is in its life.
    public var status = RequestStatus.unspecified
    /// Height of the block it came in.
    public var height: Int64 = 0
    /// Number of the inference that answers it; 0 for none.
    public var inference: UInt64 = 0

    public init() {}
    public static let wireName = "aivm.ai.v1.RequestRecord"
    public static let wireFields: WireFields<RequestRecord> = [
        .uint64(1, "number", \.number),
        .string(2, "requester", \.requester),
        .message(3, "model", \.model),
        .uint64(4, "registration", \.registration),
        .bytes(5, "input_commitment", \.inputCommitment),
        .message(6, "input", \.input),
        .messages(7, "price", \.price),
        .message(8, "deadline", \.deadline),
        .enumeration(9, "status", \.status),
        .int64(10, "height", \.height),
        .uint64(11, "inference", \.inference),
    ]
}

extension AI {
    /// Stores a request with its indices.
    func set(_ record: RequestRecord, _ context: inout Context) throws(Failure) {
        let (number, stored) = (record.number.keyBytes, StoredNumber(record.number))
        let requester = try Address.parse(record.requester)
        try AIKeys.requests.set(number, record, &context)
        try AIKeys.requestsByRequester.set(requester.keyBytes + number, stored, &context)
        if record.status == .open {
            try AIKeys.openRequestsByModel.set(
                record.registration.keyBytes + number, stored, &context)
        }
    }

    /// The request of this number, which must be open.
    func openRequest(
        _ number: UInt64, _ context: inout Context
    ) throws(Failure) -> RequestRecord {
        guard let record = try AIKeys.requests.get(number.keyBytes, &context) else {
            throw .ai(.requestNotFound, "\(number)")
        }
        guard record.status == .open else {
            throw .ai(.requestClosed, "\(number): \(record.status.wireLabel)")
        }
        return record
    }

    /// Ends a request.
    func close(
        _ record: inout RequestRecord, _ status: RequestStatus, _ context: inout Context
    ) throws(Failure) {
        record.status = status
        let number = record.number.keyBytes
        try AIKeys.requests.set(number, record, &context)
        try AIKeys.openRequestsByModel.remove(record.registration.keyBytes + number, &context)
    }
}
