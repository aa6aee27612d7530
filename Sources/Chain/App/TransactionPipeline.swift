// What happens to a transaction, in the order and with the texts of the Cosmos SDK (baseapp and
// x/auth/ante), because clients read both.
//
//     decode → checks without state → admission (gas limit, fee, keys, signatures, sequence)
//            → messages, all or none
//
// What admission wrote stays when the messages fail: the fee is paid and the sequence is used. When
// admission fails nothing stays. Running out of gas anywhere is error sdk/11.

import Base
import Cryptography
import Ledger
import Wire

/// Runs transactions.
struct TransactionPipeline: Sendable {
    let modules: Modules
    let minimumGasPrices: [GasPrice]
    /// Most gas of a block, or `nil`.
    let blockGasLimit: UInt64?
    /// Most bytes of a block.
    let maximumBytes: Int64
    /// Where decoded transactions and verified signatures are remembered, if anywhere.
    let memory: (any DerivedValueMemory)?

    /// Runs a transaction as `context.mode` asks. `context` keeps what the transaction changes; its
    /// gas and events are those of this transaction afterwards.
    ///
    /// - Parameters:
    ///   - parsed: what `bytes` decode to, where that is known.
    ///   - gasLeft: what is left of the block's gas; `nil` for no limit.
    func run(
        _ bytes: Bytes, parsed: ParsedTransaction? = nil, gasLeft: UInt64? = nil,
        _ context: inout Context
    ) throws(StorageFailure) -> TransactionResult {
        context.events = []
        context.gas = GasMeter(limit: nil)
        var gasWanted: UInt64 = 0
        do throws(Failure) {
            if context.mode == .check, Int64(bytes.count) > maximumBytes {
                throw Failure.sdk(
                    .transactionTooLarge, "\(bytes.count) bytes; a block has \(maximumBytes)")
            }
            let transaction: ParsedTransaction
            if let parsed { transaction = parsed } else { transaction = try parse(bytes) }
            gasWanted = transaction.fee.gasLimit
            if let gasLeft, gasWanted > gasLeft {
                throw Failure.sdk(
                    .outOfGas,
                    "no block gas left to run tx: gas wanted \(gasWanted), gas left \(gasLeft)")
            }
            // A simulation may use what a block has: more could never run.
            context.gas = GasMeter(limit: context.mode == .simulate ? blockGasLimit : gasWanted)
            try context.transaction { (context) throws(Failure) in
                try admit(transaction, &context)
            }
            return try execute(transaction, &context)
        } catch {
            switch error {
            case .storage(let failure): throw failure
            case .rejected(let rejection):
                context.events = []
                return TransactionResult(
                    rejection, gasWanted: gasWanted, gasUsed: context.gas.used)
            }
        }
    }

    /// Runs the messages of an admitted transaction, where the mode asks for it.
    private func execute(
        _ transaction: ParsedTransaction, _ context: inout Context
    ) throws(Failure) -> TransactionResult {
        var result = TransactionResult()
        result.gasWanted = Int64(clamping: transaction.fee.gasLimit)
        if context.mode == .finalize || context.mode == .simulate {
            do throws(Failure) {
                let responses = try context.transaction { (context) throws(Failure) in
                    try runMessages(transaction, &context)
                }
                result.data = TransactionMessageData(responses).encoded()
            } catch {
                guard case .rejected(let rejection) = error else { throw error }
                result = TransactionResult(
                    rejection, gasWanted: transaction.fee.gasLimit, gasUsed: 0)
            }
        }
        result.gasUsed = Int64(clamping: context.gas.used)
        result.events = context.events
        return result
    }

    private func runMessages(
        _ transaction: ParsedTransaction, _ context: inout Context
    ) throws(Failure) -> [AnyMessage] {
        var responses: [AnyMessage] = []
        for (index, message) in transaction.messages.enumerated() {
            let firstEvent = context.events.count
            context.emit(
                "message",
                [
                    "action": message.typeURL,
                    "sender": message.sender,
                    "module": message.module,
                ])
            do throws(Failure) {
                responses.append(try message.prepared.run(&context))
            } catch {
                guard case .rejected(var rejection) = error else { throw error }
                rejection.message =
                    "failed to execute message; message index: \(index): \(rejection.message)"
                throw .rejected(rejection)
            }
            let tag = EventAttribute("msg_index", String(index))
            for event in firstEvent..<context.events.count {
                context.events[event].attributes.append(tag)
            }
        }
        return responses
    }
}
