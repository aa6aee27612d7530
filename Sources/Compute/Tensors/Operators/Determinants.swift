// Det: the determinant of each matrix of a stack, by elimination in binary64. For column c = 0, 1,
// … the pivot is the largest magnitude among rows c, c + 1, … of that column, the first of equals,
// a NaN above all; its row trades places with row c. Unless the pivot is 0, each row r below
// becomes element by element a(r, j) − f · a(c, j), j > c ascending, with f = a(r, c) / pivot,
// every operation rounded. The determinant starts at 1, changes sign with each trade, is multiplied
// by each pivot in turn, and is rounded once to the element type. ONNX Det 11 to 22.

/// The determinant.
enum DeterminantFamily {
    static let operators: [any Operator.Type] = [DetOperator.self]
}

enum DetOperator: Operator {
    static let name = "Det"
    static let opsets = 11...OperatorRegistry.latestOpset
    static let attributeNames: [String] = []
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.floatType(0)
        let dimensions = type.shape.dimensions
        guard dimensions.count >= 2, dimensions.suffix(2).first == dimensions.last else {
            throw .shapeMismatch(reason: "the matrices are square", shapes: [dimensions])
        }
        return [TensorType(type.element, try Shape(Array(dimensions.dropLast(2))))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        let size = call.inputTypes.first??.shape.dimensions.last ?? 0
        work.multiplyAdds = work.elements.multipliedSaturating(size, size, size)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        guard let type = try outputTypes(call).first,
            let values = try input.cast(to: .float64).float64s
        else { throw .wrongInputType(index: 0) }
        let size = input.shape.dimensions.last ?? 0
        var results: [Double] = []
        let count = size * size
        for index in 0..<type.shape.elementCount {
            let matrix = Array(values[index * count..<(index + 1) * count])
            results.append(determinant(matrix, size: size))
        }
        return [try Tensor(float64s: results, shape: type.shape).cast(to: type.element)]
    }

    static func determinant(_ matrix: [Double], size: Int) -> Double {
        var matrix = matrix
        var result = 1.0
        for column in 0..<size {
            var best = column
            for row in column..<size {
                let value = matrix[row * size + column].magnitude
                let most = matrix[best * size + column].magnitude
                if value > most || (value.isNaN && !most.isNaN) { best = row }
            }
            if best != column {
                for index in column..<size {
                    matrix.swapAt(best * size + index, column * size + index)
                }
                result = -result
            }
            let pivot = matrix[column * size + column]
            result *= pivot
            guard pivot != 0 else { continue }
            for row in column + 1..<max(size, column + 1) {
                let factor = matrix[row * size + column] / pivot
                for index in column + 1..<max(size, column + 1) {
                    matrix[row * size + index] -= factor * matrix[column * size + index]
                }
            }
        }
        return result
    }
}
