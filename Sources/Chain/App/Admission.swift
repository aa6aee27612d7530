// Admission: what a transaction must satisfy before its messages run, in the order of the Cosmos
// SDK's ante handlers. The first check that fails decides the code. Source: cosmos-sdk x/auth/ante.

import AccountsModule
import BankModule
import Base
import Cryptography
import Ledger
import Wire

extension TransactionPipeline {
    /// Checks `transaction`, takes its fee, and advances its signers.
    func admit(
        _ transaction: ParsedTransaction, _ context: inout Context
    ) throws(Failure) {
        try checkGasLimit(transaction, context)
        guard transaction.body.extensionOptions.isEmpty else {
            throw .sdk(.unknownExtension, "")
        }
        try checkForm(transaction)
        try checkTimeout(transaction, context)
        let parameters = try modules.accounts.parameters(&context)
        let memoCount = transaction.body.memo.utf8.count
        guard memoCount <= parameters.maximumMemoCharacters else {
            throw .sdk(
                .memoTooLarge,
                "maximum number of characters is \(parameters.maximumMemoCharacters) but "
                    + "received \(memoCount) characters")
        }
        try chargeSize(transaction, parameters.gasPerTransactionByte, &context)
        try checkGasPrice(transaction, context)
        try takeFee(transaction, &context)
        try authenticate(transaction, parameters, &context)
    }

    /// Gas limit: positive, and no more than a block has.
    private func checkGasLimit(
        _ transaction: ParsedTransaction, _ context: Context
    ) throws(Failure) {
        guard context.mode != .simulate else { return }
        let limit = transaction.fee.gasLimit
        guard limit > 0 else { throw .sdk(.invalidGasLimit, "must provide positive gas") }
        if let blockGasLimit, limit > blockGasLimit {
            throw .sdk(
                .invalidGasLimit,
                "tx gas limit \(limit) exceeds block max gas \(blockGasLimit)")
        }
    }

    /// Rules of form that need no state.
    private func checkForm(_ transaction: ParsedTransaction) throws(Failure) {
        let fee = transaction.fee
        guard fee.gasLimit <= UInt64(Int64.max) else {
            throw .sdk(.invalidRequest, "invalid gas supplied; \(fee.gasLimit) > \(Int64.max)")
        }
        do { try fee.amount.checkCoins() } catch {
            throw .sdk(.insufficientFee, "invalid fee amount: \(fee.amount.coinsText.prefix(200))")
        }
        guard transaction.authInfo.tip == nil else {
            throw .sdk(.notSupported, "tips are not enabled")
        }
        guard !transaction.body.unordered else {
            throw .sdk(.notSupported, "unordered transactions are not enabled")
        }
        guard !transaction.raw.signatures.isEmpty else { throw .sdk(.noSignatures, "") }
        let counts = (transaction.raw.signatures.count, transaction.signers.count)
        guard counts.0 == counts.1, transaction.authInfo.signerInfos.count == counts.1 else {
            throw .sdk(
                .unauthorized,
                "wrong number of signers; expected \(counts.1), got \(counts.0)")
        }
    }

    /// Last height and last time at which the transaction may run.
    private func checkTimeout(
        _ transaction: ParsedTransaction, _ context: Context
    ) throws(Failure) {
        let timeout = transaction.body.timeoutHeight
        if timeout > 0, context.block.height > 0, UInt64(context.block.height) > timeout {
            throw .sdk(
                .timeoutHeight,
                "block height: \(context.block.height), timeout height: \(timeout)")
        }
        if let time = transaction.body.timeoutTimestamp, context.block.time > time {
            throw .sdk(.timeoutHeight, "block time is after the timeout timestamp")
        }
    }

    /// Gas for the transaction's size. A simulated transaction may come without signatures and pays
    /// for the bytes they will have.
    private func chargeSize(
        _ transaction: ParsedTransaction, _ gasPerByte: UInt64, _ context: inout Context
    ) throws(Failure) {
        var byteCount = UInt64(transaction.byteCount)
        if context.mode == .simulate {
            for signature in transaction.raw.signatures where signature.count < 64 {
                byteCount += UInt64(64 - signature.count)
            }
        }
        try context.gas.consume(byteCount * gasPerByte, "txSize")
    }

    /// The node's own minimum, for its mempool only.
    private func checkGasPrice(
        _ transaction: ParsedTransaction, _ context: Context
    ) throws(Failure) {
        guard context.mode == .check || context.mode == .recheck, !minimumGasPrices.isEmpty else {
            return
        }
        let fee = transaction.fee
        let required = minimumGasPrices.map { $0.fee(forGas: fee.gasLimit) }
        for least in required {
            let offered = fee.amount.first { $0.denom == least.denom }
            let amount = try offered?.value() ?? .zero
            if amount >= (try least.value()) { return }
        }
        throw .sdk(
            .insufficientFee,
            "insufficient fees; got: \(fee.amount.coinsText) required: \(required.coinsText)")
    }

    /// Moves the fee from its payer to the fee collector. A granter pays for the payer where its
    /// allowance allows that.
    private func takeFee(
        _ transaction: ParsedTransaction, _ context: inout Context
    ) throws(Failure) {
        let fee = transaction.fee.amount
        var payer = transaction.feePayer
        if let granter = transaction.feeGranter, granter != payer {
            do throws(Failure) {
                try modules.fees.useAllowance(
                    of: granter, by: payer, fee: fee,
                    typeURLs: transaction.messages.map(\.typeURL), &context)
            } catch {
                guard case .rejected(var rejection) = error else { throw error }
                rejection.message =
                    "\(granter) does not allow to pay fees for \(payer): \(rejection.message)"
                throw .rejected(rejection)
            }
            payer = granter
        }
        guard try modules.accounts.hasAccount(payer, &context) else {
            throw .sdk(.unknownAddress, "fee payer address: \(payer) does not exist")
        }
        if !fee.isEmpty {
            try modules.bank.move(
                fee, from: payer, to: Modules.feeCollectorAddress, &context)
        }
        let payerText =
            payer == transaction.feePayer ? transaction.feePayerText : payer.description
        context.emit("tx", ["fee": fee.coinsText, "fee_payer": payerText])
    }
}
