import TestSupport
import Testing
import Wire

@testable import Ledger

@Suite struct EventQueryTests {
    private let transfers = [
        Event("transfer", ["recipient": "alice", "amount": "5ucgpt"]),
        Event("transfer", ["recipient": "bob", "amount": "7ucgpt"]),
        Event("mint", ["inflation": "0.130", "amount": "12345678901234567890123"]),
        Event("cosmos.authz.v1beta1.EventGrant", ["granter": "carol"]),
        Event("vote", ["at": "2026-11-21T03:56:56Z", "day": "2026-11-21"]),
    ]
    private let facts = [
        EventAttribute("tm.event", "Tx"), EventAttribute("tx.height", "100"),
        EventAttribute("tx.hash", "AB"),
    ]

    @Test(arguments: [
        "tm.event='Tx'", "tm.event = 'Tx' AND tx.hash='AB'", "tx.height=100", "tx.height=100.0",
        "tx.height > 99 AND tx.height <= 100", "tx.height>=100", "tx.height<101",
        "transfer.recipient='alice'", "transfer.amount CONTAINS 'ucgpt'",
        "transfer.recipient EXISTS", "transfer.recipient='alice' AND transfer.amount='5ucgpt'",
        "transfer.recipient='bob' AND mint.inflation<0.14", "mint.inflation > 0.12",
        "mint.inflation = 0.13", "mint.amount > 12345678901234567890122",
        "mint.amount = 12345678901234567890123",
        "cosmos.authz.v1beta1.EventGrant.granter='carol'",
        "vote.at > TIME 2026-11-21T03:56:55Z", "vote.at >= DATE 2026-11-21",
        "vote.day = DATE 2026-11-21", "mint.inflation > -3",
    ])
    func holds(_ text: String) throws {
        #expect(try EventQuery(text).matches(facts: facts, events: transfers))
    }

    @Test(arguments: [
        "tm.event='NewBlock'", "tx.height=99", "tx.height > 100", "tx.height<99.5",
        "transfer.recipient='carol'", "transfer.recipient='ALICE'", "transfer.sender EXISTS",
        "transfer.amount=5", "transfer.amount > 1", "transfer.amount CONTAINS 'atom'",
        "mint.inflation > 0.130", "mint.amount < 12345678901234567890123",
        "vote.at < TIME 2026-11-21T03:56:56Z", "vote.day > DATE 2026-11-21",
        // The recipient and the amount belong to different transfers.
        "transfer.recipient='alice' AND transfer.amount='7ucgpt'",
        "tx.height = -100", "tx.hash='AC' AND tm.event='Tx'",
    ])
    func doesNotHold(_ text: String) throws {
        #expect(try !EventQuery(text).matches(facts: facts, events: transfers))
    }

    @Test func seesUnindexedAttributesOnlyWhenAsked() throws {
        var event = Event("a", ["b": "1"])
        event.attributes[0].index = false
        let query = try EventQuery("a.b='1'")
        #expect(query.matches(facts: [], events: [event]))
        #expect(!query.matches(facts: [], events: [event], indexedOnly: true))
    }

    @Test(arguments: [
        "", " ", "a", "a.b", "bad query", "tm.event ==", "a.b=", "a.b='x", "a.b='x' OR c.d='y'",
        "a.b='x' AND", "AND a.b='x'", "a.b > 'x'", "a.b CONTAINS 5", "a.b EXISTS EXISTS",
        "a.b = 1.2.3", "a.b = --1", "a.b = TIME yesterday", "a.b = DATE 2026-13-01",
        "'a'='b'", "(a.b='x')", "a.b='x';", "a.b=5 5",
    ])
    func refuses(_ text: String) {
        #expect(throws: EventQueryError.self) { try EventQuery(text) }
    }

    @Test func complainsInCometBFTsWords() {
        #expect(
            throws: EventQueryError(
                description: "offset 4: got tag, wanted <= operator, >= operator, < operator, "
                    + "> operator, = operator, CONTAINS operator or EXISTS operator")
        ) { try EventQuery("bad query") }
        #expect(throws: EventQueryError.self) {
            try EventQuery("a.b='" + String(repeating: "x", count: 600) + "'")
        }
    }

    @Test func survivesGarbage() {
        var generator = SeededGenerator(seed: 51)
        let words = [
            "a.b", "=", "<", ">", "'x'", "AND", "EXISTS", "CONTAINS", "5", "-", ".", "TIME", "é",
            "2026-11-21", " ", "'", "\u{0}",
        ]
        for _ in 0..<5000 {
            let count = Int.random(in: 0...8, using: &generator)
            let text = (0..<count).map { _ in words.randomElement(using: &generator) ?? "" }
                .joined(separator: Bool.random(using: &generator) ? " " : "")
            if let query = try? EventQuery(text) {
                _ = query.matches(facts: facts, events: transfers)
            }
        }
    }

    @Test func comparesDecimalsExactly() throws {
        let ascending = ["-10", "-9.99", "-0.5", "0", "0.05", "0.5", "1", "9.9", "10", "10.000001"]
        for (index, left) in ascending.enumerated() {
            for (other, right) in ascending.enumerated() {
                let (first, second) = (
                    try #require(DecimalText(left)), try #require(DecimalText(right))
                )
                #expect((first < second) == (index < other), "\(left) \(right)")
            }
        }
        #expect(DecimalText("-0") == DecimalText("0.000"))
        #expect(DecimalText("007.10") == DecimalText("7.1"))
        for wrong in ["", "-", ".", ".5", "1e3", "1-2", "+1", "1 ", "0x1"] {
            #expect(DecimalText(wrong) == nil, "\(wrong)")
        }
        #expect(DecimalText("5.")?.integer == 5)
        #expect(DecimalText("9223372036854775808")?.integer == nil)
        #expect(DecimalText("-9223372036854775808")?.integer == .min)
    }
}
