# Random calls of operators that move and sample, with the answers of onnxruntime, as JSON, one case
# a line: name, opset, attributes, inputs, outputs. Numbers are small and exact in float32, so that
# only the operator's own arithmetic rounds. Usage: python Scripts/operator_cases.py SEED COUNT

import json
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

random = np.random.RandomState(int(sys.argv[1]))


def pick(*choices):
    return choices[random.randint(len(choices))]


def number(low, high):
    return int(random.randint(low, high + 1))


def floats(*shape):
    return (random.randint(-40, 41, size=shape) / 8).astype(np.float32)


def extents(rank, low=1, high=6):
    return [number(low, high) for _ in range(rank)]


def resize():
    rank = pick(1, 2, 3)
    shape = [1, number(1, 2)] + extents(rank, 1, 8)
    mode = pick("nearest", "linear", "linear", "cubic") if rank == 2 else pick("nearest", "linear")
    attributes = {"mode": mode}
    choices = ["half_pixel", "asymmetric", "pytorch_half_pixel", "align_corners"]
    # onnxruntime rounds the length where the scale does not give a whole number.
    scales = [pick(0.5, 1.0, 1.5, 2.0, 3.0) for _ in range(rank)]
    whole = [n * s for n, s in zip(shape[2:], scales)]
    if any(w != int(w) or w < 1 for w in whole):
        choices = choices[:2]
    attributes["coordinate_transformation_mode"] = pick(*choices)
    if mode == "nearest":
        attributes["nearest_mode"] = pick("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")
    if mode == "cubic":
        attributes["cubic_coeff_a"] = pick(-0.75, -0.5)
        attributes["exclude_outside"] = pick(0, 1)
    if any(int(w) < 1 for w in whole):
        return None
    return "Resize", pick(13, 18, 19), attributes, [floats(*shape), None, np.array([1, 1] + scales, np.float32)]


def pad():
    rank = number(1, 4)
    shape = extents(rank, 2, 5)
    mode = pick("constant", "reflect", "edge", "wrap")
    low = -1 if mode == "constant" else 0
    pads = np.array([number(low, 1 if mode == "reflect" else 2) for _ in range(2 * rank)], np.int64)
    return "Pad", 19, {"mode": mode}, [floats(*shape), pads, np.array(0.5, np.float32)]


def grid_sample():
    rank = pick(2, 2, 3)
    mode = pick("linear", "nearest", "cubic") if rank == 2 else pick("linear", "nearest")
    shape = [number(1, 2), number(1, 2)] + extents(rank, 2, 5)
    grid = (random.randint(-24, 25, size=[shape[0]] + extents(rank) + [rank]) / 17).astype(np.float32)
    attributes = {"mode": mode, "padding_mode": pick("zeros", "border", "reflection"), "align_corners": pick(0, 1)}
    if mode == "cubic" and attributes["padding_mode"] == "border":
        # Not settled: answers differ from those of onnxruntime there.
        attributes["padding_mode"] = "zeros"
    return "GridSample", 20, attributes, [floats(*shape), grid]


def conv_transpose():
    rank = pick(1, 2)
    groups = pick(1, 1, 2)
    c, m = groups * number(1, 3), number(1, 3)
    kernel = extents(rank, 1, 3)
    strides = extents(rank, 1, 3)
    x = floats(number(1, 2), c, *extents(rank, 2, 5))
    attributes = {"group": groups, "strides": strides, "dilations": extents(rank, 1, 2), "kernel_shape": kernel}
    which = number(0, 2)
    if which == 0:
        attributes["pads"] = [0] * rank + [min(1, k - 1) for k in kernel]
        attributes["output_padding"] = [number(0, s - 1) for s in strides]
    elif which == 1 and all(k >= s for k, s in zip(kernel, strides)):
        # Where the stride is longer the pads would be negative, and onnxruntime's are not.
        attributes["auto_pad"] = pick("SAME_UPPER", "SAME_LOWER")
    return "ConvTranspose", 11, attributes, [x, floats(c, m, *kernel), floats(m * groups)]


def pool():
    name = pick("MaxPool", "AveragePool", "LpPool")
    rank = pick(1, 2, 3)
    kernel = extents(rank, 1, 3)
    attributes = {"kernel_shape": kernel, "strides": extents(rank, 1, 3)}
    if number(0, 1):
        attributes["pads"] = [number(0, k - 1) for k in kernel + kernel]
    elif all(k >= s for k, s in zip(kernel, attributes["strides"])):
        attributes["auto_pad"] = pick("SAME_UPPER", "SAME_LOWER", "VALID")
    x = floats(number(1, 2), number(1, 2), *extents(rank, 4, 7))
    if name == "MaxPool":
        attributes["dilations"] = extents(rank, 1, 2) if "pads" in attributes else [1] * rank
    if name == "AveragePool":
        attributes["count_include_pad"] = pick(0, 1)
    if name == "LpPool":
        attributes["p"] = pick(1, 2, 3)
    return name, 12, attributes, [x], 2 if name == "MaxPool" else 1


