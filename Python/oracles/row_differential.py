"""What onnxruntime answers where the ONNX suite is thin: reductions, positions, normalisations,
Einsum, attention and recurrent networks with random inputs, many opsets, types and attributes.

Arguments: an output folder, a seed. Writes cases laid out as in ONNX's own suite, `rows/CASE`.

What `Documentation/arithmetic.md` defines otherwise than onnxruntime stays out: integers that
overflow, logarithms of integers, a causal mask beside a past.
"""

import itertools
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

ACTIVATIONS = (
    "Relu", "Tanh", "Sigmoid", "Affine", "ScaledTanh", "HardSigmoid", "Softsign", "LeakyRelu")
REDUCTIONS = (
    "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2",
    "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare")
EQUATIONS = (
    ("ij,jk", (3, 4), (4, 5)), ("ij,kj->ik", (3, 300), (4, 300)), ("ii->i", (4, 4)),
    ("iij->j", (3, 3, 4)), ("ij->ji", (2, 5)), ("i->", (7,)), ("ij,ij->ij", (3, 4), (3, 4)),
    ("bhqd,bhkd->bhqk", (2, 3, 4, 5), (2, 3, 6, 5)), ("i,j->ij", (3,), (4,)),
    ("...ij,...jk->...ik", (2, 3, 4), (2, 4, 2)), ("ab,cd->", (2, 3), (4, 5)),
    ("ij,jk,kl->il", (3, 4), (4, 5), (5, 2)), ("i...->...", (3, 2, 4)), ("ba,b->", (3, 4), (3,)),
    ("abc,cde,fe->abdf", (2, 3, 4), (4, 2, 3), (5, 3)), ("Ba,ac->cB", (3, 4), (4, 2)),
    ("ij,jk->ki", (3, 4), (4, 5)), ("ij,i->j", (1, 3), (1,)))


class Cases:
    def __init__(self, folder, seed):
        self.folder = pathlib.Path(folder) / "rows"
        self.random = np.random.default_rng(seed)
        self.count = 0

    def floats(self, *shape, dtype=np.float32):
        return self.random.standard_normal(shape).astype(dtype)

    def add(self, operator, opset, inputs, attributes=None, outputs=1):
        """Writes the case, unless onnxruntime has no such operator for these types."""
        while inputs[-1] is None:
            inputs = inputs[:-1]
        given = {f"i{place}": value for place, value in enumerate(inputs) if value is not None}
        names = [f"i{place}" if value is not None else "" for place, value in enumerate(inputs)]
        results = [f"o{place}" for place in range(outputs)]
        node = helper.make_node(operator, names, results, **(attributes or {}))
        ports = [port(name, value) for name, value in given.items()]
        anything = [helper.make_empty_tensor_value_info(name) for name in results]
        try:
            answers = run(model(node, ports, anything, opset), given)
        except onnxruntime.capi.onnxruntime_pybind11_state.NotImplemented:
            return
        typed = [port(name, answer) for name, answer in zip(results, answers)]
        data = self.folder / f"{operator}_{self.count:04}" / "test_data_set_0"
        data.mkdir(parents=True)
        onnx.save(model(node, ports, typed, opset), data.parent / "model.onnx")
        for kind, values in (("input", given.values()), ("output", answers)):
            for place, value in enumerate(values):
                (data / f"{kind}_{place}.pb").write_bytes(
                    numpy_helper.from_array(np.asarray(value)).SerializeToString())
        self.count += 1


def port(name, value):
    value = np.asarray(value)
    return helper.make_tensor_value_info(
        name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)


def model(node, inputs, outputs, opset):
    return helper.make_model(
        helper.make_graph([node], "case", inputs, outputs),
        opset_imports=[helper.make_opsetid("", opset)], ir_version=10)


def run(model, inputs):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, inputs)


def recurrent(cases):
    kinds = (("RNN", 1, 1, 1), ("GRU", 3, 2, 1), ("LSTM", 4, 3, 2))
    ways = ("forward", "reverse", "bidirectional")
    for (name, gates, functions, states), way, opset in itertools.product(kinds, ways, (7, 14, 22)):
        both = 2 if way == "bidirectional" else 1
        for variant in range(6):
            attributes = {"direction": way, "hidden_size": 6}
            bias = cases.floats(both, 2 * gates * 6) if variant else None
            lengths = np.array([4, 2, 1], np.int32) if variant in (2, 5) else None
            start = [cases.floats(both, 3, 6) if variant > 1 else None for _ in range(states)]
            if name == "LSTM":
                start.append(cases.floats(both, 18) if variant in (3, 5) else None)
                attributes["input_forget"] = int(variant == 4)
            if name == "GRU":
                attributes["linear_before_reset"] = variant % 2
            if variant == 3:
                attributes["clip"] = 0.5
            if variant >= 4:
                count = functions * both
                chosen = cases.random.choice(ACTIVATIONS, count)
                # The gates are bounded, or numbers grow until nothing can be compared.
                attributes["activations"] = [
                    "Sigmoid" if functions > 1 and place % functions == 0 else str(name)
                    for place, name in enumerate(chosen)]
                attributes["activation_alpha"] = [0.3 + 0.1 * place for place in range(count)]
                attributes["activation_beta"] = [0.2 + 0.1 * place for place in range(count)]
            x = cases.floats(4, 3, 5)
            w, r = cases.floats(both, gates * 6, 5) / 3, cases.floats(both, gates * 6, 6) / 3
            cases.add(name, opset, [x, w, r, bias, lengths, *start], attributes, 1 + states)


