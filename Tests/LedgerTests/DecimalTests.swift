import Ledger
import TestSupport
import Testing
import Wire

@Suite struct DecimalTests {
    private func decimal(_ text: String) throws -> Decimal { try #require(Decimal(text)) }

    @Test func textHasEighteenPlacesAndComesBack() throws {
        for text in ["0.000000000000000000", "0.050000000000000000", "12345678901234567890.1"] {
            let value = try decimal(text)
            #expect(Decimal(value.description) == value)
            #expect(Decimal(wireText: value.wireText) == value)
        }
        #expect(Decimal(percent: 5).wireText == "50000000000000000")
        #expect(Decimal(percent: 5).description == "0.050000000000000000")
        #expect(Decimal(permille: 334).description == "0.334000000000000000")
        #expect(Decimal(7).wireText == "7000000000000000000")
    }

    @Test func textThatIsNoDecimalIsRefused() {
        let texts = ["", ".", "1.", ".5", "-1", "+1", "1e3", "1.0000000000000000000", "1.2.3", "x"]
        for text in texts { #expect(Decimal(text) == nil, "\(text)") }
        #expect(Decimal(String(repeating: "9", count: 90)) == nil)
        #expect(Decimal(wireText: "1.5") == nil)
    }

    @Test func productsAndQuotientsRoundAsAsked() throws {
        let third = try Decimal.one.divided(by: Decimal(3), rounding: .down)
        #expect(third.description == "0.333333333333333333")
        let up = try Decimal.one.divided(by: Decimal(3), rounding: .up)
        #expect(up.description == "0.333333333333333334")
        let nearest = try Decimal(2).divided(by: Decimal(3), rounding: .nearest)
        #expect(nearest.description == "0.666666666666666667")
        // A tie goes to the even neighbour.
        let half = try decimal("0.5")
        let least = try decimal("0.000000000000000001")
        let triple = try decimal("0.000000000000000003")
        #expect(try least.multiplied(by: half, rounding: .nearest) == .zero)
        #expect(
            try triple.multiplied(by: half, rounding: .nearest)
                == decimal("0.000000000000000002"))
        #expect(try decimal("2.5").rounded() == Amount(2))
        #expect(try decimal("3.5").rounded() == Amount(4))
        #expect(try decimal("3.999").truncated() == Amount(3))
    }

    @Test func divisionUndoesMultiplicationAcrossAllSizes() throws {
        var random = SeededGenerator(seed: 41)
        for _ in 0..<400 {
            // Divisors on both sides of 2^128, where the algorithm changes.
            let left = Amount(UInt128(random.next()) << UInt128(random.next() % 64))
            let right = Amount(UInt128(random.next() | 1) << UInt128(random.next() % 64))
            guard
                let product = try? Decimal(left).multiplied(by: Decimal(right), rounding: .down)
            else { continue }
            #expect(try product.divided(by: Decimal(right), rounding: .down) == Decimal(left))
            let fraction = try Decimal(left).divided(by: Decimal(right), rounding: .down)
            let back = try fraction.multiplied(by: Decimal(right), rounding: .up)
            #expect(back <= Decimal(left))
            let rest = try #require(Decimal(left).subtracting(back))
            #expect(
                try rest
                    <= Decimal(right).multiplied(by: decimal("0.000000000000000001"), rounding: .up)
            )
        }
    }

    @Test func overflowAndDivisionByZeroAreRefused() throws {
        let large = Decimal(Amount(.max))
        #expect(throws: Failure.self) { try large.multiplied(by: large, rounding: .down) }
        #expect(throws: Failure.self) { try large.divided(by: .zero, rounding: .down) }
        #expect(throws: Failure.self) {
            try large.multiplied(by: Decimal(2), rounding: .down).truncated()
        }
        #expect(Decimal.zero.subtracting(.one) == nil)
    }

    @Test func decimalCoinsKeepOrderAndDropZeros() throws {
        let coins = try [DecimalCoin]([Coin(Amount(10), "uatom"), Coin(Amount(5), "ucgpt")])
        let third = try coins.divided(by: Decimal(3))
        let sum = try third.adding(third).adding(third)
        let rest = try #require(try coins.subtracting(sum))
        #expect(rest.amount(of: "uatom") == (try decimal("0.000000000000000001")))
        #expect(try coins.subtracting(sum.adding(coins)) == nil)
        let (whole, change) = try third.truncated()
        #expect(whole == [Coin(Amount(3), "uatom"), Coin(Amount(1), "ucgpt")])
        #expect(try [DecimalCoin](whole).adding(change) == third)
        #expect(try coins.subtracting(coins) == [])
        #expect(coins.intersection(third) == third)
    }
}
