// onnxruntime as the oracle: it runs a model on rows of samples and gives back the raw outputs.

import Base
import TestSupport

/// What onnxruntime answers.
enum RuntimeOracle {
    /// Runs an ONNX file on each row of the array `inputs` of an `.npz` file, in order. The answer
    /// is the first output of each run, concatenated, float32 little-endian.
    private static let script = """
        import sys, numpy as np, onnxruntime as ort
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        session = ort.InferenceSession(sys.argv[1], options, providers=['CPUExecutionProvider'])
        port = session.get_inputs()[0]
        for row in np.load(sys.argv[2])['inputs']:
            answer = session.run(None, {port.name: row.reshape(port.shape)})[0]
            assert answer.dtype == np.float32
            sys.stdout.buffer.write(answer.tobytes())
        """

    /// The first output of `model` (a path) for every row of `samples` (a path).
    static func answers(of model: String, on samples: String) throws -> [Float] {
        let bytes = try PythonOracle.run(script, arguments: [model, samples])
        return stride(from: 0, to: bytes.count, by: 4).map { start in
            let bits = (0..<4).reduce(0 as UInt32) { $0 | UInt32(bytes[start + $1]) << (8 * $1) }
            return Float(bitPattern: bits)
        }
    }

    /// Runs a Python script that writes files into `folder`, its first argument.
    static func make(_ script: String, in folder: TemporaryDirectory) throws {
        _ = try PythonOracle.run(script, arguments: [folder.path])
    }
}