def reductions(cases):
    for name, dtype in itertools.product(REDUCTIONS, (np.float32, np.float64, np.int32)):
        whole = dtype is np.int32
        if whole and name in ("ReduceLogSum", "ReduceLogSumExp", "ReduceL2"):
            continue
        x = cases.random.integers(1, 3, (2, 3, 4)) if whole else abs(cases.floats(3, 20, 5)) + 0.1
        axes_given = ([1], [0, 2], [-1], None)
        for opset, axes, keeps in itertools.product((11, 13, 18), axes_given, (0, 1)):
            attributes = {"keepdims": keeps}
            inputs = [x.astype(dtype)]
            if axes and opset >= (13 if name == "ReduceSum" else 18):
                inputs.append(np.array(axes, np.int64))
            elif axes:
                attributes["axes"] = axes
            cases.add(name, opset, inputs, attributes)


def positions(cases):
    for dtype in (np.float32, np.float64, np.int32, np.int64):
        x = (cases.floats(3, 7, 5) * 2).round().astype(dtype)
        for axis, choice in itertools.product((0, 1, 2, -1), (0, 1)):
            for name in ("ArgMax", "ArgMin"):
                cases.add(name, 13, [x], {"axis": axis, "select_last_index": choice})
            for k in (1, 3):
                cases.add(
                    "TopK", 11, [x, np.array([k], np.int64)], {"axis": axis, "largest": choice}, 2)
            for back in (0, 1):
                cases.add(
                    "CumSum", 14, [x, np.array(axis, np.int64)],
                    {"exclusive": choice, "reverse": back})


def normalisations(cases):
    floats = cases.floats
    x = floats(2, 6, 3, 4)
    for name, axis, opset in itertools.product(
            ("Softmax", "LogSoftmax", "Hardmax"), (0, 1, 3, -1), (1, 11, 13)):
        for dtype in (np.float32, np.float64):
            cases.add(name, opset, [x.astype(dtype)], {"axis": axis})
    for order, axis in itertools.product((1, 2), (0, 1, -1)):
        cases.add("LpNormalization", 1, [x], {"p": order, "axis": axis})
    for size in (1, 3, 5, 9):
        cases.add("LRN", 13, [x], {"size": size, "alpha": 0.3, "beta": 0.6, "bias": 1.5})
    cases.add("MeanVarianceNormalization", 13, [x])
    parameters = [floats(6), floats(6), floats(6), abs(floats(6))]
    for opset in (7, 9, 14, 15):
        cases.add("BatchNormalization", opset, [x, *parameters], {"epsilon": 1e-3})
        wide = [value.astype(np.float64) for value in (x, *parameters)]
        cases.add("BatchNormalization", opset, wide, {"epsilon": 1e-3})
    cases.add(
        "BatchNormalization", 15, [x, *parameters], {"training_mode": 1, "momentum": 0.7}, 3)
    apart = [floats(6, 3, 4), floats(6, 3, 4), floats(6, 3, 4), abs(floats(6, 3, 4))]
    cases.add("BatchNormalization", 7, [x, *apart], {"spatial": 0})
    for opset in (6, 22):
        cases.add("InstanceNormalization", opset, [x, floats(6), floats(6)])
    for groups in (1, 2, 3, 6):
        cases.add("GroupNormalization", 21, [x, floats(6), floats(6)], {"num_groups": groups})
    for axis in range(4):
        shape = x.shape[axis:]
        scale = floats(*shape)
        cases.add("LayerNormalization", 17, [x, scale, floats(*shape)], {"axis": axis}, 3)
        cases.add("RMSNormalization", 23, [x, scale], {"axis": axis})


def attention(cases):
    floats = cases.floats
    lengths = ((3, 5, 0), (1, 4, 6), (4, 4, 3), (40, 33, 0))
    options = ({}, {"is_causal": 1}, {"softcap": 2.0}, {"scale": 0.3})
    for (queries, keys, past), (heads, shared), attributes, masked in itertools.product(
            lengths, ((2, 2), (4, 2), (6, 1)), options, (None, "truth", "number")):
        if past and "is_causal" in attributes:
            continue
        mask = None
        if masked == "number":
            mask = floats(2, 1, queries, keys + past)
        elif masked:
            mask = cases.random.random((queries, keys + past)) > 0.3
            mask[:, 0] = True
        inputs = [
            floats(2, heads, queries, 8), floats(2, shared, keys, 8), floats(2, shared, keys, 5),
            mask]
        if past:
            inputs += [floats(2, shared, past, 8), floats(2, shared, past, 5)]
        cases.add("Attention", 23, inputs, attributes, 3 if past else 1)


def main():
    cases = Cases(sys.argv[1], int(sys.argv[2]))
    recurrent(cases)
    reductions(cases)
    positions(cases)
    normalisations(cases)
    attention(cases)
    for equation, *shapes in EQUATIONS:
        for dtype in (np.float32, np.float64):
            operands = [cases.floats(*shape, dtype=dtype) for shape in shapes]
            cases.add("Einsum", 12, operands, {"equation": equation})


main()
