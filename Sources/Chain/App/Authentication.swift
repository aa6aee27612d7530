// Authentication: the signers of a transaction hold the keys of their accounts, and each sequence
// number is used once. The second half of admission. Source: cosmos-sdk x/auth/ante/sigverify.go.

import AccountsModule
import Base
import Cryptography
import Ledger
import Wire

extension TransactionPipeline {
    /// Checks keys, signatures and sequence numbers of all signers, and stores what they become.
    func authenticate(
        _ transaction: ParsedTransaction, _ parameters: AccountsParameters,
        _ context: inout Context
    ) throws(Failure) {
        var accounts: [AccountView] = []
        for (index, signer) in transaction.signers.enumerated() {
            accounts.append(try account(signer, transaction, index, &context))
        }
        emitSigners(transaction, &context)
        let keyCount = accounts.reduce(0) { $0 + ($1.multisig?.members.count ?? 1) }
        guard keyCount <= Int(clamping: parameters.signatureLimit) else {
            throw .sdk(
                .tooManySignatures,
                "signatures: \(keyCount), limit: \(parameters.signatureLimit)")
        }
        for (index, account) in accounts.enumerated() {
            for _ in 0..<signatureCount(of: account, transaction, index) {
                try context.gas.consume(
                    parameters.gasPerSecp256k1Signature, "ante verify: secp256k1")
            }
        }
        let known = verified(transaction)
        var verified: [VerifiedSignature] = []
        for (index, account) in accounts.enumerated() {
            if let signature = try checkSignature(
                of: account, transaction, index, known: known, context)
            {
                verified.append(signature)
            }
        }
        if context.mode == .check { remember(transaction, verified: verified) }
        for var account in accounts {
            account.sequence += 1
            try modules.accounts.update(account, &context)
        }
    }

    /// The account of a signer, with the key that the transaction shows when it has none yet.
    private func account(
        _ signer: Address, _ transaction: ParsedTransaction, _ index: Int,
        _ context: inout Context
    ) throws(Failure) -> AccountView {
        let shown = try transaction.shownKey(index)
        if let shown, context.mode != .simulate, shown.address != signer {
            throw .sdk(
                .invalidPublicKey,
                "pubKey does not match signer address \(signer) with signer index: \(index)")
        }
        guard var account = try modules.accounts.account(signer, &context) else {
            throw .sdk(.unknownAddress, "account \(signer) does not exist")
        }
        if let shared = try transaction.shownMultisig(index) {
            guard context.mode == .simulate || shared.address == signer else {
                throw .sdk(
                    .invalidPublicKey,
                    "pubKey does not match signer address \(signer) with signer index: \(index)")
            }
            if account.publicKey == nil, shared.address == signer { account.multisig = shared }
            return account
        }
        // The shown key is equal to that of the account, and decompressed already.
        if account.publicKey == nil || account.publicKey == shown?.key {
            account.publicKey = shown?.key
        }
        return account
    }

    private func emitSigners(_ transaction: ParsedTransaction, _ context: inout Context) {
        for (index, signer) in transaction.signerTexts.enumerated() {
            let sequence = transaction.authInfo.signerInfos[index].sequence
            context.emit("tx", ["acc_seq": signer + "/" + String(sequence)])
        }
        for signature in transaction.raw.signatures {
            context.emit("tx", ["signature": signature.base64])
        }
    }

    /// Sequence and signature of one signer. The signature is not checked again in a recheck, and
    /// never when simulating; then the answer is `nil`.
    private func checkSignature(
        of account: AccountView, _ transaction: ParsedTransaction, _ index: Int,
        known: [VerifiedSignature], _ context: Context
    ) throws(Failure) -> VerifiedSignature? {
        let info = transaction.authInfo.signerInfos[index]
        guard info.sequence == account.sequence else {
            throw .sdk(
                .wrongSequence,
                "account sequence mismatch, expected \(account.sequence), got \(info.sequence)")
        }
        guard context.mode != .simulate else { return nil }
        if let shared = account.multisig {
            try checkMultisig(shared, of: account, transaction, index, context)
            return nil
        }
        guard let key = account.publicKey else {
            throw .sdk(.invalidPublicKey, "pubkey on account is not set")
        }
        guard let mode = info.modeInfo?.single?.mode, mode.isAccepted else {
            throw .sdk(.notSupported, SignMode.refusal)
        }
        guard context.mode != .recheck else { return nil }
        // Transactions of a genesis are signed before accounts have numbers.
        let number = context.block.height == 0 ? 0 : account.number
        let signature = VerifiedSignature(
            index: index, key: key, accountNumber: number, chainID: context.block.chainID)
        if known.contains(signature) { return signature }
        let digest = try digest(mode, transaction, account, context)
        guard key.isValid(signature: transaction.raw.signatures[index], for: digest) else {
            throw .sdk(
                .unauthorized,
                "signature verification failed; please verify account number (\(number)), "
                    + "sequence (\(account.sequence)) and chain-id (\(context.block.chainID))")
        }
        return signature
    }

    // MARK: Memory

    /// The transaction that `bytes` are, remembered or decoded now.
    func parse(_ bytes: Bytes, remembers: Bool = false) throws(Failure) -> ParsedTransaction {
        let hash = SHA256.hash(bytes)
        if let known = memory?.value(hash) as? RememberedTransaction { return known.parsed }
        let parsed = try ParsedTransaction(bytes, hash: hash, modules, memory)
        if remembers { remember(parsed, verified: []) }
        return parsed
    }

    /// The signatures of `transaction` that were found valid before.
    private func verified(_ transaction: ParsedTransaction) -> [VerifiedSignature] {
        (memory?.value(transaction.hash) as? RememberedTransaction)?.verified ?? []
    }

    private func remember(_ transaction: ParsedTransaction, verified: [VerifiedSignature]) {
        memory?.remember(
            RememberedTransaction(transaction, verified: verified), under: transaction.hash,
            byteCount: transaction.rememberedByteCount)
    }
}
