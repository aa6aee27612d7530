import App
import Base
import Ledger
import TestSupport
import Testing
import Wire

/// No bytes trap the application, and garbage changes nothing.
@Suite struct HostileBytesTests {
    @Test func everyTruncationIsRefused() throws {
        var chain = try TestChain()
        let bytes = Draft(chain.send()).signed(by: chain.alice).encoded()
        for count in 0..<bytes.count {
            let result = try chain.application.checkTransaction(
                Bytes(bytes.prefix(count)), recheck: false)
            #expect(result.code != 0, "prefix of \(count) bytes")
        }
        #expect(try chain.application.checkTransaction(bytes, recheck: false).code == 0)
    }

    @Test func everyFlippedByteIsRefused() throws {
        var chain = try TestChain()
        let bytes = Draft(chain.send()).signed(by: chain.alice).encoded()
        for index in bytes.indices {
            var copy = bytes
            copy[index] ^= 0x01
            #expect(try chain.application.checkTransaction(copy, recheck: false).code != 0)
        }
    }

    @Test func mutationsNeverTrapAndNeverPass() throws {
        var chain = try TestChain()
        var multi = Draft(chain.send(1), chain.send(2))
        multi.memo = "two"
        let corpus = [
            Draft(chain.send()).signed(by: chain.alice).encoded(),
            multi.signed(by: chain.alice).encoded(),
        ]
        var mutator = Mutator(seed: 2)
        var garbage: [Bytes] = []
        for index in 0..<3000 {
            let bytes = mutator.mutate(corpus[index % 2], corpus: corpus)
            guard !corpus.contains(bytes) else { continue }
            #expect(try chain.application.checkTransaction(bytes, recheck: false).code != 0)
            garbage.append(bytes)
        }
        try chain.deliver([])
        let before = try chain.balance(chain.alice.address)
        let results = try chain.deliver(Array(garbage.prefix(500))).results
        #expect(results.allSatisfy { $0.code != 0 })
        #expect(try chain.balance(chain.alice.address) == before)
        try chain.application.checkInvariants()
    }

    @Test func blockOfGarbageGivesAnAnswerForEveryTransaction() throws {
        var chain = try TestChain()
        let good = Draft(chain.send()).signed(by: chain.alice).encoded()
        let blocks: [Bytes] = [
            [], [0], [0xFF, 0xFF, 0xFF], Bytes(repeating: 0x0A, count: 1000), good,
        ]
        let result = try chain.deliver(blocks)
        #expect(result.results.map(\.code) == [18, 2, 2, 2, 0])
        #expect(result.appHash.count == 32)
    }

    @Test func nonCanonicalTransactionsAreRefused() throws {
        var chain = try TestChain()
        let raw = Draft(chain.send()).signed(by: chain.alice)
        func code(_ bytes: Bytes) throws -> UInt32 {
            try chain.application.checkTransaction(bytes, recheck: false).code
        }
        var parts: [Bytes] = []
        for (number, content) in [
            (UInt8(1), raw.bodyBytes), (2, raw.authInfoBytes), (3, raw.signatures[0]),
        ] {
            var part: Bytes = [number << 3 | 2]
            part.appendLengthPrefixed(content)
            parts.append(part)
        }
        #expect(try code(parts[1] + parts[0] + parts[2]) == 2)
        #expect(try code(parts[0] + parts[0] + parts[1] + parts[2]) == 2)
        #expect(try code(parts[0] + parts[1] + parts[2] + [0x22, 0x00]) == 2)
        // A length written with one byte too many.
        var long: Bytes = [0x1A, 0xC0, 0x00]
        long += raw.signatures[0]
        #expect(try code(parts[0] + parts[1] + long) == 2)
        #expect(try code(parts[0] + parts[1] + parts[2]) == 0)
    }

    @Test func unknownFieldsAreRefusedUnlessNotCritical() throws {
        var chain = try TestChain()
        func code(body: Bytes, authInfo: Bytes) throws -> UInt32 {
            var raw = Draft(chain.send()).signed(by: chain.alice)
            raw.bodyBytes += body
            raw.authInfoBytes += authInfo
            return try chain.check(raw).code
        }
        // Field 10 is critical; field 1034 has bit 11 set and fails at the signature only.
        #expect(try code(body: [0x50, 0x01], authInfo: []) == 2)
        var nonCritical = Bytes()
        nonCritical.appendVarint(1034 << 3)
        #expect(try code(body: nonCritical + [0x01], authInfo: []) == 4)
        #expect(try code(body: [], authInfo: nonCritical + [0x01]) == 2)
    }

    @Test func queriesSurviveGarbage() throws {
        var chain = try TestChain()
        try chain.deliver([])
        var generator = SeededGenerator(seed: 8)
        let paths =
            chain.application.modules.queryPaths + [
                "/cosmos.tx.v1beta1.Service/Simulate", "/app/simulate", "/app/version",
                "/store/bank/key", "/store/none/key", "", "/", "store", "//", "/store//key",
            ]
        for path in paths {
            for _ in 0..<40 {
                let query = StateQuery(
                    path: path, data: generator.bytes(count: generator.int(in: 0...80)),
                    height: Int64(generator.int(in: -2...4)), wantsProof: generator.isOne(in: 2))
                _ = try chain.application.query(query)
            }
        }
    }
}
