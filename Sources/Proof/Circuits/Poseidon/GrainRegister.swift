// Where the constants of Poseidon come from: the self-shrinking linear feedback shift register of
// Grain, 80 bits, started from the parameters of the permutation, so that nobody could choose the
// constants (Grassi, Khovratovich, Rechberger, Roy, Schofnegger: "Poseidon", USENIX Security 2021,
// appendix F).

import Fields

/// The register, giving field elements.
struct GrainRegister {
    /// Bit i of the state is bit i of these.
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// Starts the register for Poseidon with x^5 over a field of 254 bits: prime field (2 bits: 1),
    /// S-box x^5 (4 bits: 0), bits of the field, width, full rounds, partial rounds (12, 12, 10, 10
    /// bits), and 30 ones; highest bits first. The first 160 bits are thrown away.
    init(width: Int, fullRounds: Int, partialRounds: Int) {
        var place = 0
        func put(_ value: Int, _ bits: Int, into register: inout GrainRegister) {
            for bit in (0..<bits).reversed() {
                register.set(place, value >> bit & 1 == 1)
                place += 1
            }
        }
        put(1, 2, into: &self)
        put(0, 4, into: &self)
        put(254, 12, into: &self)
        put(width, 12, into: &self)
        put(fullRounds, 10, into: &self)
        put(partialRounds, 10, into: &self)
        put(1 << 30 - 1, 30, into: &self)
        for _ in 0..<160 { _ = clock() }
    }

    private mutating func set(_ place: Int, _ bit: Bool) {
        guard bit else { return }
        if place < 64 { low |= 1 << UInt64(place) } else { high |= 1 << UInt64(place - 64) }
    }

    /// The next bit of the register: s62 + s51 + s38 + s23 + s13 + s0.
    private mutating func clock() -> UInt64 {
        let bit = (low >> 62 ^ low >> 51 ^ low >> 38 ^ low >> 23 ^ low >> 13 ^ low) & 1
        low = low >> 1 | high << 63
        high = high >> 1 | bit << 15
        return bit
    }

    /// The next bit that is used: of pairs that start with 1, the second.
    private mutating func bit() -> UInt64 {
        while true {
            let isUsed = clock() == 1
            let bit = clock()
            if isUsed { return bit }
        }
    }

    /// The next 254 bits as a number, the highest first.
    private mutating func number() -> UInt256 {
        var limbs: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for _ in 0..<254 {
            limbs.3 = limbs.3 << 1 | limbs.2 >> 63
            limbs.2 = limbs.2 << 1 | limbs.1 >> 63
            limbs.1 = limbs.1 << 1 | limbs.0 >> 63
            limbs.0 = limbs.0 << 1 | bit()
        }
        return UInt256(limbs.0, limbs.1, limbs.2, limbs.3)
    }

    /// The next field element: numbers from r on are thrown away.
    mutating func element() -> Fr {
        while true {
            if let element = Fr(canonical: number()) { return element }
        }
    }

    /// The next number modulo r.
    mutating func reducedElement() -> Fr { Fr(reducing: number()) }
}
