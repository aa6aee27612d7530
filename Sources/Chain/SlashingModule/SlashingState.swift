// Judging votes and evidence. A window of blocks slides over each validator: a bit per block tells
// whether it was missed, and a counter how many are.

import Base
import Cryptography
import Ledger
import Wire

extension Slashing {
    /// The last moment that clients can write: for validators that never come back.
    static let never = Timestamp(seconds: 253_402_300_799)

    /// Bits of the window in one stored value.
    private static let bitsPerChunk: Int64 = 1024

    /// Takes in what a validator did about the block before.
    func judge(
        _ address: Address, _ vote: CommitVote, _ parameters: SlashingParameters,
        _ context: inout Context
    ) throws(Failure) {
        // Validators of the engine's own genesis have no stake, so nothing to lose.
        guard let validator = try validators.validator(consensus: address, &context),
            !validator.isJailed,
            var info = try SlashingKeys.signingInfos.get(address.bytes, &context)
        else { return }
        let window = parameters.signedBlocksWindow
        let position = info.indexOffset % window
        info.indexOffset = (position + 1) % window
        let wasMissed = try exchange(!vote.isPresent, at: position, of: address, &context)
        if vote.isPresent, wasMissed { info.missedBlocksCounter -= 1 }
        if !vote.isPresent, !wasMissed { info.missedBlocksCounter += 1 }
        let height = context.block.height
        if !vote.isPresent {
            context.emit(
                "liveness",
                [
                    "address": address.consensusText,
                    "missed_blocks": String(info.missedBlocksCounter),
                    "height": String(height),
                ])
        }
        let (full, overflow) = info.startHeight.addingReportingOverflow(window)
        if !overflow, height > full,
            info.missedBlocksCounter > parameters.maximumMissed
        {
            try punishDowntime(address, vote.power, parameters, &info, &context)
        }
        try SlashingKeys.signingInfos.set(address.bytes, info, &context)
    }

    private func punishDowntime(
        _ address: Address, _ power: Int64, _ parameters: SlashingParameters,
        _ info: inout SigningInfo, _ context: inout Context
    ) throws(Failure) {
        // The votes are of the block before, by the set that the block before that chose.
        try validators.slash(
            consensus: address, infractionHeight: context.block.height - 2, power: power,
            fraction: parameters.downtimeFraction, &context)
        emitSlash(address, power, "missing_signature", &context)
        try validators.jail(consensus: address, &context)
        info.jailedUntil = context.block.time.advancedClamped(by: parameters.jailDuration)
        info.missedBlocksCounter = 0
        info.indexOffset = 0
        try forgetWindow(of: address, &context)
    }

    /// Punishes who signed two blocks in one round, or deceived light clients: once and for good.
    func punish(
        _ offence: Offence, _ parameters: SlashingParameters, _ context: inout Context
    ) throws(Failure) {
        guard offence.kind != .unknown, let address = Address(offence.address),
            let validator = try validators.validator(consensus: address, &context),
            validator.status != .unbonded
        else { return }
        var info = try SlashingKeys.signingInfos.get(address.bytes, &context) ?? SigningInfo()
        guard !info.isTombstoned else { return }
        try validators.slash(
            consensus: address, infractionHeight: offence.height - 1, power: offence.power,
            fraction: parameters.doubleSignFraction, &context)
        emitSlash(address, offence.power, "double_sign", &context)
        try validators.jail(consensus: address, &context)
        info.address = address.consensusText
        info.jailedUntil = Slashing.never
        info.isTombstoned = true
        try SlashingKeys.signingInfos.set(address.bytes, info, &context)
    }

    private func emitSlash(
        _ address: Address, _ power: Int64, _ reason: String, _ context: inout Context
    ) {
        context.emit(
            "slash",
            [
                "address": address.consensusText, "power": String(power), "reason": reason,
                "jailed": address.consensusText,
            ])
    }

    // MARK: Windows

    /// Writes the bit at `position` and returns what it was.
    func exchange(
        _ isMissed: Bool, at position: Int64, of address: Address, _ context: inout Context
    ) throws(Failure) -> Bool {
        let chunk = UInt64(clamping: position / Slashing.bitsPerChunk)
        let bit = Int(position % Slashing.bitsPerChunk)
        let key = address.keyBytes + chunk.keyBytes
        var bits = try SlashingKeys.missedBlocks.get(key, &context) ?? StoredBytes()
        let byte = bit / 8
        let mask = UInt8(1) << UInt8(bit % 8)
        let wasMissed = byte < bits.value.count && bits.value[byte] & mask != 0
        guard wasMissed != isMissed else { return wasMissed }
        while bits.value.count <= byte { bits.value.append(0) }
        bits.value[byte] ^= mask
        try SlashingKeys.missedBlocks.set(key, bits, &context)
        return wasMissed
    }

    /// The positions of missed blocks, ascending.
    func missedPositions(
        of address: Address, _ context: inout Context
    ) throws(Failure) -> [Int64] {
        var positions: [Int64] = []
        try SlashingKeys.missedBlocks.forEach(keyPrefix: address.keyBytes, &context) {
            (key, chunk) throws(Failure) in
            var reader = KeyReader(key)
            _ = try reader.address()
            let base = Int64(clamping: try reader.number()) * Slashing.bitsPerChunk
            for (index, byte) in chunk.value.enumerated() {
                for bit in 0..<8 where byte & (1 << UInt8(bit)) != 0 {
                    positions.append(base + Int64(index * 8 + bit))
                }
            }
        }
        return positions
    }

    private func forgetWindow(of address: Address, _ context: inout Context) throws(Failure) {
        var keys: [Bytes] = []
        try SlashingKeys.missedBlocks.forEach(keyPrefix: address.keyBytes, &context) {
            (key, _) throws(Failure) in keys.append(key)
        }
        for key in keys { try SlashingKeys.missedBlocks.remove(key, &context) }
    }

    /// Every validator starts a new window.
    func forgetWindows(_ context: inout Context) throws(Failure) {
        var infos: [(key: Bytes, info: SigningInfo)] = []
        try SlashingKeys.signingInfos.forEach(&context) { (key, info) throws(Failure) in
            infos.append((key, info))
        }
        for (key, old) in infos {
            var info = old
            info.missedBlocksCounter = 0
            info.indexOffset = 0
            info.startHeight = context.block.height
            try SlashingKeys.signingInfos.set(key, info, &context)
            if let address = Address(key) { try forgetWindow(of: address, &context) }
        }
    }
}
