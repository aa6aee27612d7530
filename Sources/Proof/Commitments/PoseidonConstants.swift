// The constants of Poseidon over Fr as Circom has them, made as the paper's authors make them (Grassi,
// Khovratovich, Rechberger, Roy, Schofnegger, USENIX Security 2021, appendix E): from the bits of a
// linear feedback shift register of 80 bits that starts from the parameters.
//
//     bits   0..1   01: a prime field          bits  6..17  254, bits of the prime
//     bits   2..5   0000: the power as S-box    bits 18..29  t, the width
//     bits  30..39  R_F, full rounds            bits 40..49  R_P, partial rounds
//     bits  50..79  ones
//
// b(i + 80) = b(i + 62) + b(i + 51) + b(i + 38) + b(i + 23) + b(i + 13) + b(i). The first 160 bits are
// thrown away; then bits come in pairs, and the second of a pair counts when the first is one.

import Fields

/// The stream of bits that the constants are made from.
struct GrainBits {
    private var state: UInt128

    init(width: Int, fullRounds: Int, partialRounds: Int) {
        state = 0
        var position = 0
        func bits(_ value: Int, _ count: Int) -> [Bool] {
            (0..<count).map { value >> (count - 1 - $0) & 1 == 1 }
        }
        let start =
            bits(1, 2) + bits(0, 4) + bits(254, 12) + bits(width, 12) + bits(fullRounds, 10)
            + bits(partialRounds, 10) + [Bool](repeating: true, count: 30)
        for bit in start {
            // Bit i of the register is bit i of the state.
            if bit { state |= 1 << UInt128(position) }
            position += 1
        }
        for _ in 0..<160 { _ = step() }
    }

    /// The register's next bit.
    private mutating func step() -> Bool {
        func bit(_ index: UInt128) -> UInt128 { state >> index & 1 }
        let new = bit(62) ^ bit(51) ^ bit(38) ^ bit(23) ^ bit(13) ^ bit(0)
        state = state >> 1 | new << 79
        return new == 1
    }

    private mutating func next() -> UInt64 {
        while !step() { _ = step() }
        return step() ? 1 : 0
    }

    /// 254 bits, most significant first.
    mutating func number() -> UInt256 {
        var number = UInt256(0)
        for _ in 0..<254 {
            number.l3 = number.l3 << 1 | number.l2 >> 63
            number.l2 = number.l2 << 1 | number.l1 >> 63
            number.l1 = number.l1 << 1 | number.l0 >> 63
            number.l0 = number.l0 << 1 | next()
        }
        return number
    }
}

/// What Poseidon of one width adds and mixes with.
struct PoseidonConstants: Equatable {
    /// What is added to the state, round after round.
    let added: [Fr]
    /// The matrix that mixes the state, row after row.
    let matrix: [Fr]

    init(width: Int, fullRounds: Int, partialRounds: Int) {
        var bits = GrainBits(width: width, fullRounds: fullRounds, partialRounds: partialRounds)
        var added: [Fr] = []
        while added.count < width * (fullRounds + partialRounds) {
            // Numbers that are not below the prime are passed over.
            if let value = Fr(canonical: bits.number()) { added.append(value) }
        }
        self.added = added
        // A Cauchy matrix, 1/(x_i + y_j), of numbers modulo the prime; they are drawn again should two
        // of them be equal.
        while true {
            let numbers = (0..<2 * width).map { _ in Fr(reducing: bits.number()) }
            let isDistinct = numbers.indices.allSatisfy { index in
                !numbers[..<index].contains(numbers[index])
            }
            guard isDistinct else { continue }
            var entries: [Fr] = []
            for x in numbers[..<width] {
                for y in numbers[width...] { entries.append(x + y) }
            }
            if entries.contains(Fr.zero) { continue }
            Fr.invertAll(&entries)
            matrix = entries
            return
        }
    }
}
