// The query router: one list of paths, mounted on every door of a node. Module queries by the path
// of their gRPC method, raw state with proofs, and the application's own services.

public import Base
public import Ledger
import Merkle
import Wire

extension AIVMApplication {
    public func query(_ request: StateQuery) throws(StorageFailure) -> StateQueryResult {
        var result = StateQueryResult()
        do {
            let height = try answerableHeight(request)
            result.height = height
            try answer(request, height, &result)
        } catch {
            switch error {
            case .storage(let failure): throw failure
            case .rejected(let rejection):
                result.code = rejection.code
                result.codespace = rejection.codespace
                result.log = rejection.message
                result.value = []
            }
        }
        return result
    }

    /// The height a query is answered for: 0 means the last.
    private func answerableHeight(_ request: StateQuery) throws(Failure) -> Int64 {
        guard let record, genesis == nil else {
            throw .sdk(
                .invalidHeight, "\(AIVMApplication.name) is not ready; please wait for first block")
        }
        guard request.height >= 0 else {
            throw .sdk(
                .invalidRequest, "cannot query with height < 0; please provide a valid height")
        }
        guard request.height <= record.height else {
            throw .sdk(
                .invalidHeight,
                "cannot query with height in the future; please provide a valid height")
        }
        let height = request.height == 0 ? record.height : request.height
        guard height > record.height - options.retainedVersions, height >= record.initialHeight
        else {
            throw .sdk(
                .invalidHeight,
                "failed to load state at height \(height); version does not exist "
                    + "(latest height: \(record.height))")
        }
        return height
    }

    private func answer(
        _ request: StateQuery, _ height: Int64, _ result: inout StateQueryResult
    ) throws(Failure) {
        if let route = modules.query(request.path) {
            var context = try makeQueryContext(height)
            result.value = try route.answer(request.data, &context)
            return
        }
        if let service = Service(rawValue: request.path) {
            result.value = try answer(service, request.data, height)
            return
        }
        let parts = request.path.split(separator: "/").map(String.init)
        guard parts.count == 3, parts[0] == "store", parts[2] == "key" else {
            throw .sdk(.unknownRequest, "unknown query path: \(request.path.prefix(200))")
        }
        try answerStore(parts[1], request, height, &result)
    }

    /// A context over the state after block `height`.
    func makeQueryContext(_ height: Int64) throws(Failure) -> Context {
        let record = try Failure.reading { () throws(StorageFailure) in try started() }
        var state = baseState
        if height != record.height {
            state = State(over: HistoricState(trees: try trees(at: height), reading: reading))
        }
        let block = BlockInfo(
            chainID: record.chainID, height: height, time: record.time ?? Timestamp())
        var context = Context(state: state, gasLimit: nil, block: block, mode: .simulate)
        context.cache = cache
        return context
    }

    private func trees(at height: Int64) throws(Failure) -> StateTrees {
        let record = try Failure.reading { () throws(StorageFailure) in try started() }
        do {
            return try StateTrees(
                names: modules.storeNames, reading: reading, version: record.version(at: height))
        } catch {
            // The node may have kept fewer heights when it was at this one.
            throw .sdk(.invalidHeight, "state at height \(height) is not kept: \(error.message)")
        }
    }

    // MARK: Raw state

    private func answerStore(
        _ name: String, _ request: StateQuery, _ height: Int64, _ result: inout StateQueryResult
    ) throws(Failure) {
        guard modules.storeNames.contains(name) else {
            throw .sdk(.unknownRequest, "no such store: \(name.prefix(100))")
        }
        guard !request.wantsProof || height > 1 else {
            throw .sdk(
                .invalidRequest,
                "cannot query with proof when height <= 1; please provide a valid height")
        }
        result.key = request.data
        guard request.wantsProof else {
            let context = try makeQueryContext(height)
            result.value =
                try Failure.reading { () throws(StorageFailure) in
                    try context.state.value(State.fullKey(name, request.data))
                } ?? []
            return
        }
        let trees = try trees(at: height)
        guard let tree = trees.tree(name),
            let storeProof = MultiStore.storeProof(name: name, in: trees.roots)
        else { preconditionFailure("every store has a tree") }
        try Failure.reading { () throws(StorageFailure) in
            let proof = try tree.proof(of: request.data)
            result.value = proof.existence?.value ?? []
            result.proofOperations =
                StateProof.operations(key: request.data, proof: proof, storeProof: storeProof)
                .encoded()
        }
    }
}
