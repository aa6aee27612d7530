// Threshold keys: enough members have signed. Each member signs the same bytes as a single key
// would, which name all members that sign, so a signature can be used with no others than those.
// Source: cosmos-sdk, crypto/keys/multisig/multisig.go.

import Base
import Cryptography
import Ledger
import Wire

extension TransactionPipeline {
    /// How many signatures of signer `index` are verified.
    func signatureCount(
        of account: AccountView, _ transaction: ParsedTransaction, _ index: Int
    ) -> Int {
        guard let key = account.multisig else { return 1 }
        // A simulation may not know yet who will sign.
        guard let bits = transaction.authInfo.signerInfos[index].modeInfo?.multi?.bitArray,
            let signers = key.signers(bits)
        else { return key.threshold }
        return signers.count
    }

    /// Checks the signatures of a threshold key's members; in a recheck only their form.
    func checkMultisig(
        _ key: MultisigKey, of account: AccountView, _ transaction: ParsedTransaction,
        _ index: Int, _ context: Context
    ) throws(Failure) {
        let info = transaction.authInfo.signerInfos[index]
        guard let modes = info.modeInfo?.multi, let bits = modes.bitArray,
            let signers = key.signers(bits)
        else { throw .sdk(.unauthorized, "the signers of a threshold key are not named") }
        guard signers.count >= key.threshold else {
            throw .sdk(
                .unauthorized,
                "not enough signatures set, have \(signers.count), expected \(key.threshold)")
        }
        guard modes.modeInfos.count == signers.count,
            let parts = try? MultiSignature(decoding: transaction.raw.signatures[index]),
            parts.signatures.count == signers.count
        else { throw .sdk(.unauthorized, "signature size is incorrect") }
        let kinds = modes.modeInfos.compactMap { $0.single?.mode }
        guard kinds.count == signers.count, kinds.allSatisfy(\.isAccepted) else {
            throw .sdk(.notSupported, SignMode.refusal)
        }
        guard context.mode != .recheck else { return }
        // Members may sign in different modes; each mode's bytes are made once.
        var digests: [(mode: SignMode, digest: Hash256)] = []
        for (place, member) in signers.enumerated() {
            let mode = kinds[place]
            if !digests.contains(where: { $0.mode == mode }) {
                digests.append((mode, try digest(mode, transaction, account, context)))
            }
            guard let digest = digests.first(where: { $0.mode == mode })?.digest,
                key.members[member].isValid(signature: parts.signatures[place], for: digest)
            else {
                throw .sdk(
                    .unauthorized,
                    "unable to verify signature at index \(member); please verify account number "
                        + "(\(account.number)), sequence (\(account.sequence)) and chain-id "
                        + "(\(context.block.chainID))")
            }
        }
    }
}
