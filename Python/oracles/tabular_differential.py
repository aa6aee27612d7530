"""What onnxruntime answers where nobody chose the numbers: the recorded models of tabular users on
random inputs, and single operators of ai.onnx.ml with random attributes.

Arguments: an output folder, a seed, how many random operators of each kind. Writes cases laid out
as in ONNX's own suite, `inputs/CASE` and `attributes/CASE`.

A row of random inputs is kept only if onnxruntime gives it the same label, and nearly the same
scores, when the inputs change by a millionth: no answer then hangs on a last bit. Attributes stay
clear of what `Documentation/arithmetic.md` lists as different from onnxruntime.
"""

import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

VECTORS = pathlib.Path(__file__).parents[2] / "Tests/Vectors/tabular"
TRANSFORMS = ("NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO", "PROBIT")


def session(model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def as_proto(value):
    """A tensor; or maps from label to score, one a row, as a SequenceProto of MapProtos."""
    if not isinstance(value, list):
        return numpy_helper.from_array(value.astype(object) if value.dtype.kind in "OU" else value)
    result = onnx.SequenceProto(elem_type=onnx.SequenceProto.MAP)
    for mapping in value:
        row = result.map_values.add()
        row.values.elem_type = onnx.SequenceProto.TENSOR
        for key, score in mapping.items():
            if isinstance(key, str):
                row.string_keys.append(key.encode())
            else:
                row.keys.append(key)
            row.values.tensor_values.append(numpy_helper.from_array(np.array(score, np.float32)))
    return result


def write(folder, model, feeds, outputs):
    data = folder / "test_data_set_0"
    data.mkdir(parents=True)
    onnx.save(model, folder / "model.onnx")
    for kind, values in (("input", feeds.values()), ("output", outputs)):
        for place, value in enumerate(values):
            (data / f"{kind}_{place}.pb").write_bytes(as_proto(value).SerializeToString())


# Random inputs


def sample(generator, recorded, rows):
    """Rows like the recorded ones: numbers from half as wide again a range, some missing where
    some were missing, texts from those there are and one more."""
    columns = []
    for column in recorded.T:
        if column.dtype.kind in "OU":
            columns.append(generator.choice([*sorted(set(column)), "unheard of"], rows))
            continue
        numbers = column.astype(np.float64)
        low, high = np.nanmin(numbers), np.nanmax(numbers)
        margin = (high - low) / 4
        values = generator.uniform(low - margin, high + margin, rows)
        if (numbers == np.round(numbers)).all():
            values = np.clip(np.round(values), low, high)
        if np.isnan(numbers).any():
            values[generator.random(rows) < 0.2] = np.nan
        columns.append(values)
    return np.stack(columns, 1).astype(recorded.dtype)


def dense(output):
    if isinstance(output, list):
        return np.array([[row[key] for key in row] for row in output], np.float32)
    return output


def agreeing(one, other):
    """Which rows are the same in both lists of outputs, but for roundings."""
    kept = np.ones(len(dense(one[0])), bool)
    for a, b in zip(map(dense, one), map(dense, other)):
        a, b = a.reshape(len(kept), -1), b.reshape(len(kept), -1)
        same = a == b if a.dtype.kind in "OUSi" else np.isclose(a, b, 1e-4, 1e-5, equal_nan=True)
        kept &= same.all(1)
    return kept


def moved(value, factor):
    """Numbers changed by a factor; whole ones, which may be categories, as they are."""
    if value.dtype.kind != "f":
        return value
    return np.where(value == np.round(value), value, value * factor).astype(value.dtype)


def random_inputs(folder, entry, generator, rows=40):
    name = entry["case"]
    model = onnx.load(VECTORS / name / "model.onnx")
    runtime = session(model)
    feeds = {}
    for place, port in enumerate(runtime.get_inputs()):
        proto = onnx.TensorProto()
        proto.ParseFromString(
            (VECTORS / name / f"test_data_set_0/input_{place}.pb").read_bytes())
        recorded = numpy_helper.to_array(proto)
        feeds[port.name] = sample(generator, recorded, rows)
    outputs = runtime.run(None, feeds)
    kept = np.ones(rows, bool)
    for factor in (1 - 1e-6, 1 + 1e-6):
        others = {key: moved(value, factor) for key, value in feeds.items()}
        kept &= agreeing(outputs, runtime.run(None, others))
    assert kept.mean() > 0.5, f"{name}: {kept.sum()} rows are stable"
    write(
        folder / name, model, {key: value[kept] for key, value in feeds.items()},
        [selected(output, kept) for output in outputs])


def selected(output, kept):
    """The kept rows."""
    if isinstance(output, list):
        return [row for row, is_kept in zip(output, kept) if is_kept]
    return output[kept]


# Random attributes


def operator(kind, x, outputs, version, **attributes):
    node = helper.make_node(
        kind, ["X"], [f"Y{place}" for place in range(len(outputs))], domain="ai.onnx.ml",
        **attributes)
    element = numpy_helper.from_array(x).data_type
    graph = helper.make_graph(
        [node], kind, [helper.make_tensor_value_info("X", element, [None] * x.ndim)],
        [helper.make_tensor_value_info(f"Y{place}", type, None)
         for place, type in enumerate(outputs)])
    return helper.make_model(
        graph, ir_version=8,
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", version)])


def table(generator, rows, features, type=np.float32):
    """Whole numbers and halves, so that thresholds are met exactly, and some missing."""
    values = generator.integers(-6, 7, (rows, features)) / 2
    if np.dtype(type).kind == "f":
        values[generator.random(values.shape) < 0.1] = np.nan
    return values.astype(type)


def weight(generator, positive):
    value = float(np.float32(generator.normal() / 3))
    return abs(value) if positive else value


def forest(generator, prefix, features, targets, positive=False):
    """The attributes of a random forest; one weight a leaf and target."""
    names = ("BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ")
    modes = names if generator.random() < 0.5 else (generator.choice(names),)
    missing = generator.random() < 0.5
    nodes, weights = [], []

    def grow(tree, identifiers, depth):
        place = len(nodes)
        identifier = next(identifiers)
        if depth == 0 or generator.random() < 0.2:
            nodes.append([tree, identifier, 0, "LEAF", 0.0, 0, 0, 0])
            for target in targets:
                weights.append([tree, identifier, target, weight(generator, positive)])
            return identifier
        nodes.append([
            tree, identifier, int(generator.integers(features)), str(generator.choice(modes)),
            float(generator.integers(-6, 7) / 2), 0, 0, int(missing and generator.random() < 0.5)])
        nodes[place][5] = grow(tree, identifiers, depth - 1)
        nodes[place][6] = grow(tree, identifiers, depth - 1)
        return identifier

    for tree in range(int(generator.integers(1, 12))):
        grow(tree, iter(range(1000)), int(generator.integers(0, 6)))
    columns = list(zip(*nodes))
    attributes = dict(zip(
        ("nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_modes", "nodes_values",
         "nodes_truenodeids", "nodes_falsenodeids", "nodes_missing_value_tracks_true"),
        map(list, columns)))
    generator.shuffle(weights)
    for key, column in zip(("treeids", "nodeids", "ids", "weights"), zip(*weights)):
        attributes[f"{prefix}_{key}"] = list(column)
    attributes[f"{prefix}_ids"] = [int(value) for value in attributes[f"{prefix}_ids"]]
    return {key: list(value) for key, value in attributes.items()}


def as_tensors(attributes, names, type):
    for name in names:
        if name in attributes:
            values = np.array(attributes.pop(name), type)
            attributes[f"{name}_as_tensor"] = numpy_helper.from_array(values)


def regressor(generator):
    features, targets = int(generator.integers(1, 6)), int(generator.integers(1, 4))
    type = generator.choice([np.float32, np.float64])
    attributes = forest(generator, "target", features, range(targets))
    attributes["aggregate_function"] = str(generator.choice(["SUM", "AVERAGE", "MIN", "MAX"]))
    attributes["post_transform"] = str(generator.choice(TRANSFORMS))
    if generator.random() < 0.5:
        attributes["base_values"] = [weight(generator, False) for _ in range(targets)]
    if type == np.float64:
        as_tensors(attributes, ("nodes_values", "target_weights", "base_values"), type)
    x = table(generator, 20, features, type)
    return operator(
        "TreeEnsembleRegressor", x, [TensorProto.FLOAT], 3, n_targets=targets, **attributes), x


def classifier(generator):
    features, classes = int(generator.integers(1, 6)), int(generator.integers(2, 6))
    type = generator.choice([np.float32, np.float64, np.int64, np.int32])
    targets = range(classes) if classes > 2 else [int(generator.integers(2))]
    attributes = forest(generator, "class", features, targets, generator.random() < 0.4)
    transforms = TRANSFORMS if classes > 2 or targets[0] == 1 else TRANSFORMS[:4]
    attributes["post_transform"] = str(generator.choice(transforms))
    if generator.random() < 0.5:
        count = classes if classes > 2 else 1
        attributes["base_values"] = [weight(generator, False) for _ in range(count)]
    if type == np.float64:
        as_tensors(attributes, ("nodes_values", "class_weights", "base_values"), type)
    texts = generator.random() < 0.5
    if texts:
        attributes["classlabels_strings"] = [f"class {place}" for place in range(classes)]
    else:
        attributes["classlabels_int64s"] = [7 * place - 3 for place in range(classes)]
    x = table(generator, 20, features, type)
    label = TensorProto.STRING if texts else TensorProto.INT64
    return operator(
        "TreeEnsembleClassifier", x, [label, TensorProto.FLOAT], 3, **attributes), x


def ensemble(generator):
    """TreeEnsemble: nodes and leaves apart, sets of members."""
    features, targets = int(generator.integers(1, 6)), int(generator.integers(1, 4))
    type = generator.choice([np.float32, np.float64])
    nodes, leaves, sets, roots = [], [], {}, []

    def grow(depth):
        """The position of a node or leaf, and whether it is a leaf."""
        if depth == 0 or generator.random() < 0.2:
            leaves.append([int(generator.integers(targets)), weight(generator, False)])
            return len(leaves) - 1, 1
        place = len(nodes)
        mode = int(generator.integers(7))
        nodes.append(None)
        if mode == 6:
            # onnxruntime's sets hold small whole numbers only.
            members = generator.integers(0, 8, int(generator.integers(1, 6))).astype(float)
            sets[place] = [*members, np.nan]
        (truth, leaf), (falsehood, other) = grow(depth - 1), grow(depth - 1)
        nodes[place] = [
            int(generator.integers(features)), mode, float(generator.integers(-6, 7) / 2), truth,
            leaf, falsehood, other, int(generator.random() < 0.3)]
        return place, 0

    while not roots or generator.random() < 0.8:
        place = len(nodes)
        _, leaf = grow(int(generator.integers(1, 6)))
        if not leaf:
            roots.append(place)
    columns = list(map(list, zip(*nodes)))
    members = [value for place in sorted(sets) for value in sets[place]]
    attributes = dict(
        nodes_featureids=columns[0], nodes_truenodeids=columns[3], nodes_trueleafs=columns[4],
        nodes_falsenodeids=columns[5], nodes_falseleafs=columns[6],
        nodes_missing_value_tracks_true=columns[7],
        nodes_modes=numpy_helper.from_array(np.array(columns[1], np.uint8)),
        nodes_splits=numpy_helper.from_array(np.array(columns[2], type)),
        leaf_targetids=[leaf[0] for leaf in leaves],
        leaf_weights=numpy_helper.from_array(np.array([leaf[1] for leaf in leaves], type)),
        tree_roots=roots, n_targets=targets, aggregate_function=int(generator.integers(4)),
        post_transform=int(generator.choice([0, 3, 4])))
    if members:
        attributes["membership_values"] = numpy_helper.from_array(np.array(members, type))
    x = table(generator, 20, features, type)
    return operator(
        "TreeEnsemble", x, [numpy_helper.from_array(x).data_type], 5, **attributes), x


def floats(generator, count, scale=1.0):
    return [float(np.float32(value * scale)) for value in generator.normal(size=count)]


def linear(generator):
    features, classes = int(generator.integers(1, 300)), int(generator.integers(2, 6))
    x = generator.normal(size=(20, features)).astype(np.float32)
    if generator.random() < 0.5:
        model = operator(
            "LinearRegressor", x, [TensorProto.FLOAT], 1, targets=classes,
            coefficients=floats(generator, classes * features, features ** -0.5),
            intercepts=floats(generator, classes),
            post_transform=str(generator.choice(TRANSFORMS[:4])))
        return model, x
    outputs = 1 if classes == 2 and generator.random() < 0.5 else classes
    model = operator(
        "LinearClassifier", x, [TensorProto.INT64, TensorProto.FLOAT], 1,
        coefficients=floats(generator, outputs * features, features ** -0.5),
        intercepts=floats(generator, outputs), classlabels_ints=list(range(10, 10 + classes)),
        post_transform=str(generator.choice(TRANSFORMS[:4])))
    return model, x


def vectors(generator):
    features, classes = int(generator.integers(1, 20)), int(generator.integers(2, 5))
    x = generator.normal(size=(20, features)).astype(np.float32)
    kernel = str(generator.choice(["LINEAR", "POLY", "RBF", "SIGMOID"]))
    common = dict(
        kernel_type=kernel, kernel_params=[0.1, 0.25, float(generator.integers(1, 5))])
    if generator.random() < 0.4:
        count = int(generator.integers(0, 30))
        if count:
            common["support_vectors"] = floats(generator, count * features)
        model = operator(
            "SVMRegressor", x, [TensorProto.FLOAT], 1, n_supports=count, rho=[0.125],
            coefficients=floats(generator, count or features),
            one_class=int(generator.random() < 0.2), **common)
        return model, x
    pairs = classes * (classes - 1) // 2
    attributes = dict(common, classlabels_ints=list(range(10, 10 + classes)))
    if generator.random() < 0.2:
        attributes.update(coefficients=floats(generator, classes * features), rho=[0.125])
    else:
        counts = [int(generator.integers(1, 9)) for _ in range(classes)]
        attributes.update(
            vectors_per_class=counts, rho=floats(generator, pairs, 0.2),
            support_vectors=floats(generator, sum(counts) * features),
            coefficients=floats(generator, (classes - 1) * sum(counts)))
        if generator.random() < 0.6:
            attributes.update(
                prob_a=[-abs(value) - 0.5 for value in floats(generator, pairs)],
                prob_b=floats(generator, pairs, 0.2))
    has_room = classes > 2 or "prob_a" in attributes or "support_vectors" not in attributes
    transforms = TRANSFORMS[:4] if has_room else TRANSFORMS[:3]
    model = operator(
        "SVMClassifier", x, [TensorProto.INT64, TensorProto.FLOAT], 1,
        post_transform=str(generator.choice(transforms)), **attributes)
    return model, x


def random_attributes(folder, make, generator):
    model, x = make(generator)
    runtime = session(model)
    outputs = runtime.run(None, {"X": x})
    kept = np.ones(len(x), bool)
    if x.dtype.kind == "f" and make in (linear, vectors):
        for factor in (1 - 1e-6, 1 + 1e-6):
            kept &= agreeing(outputs, runtime.run(None, {"X": moved(x, factor)}))
    write(folder, model, {"X": x[kept]}, [output[kept] for output in outputs])


def main():
    folder, seed, count = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    generator = np.random.default_rng(seed)
    for entry in json.loads((VECTORS / "index.json").read_text())["cases"]:
        random_inputs(folder / "inputs", entry, generator)
    for make in (regressor, classifier, ensemble, linear, vectors):
        for place in range(count):
            random_attributes(
                folder / "attributes" / f"{make.__name__}_{place}", make, generator)


if __name__ == "__main__":
    main()
