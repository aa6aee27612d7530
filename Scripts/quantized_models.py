# Quantised ONNX models with the answers of onnxruntime: the examples and random networks, quantised
# by onnxruntime's own tools as QDQ graphs and as QLinear operators. Writes NAME.onnx and NAME.npz
# (inputs, outputs) into a folder and prints a line for each: name, the scale of the output and the
# coarsest of any layer, how many layers are quantised, whether one takes means.
# Usage: python Scripts/quantized_models.py FOLDER SEED COUNT

import json
import logging
import os
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

logging.disable(logging.CRITICAL)
folder, count = sys.argv[1], int(sys.argv[3])
random = np.random.RandomState(int(sys.argv[2]))
examples = os.path.join(os.path.dirname(__file__), "..", "Examples", "models")


class Rows(CalibrationDataReader):
    def __init__(self, name, rows):
        self.rest = iter([{name: row} for row in rows])

    def get_next(self):
        return next(self.rest, None)


def pick(*choices):
    return choices[random.randint(len(choices))]


class Network:
    """A random network that ends in a row of scores."""

    def __init__(self, functions):
        self.nodes, self.constants, self.functions = [], [], functions
        self.shape = pick([1, random.randint(3, 20)], [1, pick(1, 2, 4), 9, 8])
        self.input = list(self.shape)
        self.value = "x"
        while len(self.shape) == 4:
            self.convolution()
            if pick(0, 1):
                self.flatten()
        for _ in range(pick(1, 2)):
            self.product()

    def node(self, kind, *inputs, **attributes):
        output = "v%d" % len(self.nodes)
        self.nodes.append(helper.make_node(kind, [self.value, *inputs], [output], output, **attributes))
        self.value = output

    def weights(self, *shape):
        name = "w%d" % len(self.constants)
        spread = 1 / np.sqrt(np.prod(shape[1:]) if len(shape) > 1 else 4)
        numbers = (random.randn(*shape) * spread).astype(np.float32)
        self.constants.append(numpy_helper.from_array(numbers, name))
        return name

    def function(self):
        if not self.functions:
            if pick(0, 1):
                self.node("Relu")
            return
        kind = pick("Relu", "Relu", "Sigmoid", "Tanh", "LeakyRelu", None)
        if kind:
            self.node(kind)

    def convolution(self):
        channels, group = self.shape[1], pick(1, self.shape[1])
        features = group * pick(1, 2, 3)
        pads, strides = [pick(0, 1) for _ in range(4)], [pick(1, 2), 1]
        kernel = [pick(1, 3), pick(2, 3)]
        room = [n + a + b for n, a, b in zip(self.shape[2:], pads[:2], pads[2:])]
        if any(r < k for r, k in zip(room, kernel)):
            return self.flatten()
        self.node(
            "Conv", self.weights(features, channels // group, *kernel), self.weights(features),
            pads=pads, strides=strides, group=group)
        self.shape = [1, features] + [(r - k) // s + 1 for r, k, s in zip(room, kernel, strides)]
        self.function()
        if min(self.shape[2:]) >= 2 and pick(0, 1):
            self.node(pick("MaxPool", "MaxPool" if not self.functions else "AveragePool"),
                      kernel_shape=[2, 2], strides=[2, 2])
            self.shape[2:] = [n // 2 for n in self.shape[2:]]

    def flatten(self):
        self.node("Flatten")
        self.shape = [1, int(np.prod(self.shape[1:]))]

    def product(self):
        columns = random.randint(2, 30)
        if self.functions and pick(0, 1):
            self.node("Gemm", self.weights(columns, self.shape[1]), self.weights(columns), transB=1)
        else:
            self.node("MatMul", self.weights(self.shape[1], columns))
        self.shape[1] = columns
        self.function()

    def model(self):
        graph = helper.make_graph(
            self.nodes, "random", [helper.make_tensor_value_info("x", TensorProto.FLOAT, self.input)],
            [helper.make_tensor_value_info(self.value, TensorProto.FLOAT, self.shape)], self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def write(name, model, calibration, rows, form):
    entry = model.graph.input[0].name
    path = os.path.join(folder, name + ".onnx")
    onnx.save(model, path + ".float")
    # Symmetric weights of int8: the profile takes no others.
    quantize_static(
        path + ".float", path, Rows(entry, calibration), quant_format=form,
        per_channel=bool(pick(0, 1)), activation_type=pick(QuantType.QUInt8, QuantType.QInt8),
        weight_type=QuantType.QInt8)
    os.remove(path + ".float")
    graph = onnx.load(path).graph
    options = onnxruntime.SessionOptions()
    # The graph as it stands, not what onnxruntime would make of it.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    outputs = [session.run(None, {entry: row})[0] for row in rows]
    np.savez(
        os.path.join(folder, name + ".npz"), inputs=np.stack(rows), outputs=np.stack(outputs))
    scales = {c.name: numpy_helper.to_array(c) for c in graph.initializer}
    last = [n for n in graph.node if n.op_type == "DequantizeLinear"][-1]
    activations = [n for n in graph.node if n.op_type == "QuantizeLinear"]
    activations = [float(scales[n.input[1]]) for n in activations]
    for node in graph.node:
        if node.op_type in ("QLinearConv", "QLinearMatMul"):
            activations.append(float(scales[node.input[6]]))
    layers = sum(n.op_type in ("QuantizeLinear", "QLinearConv", "QLinearMatMul") for n in graph.node)
    print(json.dumps({
        "name": name, "unit": float(scales[last.input[1]]), "coarsest": max(activations),
        "layers": layers, "averages": any(n.op_type == "AveragePool" for n in graph.node)}))


for name in ["credit_mlp", "digits_mlp", "digits_cnn"]:
    model = onnx.load(os.path.join(examples, name + ".onnx"))
    shape = [d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim]
    calibration, test = [
        [row.reshape(shape) for row in np.load(os.path.join(examples, name + part))["inputs"]]
        for part in (".npz", ".test.npz")]
    write(name, model, calibration, test[:100], QuantFormat.QDQ)

for index in range(count):
    form = [QuantFormat.QDQ, QuantFormat.QOperator][index % 2]
    network = Network(functions=form == QuantFormat.QDQ)
    rows = [random.uniform(-2, 2, network.input).astype(np.float32) for _ in range(40)]
    write("random%d" % index, network.model(), rows[:20], rows, form)
