// Operators that onnxruntime computes exactly, on random inputs: answers equal to the last bit;
// powers, which it does not round correctly, to within its error.
import Base
import Importers
import Machine
import Models
import Tensors
import TestSupport
import Testing

@Suite struct RuntimeOperatorTests {
    /// Writes `NAME.onnx`, `NAME.input.npz` and `NAME.output.npy` for the cases of `body`, which
    /// calls `case(name, operator, inputs, attributes, output type)`.
    private static let preamble = """
        import sys, numpy as np, onnx, onnxruntime as ort
        from onnx import helper as H
        folder = sys.argv[1]
        random = np.random.default_rng(int(sys.argv[2]))
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
        names = []
        def case(operator, inputs, attributes={}, output=None, opset=19):
            ports = {f'i{k}': v for k, v in enumerate(inputs)}
            output = output or inputs[0].dtype
            name = f'{operator}_{len(names)}'
            kind = H.np_dtype_to_tensor_dtype
            model = H.make_model(H.make_graph(
                [H.make_node(operator, list(ports), ['y'], **attributes)], name,
                [H.make_tensor_value_info(n, kind(v.dtype), v.shape) for n, v in ports.items()],
                [H.make_tensor_value_info('y', kind(np.dtype(output)), None)]),
                opset_imports=[H.make_opsetid('', opset)])
            model.ir_version = 8
            onnx.save(model, f'{folder}/{name}.onnx')
            session = ort.InferenceSession(
                f'{folder}/{name}.onnx', options, providers=['CPUExecutionProvider'])
            np.savez(f'{folder}/{name}.input.npz', **ports)
            np.save(f'{folder}/{name}.output.npy', session.run(None, ports)[0])
            names.append(name)
        def integers(dtype, shape, low=None, high=None):
            info = np.iinfo(dtype)
            low, high = (info.min if low is None else low, info.max if high is None else high)
            return random.integers(low, high, shape, dtype=dtype, endpoint=True)
        def one(value, dtype=np.float32):
            return np.array(value, dtype)

        """

    /// Weights of 7 bits: on CPUs without VNNI, onnxruntime's sums of wider ones saturate.
    private static let quantised = """
        def weights(dtype, shape):
            return integers(dtype, shape, *((-64, 63) if dtype == np.int8 else (0, 127)))
        for a, b in [(np.uint8, np.int8), (np.uint8, np.uint8), (np.int8, np.int8)]:
            for m, k, n in [(1, 1, 1), (3, 7, 5), (17, 64, 33), (5, 300, 16)]:
                x, w = integers(a, (2, m, k)), weights(b, (k, n))
                zeros = [one(random.integers(0, 20), a), integers(b, (n,), 0, 9)]
                case('MatMulInteger', [x, w], output=np.int32)
                case('MatMulInteger', [x, w] + zeros, output=np.int32)
                scales = random.uniform(0.001, 0.1, n).astype(np.float32)
                case('QLinearMatMul', [
                    x, one(0.037), zeros[0], w, scales, zeros[1], one(0.8 * k ** 0.5),
                    one(random.integers(0, 90), a)])
        for x, w in [(np.uint8, np.int8), (np.uint8, np.uint8), (np.int8, np.int8)]:
            for attributes in [
                    dict(pads=[1, 1, 1, 1]), dict(strides=[2, 2], pads=[0, 1, 2, 1]),
                    dict(dilations=[2, 2]), dict(auto_pad='SAME_UPPER', strides=[2, 3]),
                    dict(group=2)]:
                group = attributes.get('group', 1)
                image = integers(x, (2, 6, 9, 7))
                kernel = weights(w, (4, 6 // group, 3, 3))
                bias = random.integers(-9000, 9000, 4, dtype=np.int32)
                zero = one(random.integers(0, 30), x)
                case('QLinearConv', [
                    image, one(0.02), zero, kernel,
                    random.uniform(0.001, 0.1, 4).astype(np.float32),
                    np.full(4, 3 if w == np.uint8 else 0, w), one(0.21),
                    one(random.integers(0, 90), x), bias], attributes)
                case('QLinearConv', [
                    image, one(0.02), zero, kernel, one(0.04), one(0, w), one(0.31),
                    one(3, x)], attributes)
                if x == np.uint8:
                    case('ConvInteger', [image, kernel, zero], attributes, np.int32)
        for target in [np.uint8, np.int8]:
            x = random.normal(0, 40, (3, 4, 5)).astype(np.float32)
            scales = random.uniform(0.1, 2, 4).astype(np.float32)
            zeros = integers(target, (4,))
            case('QuantizeLinear', [x, scales, zeros], dict(axis=1), target)
            case('QuantizeLinear', [x, one(0.25), one(7, target)], {}, target)
            case('DequantizeLinear', [integers(target, (3, 4, 5)), scales, zeros], {}, np.float32)
        """

