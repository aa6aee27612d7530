// How values of wires follow from values of wires before them. Steps are recorded while a circuit
// is built and replayed for every witness. They are advice, not proof: a prover may put any values
// into the wires, and only gates keep it from that.

public import Fields

/// How one wire, or several in a row, are filled in.
public enum WitnessRule: Sendable {
    /// By whoever asks for the witness.
    case input
    /// The sum.
    case sum(LinearCombination)
    /// The product.
    case product(LinearCombination, LinearCombination)
    /// The inverse; zero for zero.
    case inverse(LinearCombination)
    /// Bits of the canonical integer: for each wire `width` (1 to 63) bits, the lowest first.
    case digits(LinearCombination, width: Int)
    /// What a function makes of the values of `inputs`: as many values as there are wires.
    case computed(inputs: [LinearCombination], @Sendable ([Fr]) -> [Fr])
}

/// A rule and the wires it fills in.
struct WitnessStep: Sendable {
    /// The first wire.
    var first: UInt32
    /// The wires in a row.
    var count: UInt32
    /// How.
    var rule: WitnessRule

    /// Appends the values of this step's wires to `values`, which holds those of all wires before.
    func run(_ values: inout [Fr], _ inputs: inout ArraySlice<Fr>) {
        switch rule {
        case .input:
            // The circuit has counted its inputs.
            values.append(inputs.popFirst() ?? Fr.zero)
        case .sum(let sum): values.append(sum.value(values))
        case .product(let left, let right): values.append(left.value(values) * right.value(values))
        case .inverse(let sum): values.append(sum.value(values).inverted() ?? Fr.zero)
        case .digits(let sum, let width):
            let number = sum.value(values).canonical
            for place in 0..<Int(count) {
                values.append(Fr(number.bits(from: place * width, count: width)))
            }
        case .computed(let arguments, let function):
            let results = function(arguments.map { $0.value(values) })
            precondition(results.count == Int(count), "a function fills in all of its wires")
            values += results
        }
    }
}
