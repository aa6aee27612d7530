// Einsum: equations, the identities that its rule promises with MatMul and ReduceSum, and equations
// that an enemy would write.
import Base
import TestSupport
import Testing

@testable import Tensors

@Suite struct EinsumTests {
    private func sample(_ shape: Shape, seed: UInt64) -> Tensor {
        var generator = SeededGenerator(seed: seed)
        return Tensor(KernelTests.floats(shape.elementCount, &generator), shape: shape)
    }

    private func einsum(_ equation: String, _ inputs: Tensor...) throws -> Tensor {
        try run("Einsum", inputs, [("equation", .string(equation))])[0]
    }

    @Test func pairsHaveTheBitsOfMatMul() throws {
        let a = sample([2, 5, 600], seed: 1)
        let b = sample([2, 600, 7], seed: 2)
        let product = try run("MatMul", [a, b])[0]
        #expect(try einsum("bij,bjk->bik", a, b) == product)
        #expect(try einsum("...ij,...jk", a, b) == product)
        #expect(try einsum("xyz, xzw -> xyw", a, b) == product)
        let turned = try run("Transpose", [b], [("perm", .ints([0, 2, 1]))])[0]
        #expect(try einsum("bij,bkj->bik", a, turned) == product)
        let order = try run("Transpose", [product], [("perm", .ints([2, 0, 1]))])[0]
        #expect(try einsum("bij,bjk->kbi", a, b) == order)
    }

    @Test func singleOperandsHaveTheBitsOfReduceSum() throws {
        let x = sample([3, 37, 5], seed: 3)
        let axes = Tensor([Int64(1)], shape: [1])
        let sums = try run("ReduceSum", [x, axes], [("keepdims", .int(0))])[0]
        #expect(try einsum("abc->ac", x) == sums)
        #expect(try einsum("...bc->...c", x) == sums)
        let all = try run("ReduceSum", [x], [("keepdims", .int(0))])[0]
        #expect(try einsum("abc->", x) == all)
        #expect(try einsum("...->...", x) == x)
        let negative = Tensor([Float(-0.0)], shape: [1])
        #expect(try einsum("i->i", negative) == negative)
    }

    @Test func labelsOfOneOperandAreSummedFirst() throws {
        let a = sample([4, 40], seed: 4)
        let b = sample([40, 3], seed: 5)
        let left = try einsum("ab->", a)
        let right = try einsum("cd->", b)
        #expect(try einsum("ab,cd->", a, b) == run("Mul", [left, right])[0])
    }

    @Test func manyOperandsAreJoinedFromTheLeft() throws {
        let a = sample([3, 20], seed: 6)
        let b = sample([20, 30], seed: 7)
        let c = sample([30, 2], seed: 8)
        let expected = try run("MatMul", [run("MatMul", [a, b])[0], c])[0]
        #expect(try einsum("ij,jk,kl->il", a, b, c) == expected)
    }

    @Test func diagonalsAndClassicalForm() throws {
        let x = Tensor((0..<9).map { Int32($0) }, shape: [3, 3])
        #expect(try einsum("ii->i", x).int32s == [0, 4, 8])
        #expect(try einsum("ii", x).int32s == [12])
        #expect(try einsum("ba", x) == run("Transpose", [x])[0])
        #expect(try einsum("ij,ji->", x, x).int32s == [180])
        #expect(try einsum("i,j->ij", x.row(0), x.row(1)).int32s == [0, 0, 0, 3, 4, 5, 6, 8, 10])
    }

    @Test func extentsOfOneAndZeroAreNoTrouble() throws {
        let one = Tensor([Float(2)], shape: [1, 1])
        let x = Tensor([Float(1), 2, 3], shape: [1, 3])
        #expect(try einsum("ab,ab->b", one, x).float32s == [2, 4, 6])
        #expect(try einsum("ii->i", x).float32s == [1, 2, 3])
        let none = Tensor([Float](), shape: [3, 0])
        #expect(
            try einsum("ij,kj->ik", none, none)
                == Tensor([Float](repeating: 0, count: 9), shape: [3, 3]))
        #expect(try einsum("ij->i", none).float32s == [0, 0, 0])
    }

    @Test(arguments: [
        "", "ij", "ij,jk,kl", "ij,jk->ijk->i", "i1,jk", "ij,jk->z", "ij,jk->ii", "ij,jk-",
        "ij,jk>ik",
        "ij,jk->-", "....ij,jk", "..ij,jk", "...i...,jk", "ij,jk->......", "ij;jk", "ijl,jk",
        "i,jk",
        "ij,jkéé->ik", ",", "->", "\u{0}", "ii,jk",
    ])
    func refusesNoEquation(_ equation: String) throws {
        let types = [TensorType(.float32, [2, 3]), TensorType(.float32, [3, 4])]
        let error = try RejectionTests.error("Einsum", types, [("equation", .string(equation))])
        #expect(error != nil)
    }

    @Test func refusesPartialResultsBeyondReason() throws {
        let vector = TensorType(.float32, [32_768])
        let outer = try RejectionTests.error(
            "Einsum", [vector, vector, vector, vector], [("equation", .string("a,b,a,b->"))])
        guard case .tooLarge = outer else {
            Issue.record("\(String(describing: outer))")
            return
        }
        let empty = TensorType(.float32, [0, 1 << 31])
        #expect(
            try RejectionTests.error(
                "Einsum", [empty, empty, empty, empty],
                [("equation", .string("ia,ib,ic,abc->"))]) != nil)
        #expect(
            try RejectionTests.error(
                "Einsum", [vector],
                [("equation", .string(String(repeating: " ", count: 5000) + "a"))]) != nil)
    }

    @Test func survivesRandomEquations() throws {
        var generator = SeededGenerator(seed: 21)
        let pieces = ["i", "j", "k", "ii", "...", ",", ",", "->", " ", "ij", "."]
        var accepted = 0
        for _ in 0..<4000 {
            let equation = (0..<generator.int(in: 1...7)).map { _ in
                generator.element(of: pieces)
            }.joined()
            let inputs: [Tensor?] = try (0..<generator.int(in: 1...3)).map { index in
                let rank = generator.int(in: 0...3)
                let extents = (0..<rank).map { _ in generator.int(in: 1...3) }
                return sample(try Shape(extents), seed: UInt64(index))
            }
            let call = OperatorCall(
                attributes: try Attributes([("equation", .string(equation))]), opset: 12,
                inputTypes: inputs.map { $0?.type })
            guard let types = try? EinsumOperator.validatedOutputTypes(call) else { continue }
            _ = EinsumOperator.work(call, outputs: types)
            #expect(try EinsumOperator.run(call, inputs).map(\.type) == types)
            accepted += 1
        }
        #expect(accepted > 100)
    }
}

extension Tensor {
    /// Row `index` of a matrix of int32.
    fileprivate func row(_ index: Int) -> Tensor {
        let width = shape.dimensions[1]
        let values = int32s ?? []
        return Tensor(Array(values[index * width..<(index + 1) * width]), shape: [width])
    }
}
