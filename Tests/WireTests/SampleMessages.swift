import Base
import TestSupport
import Wire

/// An enum with a gap and a negative value.
enum Color: Int32, WireEnum {
    case unspecified = 0
    case red = 1
    case blue = 7
    case shadow = -2

    init() { self = .unspecified }

    static let wireName = "aivm.test.v1.Color"
    var wireLabel: String {
        switch self {
        case .unspecified: "COLOR_UNSPECIFIED"
        case .red: "COLOR_RED"
        case .blue: "COLOR_BLUE"
        case .shadow: "COLOR_SHADOW"
        }
    }
}

/// A message that holds itself, declared inside another.
struct Branch: WireMessage {
    var label = ""
    var branches: [Branch] = []

    static let wireName = "aivm.test.v1.Sample.Branch"
    static let wireFields: WireFields<Branch> = [
        .string(1, "label", \.label),
        .messages(2, "branches", \.branches),
    ]
}

/// A message of another package, with numbers that leave gaps.
struct Price: WireMessage {
    var denom = ""
    var amount: UInt64 = 0

    static let wireName = "aivm.test.money.v2.Price"
    static let wireFields: WireFields<Price> = [
        .string(2, "denom", \.denom),
        .uint64(1000, "amount", \.amount),
    ]
}

/// One field of every kind that a declaration can have.
struct Sample: WireMessage {
    var unsigned64: UInt64 = 0
    var unsigned32: UInt32 = 0
    var signed64: Int64 = 0
    var signed32: Int32 = 0
    var zigzag64: Int64 = 0
    var fixed32: UInt32 = 0
    var fixed64: UInt64 = 0
    var signedFixed64: Int64 = 0
    var flag = false
    var text = ""
    var data: Bytes = []
    var color = Color.unspecified
    var choiceData: Bytes?
    var choiceText: String?
    var choiceInteger: Int64?
    var choiceBits: UInt32?
    var choicePrice: Price?
    var texts: [String] = []
    var datas: [Bytes] = []
    var unsigned64s: [UInt64] = []
    var signed64s: [Int64] = []
    var unsigned32s: [UInt32] = []
    var fixed32s: [UInt32] = []
    var maybePrice: Price?
    var price = Price()
    var branches: [Branch] = []
    var packed: AnyMessage?
    var time: Timestamp?
    var span: WireDuration?

    static let wireName = "aivm.test.v1.Sample"
    static let wireFields: WireFields<Sample> = [
        .uint64(1, "unsigned64", \.unsigned64),
        .uint32(2, "unsigned32", \.unsigned32),
        .int64(3, "signed64", \.signed64),
        .int32(4, "signed32", \.signed32),
        .sint64(5, "zigzag64", \.zigzag64),
        .fixed32(6, "fixed32", \.fixed32),
        .fixed64(7, "fixed64", \.fixed64),
        .sfixed64(8, "signed_fixed64", \.signedFixed64),
        .bool(9, "flag", \.flag),
        .string(10, "text", \.text),
        .bytes(11, "data", \.data),
        .enumeration(12, "color", \.color),
        .bytes(13, "choice_data", \.choiceData, oneof: "choice"),
        .string(14, "choice_text", \.choiceText, oneof: "choice"),
        .int64(15, "choice_integer", \.choiceInteger, oneof: "choice"),
        .fixed32(16, "choice_bits", \.choiceBits, oneof: "choice"),
        .message(17, "choice_price", \.choicePrice, oneof: "choice"),
        .strings(18, "texts", \.texts),
        .byteStrings(19, "datas", \.datas),
        .uint64s(20, "unsigned64s", \.unsigned64s),
        .int64s(21, "signed64s", \.signed64s),
        .uint32s(22, "unsigned32s", \.unsigned32s),
        .fixed32s(23, "fixed32s", \.fixed32s),
        .message(24, "maybe_price", \.maybePrice),
        .message(25, "price", \.price),
        .messages(26, "branches", \.branches),
        .message(27, "packed", \.packed),
        .message(28, "time", \.time),
        .message(100, "span", \.span),
    ]
}

let registry = WireRegistry([
    Sample.self, Branch.self, Price.self, Timestamp.self, WireDuration.self, AnyMessage.self,
])
