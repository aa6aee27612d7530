// Votes at the start of a chain, in the Cosmos SDK's JSON form (`app_state.slashing`), and what
// always holds of them.

import Cryptography
public import Ledger
public import Wire

/// The votes of a genesis.
public struct SlashingGenesis: WireMessage {
    /// Parameters; absent means the standard ones.
    public var parameters: SlashingParameters?
    /// What is known of each validator.
    public var signingInfos: [GenesisSigningInfo] = []
    /// Missed blocks of each validator.
    public var missedBlocks: [ValidatorMissedBlocks] = []

    public static let wireName = "cosmos.slashing.v1beta1.GenesisState"
    public static let wireFields: WireFields<SlashingGenesis> = [
        .message(1, "params", \.parameters),
        .messages(2, "signing_infos", \.signingInfos),
        .messages(3, "missed_blocks", \.missedBlocks),
    ]
    public init() {}
}

/// What is known of a validator.
public struct GenesisSigningInfo: WireMessage {
    /// Consensus address.
    public var address = ""
    /// What is known.
    public var info = SigningInfo()
    public static let wireName = "cosmos.slashing.v1beta1.SigningInfo"
    public static let wireFields: WireFields<GenesisSigningInfo> = [
        .string(1, "address", \.address),
        .message(2, "validator_signing_info", \.info),
    ]
    public init() {}
}

/// Missed blocks of a validator.
public struct ValidatorMissedBlocks: WireMessage {
    /// Consensus address.
    public var address = ""
    /// Positions in the window.
    public var missedBlocks: [MissedBlock] = []
    public static let wireName = "cosmos.slashing.v1beta1.ValidatorMissedBlocks"
    public static let wireFields: WireFields<ValidatorMissedBlocks> = [
        .string(1, "address", \.address),
        .messages(2, "missed_blocks", \.missedBlocks),
    ]
    public init() {}
}

/// A position of the window.
public struct MissedBlock: WireMessage {
    /// Position.
    public var index: Int64 = 0
    /// Whether it was missed.
    public var isMissed = false
    public static let wireName = "cosmos.slashing.v1beta1.MissedBlock"
    public static let wireFields: WireFields<MissedBlock> = [
        .int64(1, "index", \.index),
        .bool(2, "missed", \.isMissed),
    ]
    public init() {}
}

extension Slashing {
    public func initialize(genesis: JSONValue, _ context: inout Context) throws(Failure) {
        let state: SlashingGenesis
        do {
            state = genesis == .null ? SlashingGenesis() : try SlashingGenesis(json: genesis)
        } catch { throw .sdk(.invalidRequest, "genesis of slashing: \(error)") }
        let parameters = state.parameters ?? .standard
        try parameters.validate()
        try SlashingKeys.parameters.set(parameters, &context)
        for entry in state.signingInfos {
            let address = try Slashing.consensusAddress(entry.address)
            guard try !SlashingKeys.signingInfos.contains(address.bytes, &context),
                (0...parameters.signedBlocksWindow).contains(entry.info.missedBlocksCounter),
                (0...parameters.signedBlocksWindow).contains(entry.info.indexOffset),
                entry.info.startHeight >= 0
            else { throw .sdk(.invalidRequest, "signing info of \(entry.address)") }
            try SlashingKeys.signingInfos.set(address.bytes, entry.info, &context)
        }
        for entry in state.missedBlocks {
            let address = try Slashing.consensusAddress(entry.address)
            for block in entry.missedBlocks where block.isMissed {
                guard (0..<parameters.signedBlocksWindow).contains(block.index) else {
                    throw .sdk(.invalidRequest, "missed block \(block.index) of \(entry.address)")
                }
                _ = try exchange(true, at: block.index, of: address, &context)
            }
        }
    }

    public func exportGenesis(_ context: inout Context) throws(Failure) -> JSONValue {
        var state = SlashingGenesis()
        state.parameters = try parameters(&context)
        try SlashingKeys.signingInfos.forEach(&context) { (key, info) throws(Failure) in
            var entry = GenesisSigningInfo()
            entry.address = Address(key)?.consensusText ?? ""
            entry.info = info
            state.signingInfos.append(entry)
        }
        for info in state.signingInfos {
            var entry = ValidatorMissedBlocks()
            entry.address = info.address
            let address = try Slashing.consensusAddress(info.address)
            for index in try missedPositions(of: address, &context) {
                var block = MissedBlock()
                block.index = index
                block.isMissed = true
                entry.missedBlocks.append(block)
            }
            state.missedBlocks.append(entry)
        }
        do { return try state.json() } catch {
            throw .sdk(.logic, "genesis of slashing: \(error)")
        }
    }

    private static func consensusAddress(_ text: String) throws(Failure) -> Address {
        do { return try Address(bech32: text, prefix: "aivmvalcons") } catch {
            throw .sdk(.invalidAddress, "invalid consensus address \(text.prefix(100))")
        }
    }

    public var invariants: [Invariant] {
        [
            Invariant("slashing/counters") { (context) throws(Failure) in
                var infos: [(Address, SigningInfo)] = []
                try SlashingKeys.signingInfos.forEach(&context) { (key, info) throws(Failure) in
                    if let address = Address(key) { infos.append((address, info)) }
                }
                for (address, info) in infos {
                    let count = try missedPositions(of: address, &context).count
                    guard info.missedBlocksCounter == Int64(count) else {
                        throw .sdk(
                            .logic,
                            "\(info.address) has missed \(count) blocks, its counter says "
                                + "\(info.missedBlocksCounter)")
                    }
                }
            }
        ]
    }
}