    private static let remainders = """
        for dtype in [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32,
                      np.uint64]:
            a, b = integers(dtype, (40, 1)), integers(dtype, (1, 30))
            b[b == 0] = 3
            b[b == np.array(-1).astype(dtype)] = 5
            case('Mod', [a, b])
            # Of 64-bit integers onnxruntime computes fmod in float64, which is not exact.
            if a.itemsize < 8:
                case('Mod', [a, b], dict(fmod=1))
        for dtype in [np.float32, np.float64]:
            a = np.ldexp(random.normal(0, 1, (40, 1)), random.integers(-60, 60, (40, 1)))
            b = np.ldexp(random.normal(0, 1, (1, 30)), random.integers(-30, 30, (1, 30)))
            case('Mod', [a.astype(dtype), b.astype(dtype)], dict(fmod=1))
        for base in [np.int32, np.int64]:
            for exponent in [np.int32, np.int64]:
                case('Pow', [integers(base, (40, 1), -9, 9), integers(exponent, (9,), 0, 8)])
        """

    private static let powers = """
        for base in [np.float32, np.float64]:
            x = np.exp(random.normal(0, 4, (400, 1))).astype(base)
            for exponent in [np.float32, np.float64]:
                case('Pow', [x, random.normal(0, 5, (1, 20)).astype(exponent)])
            for exponent in [np.int32, np.int64]:
                case('Pow', [-x, integers(exponent, (1, 20), -9, 9)])
            for exponent in [2, 3, -1, 0.5, 0]:
                case('Pow', [x, one(exponent)])
        """

    private static func forEachCase(
        _ body: String, seed: Int, _ check: (String, Tensor?, Tensor) throws -> Void
    ) throws {
        let folder = try TemporaryDirectory()
        let output = try PythonOracle.run(
            preamble + body + "\nprint(' '.join(names), end='')",
            arguments: [folder.path, "\(seed)"])
        let names = String(decoding: output, as: UTF8.self).split(separator: " ")
        #expect(names.count > 10)
        for name in names {
            let model = try ONNXImporter.model(at: folder.path("\(name).onnx"))
            let inputs = try InputReader.inputs(for: model, from: folder.path("\(name).input.npz"))
            let expected = try NumPy.array(fromNPY: try read(folder.path("\(name).output.npy")))
            let actual = try Interpreter(model: model).run(inputs).outputs[0].tensor
            try check("\(name), seed \(seed)", actual, expected)
        }
    }

    @Test(.enabled(if: PythonOracle.require()), arguments: [1, 2])
    func quantisedOperatorsEqualOnnxruntime(_ seed: Int) throws {
        try Self.forEachCase(Self.quantised, seed: seed) { name, actual, expected in
            #expect(actual == expected, "\(name)")
        }
    }

    @Test(.enabled(if: PythonOracle.require()), arguments: [1, 2])
    func remaindersAndIntegerPowersEqualOnnxruntime(_ seed: Int) throws {
        try Self.forEachCase(Self.remainders, seed: seed) { name, actual, expected in
            #expect(actual == expected, "\(name)")
        }
    }

    /// Two units in the last place: the C library's powers err by less than one.
    @Test(.enabled(if: PythonOracle.require()), arguments: [1, 2])
    func powersAreNearOnnxruntimes(_ seed: Int) throws {
        try Self.forEachCase(Self.powers, seed: seed) { name, actual, expected in
            let actual = try #require(actual)
            #expect(actual.type == expected.type, "\(name)")
            if let a = actual.float32s, let b = expected.float32s {
                for (x, y) in zip(a, b) where x != y {
                    #expect(abs(Double(x) - Double(y)) <= 2 * Double(y.ulp), "\(name)")
                }
            } else if let a = actual.float64s, let b = expected.float64s {
                for (x, y) in zip(a, b) where x != y {
                    #expect(abs(x - y) <= 2 * y.ulp, "\(name)")
                }
            } else {
                Issue.record("\(name) gave no floats")
            }
        }
    }
}
