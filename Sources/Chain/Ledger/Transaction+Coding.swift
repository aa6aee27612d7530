// The messages of a transaction written and read by hand: every transaction passes through them
// several times. Their tables stay the declaration; tests hold each method to its table.

public import Base
public import Wire

extension TxRaw {
    public func encode(into bytes: inout Bytes) {
        bytes.appendField(1, bodyBytes)
        bytes.appendField(2, authInfoBytes)
        for signature in signatures { bytes.appendElement(3, signature) }
    }

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout TxRaw, rules: WireRules, depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1: message.bodyBytes = try cursor.bytes()
            case 2: message.authInfoBytes = try cursor.bytes()
            case 3: message.signatures.append(Bytes(try cursor.element()))
            default: try cursor.skipUnknown()
            }
        }
    }
}

extension TxBody {
    public func encode(into bytes: inout Bytes) {
        for message in messages { bytes.appendField(1, message) }
        bytes.appendField(2, memo)
        bytes.appendField(3, timeoutHeight)
        bytes.appendField(4, unordered ? 1 : 0)
        if let timeoutTimestamp { bytes.appendField(5, timeoutTimestamp) }
        for option in extensionOptions { bytes.appendField(1023, option) }
        for option in nonCriticalExtensionOptions { bytes.appendField(2047, option) }
    }

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout TxBody, rules: WireRules, depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1: try AnyMessage.append(&cursor, to: &message.messages)
            case 2: message.memo = try cursor.string()
            case 3: message.timeoutHeight = try cursor.uint64()
            case 4: message.unordered = try cursor.bool()
            case 5:
                var value = message.timeoutTimestamp ?? Timestamp()
                try Timestamp.decode(
                    try cursor.nested(), into: &value, rules: rules, depth: cursor.innerDepth)
                message.timeoutTimestamp = value
            case 1023: try AnyMessage.append(&cursor, to: &message.extensionOptions)
            case 2047: try AnyMessage.append(&cursor, to: &message.nonCriticalExtensionOptions)
            default: try cursor.skipUnknown()
            }
        }
    }
}

extension AnyMessage {
    fileprivate static func append(
        _ cursor: inout WireCursor, to list: inout [AnyMessage]
    ) throws(WireError) {
        var value = AnyMessage()
        try decode(
            try cursor.element(), into: &value, rules: cursor.rules, depth: cursor.innerDepth)
        list.append(value)
    }
}

extension AuthInfo {
    public func encode(into bytes: inout Bytes) {
        for info in signerInfos { bytes.appendField(1, info) }
        if let fee { bytes.appendField(2, fee) }
        if let tip { bytes.appendField(3, tip) }
    }

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout AuthInfo, rules: WireRules, depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1:
                var value = SignerInfo()
                try SignerInfo.decode(
                    try cursor.element(), into: &value, rules: rules, depth: cursor.innerDepth)
                message.signerInfos.append(value)
            case 2:
                var value = message.fee ?? Fee()
                try Fee.decode(
                    try cursor.nested(), into: &value, rules: rules, depth: cursor.innerDepth)
                message.fee = value
            case 3:
                var value = message.tip ?? Tip()
                try Tip.decode(
                    try cursor.nested(), into: &value, rules: rules, depth: cursor.innerDepth)
                message.tip = value
            default: try cursor.skipUnknown()
            }
        }
    }
}

extension SignerInfo {
    public func encode(into bytes: inout Bytes) {
        if let publicKey { bytes.appendField(1, publicKey) }
        if let modeInfo { bytes.appendField(2, modeInfo) }
        bytes.appendField(3, sequence)
    }

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout SignerInfo, rules: WireRules, depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1:
                var value = message.publicKey ?? AnyMessage()
                try AnyMessage.decode(
                    try cursor.nested(), into: &value, rules: rules, depth: cursor.innerDepth)
                message.publicKey = value
            case 2:
                var value = message.modeInfo ?? ModeInfo()
                try ModeInfo.decode(
                    try cursor.nested(), into: &value, rules: rules, depth: cursor.innerDepth)
                message.modeInfo = value
            case 3: message.sequence = try cursor.uint64()
            default: try cursor.skipUnknown()
            }
        }
    }
}

extension ModeInfo {
    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout ModeInfo, rules: WireRules, depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1:
                var value = message.single ?? SingleMode()
                try SingleMode.decode(
                    try cursor.nested(), into: &value, rules: rules, depth: cursor.innerDepth)
                message.single = value
            case 2:
                var value = message.multi ?? MultiMode()
                try MultiMode.decode(
                    try cursor.nested(), into: &value, rules: rules, depth: cursor.innerDepth)
                message.multi = value
            default: try cursor.skipUnknown()
            }
        }
        if message.single != nil, message.multi != nil {
            throw .oneofSetTwice(message: wireName, oneof: "sum")
        }
    }
}

extension ModeInfo.SingleMode {
    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout Self, rules: WireRules, depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1: message.mode = try cursor.enumeration(SignMode.self)
            default: try cursor.skipUnknown()
            }
        }
    }
}

extension Fee {
    public func encode(into bytes: inout Bytes) {
        for coin in amount { bytes.appendField(1, coin) }
        bytes.appendField(2, gasLimit)
        bytes.appendField(3, payer)
        bytes.appendField(4, granter)
    }

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout Fee, rules: WireRules, depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1: try Coin.append(&cursor, to: &message.amount)
            case 2: message.gasLimit = try cursor.uint64()
            case 3: message.payer = try cursor.string()
            case 4: message.granter = try cursor.string()
            default: try cursor.skipUnknown()
            }
        }
    }
}

extension Coin {
    public func encode(into bytes: inout Bytes) {
        bytes.appendField(1, denom)
        bytes.appendField(2, amount)
    }

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout Coin, rules: WireRules, depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1: message.denom = try cursor.string()
            case 2: message.amount = try cursor.string()
            default: try cursor.skipUnknown()
            }
        }
    }

    /// Reads the next element of a list of coins and appends it.
    public static func append(
        _ cursor: inout WireCursor, to list: inout [Coin]
    ) throws(WireError) {
        var value = Coin()
        try decode(
            try cursor.element(), into: &value, rules: cursor.rules, depth: cursor.innerDepth)
        list.append(value)
    }
}

extension SignDoc {
    public func encode(into bytes: inout Bytes) {
        bytes.reserveCapacity(
            bytes.count + bodyBytes.count + authInfoBytes.count + chainID.utf8.count + 32)
        bytes.appendField(1, bodyBytes)
        bytes.appendField(2, authInfoBytes)
        bytes.appendField(3, chainID)
        bytes.appendField(4, accountNumber)
    }
}

extension Secp256k1KeyMessage {
    public func encode(into bytes: inout Bytes) { bytes.appendField(1, key) }

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout Secp256k1KeyMessage, rules: WireRules,
        depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1: message.key = try cursor.bytes()
            default: try cursor.skipUnknown()
            }
        }
    }
}
