// Numbers beyond the calibrated range are counted where they saturate, and only there.

import Models
import Quantization
import Tensors
import Testing

@Suite struct SaturationTests {
    private func counter(_ example: ExampleModel) throws -> SaturationCounter {
        try SaturationCounter(
            try Quantizer.quantize(example.model, samples: example.calibration).model)
    }

    private func changed(
        _ sample: [NamedTensor], _ change: (inout [Float]) -> Void
    ) throws -> [NamedTensor] {
        var numbers = try #require(sample[0].tensor.float32s)
        change(&numbers)
        return [
            NamedTensor(
                name: sample[0].name, tensor: Tensor(numbers, shape: sample[0].tensor.shape))
        ]
    }

    /// The masks of tinygpt lead to the least int16 by intention.
    @Test(arguments: ["digits_mlp", "tinygpt"])
    func nothingSaturatesOnTheSamplesOfTheCalibration(name: String) throws {
        let example = try ExampleModel(name)
        let counter = try counter(example)
        for sample in example.calibration.prefix(20) {
            #expect(try counter.count(sample).isEmpty)
        }
    }

    @Test func numbersBeyondTheRangeAreCountedAtTheEdge() throws {
        let example = try ExampleModel("digits_mlp")
        let sample = try changed(example.samples[0]) {
            ($0[0], $0[9], $0[33]) = (1e9, -.infinity, .nan)
        }
        let edge = try #require(try counter(example).count(sample).first)
        #expect(edge.place.operatorName == "aivm.integer.Quantize")
        #expect(edge.count == 2 && edge.notNumberCount == 1 && edge.elementCount == 64)
    }

    @Test func layersSaturateToo() throws {
        let example = try ExampleModel("digits_mlp")
        let sample = try changed(example.samples[0]) { numbers in
            for index in numbers.indices { numbers[index] = index % 3 == 0 ? 3.9 : -3.9 }
        }
        let places = try counter(example).count(sample).map(\.place.operatorName)
        #expect(places.contains("aivm.integer.Linear"))
    }

    @Test func floatProgramsHaveNoRange() throws {
        let example = try ExampleModel("digits_mlp")
        let sample = try changed(example.samples[0]) { $0[0] = 1e9 }
        #expect(try SaturationCounter(example.model).count(sample).isEmpty)
    }
}
