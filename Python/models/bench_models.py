"""Writes the models of the inference benchmarks as exporters emit them, with seeded weights.

Arguments: an output folder, then optionally names of models (all without). Writes `NAME.onnx` and
`NAME.npz` (one array for each graph input), checks each with onnx and runs it in onnxruntime.
Shapes are fixed. About 1.2 GB in all, most of it the four GPT models.
"""

import pathlib
import sys
import zlib

import numpy as np
import onnx
import onnxruntime

import transformer
from graph import Graph, count_operations


class Source:
    """Seeded weights by name, at the scales of a trained network."""

    def __init__(self, name):
        self.random = np.random.default_rng(zlib.crc32(name.encode()))

    def normal(self, *shape, scale=1.0):
        return self.random.standard_normal(shape, np.float32) * np.float32(scale)

    def layer(self, *shape, gain=2.0):
        """A weight [outputs, inputs, ...] that keeps the size of what passes through it."""
        return self.normal(*shape, scale=np.sqrt(gain / np.prod(shape[1:])))

    def take(self, name, *shape):
        """A transformer's weight: normalisations near 1, biases near 0, embeddings small."""
        if ".ln_" in name or name.startswith("ln_f") or "LayerNorm" in name:
            return np.float32(name.endswith("weight")) + self.normal(*shape, scale=0.05)
        if name.endswith("bias"):
            return self.normal(*shape, scale=0.02)
        if "embeddings" in name or name in ("wte.weight", "wpe.weight"):
            return self.normal(*shape, scale=0.05)
        return self.layer(*shape, gain=1.0)


def mlp(name, batch):
    graph, source = Graph(name), Source("mlp")
    sizes = (784, 512, 512, 10)
    x = graph.input("input", source.random.random((batch, sizes[0]), np.float32))
    for index, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        if index:
            x = graph.node("Relu", x)
        x = graph.gemm(x, f"layers.{index}", source.layer(outputs, inputs),
                       source.normal(outputs, scale=0.05))
    graph.output(graph.node("Softmax", x, axis=1), "output", [batch, sizes[-1]])
    return graph


def conv(graph, source, x, name, inputs, outputs, kernel, stride=1, pad=0, groups=1, gain=2.0):
    """A convolution with bias: where the batch normalisation behind it went at export."""
    weight = source.layer(outputs, inputs // groups, kernel, kernel, gain=gain)
    return graph.node(
        "Conv", x, graph.weight(name + ".weight", weight),
        graph.weight(name + ".bias", source.normal(outputs, scale=0.05)),
        dilations=[1, 1], group=groups, kernel_shape=[kernel, kernel], pads=[pad] * 4,
        strides=[stride, stride])


def lenet(name, batch):
    graph, source = Graph(name), Source("lenet")
    x = graph.input("input", source.random.random((batch, 1, 28, 28), np.float32))
    for index, (inputs, outputs, pad) in enumerate(((1, 6, 2), (6, 16, 0))):
        x = conv(graph, source, x, f"features.{index}", inputs, outputs, 5, pad=pad)
        x = graph.node("MaxPool", graph.node("Relu", x), ceil_mode=0, kernel_shape=[2, 2],
                       pads=[0] * 4, strides=[2, 2])
    x = graph.node("Flatten", x, axis=1)
    for index, (inputs, outputs) in enumerate(((400, 120), (120, 84), (84, 10))):
        if index:
            x = graph.node("Relu", x)
        x = graph.gemm(x, f"classifier.{index}", source.layer(outputs, inputs),
                       source.normal(outputs, scale=0.05))
    graph.output(x, "output", [batch, 10])
    return graph


def classify(graph, source, x, inputs):
    x = graph.node("Flatten", graph.node("GlobalAveragePool", x), axis=1)
    x = graph.gemm(x, "classifier", source.layer(1000, inputs, gain=1.0),
                   source.normal(1000, scale=0.05))
    graph.output(x, "output", [1, 1000])
    return graph


def mobilenetv2(name):
    """Width 1.0. The rows are (expansion, channels, repeats, stride), table 2 of the paper."""
    graph, source = Graph(name), Source("mobilenetv2")
    rows = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
            (6, 160, 3, 2), (6, 320, 1, 1))

    def clipped(x):
        return graph.node("Clip", x, graph.scalar(0.0), graph.scalar(6.0))

    x = graph.input("input", source.normal(1, 3, 224, 224))
    x = clipped(conv(graph, source, x, "stem", 3, 32, 3, stride=2, pad=1))
    channels, index = 32, 0
    for expansion, outputs, repeats, first in rows:
        for repeat in range(repeats):
            stride, inner, block = first if repeat == 0 else 1, channels * expansion, x
            place = f"blocks.{index}"
            if expansion != 1:
                block = clipped(conv(graph, source, block, place + ".expand", channels, inner, 1))
            block = clipped(conv(graph, source, block, place + ".depthwise", inner, inner, 3,
                                 stride=stride, pad=1, groups=inner))
            block = conv(graph, source, block, place + ".project", inner, outputs, 1, gain=1.0)
            x = graph.node("Add", x, block) if stride == 1 and channels == outputs else block
            channels, index = outputs, index + 1
    x = clipped(conv(graph, source, x, "head", channels, 1280, 1))
    return classify(graph, source, x, 1280)


