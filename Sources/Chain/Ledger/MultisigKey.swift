// Threshold keys: several secp256k1 keys of which some must sign (`cosmos.crypto.multisig`). Its
// address is a hash of the key's Amino encoding, which only this key still uses:
//
//     22C1F7E2 ‖ 08 threshold ‖ for each member: 12 26 EB5AE987 21 key33
//
// Source: cosmos-sdk, crypto/keys/multisig, crypto/types/compact_bit_array.go.

public import Base
public import Cryptography
public import Wire

/// A threshold key as it travels (`cosmos.crypto.multisig.LegacyAminoPubKey`).
public struct MultisigKeyMessage: WireMessage, Hashable {
    /// How many members must sign.
    public var threshold: UInt32 = 0
    /// The members' keys.
    public var publicKeys: [AnyMessage] = []

    public static let wireName = "cosmos.crypto.multisig.LegacyAminoPubKey"
    public static let wireFields: WireFields<MultisigKeyMessage> = [
        .uint32(1, "threshold", \.threshold),
        .messages(2, "public_keys", \.publicKeys),
    ]

    public init() {}
}

/// The signatures of a threshold key's members, in the members' order
/// (`cosmos.crypto.multisig.v1beta1.MultiSignature`).
public struct MultiSignature: WireMessage, Hashable {
    /// One signature for each member that signed.
    public var signatures: [Bytes] = []

    public static let wireName = "cosmos.crypto.multisig.v1beta1.MultiSignature"
    public static let wireFields: WireFields<MultiSignature> = [
        .byteStrings(1, "signatures", \.signatures)
    ]

    public init() {}

    /// Joins signatures.
    public init(_ signatures: [Bytes]) { self.signatures = signatures }
}

/// A threshold key, checked.
public struct MultisigKey: Hashable, Sendable {
    /// How many members must sign: 1 to the number of members.
    public let threshold: Int
    /// The members, in the order that signatures have.
    public let members: [Secp256k1.PublicKey]

    /// Most members.
    public static let maximumMembers = 64

    /// Makes a key; `nil` when the threshold does not fit the members.
    public init?(threshold: Int, members: [Secp256k1.PublicKey]) {
        guard threshold >= 1, threshold <= members.count,
            members.count <= MultisigKey.maximumMembers
        else { return nil }
        self.threshold = threshold
        self.members = members
    }

    /// Reads a packed key; `nil` for another kind of key, and for members that are no secp256k1
    /// keys.
    public init?(_ packed: AnyMessage) {
        guard let message = try? packed.unpack(MultisigKeyMessage.self),
            message.publicKeys.count <= MultisigKey.maximumMembers
        else { return nil }
        var members: [Secp256k1.PublicKey] = []
        for packed in message.publicKeys {
            guard let member = try? packed.unpack(Secp256k1KeyMessage.self),
                let key = Secp256k1.PublicKey(member.key)
            else { return nil }
            members.append(key)
        }
        self.init(threshold: Int(message.threshold), members: members)
    }

    /// The key as it travels.
    public var packed: AnyMessage {
        var message = MultisigKeyMessage()
        message.threshold = UInt32(threshold)
        message.publicKeys = members.map { AnyMessage(Secp256k1KeyMessage($0.bytes)) }
        return AnyMessage(message)
    }

    /// The account it signs for.
    public var address: Address {
        var bytes: Bytes = [0x22, 0xC1, 0xF7, 0xE2, 0x08]
        bytes.appendVarint(UInt64(threshold))
        for member in members {
            bytes += [0x12, 0x26, 0xEB, 0x5A, 0xE9, 0x87, 0x21] + member.bytes
        }
        let hash = SHA256.hash(bytes).bytes
        guard let address = Address(Bytes(hash.prefix(20))) else {
            preconditionFailure("20 bytes are an address")
        }
        return address
    }

    /// The positions of the members that signed; `nil` when the bits do not fit the key.
    public func signers(_ bits: CompactBitArray) -> [Int]? {
        guard bits.count == members.count else { return nil }
        return members.indices.filter { bits[$0] }
    }
}

extension CompactBitArray {
    /// Makes `count` bits, those at `positions` set.
    public init(count: Int, set positions: [Int]) {
        self.init()
        elements = Bytes(repeating: 0, count: (count + 7) / 8)
        extraBitsStored = UInt32(count % 8)
        for position in positions where position >= 0 && position < count {
            elements[position / 8] |= 0x80 >> UInt8(position % 8)
        }
    }

    /// Number of bits; 0 when the parts contradict each other.
    public var count: Int {
        guard extraBitsStored < 8, !elements.isEmpty else { return 0 }
        return extraBitsStored == 0
            ? elements.count * 8 : (elements.count - 1) * 8 + Int(extraBitsStored)
    }

    /// Whether the bit at `position` is set; false beyond the end.
    public subscript(position: Int) -> Bool {
        guard position >= 0, position < count else { return false }
        return elements[position / 8] & (0x80 >> UInt8(position % 8)) != 0
    }
}
