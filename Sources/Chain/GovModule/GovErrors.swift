// The code space `gov`: append-only, numbers and texts as in the Cosmos SDK.

public import Ledger

/// Codes of the code space `gov`.
public enum GovCode: UInt32, ModuleCode {
    public static var codespace: String { Gov.name }

    /// No proposal has this number.
    case unknownProposal = 2
    /// The proposal takes no votes or deposits now.
    case inactiveProposal = 3
    /// Title, description or metadata cannot be used.
    case invalidContent = 5
    /// A vote's options or weights are wrong.
    case invalidVote = 7
    /// The genesis contradicts itself.
    case invalidGenesis = 8
    /// Old-style content that this chain does not carry out.
    case noHandler = 9
    /// Neither messages nor metadata.
    case noMessages = 11
    /// A proposal's message cannot be used.
    case invalidMessage = 12
    /// A proposal's message has another signer than the account of governance.
    case invalidSigner = 13
    /// Title or metadata is too long.
    case metadataTooLong = 15
    /// The deposit is below what is asked.
    case depositTooSmall = 16
    /// Somebody else made the proposal.
    case invalidProposer = 18
    /// The vote is over.
    case votingEnded = 20
    /// The proposal is at an end.
    case invalidProposal = 21
    /// The summary is too long.
    case summaryTooLong = 22
    /// The deposit is in coins that are not taken.
    case invalidDepositDenom = 23

    /// The SDK's text for the code.
    public var text: String {
        switch self {
        case .unknownProposal: "unknown proposal"
        case .inactiveProposal: "inactive proposal"
        case .invalidContent: "invalid proposal content"
        case .invalidVote: "invalid vote option"
        case .invalidGenesis: "invalid genesis state"
        case .noHandler: "no handler exists for proposal type"
        case .noMessages: "no messages proposed"
        case .invalidMessage: "invalid proposal message"
        case .invalidSigner: "expected gov account as only signer for proposal message"
        case .metadataTooLong: "metadata too long"
        case .depositTooSmall: "minimum deposit is too small"
        case .invalidProposer: "invalid proposer"
        case .votingEnded: "voting period already ended"
        case .invalidProposal: "invalid proposal"
        case .summaryTooLong: "summary too long"
        case .invalidDepositDenom: "invalid deposit denom"
        }
    }
}

extension Failure {
    /// Refuses with a code of the module.
    static func gov(_ code: GovCode, _ message: String) -> Failure { coded(code, message) }
}