def resnet18(name):
    graph, source = Graph(name), Source("resnet18")
    x = graph.input("input", source.normal(1, 3, 224, 224))
    x = graph.node("Relu", conv(graph, source, x, "conv1", 3, 64, 7, stride=2, pad=3))
    x = graph.node("MaxPool", x, ceil_mode=0, kernel_shape=[3, 3], pads=[1] * 4, strides=[2, 2])
    channels = 64
    for stage, outputs in enumerate((64, 128, 256, 512)):
        for block in range(2):
            stride, place = 2 if stage and not block else 1, f"layer{stage + 1}.{block}"
            y = conv(graph, source, x, place + ".conv1", channels, outputs, 3, stride, 1)
            y = conv(graph, source, graph.node("Relu", y), place + ".conv2", outputs, outputs, 3,
                     pad=1, gain=0.5)
            if stride != 1:
                x = conv(graph, source, x, place + ".downsample", channels, outputs, 1, stride,
                         gain=1.0)
            x, channels = graph.node("Relu", graph.node("Add", y, x)), outputs
    return classify(graph, source, x, 512)


def minilm(name, length):
    """all-MiniLM-L6-v2's shape. The last eighth of the tokens is masked, as padding would be."""
    graph, source = Graph(name), Source("minilm")
    mask = np.ones((1, length), np.int64)
    mask[:, length - length // 8:] = 0
    ids = graph.input("input_ids", source.random.integers(1000, 30522, (1, length)))
    mask = graph.input("attention_mask", mask)
    positions = graph.weight("positions", np.arange(length, dtype=np.int64)[None])
    hidden = transformer.encoder(graph, ids, mask, source.take, 512, positions)
    graph.output(transformer.pool(graph, hidden, mask), "sentence_embedding", [1, 384])
    return graph


def gpt_prefill(name, length, last_only):
    graph, source = Graph(name), Source("gpt")
    ids = graph.input("input_ids", source.random.integers(0, 32000, (1, length)))
    positions = graph.weight("positions", np.arange(length, dtype=np.int64)[None])
    causal = np.triu(np.full((length, length), transformer.LOWEST, np.float32), 1)
    logits, presents = transformer.decoder(
        graph, ids, positions, source.take, bias=graph.weight("causal", causal[None, None]),
        last_only=last_only)
    graph.output(logits, "logits", [1, 1 if last_only else length, 32000])
    return declare(graph, presents, length)


def gpt_decode(name, past):
    graph, source = Graph(name), Source("gpt")
    ids = graph.input("input_ids", source.random.integers(0, 32000, (1, 1)))
    pasts = [
        tuple(graph.input(f"past_key_values.{layer}.{part}", source.normal(1, 8, past, 64))
              for part in ("key", "value"))
        for layer in range(8)]
    positions = graph.weight("positions", np.array([[past]], np.int64))
    logits, presents = transformer.decoder(graph, ids, positions, source.take, pasts=pasts)
    graph.output(logits, "logits", [1, 1, 32000])
    return declare(graph, presents, past + 1)


def declare(graph, presents, length):
    for layer, pair in enumerate(presents):
        for part, value in zip(("key", "value"), pair):
            graph.output(value, f"present.{layer}.{part}", [1, 8, length, 64])
    return graph


MODELS = {
    "mlp_b1": lambda name: mlp(name, 1),
    "mlp_b64": lambda name: mlp(name, 64),
    "lenet_b1": lambda name: lenet(name, 1),
    "lenet_b32": lambda name: lenet(name, 32),
    "mobilenetv2": mobilenetv2,
    "resnet18": resnet18,
    "minilm_s16": lambda name: minilm(name, 16),
    "minilm_s128": lambda name: minilm(name, 128),
    "gpt_prefill128": lambda name: gpt_prefill(name, 128, last_only=True),
    "gpt_prefill128_all": lambda name: gpt_prefill(name, 128, last_only=False),
    "gpt_decode_past128": lambda name: gpt_decode(name, 128),
    "gpt_decode_past512": lambda name: gpt_decode(name, 512),
}


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or MODELS:
        graph = MODELS[name](name)
        model = graph.model()
        onnx.save(model, folder / f"{name}.onnx")
        np.savez(folder / f"{name}.npz", **graph.samples)
        session = onnxruntime.InferenceSession(
            folder / f"{name}.onnx", providers=["CPUExecutionProvider"])
        first = session.run(None, graph.samples)[0]
        assert np.isfinite(first).all(), f"{name} gives no finite result"
        print(f"{name:<20} {count_operations(model) / 1e6:>9.1f} MFLOP"
              f" {sum(w.size for w in graph.weights.values()) / 1e6:>7.2f} M weights"
              f" {len(graph.nodes):>4} nodes  {graph.outputs[0].name} {list(first.shape)}"
              f" in [{first.min():.3g}, {first.max():.3g}], deviation {first.std():.3g}",
              flush=True)


if __name__ == "__main__":
    main()
