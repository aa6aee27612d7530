"""Builds ONNX graphs node by node, as exporters emit them, and counts their arithmetic.

Operators are opset 17 of ai.onnx; constants and the targets of reshapes are initializers.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET, IR_VERSION = 17, 8
TYPES = {
    np.dtype(np.float32): TensorProto.FLOAT,
    np.dtype(np.int64): TensorProto.INT64,
}


class Graph:
    """A graph under construction. A value is the name of what computes it."""

    def __init__(self, name):
        self.name = name
        self.nodes, self.weights = [], {}
        self.inputs, self.outputs, self.samples = [], [], {}

    def input(self, name, sample, shape=None):
        """A graph input of the sample's type; `shape` may name axes instead of fixing them."""
        self.samples[name] = sample
        self.inputs.append(helper.make_tensor_value_info(
            name, TYPES[sample.dtype], list(sample.shape) if shape is None else shape))
        return name

    def output(self, value, name, shape, type=TensorProto.FLOAT):
        """Makes the node that computed `value` compute it under the name `name`."""
        for node in self.nodes:
            for names in (node.input, node.output):
                for place, found in enumerate(names):
                    if found == value:
                        names[place] = name
        self.outputs.append(helper.make_tensor_value_info(name, type, shape))

    def weight(self, name, value):
        """An initializer; the same name twice must mean the same values."""
        value = np.asarray(value)
        if value.dtype == np.float64:
            value = value.astype(np.float32)
        known = self.weights.setdefault(name, value)
        assert known is value or np.array_equal(known, value), name
        return name

    def scalar(self, value):
        return self.weight(f"scalar_{value!r}", np.float32(value))

    def integers(self, *values):
        return self.weight("integers_" + "_".join(map(str, values)), np.array(values, np.int64))

    def node(self, operator, *inputs, outputs=1, **attributes):
        """Adds a node; returns its output, or a list of them when `outputs` is more than one."""
        prefix = f"{operator}_{len(self.nodes)}"
        names = [f"{prefix}_output_{i}" for i in range(outputs)]
        self.nodes.append(
            helper.make_node(operator, list(inputs), names, name=prefix, **attributes))
        return names[0] if outputs == 1 else names

    def linear(self, x, name, matrix, bias=None):
        """MatMul and Add, the form in which a linear layer over sequences is exported."""
        product = self.node("MatMul", x, self.weight(name + ".weight", matrix))
        if bias is None:
            return product
        return self.node("Add", self.weight(name + ".bias", bias), product)

    def gemm(self, x, name, matrix, bias):
        """Gemm with the weight as [outputs, inputs], the form of a linear layer over rows."""
        return self.node(
            "Gemm", x, self.weight(name + ".weight", matrix), self.weight(name + ".bias", bias),
            alpha=1.0, beta=1.0, transB=1)

    def model(self):
        """The finished, checked model."""
        graph = helper.make_graph(
            self.nodes, self.name, self.inputs, self.outputs,
            [numpy_helper.from_array(value, name) for name, value in self.weights.items()])
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION,
            producer_name="aivm-models")
        onnx.checker.check_model(model, full_check=True)
        return model


def count_operations(model):
    """Floating-point operations of convolutions and matrix products, 2 for a multiply-add."""
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True).graph
    shapes = {tensor.name: list(tensor.dims) for tensor in inferred.initializer}
    for value in [*inferred.input, *inferred.output, *inferred.value_info]:
        shapes[value.name] = [axis.dim_value for axis in value.type.tensor_type.shape.dim]
    total = 0
    for node in inferred.node:
        result = int(np.prod(shapes.get(node.output[0], [0])))
        if node.op_type == "Conv":
            total += 2 * result * int(np.prod(shapes[node.input[1]][1:]))
        elif node.op_type in ("MatMul", "Gemm"):
            total += 2 * result * shapes[node.input[0]][-1]
    return total
