// Deposits: put down, given back, burned, or charged for a cancelled proposal. The account of
// governance holds them.

import Base
import Cryptography
import Ledger
import Wire

extension Gov {
    /// Checks the deposit that comes with a proposal.
    func checkInitialDeposit(
        _ coins: [Coin], isExpedited: Bool, _ parameters: GovParameters
    ) throws(Failure) {
        let ratio = try GovParameters.ratio(
            parameters.minimumInitialDepositRatio, "initial deposit ratio")
        if ratio > .zero {
            var needed: [Coin] = []
            for coin in parameters.deposit(isExpedited: isExpedited) {
                let amount = try Decimal(try coin.value())
                    .multiplied(by: ratio, rounding: .nearest).rounded()
                if amount > .zero { needed.append(Coin(amount, coin.denom)) }
            }
            guard try coins.covers(needed) else {
                throw .gov(
                    .depositTooSmall, "was (\(coins.coinsText)), need (\(needed.coinsText))")
            }
        }
        try Gov.checkDenoms(coins, parameters)
    }

    /// Only denominations of the minimum deposit are taken.
    private static func checkDenoms(
        _ coins: [Coin], _ parameters: GovParameters
    ) throws(Failure) {
        let taken = parameters.minimumDeposit.map(\.denom)
        guard coins.allSatisfy({ taken.contains($0.denom) }) else {
            throw .gov(
                .invalidDepositDenom,
                "deposited \(coins.coinsText.prefix(200)), but gov accepts only the following "
                    + "denom(s): [\(taken.joined(separator: " "))]")
        }
    }

    /// A single deposit must be worth the work it makes.
    private static func checkSize(
        _ coins: [Coin], _ minimum: [Coin], _ parameters: GovParameters
    ) throws(Failure) {
        let ratio = try GovParameters.ratio(
            parameters.minimumDepositRatio, "minimum deposit ratio")
        guard ratio > .zero else { return }
        var needed: [Coin] = []
        for coin in minimum {
            let least = try Decimal(try coin.value())
                .multiplied(by: ratio, rounding: .down).truncated()
            needed.append(Coin(least, coin.denom))
            let isPresent = coins.contains { $0.denom == coin.denom }
            if isPresent, try coins.amount(of: coin.denom) >= least { return }
        }
        throw .gov(
            .depositTooSmall,
            "received \(coins.coinsText) but need at least one of the following: "
                + needed.coinsText)
    }

    /// Puts `coins` down for proposal `id`. Returns whether that began the vote.
    func addDeposit(
        _ id: UInt64, _ coins: [Coin], by depositor: Address, _ context: inout Context
    ) throws(Failure) -> Bool {
        var proposal = try get(id, &context)
        guard proposal.isOpen else { throw .gov(.inactiveProposal, "\(id)") }
        let parameters = try parameters(&context)
        try Gov.checkDenoms(coins, parameters)
        let minimum = parameters.deposit(isExpedited: proposal.isExpedited)
        try Gov.checkSize(coins, minimum, parameters)
        if !coins.isEmpty {
            try bank.move(coins, from: depositor, to: .governance, &context)
        }
        proposal.totalDeposit = try proposal.totalDeposit.adding(coins)
        try store(proposal, &context)
        let isEnough = try proposal.totalDeposit.covers(minimum)
        let begins = proposal.status == .depositPeriod && isEnough
        if begins { try beginVote(&proposal, &context) }
        GovEvents.deposited(id, coins, by: depositor, &context)
        guard !coins.isEmpty else { return begins }
        let key = GovKeys.pair(id, depositor)
        var deposit = try GovKeys.deposits.get(key, &context) ?? Deposit()
        deposit.proposalID = id
        deposit.depositor = depositor.description
        deposit.amount = try deposit.amount.adding(coins)
        try GovKeys.deposits.set(key, deposit, &context)
        return begins
    }

    /// Gives all deposits on proposal `id` back.
    func refundDeposits(_ id: UInt64, _ context: inout Context) throws(Failure) {
        try takeDeposits(id, &context) { (deposit, context) throws(Failure) in
            try bank.move(
                deposit.amount, from: .governance, to: try Address.parse(deposit.depositor),
                &context)
        }
    }

    /// Burns all deposits on proposal `id`.
    func burnDeposits(_ id: UInt64, _ context: inout Context) throws(Failure) {
        var sum: [Coin] = []
        try takeDeposits(id, &context) { (deposit, _) throws(Failure) in
            sum = try sum.adding(deposit.amount)
        }
        if !sum.isEmpty { try bank.burn(sum, from: .governance, &context) }
    }

    /// Keeps a part of all deposits on proposal `id` as the price of cancelling it, and gives the
    /// rest back.
    func chargeDeposits(_ id: UInt64, _ context: inout Context) throws(Failure) {
        let parameters = try parameters(&context)
        let ratio = try GovParameters.ratio(parameters.proposalCancelRatio, "cancel ratio")
        var price: [Coin] = []
        try takeDeposits(id, &context) { (deposit, context) throws(Failure) in
            var kept: [Coin] = []
            for coin in deposit.amount {
                let part = try Decimal(try coin.value())
                    .multiplied(by: ratio, rounding: .down).truncated()
                if part > .zero { kept.append(Coin(part, coin.denom)) }
            }
            price = try price.adding(kept)
            guard let rest = try deposit.amount.subtracting(kept), !rest.isEmpty else { return }
            try bank.move(
                rest, from: .governance, to: try Address.parse(deposit.depositor), &context)
        }
        guard !price.isEmpty else { return }
        guard !parameters.proposalCancelDestination.isEmpty else {
            return try bank.burn(price, from: .governance, &context)
        }
        let destination = try Address.parse(parameters.proposalCancelDestination)
        if destination == poolAddress {
            try pool.fundCommunityPool(price, from: .governance, &context)
        } else {
            try bank.move(price, from: .governance, to: destination, &context)
        }
    }

    /// Removes every deposit on proposal `id` and calls `body` with it, ascending by depositor.
    private func takeDeposits(
        _ id: UInt64, _ context: inout Context,
        _ body: (Deposit, inout Context) throws(Failure) -> Void
    ) throws(Failure) {
        while true {
            let found = try GovKeys.deposits.entries(
                keyPrefix: id.keyBytes, limit: 200, &context)
            guard !found.isEmpty else { return }
            for entry in found {
                try GovKeys.deposits.remove(entry.key, &context)
                try body(entry.value, &context)
            }
        }
    }
}
