import Base
import Importers
import Machine
import Models
import Tensors
import TestSupport
import Testing

/// Linear layers with constant weights: the dot rule is the one onnxruntime's packed kernels use,
/// so the answers are equal to the last bit.
@Suite struct LinearBitTests {
    /// Writes `NAME.onnx`, `NAME.input.npy` and `NAME.output.npy` for every case.
    private static let script = """
        import sys, numpy as np, onnx, onnxruntime as ort
        from onnx import helper as H, numpy_helper as NH, TensorProto as TP
        folder = sys.argv[1]
        random = np.random.default_rng(11)
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        names = []
        shapes = [(1, 1, 1), (1, 7, 5), (1, 64, 10), (1, 255, 33), (1, 256, 64), (1, 257, 64),
                  (1, 784, 100), (1, 1536, 48), (2, 30, 17), (3, 300, 65), (8, 512, 31),
                  (17, 700, 129), (64, 384, 96)]
        kinds = ['MatMul', 'Gemm', 'GemmTransposed']
        cases = [(shape, kind) for shape in shapes for kind in kinds]
        for index in range(200):
            shape = tuple(int(random.integers(1, most)) for most in (65, 1600, 200))
            cases.append((shape, kinds[index % 3]))
        for (m, k, n), kind in cases:
            x = random.standard_normal((m, k)).astype(np.float32)
            w = random.standard_normal((k, n)).astype(np.float32)
            attributes = {}
            if kind == 'GemmTransposed':
                w = np.ascontiguousarray(w.T)
                attributes = dict(transB=1)
            name = f'{kind}_{m}_{k}_{n}_{len(names)}'
            node = H.make_node(kind.replace('Transposed', ''), ['x', 'w'], ['y'], **attributes)
            graph = H.make_graph(
                [node], name, [H.make_tensor_value_info('x', TP.FLOAT, [m, k])],
                [H.make_tensor_value_info('y', TP.FLOAT, [m, n])], [NH.from_array(w, 'w')])
            model = H.make_model(graph, opset_imports=[H.make_opsetid('', 17)])
            model.ir_version = 8
            onnx.save(model, f'{folder}/{name}.onnx')
            session = ort.InferenceSession(
                f'{folder}/{name}.onnx', options, providers=['CPUExecutionProvider'])
            np.save(f'{folder}/{name}.input.npy', x)
            np.save(f'{folder}/{name}.output.npy', session.run(None, {'x': x})[0])
            names.append(name)
        print(' '.join(names), end='')
        """

    @Test(.enabled(if: PythonOracle.require()))
    func constantWeightProductsEqualOnnxruntimeBitForBit() throws {
        let folder = try TemporaryDirectory()
        let output = try PythonOracle.run(Self.script, arguments: [folder.path])
        let names = String(decoding: output, as: UTF8.self).split(separator: " ")
        #expect(names.count == 39 + 200)
        for name in names {
            let model = try ONNXImporter.model(at: folder.path("\(name).onnx"))
            let inputs = try InputReader.inputs(
                for: model, from: folder.path("\(name).input.npy"))
            let expected = try NumPy.array(fromNPY: try read(folder.path("\(name).output.npy")))
            for kernels in Kernels.available {
                let interpreter = try Interpreter(model: model, kernels: kernels)
                let actual = try interpreter.run(inputs).outputs[0].tensor
                #expect(actual == expected, "\(name) with \(kernels.name)")
            }
        }
    }
}
