// Root hashes computed elsewhere: by an independent implementation of the rules, and by the Go
// library cosmos/iavl in its own test of 16,384 random operations.

import Base
import Merkle
import Store
import TestSupport
import Testing

@Suite struct IAVLTreeGoldenTests {
    @Test func agreesWithAnIndependentImplementation() throws {
        var bank = try StoredTree(name: "bank")
        try bank.tree.set(ascii("a"), ascii("1"))
        let first = try bank.save()
        #expect(first.hex == "bbe33cd0a785b97b9fb1f964aa71159dacd9e0ade84df7403dc0f9dc24818404")
        for (key, value) in [("b", "2"), ("c", "3"), ("d", "4"), ("e", "5")] {
            try bank.tree.set(ascii(key), ascii(value))
        }
        let second = try bank.save()
        #expect(second.hex == "6fe77ed587a45f6197564abdc72edcfa90daa48da258ee41ed2c441673ab9ba9")
        try bank.tree.set(ascii("c"), ascii("33"))
        let third = try bank.save()
        #expect(third.hex == "50295886888bceadced8e277c3aa0f8c0aa81ef8837ce5fd6cb371b09cbe2705")

        let stores = [("bank", third), ("ibc", first)]
        #expect(
            MultiStore.appHash(storeRoots: stores).hex
                == "0933b9d6dcb99c6ca46b6138670ce4bfbc3674687d199db7936dd4f844981099")
        #expect(
            MultiStore.appHash(storeRoots: stores + [("acc", MerkleTree.emptyRoot)]).hex
                == "be737dd099c9b29f2de2c5a19a630604829ebe84f40bcbb100ba487a294db44b")
    }

    @Test func agreesOnSixteenKeysInOrder() throws {
        var stored = try StoredTree()
        for number in 1...16 {
            let digits = number < 10 ? "0\(number)" : "\(number)"
            try stored.tree.set(ascii("k" + digits), ascii("v\(number)"))
        }
        #expect(
            try stored.save().hex
                == "ddd57d66df153cbdbef78afef512b64f0a746ed841b3e9e9acdcbdb2bc4741f5")
    }

    /// Root hashes of the Go library after sets, updates and removals of random keys.
    @Test func agreesWithTheGoLibraryOnRandomOperations() throws {
        struct Vector: Decodable {
            var register: String
            var hashes: [String]
        }
        let vector = try Vectors.decode(Vector.self, from: "iavl-tree-hash.json")
        var random = GoRandom(register: hex(vector.register))
        var stored = try StoredTree()
        var keys: [Bytes] = []
        for expected in vector.hashes {
            for _ in 0..<4096 {
                if !keys.isEmpty, random.float() <= 0.2 {
                    #expect(try stored.tree.remove(keys.remove(at: random.int(below: keys.count))))
                } else if !keys.isEmpty, random.float() <= 0.4 {
                    let key = keys[random.int(below: keys.count)]
                    try stored.tree.set(key, random.bytes(16))
                } else {
                    let key = random.bytes(16)
                    try stored.tree.set(key, random.bytes(16))
                    keys.append(key)
                }
            }
            #expect(try stored.save().hex == expected)
        }
    }
}

/// Go's `math/rand` from a given state of its register: x[n] = x[n - 607] + x[n - 273].
private struct GoRandom {
    private var register: [UInt64] = []
    private var feed = 607 - 273
    private var tap = 0
    private var unread: UInt64 = 0
    private var unreadCount = 0

    init(register bytes: Bytes) {
        for start in stride(from: 0, to: bytes.count, by: 8) {
            register.append(bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) })
        }
    }

    private mutating func next63() -> UInt64 {
        tap = tap == 0 ? 606 : tap - 1
        feed = feed == 0 ? 606 : feed - 1
        register[feed] &+= register[tap]
        return register[feed] & (1 << 63 - 1)
    }

    mutating func float() -> Double {
        while true {
            let value = Double(next63()) / 0x1p63
            if value < 1 { return value }
        }
    }

    mutating func int(below count: Int) -> Int {
        let limit = UInt64(1 << 31 - 1 - (1 << 31) % count)
        while true {
            let value = next63() >> 32
            if count & (count - 1) == 0 { return Int(value) & (count - 1) }
            if value <= limit { return Int(value) % count }
        }
    }

    /// Seven bytes of each number, lowest first; what is left serves the next call.
    mutating func bytes(_ count: Int) -> Bytes {
        (0..<count).map { _ in
            if unreadCount == 0 {
                unread = next63()
                unreadCount = 7
            }
            defer {
                unread >>= 8
                unreadCount -= 1
            }
            return UInt8(truncatingIfNeeded: unread)
        }
    }
}
