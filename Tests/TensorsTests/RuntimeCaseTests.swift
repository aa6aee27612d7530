// Random calls against onnxruntime: Scripts/operator_cases.py makes them and has them answered.
import Base
import Foundation
import TestSupport
import Testing

@testable import Tensors

/// A line of the script.
private struct RuntimeCase: Decodable {
    struct Attribute: Decodable {
        var name: String
        var kind: String
        var values: [String]

        func value() throws -> AttributeValue {
            switch kind {
            case "int": .int(try #require(Int64(values[0])))
            case "ints": .ints(try values.map { try #require(Int64($0)) })
            case "float": .float(try #require(Float(values[0])).bitPattern)
            default: .string(values[0])
            }
        }
    }

    struct Values: Decodable {
        var element: String
        var shape: [Int]
        var values: [Double]

        func tensor() throws -> Tensor {
            let wide = Tensor(float64s: values, shape: try Shape(shape))
            return try wide.cast(to: try #require(ElementType(name: element)))
        }
    }

    var name: String
    var opset: Int
    var attributes: [Attribute]
    var inputs: [Values?]
    var outputs: [Values]
}

@Suite struct RuntimeCaseTests {
    @Test(.enabled(if: PythonOracle.require()), arguments: [1, 2])
    func answersAreThoseOfTheRuntime(seed: Int) throws {
        let bytes = try PythonOracle.runFile(
            "Scripts/operator_cases.py", arguments: ["\(seed)", "300"])
        var count = 0
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let data = Data(line)
            let test = try JSONDecoder().decode(RuntimeCase.self, from: data)
            let results = try run(
                test.name, try test.inputs.map { try $0?.tensor() },
                try test.attributes.map { ($0.name, try $0.value()) }, opset: test.opset,
                outputs: test.outputs.count)
            for (result, expected) in zip(results, try test.outputs.map { try $0.tensor() }) {
                #expect(result.type == expected.type, "\(test.name) \(test.attributes)")
                let left = try #require(try result.cast(to: .float64).float64s)
                let right = try #require(try expected.cast(to: .float64).float64s)
                let isClose = zip(left, right).allSatisfy { abs($0 - $1) <= 1e-5 + 1e-4 * abs($1) }
                #expect(isClose, "\(test.name) \(test.attributes) \(test.inputs.map { $0?.shape })")
            }
            count += 1
        }
        #expect(count == 300)
    }
}
