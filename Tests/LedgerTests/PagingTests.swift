import Base
import Ledger
import TestSupport
import Testing
import Wire

@Suite struct PagingTests {
    private let map = StateMap<StoredNumber>("numbers", prefix: 1)

    /// A context whose list `7` holds the numbers below `count`, beside two other lists.
    private func context(_ count: UInt64) throws -> Context {
        var context = Context(
            state: State(over: SortedStore()), gasLimit: nil,
            block: BlockInfo(chainID: "aivm-1", height: 1, time: Timestamp()), mode: .simulate)
        for list in [6, 7, 8] as [UInt8] {
            for number in 0..<(list == 7 ? count : 3) {
                try map.set([list] + number.keyBytes, StoredNumber(number), &context)
            }
        }
        return context
    }

    /// All pages of list 7, joined by their keys, and the total that the first page names.
    private func pages(
        _ context: inout Context, limit: UInt64, reverse: Bool, countsTotal: Bool = false,
        every: UInt64
    ) throws -> (numbers: [UInt64], total: UInt64) {
        var request = PageRequest()
        request.limit = limit
        request.reverse = reverse
        request.countsTotal = countsTotal
        var numbers: [UInt64] = []
        var total: UInt64?
        while true {
            let page =
                every == 1
                ? try map.page(keyPrefix: [7], request, &context)
                : try map.page(keyPrefix: [7], request, &context) { (value, _) in
                    value.value % every == 0
                }
            #expect(page.entries.count <= Int(limit))
            numbers += page.entries.map(\.value.value)
            total = total ?? page.response.total
            request.key = page.response.nextKey
            if request.key.isEmpty { return (numbers, total ?? 0) }
        }
    }

    @Test func pagesJoinedByKeyAreTheWholeList() throws {
        for count in [0, 1, 7, 499, 500, 501, 1203] as [UInt64] {
            var context = try context(count)
            for (limit, every) in [(1, 401), (3, 100), (100, 1), (250, 2), (1000, 1)]
                as [(UInt64, UInt64)]
            {
                let wanted = (0..<count).filter { $0 % every == 0 }
                for reverse in [false, true] {
                    for counts in [false, true] {
                        let got = try pages(
                            &context, limit: limit, reverse: reverse, countsTotal: counts,
                            every: every)
                        #expect(
                            got.numbers == (reverse ? wanted.reversed() : wanted),
                            "\(count) \(limit) \(every) \(reverse)")
                        #expect(got.total == (counts ? UInt64(wanted.count) : 0))
                    }
                }
            }
        }
    }

    @Test func offsetsSkipWhatIsAccepted() throws {
        var context = try context(1203)
        for reverse in [false, true] {
            var request = PageRequest()
            request.offset = 300
            request.limit = 2
            request.reverse = reverse
            let plain = try map.page(keyPrefix: [7], request, &context)
            #expect(plain.entries.map(\.value.value) == (reverse ? [902, 901] : [300, 301]))
            let even = try map.page(keyPrefix: [7], request, &context) { (value, _) in
                value.value % 2 == 0
            }
            #expect(even.entries.map(\.value.value) == (reverse ? [602, 600] : [600, 602]))
            #expect(!even.response.nextKey.isEmpty)
        }
    }

    @Test func requestsThatContradictThemselvesAreRefused() throws {
        var context = try context(5)
        func refused(_ change: (inout PageRequest) -> Void) {
            var request = PageRequest()
            change(&request)
            #expect(throws: Failure.self) {
                try map.page(keyPrefix: [7], request, &context)
            }
            #expect(throws: Failure.self) {
                try map.page(keyPrefix: [7], request, &context) { (_, _) in true }
            }
        }
        refused {
            $0.offset = 1
            $0.key = [7, 0]
        }
        refused { $0.limit = 1001 }
        refused { $0.limit = .max }
        refused { $0.offset = .max }
        refused { $0.key = [8] }
    }
}
