"""Least seconds of one inference by onnxruntime, one thread: python onnxruntime_time.py STEM"""
import sys, time
import numpy as np
import onnxruntime as ort

stem = sys.argv[1]
options = ort.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
session = ort.InferenceSession(stem + ".onnx", options, providers=["CPUExecutionProvider"])
entry = session.get_inputs()[0]
row = np.load(stem + ".test.npz")["inputs"][:1].reshape(entry.shape)
row = row.astype(np.int64 if "int64" in entry.type else np.float32)
# Bound once, so that the binding's cost per call is as small as it gets.
binding = session.io_binding()
binding.bind_cpu_input(entry.name, row)
binding.bind_output(session.get_outputs()[0].name, "cpu")
least = float("inf")
end = time.perf_counter() + 0.6
while time.perf_counter() < end:
    start = time.perf_counter()
    for _ in range(20):
        session.run_with_iobinding(binding)
    least = min(least, (time.perf_counter() - start) / 20)
print(least)
