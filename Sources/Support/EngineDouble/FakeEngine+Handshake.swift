// The handshake: what the engine does at a start with an application that may be behind it, ahead
// of it, or of another chain. B is the number of stored blocks, S that of the engine's state, A
// that of the application.
//
// | case | what happens |
// |---|---|
// | A = B = S | nothing; the app hashes are compared |
// | A < S = B | FinalizeBlock and Commit for A + 1 … B |
// | A = 0 | InitChain, then as above |
// | A = S, B = S + 1 | FinalizeBlock and Commit of B |
// | A = B, B = S + 1 | the stored answer is used; the application sees nothing |
// | A > B | the engine ends |
// | the hash differs | the engine ends |
// | A below the oldest block − 1 | the engine ends |

public import ABCI
import Base
import Wire

extension FakeEngine {
    /// Connects four times, as the engine does, and brings the application to the last block.
    ///
    /// - Throws: the fault with which the engine ends.
    public mutating func connect(to address: SocketAddress) throws {
        query = try EngineConnection(to: address)
        snapshot = try EngineConnection(to: address)
        mempoolConnection = try EngineConnection(to: address)
        consensus = try EngineConnection(to: address)
        let answer = try query?.ask { $0.info = InfoRequest() }
        guard let info = answer?.info else { throw EngineFault.wrongAnswer("Info") }
        let count = info.lastHeight == 0 ? 0 : Int(info.lastHeight - genesis.initialHeight) + 1
        guard count <= blocks.count else {
            throw EngineFault.applicationAhead(info.lastHeight, nextHeight - 1)
        }
        if count == 0 {
            try initialize()
        } else {
            try compare(info.lastAppHash, after: count - 1)
        }
        guard count == blocks.count || genesis.initialHeight + Int64(count) >= base else {
            throw EngineFault.blocksPruned
        }
        for index in count..<blocks.count {
            replayedCount += 1
            try execute(index)
        }
        stateCount = blocks.count
    }

    private mutating func initialize() throws {
        let start = try consensus?.ask { $0.initializeChain = genesis }
        guard let hash = start?.initializeChain?.appHash, hash.count == 32 else {
            throw EngineFault.wrongAnswer("InitChain")
        }
        guard genesisHash == nil || genesisHash == hash else {
            throw EngineFault.otherAppHash(genesis.initialHeight - 1)
        }
        genesisHash = hash
    }

    /// The app hash after block `index` is in the next header, or in the engine's state.
    func compare(_ appHash: Bytes, after index: Int) throws {
        guard let known = blocks[index].appHash else { return }
        guard known == appHash else {
            throw EngineFault.otherAppHash(blocks[index].request.height)
        }
    }
}
