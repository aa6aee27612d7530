// All that is public about what is proved: tensors, the relations between them, tables and lookups,
// and the layout that follows. Prover and verifier make it from the same program; its digest is
// part of every statement.
//
// To the tensors of the caller are added: for limbs of each width a region, a lookup of the region
// in the table of that range, and for every lookup and table the tensors of the lookup argument.

public import Base
import Cryptography
import Fields

/// A system of relations between tensors.
public struct RelationSystem: Sendable {
    /// The logarithm of the largest vector.
    public static let maximumBits = 28

    /// The tensors: the caller's first, in the caller's order.
    public let tensors: [TensorDeclaration]
    /// How many of the tensors are the caller's.
    public let declaredCount: Int
    /// The relations of the caller.
    public let relations: [IntegerRelation]
    /// The places of all tensors.
    public let layout: VectorLayout
    /// The region that each tensor is part of.
    public let regionOf: [Int?]
    /// SHA-256 of the canonical bytes of tensors, relations, tables, lookups and row size.
    public let digest: Hash256
    /// Products in all relations: pairs of values that the first sum comes down to.
    public let productCount: Int
    /// The variables of the first sum.
    public let firstSumVariables: Int
    /// The coordinates of the point that binds free axes.
    public let freeBits: Int
    let boundLookups: [BoundLookup]
    let boundTables: [BoundTable]

    /// Checks and lays out a system with rows of 2^rowBits values.
    public init(
        tensors declared: [TensorDeclaration], relations: [IntegerRelation],
        tables: [LookupTable] = [], lookups: [Lookup] = [], rowBits: Int
    ) throws(SumcheckError) {
        guard (4...16).contains(rowBits) else { throw .wrongRowSize(bits: rowBits) }
        for (index, tensor) in declared.enumerated() {
            guard tensor.isAcceptable else { throw .wrongTensor(index: index) }
        }
        for relation in relations { try relation.check(declared) }
        for table in tables { try table.check() }
        for lookup in lookups { try lookup.check(declared, tables) }
        var assembly = SystemAssembly(tensors: declared)
        assembly.addRegions()
        assembly.addTables(tables)
        for lookup in lookups { assembly.add(lookup) }
        self.tensors = assembly.tensors
        declaredCount = declared.count
        self.relations = relations
        regionOf = assembly.regionOf
        boundLookups = assembly.lookups
        boundTables = assembly.tables
        layout = try VectorLayout(
            tensors: assembly.tensors, regionOf: assembly.regionOf, rowBits: rowBits)
        var bytes = Bytes()
        bytes.append(number: rowBits)
        bytes.append(all: declared) { $0.append($1) }
        bytes.append(all: relations) { $0.append($1) }
        bytes.append(all: tables) { $0.append($1) }
        bytes.append(all: lookups) { $0.append($1) }
        digest = SHA256.hash(bytes)
        let lookupBits = assembly.lookups.map { assembly.tensors[$0.inverse].bits }
        let tableBits = assembly.tables.map { assembly.tensors[$0.inverse].bits }
        productCount = relations.reduce(lookupBits.count) { $0 + $1.products.count }
        firstSumVariables = max(
            1, FirstSum<Fr>.variableCount(of: relations), lookupBits.max() ?? 0)
        freeBits = max(
            FirstSum<Fr>.freeBits(of: relations), lookupBits.max() ?? 0, tableBits.max() ?? 0)
    }

    /// Refuses a system whose columns do not fit a row, as proofs that hide need them to.
    package func checkHiding() throws(SumcheckError) {
        guard columnsFit else { throw .wrongRowSize(bits: layout.rowBits) }
    }

    /// Whether the columns of a proof that hides fit a row.
    private var columnsFit: Bool {
        let cells = max(
            Mask.cellCount(variables: firstSumVariables, degree: Mask.firstDegree),
            Mask.cellCount(variables: layout.bits, degree: Mask.secondDegree), productCount + 1)
        return cells <= 1 << layout.rowBits
    }

