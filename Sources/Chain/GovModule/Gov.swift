// Decisions by vote: proposals, deposits, votes, and the messages that run when a proposal passes.
// `README.md` in this folder is the specification; this file says what the module consists of.

public import Cryptography
public import Ledger
public import Wire

/// The module of governance.
public struct Gov: Module {
    public static let name = "gov"

    /// Most bytes of a title and of metadata.
    public static let maximumMetadataBytes = 255
    /// Most bytes of a summary.
    public static let maximumSummaryBytes = 10_200

    let bank: any SupplyChanging
    let stake: any BondedValidatorReading & DelegationReading
    let pool: any CommunityPoolFunding
    let poolAddress: Address
    let router: any MessageRunning

    /// Makes the module.
    ///
    /// - Parameters:
    ///   - bank: holds deposits, gives them back, burns them.
    ///   - stake: the voting power.
    ///   - pool: takes the price of cancelled proposals when `poolAddress` is to get it.
    ///   - poolAddress: the account of the community pool.
    ///   - router: runs the messages of proposals.
    public init(
        bank: any SupplyChanging, stake: any BondedValidatorReading & DelegationReading,
        pool: any CommunityPoolFunding, poolAddress: Address, router: any MessageRunning
    ) {
        self.bank = bank
        self.stake = stake
        self.pool = pool
        self.poolAddress = poolAddress
        self.router = router
    }

    public var otherTypes: [any WireMessage.Type] {
        [TextProposal.self, Proposal.self, LegacyProposal.self]
    }

    public var messages: [MessageRoute] { currentMessages + legacyMessages }

    public var queries: [QueryRoute] {
        proposalQueries + voteQueries + settingQueries + legacyQueries
    }

    /// The parameters in force.
    public func parameters(_ context: inout Context) throws(Failure) -> GovParameters {
        try GovKeys.parameters.get(&context) ?? .standard
    }

    public func endBlock(_ context: inout Context) throws(Failure) -> [ValidatorUpdate] {
        try dropWithoutDeposit(&context)
        try closeVotes(&context)
        return []
    }
}
