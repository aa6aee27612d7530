import Base
import Fields
import Sumcheck
import Testing

@Suite struct SystemTests {
    private let tensors = [
        TensorDeclaration("w", [3, 5], .weights, .signedByte),
        TensorDeclaration("x", [5], .input),
        TensorDeclaration("y", [3], .output),
        TensorDeclaration("limbs", [5], .trace, .limb(bits: 8)),
        TensorDeclaration("more limbs", [300], .trace, .limb(bits: 8)),
        TensorDeclaration("bits", [2, 2], .trace, .limb(bits: 1)),
    ]

    private func relation(_ maps: [AxisMap], free: [Int] = [3, 5]) -> IntegerRelation {
        IntegerRelation("r", free: free, linears: [LinearTerm(1, View(0, maps))])
    }

    @Test func placesDoNotOverlapAndRowsHaveOneClass() throws {
        let system = try RelationSystem(tensors: tensors, relations: [], rowBits: 6)
        var owner: [Int: Int] = [:]
        for item in system.layout.items {
            #expect(item.address % (1 << item.bits) == 0)
            for place in item.address..<item.address + 1 << item.bits {
                #expect(owner.updateValue(item.tensor, forKey: place) == nil)
                let row = system.layout.rows.first { $0.number == place >> 6 }
                if place < item.address + item.usedCount {
                    #expect(row?.tensorClass == system.tensors[item.tensor].tensorClass)
                }
            }
        }
        // Limbs of one width share a region, the largest tensor first.
        let region = try #require(system.regionOf[3])
        #expect(system.regionOf[4] == region)
        #expect(system.layout.addresses[4] == system.layout.addresses[region])
        #expect(system.layout.addresses[3] == system.layout.addresses[region] + 512)
        #expect(system.regionOf[5] != region)
    }

    @Test func acceptsViewsThatFit() throws {
        for maps: [AxisMap] in [
            [.same(0), .same(1)], [.constant(2), .same(0)], [.same(1), .shift(0, by: -2)],
            [.constant(0), .constant(99)],
        ] {
            _ = try RelationSystem(tensors: tensors, relations: [relation(maps)], rowBits: 6)
        }
    }

    @Test func refusesViewsThatDoNot() {
        let wrong: [[AxisMap]] = [
            [.same(0)], [.same(0), .same(0)], [.same(0), .same(7)],
            [.same(0), AxisMap(terms: [.init(axis: 1, stride: 0)])],
            [.same(0), AxisMap(offset: .min, terms: [])],
        ]
        for maps in wrong {
            #expect(throws: SumcheckError.wrongView(relation: "r")) {
                try RelationSystem(tensors: tensors, relations: [relation(maps)], rowBits: 6)
            }
        }
    }

    @Test func refusesWrongTensorsTablesAndRows() {
        func refuses(_ error: SumcheckError, _ body: () throws -> RelationSystem) {
            #expect(throws: error) { _ = try body() }
        }
        for extents in [[], [0], [1 << 29], [1 << 20, 1 << 20]] {
            refuses(.wrongTensor(index: 0)) {
                try RelationSystem(
                    tensors: [TensorDeclaration("t", extents, .trace)], relations: [], rowBits: 6)
            }
        }
        refuses(.wrongTensor(index: 0)) {
            try RelationSystem(
                tensors: [TensorDeclaration("t", [4], .input, .limb(bits: 8))], relations: [],
                rowBits: 6)
        }
        refuses(.wrongRowSize(bits: 3)) {
            try RelationSystem(tensors: tensors, relations: [], rowBits: 3)
        }
        refuses(.wrongRelation("table t has no rows, or columns of several lengths")) {
            try RelationSystem(
                tensors: tensors, relations: [],
                tables: [LookupTable("t", columns: [[1, 2], [1]])], rowBits: 6)
        }
        refuses(.wrongRelation("r sums over an axis that is free, absent or named twice")) {
            try RelationSystem(
                tensors: tensors,
                relations: [
                    IntegerRelation(
                        "r", free: [3], linears: [LinearTerm(1, View(2, [.same(0)]), summed: [0])])
                ], rowBits: 6)
        }
    }

    @Test func digestsTellSystemsApart() throws {
        func digest(_ change: (inout [TensorDeclaration], inout IntegerRelation) -> Void) throws
            -> Hash256
        {
            var tensors = tensors
            var relation = relation([.same(0), .same(1)])
            change(&tensors, &relation)
            return try RelationSystem(tensors: tensors, relations: [relation], rowBits: 6).digest
        }
        let digests = [
            try digest { _, _ in }, try digest { tensors, _ in tensors[0].name = "v" },
            try digest { tensors, _ in tensors[0].element = .integer },
            try digest { _, relation in relation.linears[0].coefficient = 2 },
            try digest { _, relation in relation.linears[0].view.maps[1].offset = 1 },
            try digest { _, relation in relation.constants = [ConstantTerm(1)] },
        ]
        for (index, digest) in digests.enumerated() {
            #expect(!digests.dropFirst(index + 1).contains(digest))
        }
        #expect(try digest { _, _ in } == digests[0])
    }
}
