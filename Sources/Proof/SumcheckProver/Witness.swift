// The values of a system's tensors, laid out as in the vector: each axis but the slowest padded to
// a power of two, limbs of one width in the memory of their region. Bytes stay bytes: a model's
// weights are not copied into field elements.

import Fields
public import Sumcheck

/// The values of one item of the layout, from its address on.
public enum ItemValues<F: ProverField>: Sendable {
    /// Integers of 8 bits without sign.
    case bytes([UInt8])
    /// Integers of 8 bits with sign, in two's complement.
    case signedBytes([UInt8])
    /// Integers.
    case integers([Int64])
    /// Field elements.
    case elements([F])

    /// How many there are.
    var count: Int {
        switch self {
        case .bytes(let values), .signedBytes(let values): values.count
        case .integers(let values): values.count
        case .elements(let values): values.count
        }
    }

    /// The value at a place, as a field element.
    func element(_ place: Int) -> F {
        switch self {
        case .bytes(let values): F(Int128(values[place]))
        case .signedBytes(let values): F(Int128(Int8(bitPattern: values[place])))
        case .integers(let values): F(Int128(values[place]))
        case .elements(let values): values[place]
        }
    }
}

/// The values of all tensors of a system.
public struct Witness<F: ProverField>: Sendable {
    /// The system.
    public let system: RelationSystem
    /// The values of each item of the layout.
    public internal(set) var items: [ItemValues<F>]
    /// For each region of limbs, the tensor of its inverses and the inverse of each byte, once the
    /// challenges of the lookup argument are drawn.
    var regionInverses: [(region: Int, inverse: Int, table: [F])] = []
    /// For each tensor its item, and its first place there.
    let homes: [(item: Int, offset: Int)]

    /// A witness of zeros.
    @specialized(where F == Fr)
    public init(_ system: RelationSystem) {
        self.system = system
        items = system.layout.items.map { item in
            switch system.tensors[item.tensor].element {
            case .limb: .bytes([UInt8](repeating: 0, count: item.usedCount))
            case .signedByte: .signedBytes([UInt8](repeating: 0, count: item.usedCount))
            case .integer: .integers([Int64](repeating: 0, count: item.usedCount))
            case .field: .elements([F](repeating: F.zero, count: item.usedCount))
            }
        }
        var itemOf = [Int](repeating: 0, count: system.tensors.count)
        for (number, item) in system.layout.items.enumerated() { itemOf[item.tensor] = number }
        homes = system.tensors.indices.map { tensor in
            let owner = system.regionOf[tensor] ?? tensor
            let offset = system.layout.addresses[tensor] - system.layout.addresses[owner]
            return (itemOf[owner], offset)
        }
    }

    /// Sets the values of a tensor, in row-major order without padding. Limbs must be in their
    /// range, signed bytes in theirs.
    @specialized(where F == Fr)
    public mutating func set(_ tensor: Int, to values: [Int64]) {
        let declaration = system.tensors[tensor]
        precondition(values.count == declaration.count, "a tensor has a value for each element")
        let (item, offset) = homes[tensor]
        switch items[item] {
        case .bytes(var bytes):
            items[item] = .bytes([])
            declaration.forEachPlace { bytes[offset + $1] = UInt8(values[$0]) }
            items[item] = .bytes(bytes)
        case .signedBytes(var bytes):
            items[item] = .signedBytes([])
            declaration.forEachPlace {
                bytes[offset + $1] = UInt8(bitPattern: Int8(values[$0]))
            }
            items[item] = .signedBytes(bytes)
        case .integers(var integers):
            items[item] = .integers([])
            declaration.forEachPlace { integers[offset + $1] = values[$0] }
            items[item] = .integers(integers)
        case .elements(var elements):
            items[item] = .elements([])
            declaration.forEachPlace { elements[offset + $1] = F(Int128(values[$0])) }
            items[item] = .elements(elements)
        }
    }

    /// The values of a tensor of integers, in row-major order without padding.
    @specialized(where F == Fr)
    public func integers(_ tensor: Int) -> [Int64] {
        let declaration = system.tensors[tensor]
        let (item, offset) = homes[tensor]
        var values: [Int64] = []
        values.reserveCapacity(declaration.count)
        declaration.forEachPlace { _, place in
            switch items[item] {
            case .bytes(let bytes): values.append(Int64(bytes[offset + place]))
            case .signedBytes(let bytes):
                values.append(Int64(Int8(bitPattern: bytes[offset + place])))
            case .integers(let integers): values.append(integers[offset + place])
            case .elements: preconditionFailure("field elements are no integers")
            }
        }
        return values
    }

    /// The value of a tensor at a padded index.
    func element(_ tensor: Int, _ place: Int) -> F {
        let (item, offset) = homes[tensor]
        return items[item].element(offset + place)
    }

    /// The integer of a tensor at a padded index.
    func integer(_ tensor: Int, _ place: Int) -> Int64 {
        let (item, offset) = homes[tensor]
        switch items[item] {
        case .bytes(let bytes): return Int64(bytes[offset + place])
        case .signedBytes(let bytes): return Int64(Int8(bitPattern: bytes[offset + place]))
        case .integers(let integers): return integers[offset + place]
        case .elements: preconditionFailure("field elements are no integers")
        }
    }
}
