// A node of a simulation: an application over a disk that fails on command. It may crash between
// any two calls and inside a commit; then all that is left is the disk.

import App
import Base
import Ledger
import Store
import TestSupport

/// A node of a simulation.
struct SimulatedNode {
    /// Its place among the nodes.
    let index: Int
    var application: AIVMApplication
    /// Number of crashes.
    private(set) var crashCount = 0
    /// Blocks that it executed again after a crash, or late.
    var replayedCount = 0
    private let options: ApplicationOptions
    private var disk: MemoryStore
    private var store: FaultyStore

    init(index: Int, options: ApplicationOptions) throws(StorageFailure) {
        self.index = index
        self.options = options
        disk = MemoryStore()
        store = FaultyStore(disk)
        application = try AIVMApplication(reading: store, options: options)
    }

    /// What is on the disk.
    var content: MemoryStore { disk }

    /// Height of the last durable block.
    func height() throws(StorageFailure) -> Int64 { try application.info().lastHeight }

    /// Everything but the disk is gone; the node is started again.
    mutating func crash() throws(StorageFailure) {
        crashCount += 1
        disk = disk.copy()
        store = FaultyStore(disk)
        application = try AIVMApplication(reading: store, options: options)
    }

    /// Makes the finalised block durable.
    mutating func commit() throws(StorageFailure) {
        try store.commit(try application.commitWrites())
        application.didCommit()
    }

    /// Crashes in the middle of a commit: the batch is lost, or torn, or durable without an answer.
    mutating func crashInCommit(_ generator: inout SeededGenerator) throws(StorageFailure) {
        let faults: [FaultyStore.Fault] = [.beforeCommit(1), .afterCommit(1), .torn(1)]
        store.reset(fault: generator.element(of: faults))
        do throws(StorageFailure) {
            try store.commit(try application.commitWrites())
            throw StorageFailure("a planned fault did not happen")
        } catch {
            guard error.message.hasPrefix("planned") else { throw error }
        }
        try crash()
    }

    /// Loses its disk and takes in the state of `other` from a snapshot in chunks of any size.
    mutating func restore(
        from other: SimulatedNode, _ generator: inout SeededGenerator
    ) throws {
        let info = try other.application.info()
        var stream = Bytes()
        let height = try other.application.exportState(of: try other.store.view()) {
            stream.append(contentsOf: $0)
        }
        guard height == info.lastHeight else {
            throw StorageFailure("a snapshot of another height")
        }
        disk = MemoryStore()
        store = FaultyStore(disk)
        application = try AIVMApplication(reading: store, options: options)
        var state = application.makeStateImport(
            ExpectedState(height: height, appHash: info.lastAppHash))
        var rest = stream[...]
        while !rest.isEmpty {
            let part = rest.prefix(generator.int(in: 1...5_000))
            try store.commit(try state.take(Bytes(part)))
            rest = rest.dropFirst(part.count)
        }
        try store.commit(try state.finish(store))
        try application.reopen()
    }
}
