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
        guard accounts.count <= Int(clamping: parameters.signatureLimit) else {
            throw .sdk(
                .tooManySignatures,
                "signatures: \(accounts.count), limit: \(parameters.signatureLimit)")
        }
        for _ in accounts {
            try context.gas.consume(
                parameters.gasPerSecp256k1Signature, "ante verify: secp256k1")
        }
        for (index, account) in accounts.enumerated() {
            try checkSignature(of: account, transaction, index, context)
        }
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
        let shown = try publicKey(transaction.authInfo.signerInfos[index].publicKey)
        if let shown, context.mode != .simulate, Address(publicKey: shown) != signer {
            throw .sdk(
                .invalidPublicKey,
                "pubKey does not match signer address \(signer) with signer index: \(index)")
        }
        guard var account = try modules.accounts.account(signer, &context) else {
            throw .sdk(.unknownAddress, "account \(signer) does not exist")
        }
        if account.publicKey == nil { account.publicKey = shown }
        return account
    }

    private func publicKey(
        _ packed: AnyMessage?
    ) throws(Failure) -> Secp256k1.PublicKey? {
        guard let packed else { return nil }
        guard packed.typeURL == Secp256k1KeyMessage.typeURL else {
            throw .sdk(
                .invalidPublicKey,
                "public key type \(packed.typeURL.prefix(100)) is not supported")
        }
        guard let message = try? packed.unpack(Secp256k1KeyMessage.self),
            let key = Secp256k1.PublicKey(message.key)
        else { throw .sdk(.invalidPublicKey, "not a compressed secp256k1 key") }
        return key
    }

    private func emitSigners(_ transaction: ParsedTransaction, _ context: inout Context) {
        for (index, signer) in transaction.signers.enumerated() {
            let sequence = transaction.authInfo.signerInfos[index].sequence
            context.emit("tx", ["acc_seq": "\(signer)/\(sequence)"])
        }
        for signature in transaction.raw.signatures {
            context.emit("tx", ["signature": signature.base64])
        }
    }

    /// Sequence and signature of one signer. The signature is not checked again in a recheck, and
    /// never when simulating.
    private func checkSignature(
        of account: AccountView, _ transaction: ParsedTransaction, _ index: Int,
        _ context: Context
    ) throws(Failure) {
        let info = transaction.authInfo.signerInfos[index]
        guard info.sequence == account.sequence else {
            throw .sdk(
                .wrongSequence,
                "account sequence mismatch, expected \(account.sequence), got \(info.sequence)")
        }
        guard context.mode != .simulate else { return }
        guard let key = account.publicKey else {
            throw .sdk(.invalidPublicKey, "pubkey on account is not set")
        }
        guard info.modeInfo?.single?.mode == .direct else {
            throw .sdk(.notSupported, "only SIGN_MODE_DIRECT of a single key is supported")
        }
        guard context.mode != .recheck else { return }
        // Transactions of a genesis are signed before accounts have numbers.
        let number = context.block.height == 0 ? 0 : account.number
        let document = SignDoc(
            bodyBytes: transaction.raw.bodyBytes, authInfoBytes: transaction.raw.authInfoBytes,
            chainID: context.block.chainID, accountNumber: number)
        let digest = SHA256.hash(document.encoded())
        guard key.isValid(signature: transaction.raw.signatures[index], for: digest) else {
            throw .sdk(
                .unauthorized,
                "signature verification failed; please verify account number (\(number)), "
                    + "sequence (\(account.sequence)) and chain-id (\(context.block.chainID))")
        }
    }
}
