// Where tensors lie in the one vector of a proof. Every tensor is padded to a power of two along
// each axis and starts at a multiple of its size, so that the bits of a place are the bits of an
// index of the tensor below the bits of its address.
//
// Limbs of one width, of all tensors, stand side by side in one region, so that one lookup serves
// them all; gaps hold zeros, which every range contains. Tensors smaller than a row share rows with
// others of their class. Rows that no tensor uses are no part of a proof.

/// A row of the vector.
public struct VectorRow: Equatable, Sendable {
    /// The number of the row: its places are number · R ..< (number + 1) · R.
    public var number: Int
    /// Who commits to it.
    public var tensorClass: TensorClass
}

/// A tensor or a region with places of its own.
public struct VectorItem: Equatable, Sendable {
    /// The tensor's number.
    public var tensor: Int
    /// Its first place.
    public var address: Int
    /// The logarithm of its padded size.
    public var bits: Int
    /// One more than its last used place, from `address` on.
    public var usedCount: Int
}

/// The places of all tensors.
public struct VectorLayout: Equatable, Sendable {
    /// The logarithm of the size of a row.
    public var rowBits: Int
    /// The logarithm of the size of the vector.
    public var bits: Int
    /// The address of each tensor.
    public var addresses: [Int]
    /// Tensors and regions with places of their own, without overlaps.
    public var items: [VectorItem]
    /// The rows in use, by class and then by number.
    public var rows: [VectorRow]

    /// The rows of one class, as a range of `rows`.
    public func rowRange(of tensorClass: TensorClass) -> Range<Int> {
        let start = rows.firstIndex { $0.tensorClass.rawValue >= tensorClass.rawValue }
        let end = rows.firstIndex { $0.tensorClass.rawValue > tensorClass.rawValue }
        return (start ?? rows.count)..<(end ?? rows.count)
    }

    /// Lays out `tensors`, where `regionOf[i]` is the region that tensor i is part of, or `nil`,
    /// and regions come with the total length of their tensors as their one extent.
    init(
        tensors: [TensorDeclaration], regionOf: [Int?], rowBits: Int
    ) throws(SumcheckError) {
        self.rowBits = rowBits
        bits = rowBits
        addresses = [Int](repeating: 0, count: tensors.count)
        items = []
        rows = []
        let rowSize = 1 << rowBits
        // Before anything is written down: what a system says may be far too large.
        let total = tensors.indices.reduce(0) {
            regionOf[$1] == nil ? $0 + max(tensors[$1].paddedCount, rowSize / 2) : $0
        }
        guard total <= 2 << RelationSystem.maximumBits else {
            throw .tooLarge(bits: bitWidth(of: total))
        }
        let own = tensors.indices.filter { regionOf[$0] == nil }
        func order(_ a: Int, _ b: Int) -> Bool {
            let (x, y) = (tensors[a], tensors[b])
            if x.bits != y.bits { return x.bits > y.bits }
            if x.tensorClass != y.tensorClass {
                return x.tensorClass.rawValue < y.tensorClass.rawValue
            }
            return a < b
        }
        var cursor = 0
        for tensor in own.filter({ tensors[$0].bits >= rowBits }).sorted(by: order) {
            let declaration = tensors[tensor]
            place(tensor, declaration, at: cursor)
            let used = (declaration.usedCount + rowSize - 1) / rowSize
            for row in 0..<used {
                rows.append(
                    VectorRow(
                        number: cursor / rowSize + row, tensorClass: declaration.tensorClass))
            }
            cursor += declaration.paddedCount
        }
        for tensorClass in TensorClass.allCases {
            let small = own.filter {
                tensors[$0].tensorClass == tensorClass && tensors[$0].bits < rowBits
            }.sorted(by: order)
            let start = cursor
            for tensor in small {
                place(tensor, tensors[tensor], at: cursor)
                cursor += tensors[tensor].paddedCount
            }
            cursor = (cursor + rowSize - 1) / rowSize * rowSize
            for row in start / rowSize..<cursor / rowSize {
                rows.append(VectorRow(number: row, tensorClass: tensorClass))
            }
        }
        rows.sort {
            ($0.tensorClass.rawValue, $0.number) < ($1.tensorClass.rawValue, $1.number)
        }
        bits = max(rowBits, bitWidth(of: cursor))
        guard bits <= RelationSystem.maximumBits else { throw .tooLarge(bits: bits) }
        placeMembers(tensors: tensors, regionOf: regionOf)
    }

    private mutating func place(_ tensor: Int, _ declaration: TensorDeclaration, at address: Int) {
        addresses[tensor] = address
        items.append(
            VectorItem(
                tensor: tensor, address: address, bits: declaration.bits,
                usedCount: declaration.usedCount))
    }

    /// The order of tensors within a region: by size, so that each starts at a multiple of its own.
    static func memberOrder(_ members: [Int], _ tensors: [TensorDeclaration]) -> [Int] {
        members.sorted {
            (-tensors[$0].bits, $0) < (-tensors[$1].bits, $1)
        }
    }

    private mutating func placeMembers(tensors: [TensorDeclaration], regionOf: [Int?]) {
        var membersOf: [[Int]] = []
        var regions: [Int] = []
        for (member, region) in regionOf.enumerated() {
            guard let region else { continue }
            // There are eight regions at most.
            if let known = regions.firstIndex(of: region) {
                membersOf[known].append(member)
            } else {
                regions.append(region)
                membersOf.append([member])
            }
        }
        for (region, members) in zip(regions, membersOf) {
            var address = addresses[region]
            for member in VectorLayout.memberOrder(members, tensors) {
                addresses[member] = address
                address += tensors[member].paddedCount
            }
        }
    }
}
