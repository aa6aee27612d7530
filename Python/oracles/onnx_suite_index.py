"""Lists the cases of ONNX's own conformance suite: tier, types, tolerances, a peer's result.

Arguments: the folder `onnx/backend/test/data` of the onnx package (1.22.0; `-` takes the installed
one), the JSON file to write. With a third argument `run`, onnxruntime runs every case and its
result is written too ("pass", "differ", "refused").

The tier of a node case is that of the operator it is named for. An expanded case (the operator
replaced by its function body) has the operator of the case it expands. A case is `counted` when
every input and output of its graph is a tensor whose element type is one of COMMON.
"""

import collections
import json
import pathlib
import sys

import numpy as np
import onnx
from onnx.backend.test.runner import Runner

COMMON = {
    "FLOAT", "DOUBLE", "FLOAT16", "BOOL",
    "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64",
}
RELATIVE, ABSOLUTE = 1e-3, 1e-7  # what onnx.backend.test.loader gives a case that names none
KINDS = ("node", "pytorch-converted", "pytorch-operator", "simple", "real")
ML, PREVIEW, TRAINING = "ai.onnx.ml::", "ai.onnx.preview::", "ai.onnx.preview.training::"

TIERS = {
    1: """
Abs Add And ArgMax ArgMin Attention AveragePool BatchNormalization Cast CastLike Ceil Celu Clip
Concat Constant ConstantOfShape Conv ConvTranspose Cos CumSum DepthToSpace Div Dropout Einsum Elu
Equal Erf Exp Expand EyeLike Flatten Floor Gather GatherElements GatherND Gelu Gemm
GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual GroupNormalization HardSigmoid HardSwish
Hardmax Identity InstanceNormalization IsInf IsNaN LRN LayerNormalization LeakyRelu Less
LessOrEqual Log LogSoftmax LpNormalization LpPool MatMul Max MaxPool Mean
MeanVarianceNormalization Min Mish Mod Mul Neg NonZero Not OneHot Or PRelu Pad Pow
RMSNormalization Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax
ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Resize RotaryEmbedding
Round ScatterElements ScatterND Selu Shape Sigmoid Sign Sin Size Slice Softmax Softplus Softsign
SpaceToDepth Split Sqrt Squeeze Sub Sum SwiGLU Swish Tanh TensorScatter ThresholdedRelu Tile TopK
Transpose Trilu Unsqueeze Upsample Where Xor
""".split(),
    2: """
Acos Acosh AffineGrid Asin Asinh Atan Atanh BitCast BitShift BitwiseAnd BitwiseNot BitwiseOr
BitwiseXor CausalConvWithState CenterCropPad Col2Im Compress ConvInteger Cosh CumProd DeformConv
DequantizeLinear Det DynamicQuantizeLinear GRU GridSample If LSTM LinearAttention Loop MatMulInteger
MaxUnpool NonMaxSuppression OptionalGetElement OptionalHasElement QLinearConv QLinearMatMul
QuantizeLinear RNN ReverseSequence RoiAlign Scan Scatter SequenceInsert SequenceMap Shrink Sinh
SplitToSequence Tan Unique
""".split()
    + [ML + name for name in ("ArrayFeatureExtractor", "Binarizer", "LabelEncoder", "TreeEnsemble")]
    + [PREVIEW + "FlexAttention"],
    3: """
Bernoulli BlackmanWindow DFT HammingWindow HannWindow ImageDecoder MelWeightMatrix
NegativeLogLikelihoodLoss RegexFullMatch STFT SoftmaxCrossEntropyLoss StringConcat StringNormalizer
StringSplit TfIdfVectorizer
""".split()
    + [TRAINING + name for name in ("Adagrad", "Adam", "Momentum")],
}
TIER = {name: tier for tier, names in TIERS.items() for name in names}


def qualified(node):
    return node.op_type if node.domain in ("", "ai.onnx") else f"{node.domain}::{node.op_type}"


def walk(graph, found):
    """Adds every operator of `graph` and of the graphs in its attributes to `found`."""
    for node in graph.node:
        found.add(qualified(node))
        for attribute in node.attribute:
            for inner in [attribute.g] * attribute.HasField("g") + list(attribute.graphs):
                walk(inner, found)


def describe(value_type, found, forms):
    """Adds the element types of a graph input or output, and whether it is more than a tensor."""
    form = value_type.WhichOneof("value").removesuffix("_type")
    if form == "tensor":
        found.add(onnx.TensorProto.DataType.Name(value_type.tensor_type.elem_type))
        return
    forms.add(form)
    if form in ("sequence", "optional"):
        describe(getattr(value_type, form + "_type").elem_type, found, set())
    elif form == "map":
        describe(value_type.map_type.value_type, found, set())


