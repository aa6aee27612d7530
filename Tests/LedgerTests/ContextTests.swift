import Base
import Cryptography
import Ledger
import TestSupport
import Testing
import Wire

/// A context over `store`, with `gasLimit` gas, in block 5 of `aivm-1`.
func makeContext(_ store: SortedStore = SortedStore(), gasLimit: UInt64? = nil) -> Context {
    Context(
        state: State(over: store), gasLimit: gasLimit,
        block: BlockInfo(chainID: "aivm-1", height: 5, time: Timestamp(seconds: 100)),
        mode: .finalize)
}

@Suite struct ContextTests {
    @Test func readsWhatItWroteAndWhatIsCommitted() throws {
        var store = SortedStore()
        store.apply([KeyValueWrite(.state, State.fullKey("bank", [1]), [10])])
        var context = makeContext(store)
        try context.write("bank", [2], [20])
        #expect(try context.read("bank", [1]) == [10])
        #expect(try context.read("bank", [2]) == [20])
        #expect(try context.read("auth", [1]) == nil)
        try context.remove("bank", [1])
        #expect(try context.read("bank", [1]) == nil)
        #expect(try context.pairs("bank", prefix: [], limit: 9) == [KeyValuePair([2], [20])])
    }

    @Test func chargesTheSDKScheduleForStateAccess() throws {
        var context = makeContext()
        try context.write("bank", [1, 2], [3, 4, 5])
        #expect(context.gas.used == 2000 + 30 * 5)
        _ = try context.read("bank", [1, 2])
        #expect(context.gas.used == 2150 + 1000 + 3 * 5)
    }

    @Test func outOfGasHasTheTextThatClientsParse() {
        var context = makeContext(gasLimit: 2500)
        #expect(
            throws: Failure.rejected(
                Rejection(
                    codespace: "sdk", code: 11,
                    message: "out of gas in location: WritePerByte; gasWanted: 2500, "
                        + "gasUsed: 5030: out of gas"))
        ) { try context.write("bank", [1], Bytes(repeating: 0, count: 100)) }
        #expect(context.gas.used == 5030)
        #expect(context.gas.remaining == 0)
    }

    @Test func gasMeterNeverOverflows() throws {
        var meter = GasMeter(limit: nil)
        try meter.consume(.max, "A")
        #expect(throws: Failure.self) { try meter.consume(1, "B") }
        #expect(meter.used == .max)
    }

    @Test func refusedTransactionLeavesNoStateEventOrBlobButUsesGas() throws {
        var context = makeContext()
        context.emit("before", ["a": "1"])
        let used = context.gas.used
        var hash = Hash256.zero
        #expect(throws: Failure.sdk(.logic, "no")) {
            try context.transaction { (inner) throws(Failure) in
                try inner.write("bank", [1], [1])
                hash = try inner.putBlob([1, 2, 3])
                inner.emit("during", [:])
                throw .sdk(.logic, "no")
            }
        }
        #expect(try context.read("bank", [1]) == nil)
        #expect(try context.blob(hash) == nil)
        #expect(context.events.map(\.type) == ["before"])
        #expect(context.gas.used > used + 4000)
        #expect(context.state.changes.isEmpty)
        #expect(context.state.newBlobs.isEmpty)
    }

    @Test func storesBlobsUnderTheirHashOutsideTheState() throws {
        var store = SortedStore()
        store.apply([KeyValueWrite(.blobs, SHA256.hash([9]).bytes, [9])])
        var context = makeContext(store)
        let hash = try context.transaction { (inner) throws(Failure) in
            try inner.putBlob([1, 2, 3])
        }
        #expect(hash == SHA256.hash([1, 2, 3]))
        #expect(context.gas.used == 2000 + 9)
        #expect(try context.blob(hash) == [1, 2, 3])
        #expect(try context.blob(SHA256.hash([9])) == [9])
        #expect(try context.blob(.zero) == nil)
        #expect(context.state.changes.isEmpty)
        #expect(context.state.newBlobs.map(\.hash) == [hash])
    }

    @Test func cachedBlobReadCostsAsMuchAsARealOne() throws {
        var real = makeContext()
        let hash = try real.putBlob(Bytes(repeating: 7, count: 100_000))
        var cached = real
        _ = try real.blob(hash)
        try cached.chargeBlobRead(byteCount: 100_000)
        #expect(real.gas.used == cached.gas.used)
    }

    @Test func pairsMergeLayersWithCommittedStateInBothDirections() throws {
        var generator = SeededGenerator(seed: 11)
        var store = SortedStore()
        var expected: [UInt8: Bytes] = [:]
        for _ in 0..<40 {
            let key = UInt8(generator.int(in: 0..<60))
            store.apply([KeyValueWrite(.state, State.fullKey("m", [1, key]), [1])])
            expected[key] = [1]
        }
        var context = makeContext(store)
        for layer in 2..<6 {
            context.state.push()
            for _ in 0..<10 {
                let key = UInt8(generator.int(in: 0..<60))
                if generator.isOne(in: 3) {
                    try context.remove("m", [1, key])
                    expected[key] = nil
                } else {
                    try context.write("m", [1, key], [UInt8(layer)])
                    expected[key] = [UInt8(layer)]
                }
            }
        }
        let sorted = expected.keys.sorted().map { KeyValuePair([1, $0], expected[$0] ?? []) }
        #expect(try context.pairs("m", prefix: [1], limit: 100) == sorted)
        #expect(
            try context.pairs("m", prefix: [1], limit: 100, reverse: true) == sorted.reversed())
        #expect(try context.pairs("m", prefix: [1], limit: 7) == Array(sorted.prefix(7)))
        let tail = sorted.filter { $0.key[1] >= 30 }
        #expect(
            try context.pairs("m", prefix: [1], from: [1, 30], limit: 5) == Array(tail.prefix(5)))
        let head = sorted.filter { $0.key[1] <= 30 }.reversed().prefix(4)
        #expect(
            try context.pairs("m", prefix: [1], from: [1, 30], limit: 4, reverse: true)
                == Array(head))
    }

    @Test func storageFailureIsNotARejection() {
        var store = SortedStore()
        store.failure = StorageFailure("disk gone")
        var context = makeContext(store)
        #expect(throws: Failure.storage(StorageFailure("disk gone"))) {
            try context.read("bank", [1])
        }
    }
}
