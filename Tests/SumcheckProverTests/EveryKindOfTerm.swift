// A system that nobody needs, with each kind of term, factor, map and lookup that there is, on axes
// of every role. It has no witness; verifiers can be compared on it all the same.

import Sumcheck

enum EveryKindOfTerm {
    /// Free axes o, p, u and v, and k and j to sum over.
    private static let (o, p, u, v, k, j) = (0, 1, 2, 3, 4, 5)

    static func system(rowBits: Int) throws -> RelationSystem {
        let tensors = [
            TensorDeclaration("W", [3, 4], .weights, .signedByte),
            TensorDeclaration("b", [3], .weights),
            TensorDeclaration("x", [4, 2], .input),
            TensorDeclaration("y", [3, 2], .output),
            TensorDeclaration("limbs", [5], .trace, .limb(bits: 3)),
            TensorDeclaration("more limbs", [2, 3], .trace, .limb(bits: 3)),
            TensorDeclaration("elements", [11], .trace, .field),
            TensorDeclaration("large", [200], .trace),
        ]
        let relation = IntegerRelation(
            "everything", free: [3, 2, 5, 3], summed: [4, 2], products: products,
            linears: linears, constants: constants)
        let table = LookupTable("pairs", columns: [[0, 3, -6, 9, 12], [7, .max, 5, .min, 3]])
        let lookup = Lookup(
            "pairs", table: 0, axes: [2, 3],
            arguments: [
                Argument([Addend(-2, View(5, [.same(0), .same(1)]))], constant: 1),
                Argument(
                    [
                        Addend(4, View(6, [.flat([0, 1], extents: [2, 3])])),
                        Addend(1, View(1, [.shift(1, by: -1)])),
                    ], constant: -(1 << 90)),
            ])
        return try RelationSystem(
            tensors: tensors, relations: [relation], tables: [table], lookups: [lookup],
            rowBits: rowBits)
    }

    private static func scale(_ axis: Int, _ values: Int128...) -> Scale<Int128> {
        Scale(axis: axis, values: values)
    }

    private static var products: [ProductTerm<Int128>] {
        [
            // Factors on an axis of the left, of the right, of neither, and one that is summed.
            ProductTerm(
                7, Argument([Addend(1, View(0, [.same(o), .same(k)]))], constant: 2),
                Argument([Addend(-3, View(2, [.same(k), .same(p)]))], constant: 5), summed: [k],
                scales: [
                    scale(o, 2, -3, 5), scale(p, 4, 1 << 100), scale(u, 1, 2, 0, -4, 9),
                    scale(k, -1, 6, 3, 8),
                ]),
            // Factors on a shared axis; one that is summed and seen by neither.
            ProductTerm(
                -1,
                Argument(
                    [
                        Addend(1, View(0, [.same(o), .shift(k, by: -1)])),
                        Addend(6, View(1, [.same(o)])),
                    ], constant: 1),
                Argument(
                    [
                        Addend(1, View(3, [.same(o), .same(p)])),
                        Addend(
                            -5,
                            View(
                                6,
                                [
                                    .window(
                                        place: u, stride: 2, kernel: v, dilation: 3, padding: 2)
                                ])),
                    ], constant: -8), summed: [j, k], scales: [scale(o, 3, 1, 2), scale(j, 5, -7)]),
            // No axis at all is seen by both, or by any.
            ProductTerm(
                2, Argument([Addend(1, View(7, [.constant(150)]))], constant: 0),
                Argument([], constant: 3)),
        ]
    }

    private static var linears: [LinearTerm<Int128>] {
        [
            LinearTerm(
                11, View(3, [.same(o), .constant(1)]), summed: [j],
                scales: [scale(u, 5, 4, 3, 2, 1), scale(j, 2, 9)]),
            LinearTerm(
                -13, View(2, [.same(k), .same(p)]), summed: [k, j], scales: [scale(p, 1, -1)],
                matrix: PublicMatrix(
                    row: u, column: k,
                    entries: [
                        .init(row: 0, column: 3, value: 4), .init(row: 4, column: 1, value: -2),
                        .init(row: 0, column: 3, value: 1 << 80),
                    ])),
            LinearTerm(
                1,
                View(
                    7,
                    [
                        AxisMap(
                            offset: 190,
                            terms: [.init(axis: u, stride: -60), .init(axis: k, stride: 7)])
                    ]), summed: [k]),
            LinearTerm(1, View(4, [.same(u)])),
        ]
    }

    private static var constants: [ConstantTerm<Int128>] {
        [
            ConstantTerm(-(1 << 120), scales: [scale(p, 6, 7), scale(v, 1, 0, 1)]),
            ConstantTerm(
                9, scales: [scale(u, 1, 2, 3, 4, 5)],
                inside: Inside(
                    extents: [4, 2],
                    maps: [
                        AxisMap(offset: 5, terms: [.init(axis: u, stride: -2)]),
                        .shift(o, by: -1),
                    ])),
        ]
    }
}