def entry(kind, name, model_path, folder, base_model):
    model = onnx.load(model_path)
    operators, types, forms = set(), set(), set()
    walk(model.graph, operators)
    for function in model.functions:
        walk(function, operators)
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    for value in [*inputs, *model.graph.output]:
        describe(value.type, types, forms)
    result = {"kind": kind, "name": name, "operators": sorted(operators)}
    result["opsets"] = {o.domain or "ai.onnx": o.version for o in model.opset_import}
    result["types"] = sorted(types)
    if forms:
        result["forms"] = sorted(forms)
    if (folder / "data.json").exists():
        data = json.loads((folder / "data.json").read_text())
        for key, default in (("rtol", RELATIVE), ("atol", ABSOLUTE)):
            if data.get(key, default) != default:
                result[key] = data[key]
        if "url" in data:
            result["model"] = data["url"].rsplit("/", 1)[-1]
    if kind == "node":
        base = onnx.load(base_model)
        assert len(base.graph.node) == 1, f"{name} is named for more than one operator"
        operator = qualified(base.graph.node[0])
        result["operator"] = operator
        result["tier"] = TIER[operator]
        if model_path != base_model:
            result["expanded"] = True
        result["counted"] = not forms and types <= COMMON
    return result


def read(path, value_type):
    data = path.read_bytes()
    form = value_type.WhichOneof("value")
    if form == "sequence_type":
        return onnx.numpy_helper.to_list(onnx.SequenceProto.FromString(data))
    if form == "optional_type":
        return onnx.numpy_helper.to_optional(onnx.OptionalProto.FromString(data))
    return onnx.numpy_helper.to_array(onnx.TensorProto.FromString(data))


def run(model_path, folder, result):
    """onnxruntime's outcome under the rule of onnx.backend.test.runner."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(
            model_path, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        return "refused", str(error)
    graph = onnx.load(model_path).graph
    weights = {tensor.name for tensor in graph.initializer}
    values = [value for value in graph.input if value.name not in weights]
    try:
        if result["kind"] == "real":
            inputs = [Runner.generate_dummy_data(value) for value in values]
            expected = [read(model_path.with_name(model_path.stem + "_output_0.pb"),
                             graph.output[0].type)]
        else:
            data = folder / "test_data_set_0"
            count = len(list(data.glob("input_*.pb")))
            inputs = [read(data / f"input_{i}.pb", graph.input[i].type) for i in range(count)]
            values = graph.input[:count]
            count = len(list(data.glob("output_*.pb")))
            expected = [read(data / f"output_{i}.pb", graph.output[i].type) for i in range(count)]
        outputs = session.run(None, {v.name: x for v, x in zip(values, inputs)})
    except Exception as error:
        return "refused", str(error)
    try:
        Runner.assert_similar_outputs(
            expected, outputs, result.get("rtol", RELATIVE), result.get("atol", ABSOLUTE))
    except Exception as error:
        return "differ", str(error)
    return "pass", ""


def collect(suite):
    for kind in KINDS:
        for folder in sorted(path for path in (suite / kind).iterdir() if path.is_dir()):
            path, base = folder / "model.onnx", folder.name.split("_expanded")[0]
            if not path.exists():
                url = json.loads((folder / "data.json").read_text())["url"]
                path = suite / "light" / url.rsplit("/", 1)[-1]
            yield kind, folder, path, suite / kind / base / "model.onnx" if kind == "node" else path


def main():
    suite = pathlib.Path(sys.argv[1])
    if sys.argv[1] == "-":
        suite = pathlib.Path(onnx.__file__).parent / "backend" / "test" / "data"
    runs = sys.argv[3:] == ["run"]
    cases, tally = [], collections.Counter()
    for kind, folder, path, base in collect(suite):
        case = entry(kind, folder.name.removeprefix("test_"), path, folder, base)
        if runs:
            case["onnxruntime"], why = run(path, folder, case)
            if case["onnxruntime"] != "pass":
                lines = " ".join(why.split())[:150]
                print(kind, case["name"], case["onnxruntime"], lines, sep="\t")
        group = f"tier {case['tier']}" if kind == "node" else kind
        if kind == "node" and not case["counted"]:
            group += " not counted"
        tally[group, case.get("onnxruntime", "")] += 1
        cases.append(case)
    provenance = {
        "source": f"onnx {onnx.__version__} (Apache-2.0), onnx/backend/test/data",
        "command": "python Python/oracles/onnx_suite_index.py - OUT.json" + " run" * runs,
        "counted": "every graph input and output is a tensor of " + " ".join(sorted(COMMON)),
        "tolerances": f"rtol {RELATIVE}, atol {ABSOLUTE} unless a case says otherwise",
    }
    if runs:
        import onnxruntime

        provenance["onnxruntime"] = f"onnxruntime {onnxruntime.__version__}, CPU, Python binding"
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    pathlib.Path(sys.argv[2]).write_text(
        f'{{"provenance":{json.dumps(provenance, indent=1)},\n"cases":[\n{lines}\n]}}\n')
    for (group, outcome), count in sorted(tally.items()):
        print(f"{group:<22} {outcome:<8} {count}")


if __name__ == "__main__":
    main()
