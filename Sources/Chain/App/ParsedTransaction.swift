// A transaction, decoded and checked as far as it can be without state. The bytes are hostile.
//
// `TxRaw` must be in ADR-027 order. The body may hold unknown fields with bit 11 of their number
// set, here and in its messages; auth info may not hold any. Signatures cover the bytes as they
// came, so these stay in `raw`.

import Base
import Cryptography
import Ledger
import Wire

/// A transaction whose form is right. It follows from the bytes alone, so it may be remembered.
final class ParsedTransaction: Sendable {
    /// A message and what runs it.
    struct Message: Sendable {
        let typeURL: String
        let module: String
        let prepared: PreparedMessage
        /// The first signer as text, for the message's event.
        let sender: String

        var signers: [Address] { prepared.signers }
    }

    /// A public key that a signer shows, and whose account it opens. Follows from the key's bytes.
    final class ShownKey: Sendable {
        let key: Secp256k1.PublicKey
        let address: Address

        init(_ key: Secp256k1.PublicKey) {
            self.key = key
            address = Address(publicKey: key)
        }
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
    /// The addresses of ``signers`` as text.
    let signerTexts: [String]
    /// The address of ``feePayer`` as text.
    let feePayerText: String
    /// Whose allowance pays it, or `nil`.
    let feeGranter: Address?
    /// Size of the transaction.
    let byteCount: Int
    /// SHA-256 of its bytes, under which it is known.
    let hash: Hash256
    /// The keys of the first signers; see ``shownKey(_:)``.
    private let shownKeys: [Result<ShownKey?, Failure>]

    /// Most keys that are decoded in advance: more than a transaction may have by default.
    private static let keysInAdvance = 8

    /// Decodes `bytes`, whose SHA-256 is `hash`, and checks every message, without state.
    init(
        _ bytes: Bytes, hash: Hash256, _ modules: Modules,
        _ memory: (any DerivedValueMemory)? = nil
    ) throws(Failure) {
        self.hash = hash
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
            let prepared = try entry.route.prepare(packed)
            if !prepared.inner.isEmpty {
                try modules.router.checkInner(entry.route, packed, depth: 1)
            }
            messages.append(
                Message(
                    typeURL: packed.typeURL, module: entry.module, prepared: prepared,
                    sender: prepared.signers.first?.description ?? ""))
        }
        self.messages = messages
        var signers = ParsedTransaction.signers(of: messages)
        if !fee.payer.isEmpty {
            feePayer = try Address.parse(fee.payer)
            if !signers.contains(feePayer) { signers.append(feePayer) }
        } else {
            guard let first = signers.first else {
                throw .sdk(.unauthorized, "no message names a signer")
            }
            feePayer = first
        }
        self.signers = signers
        // Nearly always one address, which the message's event names already.
        let known = messages.first.flatMap { message in
            message.signers.first.map { (address: $0, text: message.sender) }
        }
        let text = { (address: Address) in
            known?.address == address ? known?.text ?? "" : address.description
        }
        signerTexts = signers.map(text)
        feePayerText = text(feePayer)
        shownKeys = authInfo.signerInfos.prefix(ParsedTransaction.keysInAdvance).map { info in
            ParsedTransaction.shownKey(info.publicKey, memory)
        }
    }

    /// Everybody who signs a message, once, in order.
    private static func signers(of messages: [Message]) -> [Address] {
        guard messages.count > 1 else { return messages.first?.signers ?? [] }
        var (signers, seen): ([Address], Set<Address>) = ([], [])
        for message in messages {
            for signer in message.signers where seen.insert(signer).inserted {
                signers.append(signer)
            }
        }
        return signers
    }

    /// The key that signer info `index` shows; `nil` when it shows none.
    func shownKey(_ index: Int) throws(Failure) -> ShownKey? {
        if index < shownKeys.count { return try shownKeys[index].get() }
        return try ParsedTransaction.shownKey(authInfo.signerInfos[index].publicKey, nil).get()
    }

    /// The threshold key that signer info `index` shows; `nil` when it shows none.
    func shownMultisig(_ index: Int) throws(Failure) -> MultisigKey? {
        guard let packed = authInfo.signerInfos[index].publicKey,
            packed.typeURL == ParsedTransaction.multisigTypeURL
        else { return nil }
        guard let key = MultisigKey(packed) else {
            throw .sdk(.invalidPublicKey, "not a threshold key of secp256k1 keys")
        }
        return key
    }

    private static let keyTypeURL = Secp256k1KeyMessage.typeURL
    private static let multisigTypeURL = MultisigKeyMessage.typeURL

    /// The key in `packed`. Finding the point of a compressed key costs a tenth of a signature's
    /// verification, so a key that was seen lately is remembered.
    private static func shownKey(
        _ packed: AnyMessage?, _ memory: (any DerivedValueMemory)?
    ) -> Result<ShownKey?, Failure> {
        guard let packed else { return .success(nil) }
        // A threshold key is read where it is needed; see `shownMultisig`.
        guard packed.typeURL != multisigTypeURL else { return .success(nil) }
        guard packed.typeURL == keyTypeURL else {
            return .failure(
                .sdk(
                    .invalidPublicKey,
                    "public key type \(packed.typeURL.prefix(100)) is not supported"))
        }
        guard let message = try? Secp256k1KeyMessage(decoding: packed.value) else {
            return .failure(.sdk(.invalidPublicKey, "not a compressed secp256k1 key"))
        }
        let hash = SHA256.hash(message.key)
        if let known = memory?.value(hash) as? ShownKey { return .success(known) }
        guard let key = Secp256k1.PublicKey(message.key) else {
            return .failure(.sdk(.invalidPublicKey, "not a compressed secp256k1 key"))
        }
        let shown = ShownKey(key)
        memory?.remember(shown, under: hash, byteCount: 256)
        return .success(shown)
    }

    /// Bytes that remembering it takes, about.
    var rememberedByteCount: Int { 2048 + 4 * byteCount }
}

/// A parsed transaction and those of its signatures that were found valid. Both follow from bytes
/// alone: those of the transaction, and those named in each ``VerifiedSignature``.
final class RememberedTransaction: Sendable {
    let parsed: ParsedTransaction
    let verified: [VerifiedSignature]

    init(_ parsed: ParsedTransaction, verified: [VerifiedSignature] = []) {
        self.parsed = parsed
        self.verified = verified
    }
}

/// Everything, beside the transaction, that decides whether its signature `index` is valid.
struct VerifiedSignature: Equatable, Sendable {
    let index: Int
    let key: Secp256k1.PublicKey
    let accountNumber: UInt64
    let chainID: String
}
