// Between the messages of the engine and the values of the application.

import Base
import Blocks
import Ledger
import Merkle
import Wire

extension ABCIResponse {
    init(exception text: String) {
        self.init()
        var answer = ExceptionResponse()
        answer.error = text
        exception = answer
    }
}

extension InfoResponse {
    init(_ info: ApplicationInfo) {
        self.init()
        data = info.name
        version = info.version
        protocolVersion = info.protocolVersion
        lastHeight = info.lastHeight
        lastAppHash = info.lastAppHash
    }
}

extension QueryResponse {
    init(_ result: StateQueryResult) throws(Failure) {
        self.init()
        code = result.code
        codespace = result.codespace
        log = result.log
        key = result.key
        value = result.value
        height = result.height
        guard !result.proofOperations.isEmpty else { return }
        do throws(WireError) {
            proof = try ProofOps(decoding: result.proofOperations)
        } catch {
            throw .sdk(.logic, "the application made a proof that cannot be read: \(error)")
        }
    }
}

extension ValidatorChange {
    init(_ update: ValidatorUpdate) {
        self.init()
        publicKey.ed25519 = update.publicKey
        power = update.power
    }
}

extension FinalizeBlockResponse {
    init(_ result: BlockResult) {
        self.init()
        events = result.events
        results = result.results
        validatorChanges = result.validatorUpdates.map { ValidatorChange($0) }
        parameterChanges = result.parameterUpdates
        appHash = result.appHash
    }
}

extension ChainInitialization {
    /// The start that the engine describes. `app_state` is parsed, never hashed: after a restart
    /// the engine sends the same value formatted differently.
    init(_ request: InitializeChainRequest) throws(Failure) {
        let state: JSONValue
        do throws(WireError) {
            state = try JSONValue(parsing: request.appState)
        } catch {
            throw .sdk(.invalidRequest, "app_state: \(error)")
        }
        var validators: [ValidatorUpdate] = []
        for change in request.validators {
            guard let key = change.publicKey.ed25519, key.count == 32 else {
                throw .sdk(.invalidPublicKey, "a validator of the genesis has no Ed25519 key")
            }
            validators.append(ValidatorUpdate(publicKey: key, power: change.power))
        }
        self.init(
            chainID: request.chainID, time: request.time, initialHeight: request.initialHeight,
            validators: validators,
            parameters: request.parameters ?? ConsensusParameterSet(), appState: state)
    }
}

extension CommitVote {
    /// A vote of the commit that the engine decided.
    init(_ vote: VoteInfo) {
        self.init(
            address: vote.validator.address, power: vote.validator.power,
            flag: CommitVote.flag(vote.flag))
    }

    /// A vote as the proposer sees it.
    init(_ vote: ExtendedVoteInfo) {
        self.init(
            address: vote.validator.address, power: vote.validator.power,
            flag: CommitVote.flag(vote.flag))
    }

    private static func flag(_ flag: BlockIDFlag) -> Flag {
        switch flag {
        case .commit: .commit
        case .none: .none
        default: .absent
        }
    }
}

extension Offence {
    /// What the engine tells of an offence.
    init(_ message: Misbehavior) {
        let kind: Kind =
            switch message.kind {
            case .duplicateVote: .duplicateVote
            case .lightClientAttack: .lightClientAttack
            case .unknown: .unknown
            }
        self.init(
            kind: kind, address: message.validator.address, power: message.validator.power,
            height: message.height, time: message.time, totalPower: message.totalVotingPower)
    }
}

extension BlockInfo {
    /// The block that is being proposed; it has no hash yet.
    init(_ request: PrepareProposalRequest, chainID: String) {
        self.init(
            chainID: chainID, height: request.height, time: request.time,
            proposer: request.proposerAddress, nextValidatorsHash: request.nextValidatorsHash,
            lastCommit: request.localLastCommit.votes.map { CommitVote($0) },
            offences: request.misbehavior.map { Offence($0) })
    }

    /// The block that was proposed, is being voted for, or was decided.
    init(_ request: some NamedBlock, chainID: String) {
        self.init(
            chainID: chainID, height: request.height, time: request.time,
            proposer: request.proposerAddress, hash: request.hash,
            nextValidatorsHash: request.nextValidatorsHash,
            lastCommit: request.lastCommit.votes.map { CommitVote($0) },
            offences: request.misbehavior.map { Offence($0) })
    }
}

/// A question about a block that has a hash.
protocol NamedBlock {
    var height: Int64 { get }
    var time: Timestamp { get }
    var proposerAddress: Bytes { get }
    var hash: Bytes { get }
    var nextValidatorsHash: Bytes { get }
    var lastCommit: CommitInfo { get }
    var misbehavior: [Misbehavior] { get }
}

extension ProcessProposalRequest: NamedBlock {}
extension ExtendVoteRequest: NamedBlock {}
extension FinalizeBlockRequest: NamedBlock {}