    /// Whether rows are long enough: an eighth as many rows as a row is long, or fewer. Longer ones
    /// cost the closing argument more than they save in commitments.
    var isBalanced: Bool { columnsFit && layout.rows.count <= 1 << (layout.rowBits - 3) }

    /// The lookups, with those of regions.
    public var lookups: [Lookup] { boundLookups.map(\.lookup) }
    /// The tables, with those of ranges.
    public var tables: [LookupTable] { boundTables.map(\.table) }
    /// The tensor of the inverses of each lookup.
    public var lookupInverses: [Int] { boundLookups.map(\.inverse) }
    /// The tensor of the inverses of each table.
    public var tableInverses: [Int] { boundTables.map(\.inverse) }
    /// The tensor of the multiplicities of each table.
    public var multiplicities: [Int] { boundTables.map(\.multiplicity) }

    /// All relations under the challenges of the lookup argument.
    func allRelations<F: SumcheckField>(beta: F, kappa: F) -> [Relation<F>] {
        relations.map { $0.embedded(in: F.self) } + lookupRelations(beta: beta, kappa: kappa)
    }
}

/// A system while tensors are added to it.
private struct SystemAssembly {
    var tensors: [TensorDeclaration]
    var regionOf: [Int?]
    var lookups: [BoundLookup] = []
    var tables: [BoundTable] = []

    init(tensors: [TensorDeclaration]) {
        self.tensors = tensors
        regionOf = [Int?](repeating: nil, count: tensors.count)
    }

    mutating func add(tensor: TensorDeclaration) -> Int {
        tensors.append(tensor)
        regionOf.append(nil)
        return tensors.count - 1
    }

    mutating func add(_ lookup: Lookup) {
        let inverse = add(
            tensor: TensorDeclaration(
                "inverses of \(lookup.name)", lookup.axes, .inverse, .field))
        lookups.append(BoundLookup(lookup: lookup, inverse: inverse))
    }

    mutating func add(_ table: LookupTable) -> Int {
        let multiplicity = add(
            tensor: TensorDeclaration("multiplicities of \(table.name)", [table.count], .trace))
        let inverse = add(
            tensor: TensorDeclaration(
                "inverses of \(table.name)", [table.count], .inverse, .field))
        tables.append(
            BoundTable(table: table, multiplicity: multiplicity, inverse: inverse))
        return tables.count - 1
    }

    /// Tables of the caller keep their numbers, so they come first.
    mutating func addTables(_ callers: [LookupTable]) {
        let regions = (lookups, tables)
        lookups = []
        tables = []
        for table in callers { _ = add(table) }
        for (bound, table) in zip(regions.0, regions.1) {
            var lookup = bound
            lookup.lookup.table = tables.count
            tables.append(table)
            lookups.append(lookup)
        }
    }

    /// One region, lookup and range table for each width of limbs.
    mutating func addRegions() {
        for bits in 1...8 {
            let members = tensors.indices.filter { tensors[$0].element == .limb(bits: bits) }
            if members.isEmpty { continue }
            let order = VectorLayout.memberOrder(members, tensors)
            var length = 0
            for (place, member) in order.enumerated() {
                let isLast = place == order.count - 1
                length += isLast ? tensors[member].usedCount : tensors[member].paddedCount
            }
            let region = add(
                tensor: TensorDeclaration(
                    "limbs of \(bits) bits", [length], .trace, .limb(bits: bits)))
            for member in members { regionOf[member] = region }
            let range = LookupTable("range of \(bits) bits", columns: [(0..<1 << bits).map { $0 }])
            let table = add(range)
            add(
                Lookup(
                    "range of \(bits)-bit limbs", table: table, axes: [length],
                    arguments: [Argument([Addend(1, View(region, [.same(0)]))], constant: 0)]))
        }
    }
}
