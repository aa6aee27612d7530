// Builds relation systems, operator by operator: each call adds the tensors of one integer
// function, the relations that bind them, and the step that computes them. The functions are those
// of Documentation/integer-profile.md; the table in Documentation/zkml.md, section 4, says which
// relations each has.

import Base
import Cryptography

/// A relation system while it is built.
public struct RelationBuilder: Sendable {
    /// The tensors so far.
    public internal(set) var tensors: [TensorDeclaration] = []
    /// The relations so far.
    public internal(set) var relations: [IntegerRelation] = []
    /// The tables so far.
    public internal(set) var tables: [LookupTable] = []
    /// The tables by the hash of their columns, ascending: comparing a table with all others would
    /// take the square of what they have.
    private var tableNames: [(hash: Hash256, number: Int)] = []
    /// The lookups so far.
    public internal(set) var lookups: [Lookup] = []
    /// How the trace is computed.
    public internal(set) var steps: [WitnessStep] = []

    /// Nothing yet.
    public init() {}

    /// The system of everything so far.
    public func system(rowBits: Int) throws(SumcheckError) -> RelationSystem {
        try RelationSystem(
            tensors: tensors, relations: relations, tables: tables, lookups: lookups,
            rowBits: rowBits)
    }

    /// The same with the size of rows that suits the system, from 2^8 to 2^16.
    public func system() throws(SumcheckError) -> RelationSystem {
        for rowBits in 8..<16 {
            let system = try system(rowBits: rowBits)
            if system.isBalanced { return system }
        }
        return try system(rowBits: 16)
    }

    /// Adds a tensor and returns its number.
    public mutating func tensor(
        _ name: String, _ extents: [Int], _ tensorClass: TensorClass = .trace,
        _ element: TensorElement = .integer
    ) -> Int {
        tensors.append(TensorDeclaration(name, extents, tensorClass, element))
        return tensors.count - 1
    }

    /// Adds a relation.
    public mutating func add(_ relation: IntegerRelation) { relations.append(relation) }

    /// Adds a step.
    mutating func add(_ step: WitnessStep) { steps.append(step) }

    /// Adds a table and returns its number; the same table only once.
    public mutating func table(_ table: LookupTable) -> Int {
        var bytes = Bytes()
        bytes.append(all: table.columns) { $0.append(numbers: $1.map { Int($0) }) }
        let hash = SHA256.hash(bytes)
        var (low, high) = (0, tableNames.count)
        while low < high {
            let middle = (low + high) / 2
            if tableNames[middle].hash < hash { low = middle + 1 } else { high = middle }
        }
        if low < tableNames.count, tableNames[low].hash == hash { return tableNames[low].number }
        tableNames.insert((hash, tables.count), at: low)
        tables.append(table)
        return tables.count - 1
    }

    /// Adds a lookup.
    mutating func add(_ lookup: Lookup) { lookups.append(lookup) }

    /// An input of int16, bound to its range by limbs.
    public mutating func input(
        _ name: String, _ extents: [Int], range: ClosedRange<Int64>
    ) -> Quantity {
        let quantity = Quantity(tensor(name, extents, .input), extents, range: range)
        bind(name, quantity)
        return quantity
    }

    /// Binds a quantity to its range: limbs of what it is above the least value, and below the
    /// largest where the limbs reach further.
    mutating func bind(_ name: String, _ quantity: Quantity) {
        let maps = quantity.extents.indices.map { AxisMap.same($0) }
        let low = Int128(quantity.range.lowerBound)
        let width = Int128(quantity.range.upperBound) - low
        let bits = bitCount(width)
        let argument = quantity.argument(maps)
        let above = IntegerRelation(
            "\(name) above its least", free: quantity.extents, linears: quantity.terms(1, maps),
            constants: [ConstantTerm(argument.constant - low)])
        _ = limbs("\(name) above", above, bits: bits)
        guard width + 1 != Int128(1) << Int128(bits) else { return }
        let below = IntegerRelation(
            "\(name) below its largest", free: quantity.extents,
            linears: quantity.terms(-1, maps),
            constants: [ConstantTerm(low + width - argument.constant)])
        _ = limbs("\(name) below", below, bits: bits)
    }

    /// The output of the program: a tensor of its own that equals the quantity.
    public mutating func output(_ name: String, _ quantity: Quantity) -> Int {
        let number = tensor(name, quantity.extents, .output)
        let maps = quantity.extents.indices.map { AxisMap.same($0) }
        define(
            number,
            IntegerRelation(
                name, free: quantity.extents, linears: quantity.terms(1, maps),
                constants: constants(quantity.constant)))
        return number
    }

    /// Limbs that together are the value of an expression, which the relation demands.
    mutating func limbs(_ name: String, _ expression: IntegerRelation, bits: Int) -> LimbPlanes {
        let free = Array(expression.axes.prefix(expression.freeCount))
        let planes = self.planes(name, free, bits: bits)
        var relation = expression
        relation.linears += terms(planes, -1, free.count)
        add(relation)
        add(.limbs(planes, expression))
        return planes
    }

    /// tensor = expression, which a relation demands.
    mutating func define(_ tensor: Int, _ expression: IntegerRelation) {
        var relation = expression
        let maps = (0..<expression.freeCount).map { AxisMap.same($0) }
        relation.linears.append(LinearTerm(-1, View(tensor, maps)))
        add(relation)
        add(.define(tensor: tensor, expression))
    }

    /// Tensors for limbs of numbers of `bits` bits.
    mutating func planes(_ name: String, _ extents: [Int], bits: Int) -> LimbPlanes {
        let widths = LimbPlanes.widths(bits)
        let numbers = widths.enumerated().map {
            tensor("\(name), limb \($0)", extents, .trace, .limb(bits: $1))
        }
        return LimbPlanes(tensors: numbers, widths: widths)
    }

    /// Multiples of the number of limbs, as linear terms over `axes` free axes.
    func terms(_ planes: LimbPlanes, _ factor: Int128, _ axes: Int) -> [LinearTerm<Int128>] {
        let maps = (0..<axes).map { AxisMap.same($0) }
        return zip(planes.tensors, planes.weights).map {
            LinearTerm(factor * $1, View($0, maps))
        }
    }

    /// The number of limbs as an argument.
    func argument(
        _ planes: LimbPlanes, factor: Int128 = 1, constant: Int128 = 0, _ axes: Int
    ) -> Argument<Int128> {
        let maps = (0..<axes).map { AxisMap.same($0) }
        return Argument(
            zip(planes.tensors, planes.weights).map { Addend(factor * $1, View($0, maps)) },
            constant: constant)
    }

    /// A constant term, if there is a constant.
    func constants(_ constant: Int128) -> [ConstantTerm<Int128>] {
        constant == 0 ? [] : [ConstantTerm(constant)]
    }
}

/// The bits of a number that is not negative.
func bitCount(_ value: Int128) -> Int {
    value <= 0 ? 0 : Int128.bitWidth - value.leadingZeroBitCount
}
