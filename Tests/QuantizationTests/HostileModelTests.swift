// Float models whose constants and samples are infinite, no numbers, tiny or huge: quantising gives
// an error or a valid integer program, never a trap, and the program runs.

import Base
import Machine
import Models
import Quantization
import Tensors
import TestSupport
import Testing

@Suite struct HostileModelTests {
    @Test(arguments: FloatCase.all)
    func extremeNumbersAreRefusedOrQuantised(_ form: FloatCase) throws {
        var accepted = 0
        for seed in 1...40 as ClosedRange<UInt64> {
            guard let model = try? form.model(seed: seed, isHostile: true) else { continue }
            var maker = FloatModelMaker(seed: seed, isHostile: seed.isMultiple(of: 2))
            let samples = (0..<2).map { _ in
                model.inputs.map { port in
                    let shape = port.type?.shape ?? []
                    return NamedTensor(name: port.name, tensor: maker.numbers(shape, reach: 5))
                }
            }
            let options = QuantizationOptions(
                tableBits: maker.generator.int(in: 8...12),
                headroomBits: maker.generator.int(in: 0...4))
            guard
                let quantized = try? Quantizer.quantize(
                    model, samples: samples, options: options)
            else { continue }
            accepted += 1
            #expect(quantized.model.profile == .integer)
            let copy = try Model(fileBytes: quantized.model.fileBytes)
            let interpreters = try Kernels.available.map {
                try Interpreter(model: copy, kernels: $0)
            }
            var comparison = try ModelComparison(quantized)
            for sample in samples {
                let first = try interpreters[0].run(sample)
                for other in interpreters.dropFirst() {
                    #expect(try other.run(sample).traceRoot == first.traceRoot)
                }
                try comparison.add(sample)
            }
        }
        #expect(accepted > 0)
    }
}
