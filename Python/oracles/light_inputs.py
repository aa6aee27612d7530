"""Writes the inputs of the nine light models of ONNX's conformance suite, and runs a peer on them.

Arguments: an output folder. Each model gets `NAME/input_0.npy` and `NAME/output_0.npy`.

The suite's runner makes the input itself: for a tensor of n elements, element i (row-major) is
float32(float64(i) / float64(n)), one division in binary64 and one rounding. A graph input that is
also an initializer gets none, and an axis without a number counts as 1. Tolerance: |a - e| <=
1e-7 + rtol |e|, rtol 1e-3 (densenet121: 2e-3), from `data/real/*/data.json`.
"""

import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx.backend.test.runner import Runner


def ramp(value):
    shape = [axis.dim_value if axis.HasField("dim_value") else 1
             for axis in value.type.tensor_type.shape.dim]
    count = int(np.prod(shape))
    made = (np.arange(count, dtype=np.float64) / np.float64(count)).astype(np.float32)
    return made.reshape(shape)


def main():
    data = pathlib.Path(onnx.__file__).parent / "backend" / "test" / "data"
    for described in sorted((data / "real").glob("*/data.json")):
        case = json.loads(described.read_text())
        path = data / "light" / case["url"].rsplit("/", 1)[-1]
        graph = onnx.load(path).graph
        weights = {tensor.name for tensor in graph.initializer}
        (value,) = [value for value in graph.input if value.name not in weights]
        made = ramp(value)
        assert made.tobytes() == Runner.generate_dummy_data(value).tobytes(), value.name
        expected = onnx.numpy_helper.to_array(onnx.TensorProto.FromString(
            path.with_name(path.stem + "_output_0.pb").read_bytes()))
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        (actual,) = session.run(None, {value.name: made})
        Runner.assert_similar_outputs([expected], [actual], case["rtol"], case["atol"])
        folder = pathlib.Path(sys.argv[1]) / case["model_name"]
        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / "input_0.npy", made)
        np.save(folder / "output_0.npy", expected)
        gap = np.abs(actual.astype(np.float64) - expected)
        scale = np.max(gap / np.maximum(np.abs(expected), 1e-30))
        print(f"{case['model_name']:<14} {value.name:<8} {list(expected.shape)}"
              f" rtol {case['rtol']}: largest gap {gap.max():.2e}, relative {scale:.2e},"
              f" largest output {np.abs(expected).max():.3e}")


if __name__ == "__main__":
    main()
