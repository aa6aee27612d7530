"""Trains the models of tabular users, exports them with the exporters these users have, and records
what onnxruntime answers.

Arguments: an output folder; then `all` for the cases that are not committed too. Needs
`Python/requirements-models.txt`. Data are seeded or come with
scikit-learn. Each case is laid out as in ONNX's own suite: `CASE/model.onnx`,
`CASE/test_data_set_0/input_I.pb` and `output_I.pb`. A file holds a TensorProto, or, where the
graph's output is a sequence of maps (ZipMap), a SequenceProto whose `map_values` are MapProtos with
`keys` or `string_keys` and in `values` one scalar TensorProto for each key. `index.json` lists the
cases.

A row is kept only if scikit-learn, which computes in binary64, gives it the same label: so no label
hangs on the last bit of a score.
"""

import collections
import json
import pathlib
import sys
import warnings

import numpy as np
import onnx
import onnxruntime
import sklearn
from onnx import numpy_helper

import tabular_cases

ROWS = 12
TOLERANCES = ((1e-5, 1e-6), (1e-4, 1e-5), (1e-3, 1e-4))


def as_map(mapping):
    """A MapProto as onnx.numpy_helper.from_dict lays it out, which cannot take text as keys."""
    result = onnx.MapProto()
    if isinstance(next(iter(mapping)), str):
        result.key_type = onnx.TensorProto.STRING
        result.string_keys.extend(key.encode() for key in mapping)
    else:
        result.key_type = onnx.TensorProto.INT64
        result.keys.extend(mapping)
    result.values.elem_type = onnx.SequenceProto.TENSOR
    for value in mapping.values():
        result.values.tensor_values.append(numpy_helper.from_array(np.array(value, np.float32)))
    return result


def as_proto(value):
    if isinstance(value, list):
        result = onnx.SequenceProto(elem_type=onnx.SequenceProto.MAP)
        result.map_values.extend(as_map(mapping) for mapping in value)
        return result
    if value.dtype.kind in "OU":
        value = value.astype(object)
    return numpy_helper.from_array(value)


def dense(value):
    """Probabilities that came as maps, as the matrix they stand for."""
    if isinstance(value, list):
        return np.array([[row[key] for key in sorted(row)] for row in value])
    return value


def agreement(case, outputs):
    """Which rows have scikit-learn's label, and the largest difference of the other outputs."""
    matrix = case.matrix
    if case.expect:
        expected = [np.asarray(value) for value in case.expect(matrix)]
    elif hasattr(case.model, "predict"):
        expected = [np.asarray(case.model.predict(matrix))]
        for name in ("predict_proba", "decision_function"):
            if len(outputs) > len(expected) and hasattr(case.model, name):
                scores = np.asarray(getattr(case.model, name)(matrix))
                both = scores.ndim == 1 and dense(outputs[1]).shape[-1] == 2
                expected.append(np.stack([-scores, scores], 1) if both else scores)
                break
    else:
        expected = [np.asarray(case.model.transform(matrix))]
    kept, gap = np.ones(len(matrix), bool), 0.0
    for actual, wanted in zip(map(dense, outputs), expected):
        if wanted.dtype.kind in "OUS" or actual.dtype.kind == "i":
            same = actual.reshape(len(matrix), -1) == wanted.reshape(len(matrix), -1)
            kept &= same.all(1)
        else:
            wanted = wanted.reshape(actual.shape).astype(np.float64)
            bound = np.abs(actual.astype(np.float64) - wanted) / (np.abs(wanted) + 0.1)
            gap = max(gap, np.nanmax(bound))
            assert np.array_equal(np.isnan(actual), np.isnan(wanted)), case.name
    return kept, gap


def write(case, folder):
    """Writes one case and returns its line of the index."""
    model = case.export()
    imports = sorted(model.opset_import, key=lambda entry: entry.domain)  # a set in the exporters
    del model.opset_import[:]
    model.opset_import.extend(imports)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"])
    kept, gap = agreement(case, session.run(None, case.feeds(slice(None))))
    assert kept.mean() > 0.9, f"{case.name}: labels differ from scikit-learn's"
    rows = np.flatnonzero(kept)[:ROWS]
    feeds = case.feeds(rows)
    outputs = session.run(None, feeds)
    again, gap = agreement(case._replace(matrix=case.select(rows)), outputs)
    assert again.all() and gap < 1e-3, f"{case.name}: {gap} away from what was trained"
    data = folder / case.name / "test_data_set_0"
    data.mkdir(parents=True, exist_ok=True)
    onnx.save(model, folder / case.name / "model.onnx")
    for place, value in enumerate(model.graph.input):
        (data / f"input_{place}.pb").write_bytes(
            as_proto(feeds[value.name]).SerializeToString(deterministic=True))
    for place, value in enumerate(outputs):
        (data / f"output_{place}.pb").write_bytes(
            as_proto(value).SerializeToString(deterministic=True))
    relative, absolute = next(tolerance for tolerance in TOLERANCES if gap <= tolerance[0])
    versions = {entry.domain or "ai.onnx": entry.version for entry in model.opset_import}
    operators = sorted({(node.domain or "ai.onnx", node.op_type) for node in model.graph.node})
    return {
        "case": case.name,
        "operators": [name if domain == "ai.onnx" else f"{domain}::{name}"
                      for domain, name in operators],
        "opsets": versions,
        "rtol": relative,
        "atol": absolute,
        "gap": float(f"{gap:.1e}"),
        "maps": [place for place, value in enumerate(outputs) if isinstance(value, list)],
    }


def provenance():
    import lightgbm
    import onnxmltools
    import skl2onnx
    import xgboost

    modules = (sklearn, skl2onnx, onnxmltools, lightgbm, xgboost, onnx, onnxruntime, np)
    return {
        "source": "AIVM project: models trained on scikit-learn's bundled data or seeded numbers",
        "command": "python Python/models/tabular_models.py OUTDIR",
        "versions": {module.__name__: module.__version__ for module in modules},
        "expected": "outputs of onnxruntime; `gap` is the largest |a - e| / (|e| + 0.1) to the"
                    " library that trained the model, and decides the tolerance",
        "licence": "own data",
    }


def main():
    warnings.filterwarnings("ignore")
    folder = pathlib.Path(sys.argv[1])
    entries, used = [], collections.Counter()
    for case in tabular_cases.all_cases(sys.argv[2:] == ["all"]):
        entry = write(case, folder)
        entries.append(entry)
        model = onnx.load(folder / case.name / "model.onnx")
        for domain, name in {(node.domain, node.op_type) for node in model.graph.node}:
            version = entry["opsets"][domain or "ai.onnx"]
            since = onnx.defs.get_schema(name, version, domain).since_version
            used[domain or "ai.onnx", name, since] += 1
        print(f"{entry['case']:<34} gap {entry['gap']:.1e} rtol {entry['rtol']:.0e}"
              f" {' '.join(entry['operators'])}", flush=True)
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries)
    (folder / "index.json").write_text(
        f'{{"provenance":{json.dumps(provenance(), indent=1)},\n"cases":[\n{lines}\n]}}\n')
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{len(entries)} cases, {size / 1e6:.2f} MB; operators, since which version, cases:")
    for (domain, name, since), count in sorted(used.items()):
        print(f"  {domain:<12} {name:<24} {since:>2} {count:>3}")


if __name__ == "__main__":
    main()
