// The nine light models of the ONNX suite: whole networks of the past with weights made by
// ConstantOfShape. The suite's runner makes the input: element i of n is the float nearest to i /
// n.

import Conformance
import Foundation
import Importers
import Machine
import Models
import Tensors
import TestSupport
import Testing

@Suite(.enabled(if: SuiteFolder.require())) struct LightModelTests {
    static let names = [
        "bvlc_alexnet", "densenet121", "inception_v1", "inception_v2", "resnet50", "shufflenet",
        "squeezenet", "vgg19", "zfnet512",
    ]

    @Test(arguments: names) func givesTheRecordedAnswer(_ name: String) throws {
        let model = try ONNXImporter.importModel(
            from: try SuiteFolder.bytes("light/light_\(name).onnx")
        ).model
        let port = model.inputs[0]
        let shape = try #require(port.type?.shape)
        let count = shape.elementCount
        let ramp = (0..<count).map { Float(Double($0) / Double(count)) }
        let interpreter = try Interpreter(model: model)
        let outputs = try interpreter.run(
            [NamedTensor(name: port.name, tensor: Tensor(ramp, shape: shape))], options: .untraced
        ).outputs
        let file = try SuiteFolder.bytes("light/light_\(name)_output_0.pb")
        let expected = try ONNXContent(.tensor, from: file[...])
        var tolerance = Tolerance()
        if name == "densenet121" { tolerance.relative = 2e-3 }
        guard case .tensor(let tensor) = expected else {
            Issue.record("the expected output is a tensor")
            return
        }
        let difference = SuiteComparison(tolerance).difference(
            .tensor(outputs[0].tensor), .tensor(tensor))
        #expect(difference == nil)
    }
}
