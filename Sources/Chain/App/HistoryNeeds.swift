// How far back the engine must keep blocks, from the parameters of the chain: evidence of an
// offence counts for a time, and so does stake that has left its validator.

public import Base
import ConsensusModule
public import Ledger
import StakingModule
import Wire

extension AIVMApplication {
    public func historyNeeds() throws(StorageFailure) -> HistoryNeeds {
        let record = try started()
        do throws(Failure) {
            var context = try makeQueryContext(record.height)
            var needs = HistoryNeeds()
            if let evidence = try modules.consensus.parameters(&context).evidence {
                needs.blocks = evidence.maximumAgeInBlocks
                needs.seconds = AIVMApplication.roundedUp(evidence.maximumAge)
            }
            let unbonding = try modules.staking.parameters(&context).unbondingTime
            needs.seconds = max(needs.seconds, AIVMApplication.roundedUp(unbonding))
            return needs
        } catch {
            switch error {
            case .storage(let failure): throw failure
            case .rejected(let rejection): throw StorageFailure(rejection.description)
            }
        }
    }

    private static func roundedUp(_ span: WireDuration) -> Int64 {
        span.seconds + (span.nanoseconds > 0 ? 1 : 0)
    }
}
