// A home's chain as the genesis of another.

import App
import Base
import Blocks
import Client
import Cryptography
import Ledger
import Wire

extension Genesis {
    /// The genesis of a chain that goes on with the state of `home`.
    ///
    /// - Parameter engine: whose database is read; a node may be running.
    public static func exported(
        from home: NodeHome, engine: NodeEngine
    ) throws -> Genesis {
        let first = try home.genesis()
        return try home.reading(engine) { _, application in
            let export = try application.exportChain()
            var genesis = Genesis(
                time: export.time, chainID: export.chainID, parameters: export.parameters,
                validators: try validators(export.validators) ?? first.validators,
                appState: export.appState)
            genesis.initialHeight = export.height + 1
            return genesis
        }
    }

    /// `nil` when there are none.
    private static func validators(_ updates: [ValidatorUpdate]) throws -> [Validator]? {
        guard !updates.isEmpty else { return nil }
        return try updates.map { update in
            guard let key = Ed25519.PublicKey(update.publicKey) else {
                throw NodeSetupError.engine("a validator's key is no Ed25519 key")
            }
            return Validator(key, votingPower: update.power)
        }
    }
}
