// Before the transactions of a block run, modules may look at all of them: see `BlockForeseeing`.
// They get a copy of the state, so that nothing but the cache can come back.

import Base
import Ledger

extension AIVMApplication {
    /// Lets modules look at `transactions`, `nil` where one does not decode.
    func foresee(
        _ transactions: [ParsedTransaction?], _ context: inout Context
    ) throws(StorageFailure) {
        let coming = transactions.compactMap { transaction in
            transaction.map {
                ComingTransaction(gasLimit: $0.fee.gasLimit, messages: $0.body.messages)
            }
        }
        for module in modules.all {
            guard let module = module as? any BlockForeseeing else { continue }
            var copy = Context(
                state: context.state, gasLimit: nil, block: context.block, mode: context.mode)
            copy.cache = context.cache
            do throws(Failure) { try module.foresee(coming, &copy) } catch {
                switch error {
                case .storage(let failure): throw failure
                case .rejected(let rejection):
                    throw StorageFailure(
                        "module \(type(of: module).name) looks ahead: \(rejection)")
                }
            }
            context.cache = copy.cache
        }
    }
}
