// A transaction, decoded and checked as far as it can be without state. The bytes are hostile.
//
// `TxRaw` must be in ADR-027 order. The body may hold unknown fields with bit 11 of their number
// set, here and in its messages; auth info may not hold any. Signatures cover the bytes as they
// came, so these stay in `raw`.

import Base
import Cryptography
import Ledger
import Wire

/// A transaction whose form is right.
struct ParsedTransaction {
    /// A message and what runs it.
    struct Message {
        let packed: AnyMessage
        let entry: MessageRouter.Entry
        let signers: [Address]
    }

    let raw: TxRaw
    let body: TxBody
    let authInfo: AuthInfo
    let fee: Fee
    let messages: [Message]
    /// Who must sign, in order: signers of the messages, then the fee payer.
    let signers: [Address]
    /// Who pays the fee.
    let feePayer: Address
    /// Whose allowance pays it, or `nil`.
    let feeGranter: Address?
    /// Size of the transaction.
    let byteCount: Int

    /// Decodes `bytes` and checks every message, without state.
    init(_ bytes: Bytes, _ modules: Modules) throws(Failure) {
        do {
            raw = try TxRaw(decoding: bytes, rules: .canonical)
            body = try TxBody(
                decoding: raw.bodyBytes, rules: WireRules(unknownFields: .nonCriticalSkipped))
            authInfo = try AuthInfo(decoding: raw.authInfoBytes)
        } catch {
            throw .sdk(.transactionParse, "\(error)")
        }
        byteCount = bytes.count
        fee = authInfo.fee ?? Fee()
        feeGranter = fee.granter.isEmpty ? nil : try Address.parse(fee.granter)
        guard !body.messages.isEmpty else {
            throw .sdk(.invalidRequest, "must contain at least one message")
        }
        var messages: [Message] = []
        for packed in body.messages {
            guard let entry = modules.message(packed.typeURL) else {
                throw MessageRouter.unknown(packed.typeURL)
            }
            let signers = try entry.route.check(packed)
            try modules.router.checkInner(entry.route, packed, depth: 1)
            messages.append(Message(packed: packed, entry: entry, signers: signers))
        }
        self.messages = messages
        var (signers, seen): ([Address], Set<Address>) = ([], [])
        for signer in messages.flatMap(\.signers) where seen.insert(signer).inserted {
            signers.append(signer)
        }
        if !fee.payer.isEmpty {
            feePayer = try Address.parse(fee.payer)
            if seen.insert(feePayer).inserted { signers.append(feePayer) }
        } else {
            guard let first = signers.first else {
                throw .sdk(.unauthorized, "no message names a signer")
            }
            feePayer = first
        }
        self.signers = signers
    }
}
