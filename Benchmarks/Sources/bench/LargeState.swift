// A chain with any number of accounts, on disk. Genesis of millions of accounts would take hours of
// JSON; so the records of a small chain are extended by accounts that are written directly, into
// trees that are built in one pass. Only the app hash of the first block is not what genesis would
// give, which costs nothing and saves nothing.

import AccountsModule
import App
import Base
import Cryptography
import Foundation
import Ledger
import Merkle
import Store
import Wire

/// Accounts, some of which sign.
struct LargeState {
    static let chainID = TestNetwork.chainID
    static let balance = "1000000000000"
    let accountCount: Int
    /// Those who sign, ascending by address.
    private(set) var signers: [TestAccount]

    /// `accountCount` accounts, of which `signerCount` have keys.
    init(accountCount: Int, signerCount: Int) throws {
        self.accountCount = accountCount
        signers = try (0..<signerCount).map { try TestAccount($0) }
            .sorted { $0.address < $1.address }
        for index in signers.indices { signers[index].number = UInt64(index) }
    }

    /// The address of an account without key; these ascend with `index` and are spread evenly.
    func silentAddress(_ index: Int) -> Address {
        let step = UInt64.max / UInt64(max(1, accountCount - signers.count))
        var seed = UInt64(index) &* 0x9E37_79B9_7F4A_7C15
        func next() -> UInt64 {
            seed = (seed ^ seed >> 30) &* 0xBF58_476D_1CE4_E5B9
            seed = (seed ^ seed >> 27) &* 0x94D0_49BB_1331_11EB
            return seed ^ seed >> 31
        }
        var bytes = Bytes()
        bytes.appendBigEndian(UInt64(index) * step + next() % max(1, step))
        bytes.appendBigEndian(next())
        bytes.appendBigEndian(UInt32(truncatingIfNeeded: next()))
        guard let address = Address(bytes) else { preconditionFailure("20 bytes") }
        return address
    }

    /// A number of an account without key, spread evenly.
    func silentNumber(_ number: Int) -> Int {
        let silentCount = UInt64(max(1, accountCount - signers.count))
        return Int((UInt64(number) &* 0x9E37_79B9_7F4A_7C15) % silentCount)
    }

    /// An address of those without keys, or of a signer where there are none.
    func recipient(_ number: Int) -> Address {
        accountCount > signers.count
            ? silentAddress(silentNumber(number))
            : signers[(number * 7919 + 1) % signers.count].address
    }

    /// Writes the chain into the empty database `store`: every tree at version 1, after block 1.
    func write(into store: RocksStore) throws {
        let base = try firstBlock()
        let writer = BatchWriter(store: store)
        let names = Modules().storeNames
        for pair in try base.allPairs(.state)
        where !names.contains(where: { pair.key.starts(with: State.fullKey($0, [])) }) {
            try writer.add(KeyValueWrite(.state, pair.key, pair.value))
        }
        for name in names {
            let prefix = State.fullKey(name, [])
            let own = try base.pairs(.state, prefix: prefix)
                .map { KeyValuePair(Bytes($0.key.dropFirst(prefix.count)), $0.value) }
            var leaves = Leaves(own, self, kind: .init(name))
            let count = own.count + (Leaves.Kind(name) == nil ? 0 : accountCount)
            let source = LeafSource(leaves: { leaves.next() }, prefix: prefix, writer: writer)
            _ = try IAVLTree.build(
                name: name, version: 1, count: count, leaf: source.next, write: writer.add)
        }
        try writer.flush()
    }

    /// The records of the small chain.
    private func firstBlock() throws -> MemoryStore {
        let store = MemoryStore()
        var network = try TestNetwork(accountCount: 0)
        network.accounts = []
        var application = try AIVMApplication(reading: store)
        var start = network.initialization
        start.parameters = ConsensusParameterSet(BlockParameters(maximumGas: -1))
        _ = try application.initializeChain(start)
        _ = try application.finalizeBlock(
            [],
            block: BlockInfo(
                chainID: LargeState.chainID, height: 1,
                time: Timestamp(seconds: TestNetwork.time.seconds + 1)))
        try store.commit(try application.commitWrites())
        return store
    }
}

/// Leaves of one store in order: those of the small chain, and one for each account.
private struct Leaves {
    enum Kind {
        case accounts
        case balances

        init?(_ store: String) {
            switch store {
            case "auth": self = .accounts
            case "bank": self = .balances
            default: return nil
            }
        }
    }

    private var own: ArraySlice<KeyValuePair>
    private let state: LargeState
    private let kind: Kind?
    private var signer = 0
    private var silent = 0
    private var waiting: KeyValuePair?

    init(_ own: [KeyValuePair], _ state: LargeState, kind: Kind?) {
        self.own = own[...]
        self.state = state
        self.kind = kind
        waiting = makeAccount()
    }

    mutating func next() -> KeyValuePair? {
        guard let account = waiting else { return own.popFirst() }
        if let first = own.first, first.key.lexicographicallyPrecedes(account.key) {
            return own.popFirst()
        }
        waiting = makeAccount()
        return account
    }

    private mutating func makeAccount() -> KeyValuePair? {
        guard let kind else { return nil }
        let silentCount = state.accountCount - state.signers.count
        let silentAddress = silent < silentCount ? state.silentAddress(silent) : nil
        let signing = signer < state.signers.count ? state.signers[signer] : nil
        if let signing, silentAddress.map({ signing.address < $0 }) ?? true {
            signer += 1
            return pair(kind, signing.address, signing.publicKey, signing.number)
        }
        guard let silentAddress else { return nil }
        silent += 1
        return pair(kind, silentAddress, nil, UInt64(state.signers.count + silent))
    }

    private func pair(
        _ kind: Kind, _ address: Address, _ key: Secp256k1.PublicKey?, _ number: UInt64
    ) -> KeyValuePair {
        switch kind {
        case .accounts:
            let account = BaseAccount(
                AccountView(address: address, publicKey: key, number: number, sequence: 0))
            return KeyValuePair([0x01] + address.bytes, account.encoded())
        case .balances:
            return KeyValuePair(
                [0x02, 20] + address.bytes + Bytes("ucgpt".utf8),
                StoredText(LargeState.balance).encoded())
        }
    }
}

/// Gives leaves to a tree, and their values to the newest state.
private final class LeafSource {
    private let leaves: () -> KeyValuePair?
    private let prefix: Bytes
    private let writer: BatchWriter

    init(leaves: @escaping () -> KeyValuePair?, prefix: Bytes, writer: BatchWriter) {
        self.leaves = leaves
        self.prefix = prefix
        self.writer = writer
    }

    func next() throws(StorageFailure) -> KeyValuePair {
        guard let pair = leaves() else { throw StorageFailure("too few leaves") }
        try writer.add(KeyValueWrite(.state, prefix + pair.key, pair.value))
        return pair
    }
}

/// Commits writes some ten thousand at a time.
private final class BatchWriter {
    private let store: RocksStore
    private var writes: [KeyValueWrite] = []

    init(store: RocksStore) { self.store = store }

    func add(_ write: KeyValueWrite) throws(StorageFailure) {
        writes.append(write)
        if writes.count >= 20_000 { try flush() }
    }

    func add(_ more: [KeyValueWrite]) throws(StorageFailure) {
        for write in more { try add(write) }
    }

    func flush() throws(StorageFailure) {
        try store.commit(writes)
        writes.removeAll(keepingCapacity: true)
    }
}
