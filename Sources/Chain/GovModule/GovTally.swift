// Counting a vote. Power is bonded stake: a voter has what its delegations are worth, and a
// validator that votes has what is left of its stake when those of its delegators who vote
// themselves are taken off. Source: cosmos-sdk 0.50, x/gov/keeper/tally.go, with its roundings.

import Base
import Cryptography
import Ledger

/// The outcome of a vote.
struct Tally: Equatable {
    /// Whether the proposal passes.
    var passes = false
    /// Whether the deposits are burned.
    var burnsDeposits = false
    /// Power by option.
    var result = TallyResult()
}

/// Power counted so far.
private struct Count {
    var yes = Decimal.zero
    var abstain = Decimal.zero
    var no = Decimal.zero
    var noWithVeto = Decimal.zero
    var total = Decimal.zero

    /// Adds the power behind a vote, in its parts.
    mutating func add(_ power: Decimal, _ options: [WeightedVoteOption]) throws(Failure) {
        for part in options {
            let share = try power.multiplied(by: try part.checkedWeight(), rounding: .nearest)
            switch part.option {
            case .yes: yes = try yes.adding(share)
            case .abstain: abstain = try abstain.adding(share)
            case .no: no = try no.adding(share)
            case .noWithVeto: noWithVeto = try noWithVeto.adding(share)
            case .unspecified: break
            }
        }
        total = try total.adding(power)
    }

    func result() throws(Failure) -> TallyResult {
        var result = TallyResult()
        result.yes = try yes.truncated().description
        result.abstain = try abstain.truncated().description
        result.no = try no.truncated().description
        result.noWithVeto = try noWithVeto.truncated().description
        return result
    }
}

/// A validator in the set, while votes are counted.
private struct Standing {
    let validator: ValidatorView
    /// Shares of delegators who voted themselves.
    var deducted = Decimal.zero
    /// Its own vote.
    var options: [WeightedVoteOption] = []

    /// What `shares` of it are worth.
    func power(_ shares: Decimal) throws(Failure) -> Decimal {
        guard validator.shares > .zero else { return .zero }
        return try shares.multiplied(by: Decimal(validator.tokens), rounding: .nearest)
            .divided(by: validator.shares, rounding: .nearest)
    }
}

extension Gov {
    /// Counts the votes on `proposal` by the stake and parameters of this moment.
    func tally(_ proposal: Proposal, _ context: inout Context) throws(Failure) -> Tally {
        let count = try count(proposal.id, &context)
        let parameters = try parameters(&context)
        var tally = Tally()
        tally.result = try count.result()
        let bonded = try stake.totalBondedTokens(&context)
        guard bonded > .zero else { return tally }
        let turnout = try count.total.divided(by: Decimal(bonded), rounding: .nearest)
        guard turnout >= (try GovParameters.ratio(parameters.quorum, "quorum")) else {
            tally.burnsDeposits = parameters.burnsDepositWithoutQuorum
            return tally
        }
        let decided = count.total.subtractingClamped(count.abstain)
        guard decided > .zero else { return tally }
        let vetoes = try count.noWithVeto.divided(by: count.total, rounding: .nearest)
        guard vetoes <= (try GovParameters.ratio(parameters.vetoThreshold, "veto")) else {
            tally.burnsDeposits = parameters.burnsDepositOnVeto
            return tally
        }
        let threshold = try GovParameters.ratio(
            proposal.isExpedited ? parameters.expeditedThreshold : parameters.threshold,
            "threshold")
        tally.passes = try count.yes.divided(by: decided, rounding: .nearest) > threshold
        return tally
    }

    private func count(_ id: UInt64, _ context: inout Context) throws(Failure) -> Count {
        var standings = try stake.bondedValidators(&context).map { Standing(validator: $0) }
        var count = Count()
        var start = id.keyBytes
        while true {
            let votes = try GovKeys.votes.entries(
                keyPrefix: id.keyBytes, from: start, limit: 200, &context)
            for entry in votes {
                let vote = entry.value
                let voter = try Address.parse(vote.voter)
                if let index = standings.index(of: voter) {
                    standings[index].options = vote.options
                }
                try stake.forEachDelegation(of: voter, &context) {
                    (operatorAddress, shares) throws(Failure) in
                    guard let index = standings.index(of: operatorAddress) else { return }
                    standings[index].deducted = try standings[index].deducted.adding(shares)
                    try count.add(try standings[index].power(shares), vote.options)
                }
            }
            guard votes.count == 200, let last = votes.last else { break }
            start = last.key + [0]
        }
        for standing in standings where !standing.options.isEmpty {
            let left = standing.validator.shares.subtractingClamped(standing.deducted)
            try count.add(try standing.power(left), standing.options)
        }
        return count
    }
}

extension [Standing] {
    /// The place of a validator; they are ascending by operator.
    fileprivate func index(of operatorAddress: Address) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].validator.operatorAddress < operatorAddress {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < count, self[low].validator.operatorAddress == operatorAddress else {
            return nil
        }
        return low
    }
}