def roi_align():
    x = floats(2, 2, *extents(2, 3, 7))
    corners = random.randint(0, 40, size=(3, 2)) / 8
    rois = np.concatenate([corners, corners + random.randint(1, 40, size=(3, 2)) / 8], 1).astype(np.float32)
    attributes = {
        "mode": "avg", "output_height": number(1, 3), "output_width": number(1, 3), "spatial_scale": 0.75,
        "sampling_ratio": number(0, 3), "coordinate_transformation_mode": pick("half_pixel", "output_half_pixel"),
    }
    return "RoiAlign", 16, attributes, [x, rois, np.array([0, 1, 1], np.int64)]


def suppression():
    count = number(1, 9)
    corners = random.randint(0, 30, size=(1, count, 2)) / 8
    boxes = np.concatenate([corners, corners + random.randint(1, 30, size=(1, count, 2)) / 8], 2)
    scores = random.randint(0, 9, size=(1, 2, count)) / 8
    inputs = [boxes.astype(np.float32), scores.astype(np.float32), np.array([number(0, 5)], np.int64)]
    inputs += [np.array([0.3], np.float32), np.array([0.25], np.float32)]
    return "NonMaxSuppression", 11, {"center_point_box": pick(0, 1)}, inputs


def scatter():
    rank = number(1, 3)
    shape = extents(rank, 1, 4)
    axis = number(-rank, rank - 1)
    part = [number(1, n) for n in shape]
    indices = random.randint(-shape[axis], shape[axis], size=part).astype(np.int64)
    attributes = {"axis": axis, "reduction": pick("none", "add", "mul", "min", "max")}
    if attributes["reduction"] == "none":
        # onnxruntime leaves open which of several updates stays: one each.
        part[axis] = 1
        indices = random.randint(-shape[axis], shape[axis], size=part).astype(np.int64)
    return "ScatterElements", 18, attributes, [floats(*shape), indices, floats(*part)]


def unique():
    shape = extents(2, 1, 5)
    attributes = {"sorted": pick(0, 1)}
    if number(0, 1):
        attributes["axis"] = number(-2, 1)
    return "Unique", 11, attributes, [random.randint(0, 3, size=shape).astype(np.float32)], 4


def slices():
    rank = number(1, 3)
    shape = extents(rank, 1, 6)
    bounds = [np.array([number(-8, 8) for _ in range(rank)], np.int64) for _ in range(2)]
    steps = np.array([pick(-3, -2, -1, 1, 2, 3) for _ in range(rank)], np.int64)
    return "Slice", 13, {}, [floats(*shape), *bounds, np.arange(rank).astype(np.int64), steps]


def gather_nd():
    data = floats(2, *extents(3, 1, 4))
    batch = number(0, 1)
    length = number(1, 4 - batch)
    columns = [random.randint(-n, n, size=[2, 3] if batch else [3]) for n in data.shape[batch:batch + length]]
    return "GatherND", 13, {"batch_dims": batch}, [data, np.stack(columns, -1).astype(np.int64)]


def transpose():
    rank = number(2, 4)
    shape = [pick(1, 2, 3, 16, 17) for _ in range(rank)]
    order = [int(axis) for axis in random.permutation(rank)]
    return "Transpose", 13, {"perm": order}, [floats(*shape)]


def loss():
    shape = [number(1, 3), number(2, 4)] + extents(number(0, 2), 1, 3)
    target = random.randint(0, shape[1], size=shape[:1] + shape[2:]).astype(np.int64)
    attributes = {"reduction": pick("none", "sum", "mean"), "ignore_index": 1}
    return "SoftmaxCrossEntropyLoss", 13, attributes, [floats(*shape), target, np.abs(floats(shape[1])) + 1], 2


MAKERS = [resize, resize, resize, pad, grid_sample, grid_sample, conv_transpose, conv_transpose, pool, pool,
          roi_align, suppression, scatter, unique, slices, gather_nd, transpose, loss]


def answers(name, opset, attributes, inputs, outputs=1):
    names = ["" if value is None else f"x{i}" for i, value in enumerate(inputs)]
    ports = [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape)
             for n, v in zip(names, inputs) if v is not None]
    results = [f"y{i}" for i in range(outputs)]
    node = helper.make_node(name, names, results, **attributes)
    graph = helper.make_graph([node], "case", ports, [helper.make_empty_tensor_value_info(r) for r in results])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    return session.run(None, {n: v for n, v in zip(names, inputs) if v is not None})


def plain(value):
    if value is None:
        return None
    return {"element": str(value.dtype), "shape": list(value.shape), "values": value.flatten().tolist()}


def attribute(name, value):
    """One attribute; integers and floats apart by their Python type."""
    values = value if isinstance(value, list) else [value]
    kind = type(values[0]).__name__ + ("s" if isinstance(value, list) else "")
    texts = [str(v) for v in values]
    return {"name": name, "kind": kind, "values": texts}


made = 0
while made < int(sys.argv[2]):
    case = random.choice(MAKERS)()
    if case is None:
        continue
    try:
        results = answers(*case)
    except Exception as error:  # onnxruntime does not take every valid call.
        print(f"{case[0]}: {str(error)[:200]}", file=sys.stderr)
        continue
    if any(not np.all(np.isfinite(r)) for r in results):
        continue
    name, opset, attributes, inputs = case[:4]
    print(json.dumps({
        "name": name, "opset": opset, "attributes": [attribute(k, v) for k, v in attributes.items()],
        "inputs": [plain(v) for v in inputs], "outputs": [plain(v) for v in results],
    }))
    made += 1
