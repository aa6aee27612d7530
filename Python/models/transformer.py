"""The two transformers of the benchmarks in exporters' form: a BERT encoder with mean pooling, as
sentence-transformers export it, and a GPT-2 decoder with or without a cache of keys and values.

Weights come from a function `take(name, *shape)`, so that random and real ones fit.
"""

import numpy as np
from onnx import TensorProto

LOWEST = float(np.finfo(np.float32).min)


def exact_gelu(graph, x):
    """x (1 + erf(x / sqrt 2)) / 2 as BERT exports it: Div, Erf, Add, Mul, Mul."""
    erf = graph.node("Erf", graph.node("Div", x, graph.scalar(float(np.float32(np.sqrt(2.0))))))
    product = graph.node("Mul", x, graph.node("Add", erf, graph.scalar(1.0)))
    return graph.node("Mul", product, graph.scalar(0.5))


def tanh_gelu(graph, x):
    """The tanh form of GPT-2, as exported: Mul, Pow, Mul, Add, Mul, Tanh, Add, Mul."""
    cube = graph.node("Mul", graph.scalar(0.044715), graph.node("Pow", x, graph.scalar(3.0)))
    inner = graph.node(
        "Mul", graph.scalar(float(np.float32(np.sqrt(2.0 / np.pi)))), graph.node("Add", x, cube))
    outer = graph.node("Add", graph.node("Tanh", inner), graph.scalar(1.0))
    return graph.node("Mul", graph.node("Mul", x, graph.scalar(0.5)), outer)


def normalise(graph, x, name, take, width, epsilon):
    return graph.node(
        "LayerNormalization", x, graph.weight(name + ".weight", take(name + ".weight", width)),
        graph.weight(name + ".bias", take(name + ".bias", width)), axis=-1, epsilon=epsilon)


def linear(graph, x, name, take, inputs, outputs):
    """A linear layer whose weight `take` gives as [outputs, inputs]; exporters transpose it."""
    matrix = np.ascontiguousarray(take(name + ".weight", outputs, inputs).T)
    return graph.linear(x, name, matrix, take(name + ".bias", outputs))


def encoder_layer(graph, x, bias, name, take, width, heads, inner, epsilon):
    split = graph.integers(0, 0, heads, width // heads)

    def head(part, permutation):
        dense = linear(graph, x, f"{name}.attention.self.{part}", take, width, width)
        return graph.node("Transpose", graph.node("Reshape", dense, split), perm=permutation)

    query, key, value = head("query", [0, 2, 1, 3]), head("key", [0, 2, 3, 1]), head(
        "value", [0, 2, 1, 3])
    scores = graph.node(
        "Div", graph.node("MatMul", query, key),
        graph.scalar(float(np.float32(np.sqrt(width // heads)))))
    shares = graph.node("Softmax", graph.node("Add", scores, bias), axis=-1)
    mixed = graph.node("Transpose", graph.node("MatMul", shares, value), perm=[0, 2, 1, 3])
    mixed = graph.node("Reshape", mixed, graph.integers(0, 0, width))
    dense = linear(graph, mixed, name + ".attention.output.dense", take, width, width)
    x = normalise(
        graph, graph.node("Add", dense, x), name + ".attention.output.LayerNorm", take, width,
        epsilon)
    dense = linear(graph, x, name + ".intermediate.dense", take, width, inner)
    dense = linear(graph, exact_gelu(graph, dense), name + ".output.dense", take, inner, width)
    return normalise(
        graph, graph.node("Add", dense, x), name + ".output.LayerNorm", take, width, epsilon)


def encoder(graph, ids, mask, take, length, positions, kinds=None, *, layers=6, width=384,
            heads=12, inner=1536, vocabulary=30522, epsilon=1e-12):
    """Returns the last hidden state. `positions` holds position numbers, `kinds` token types;
    without `kinds` every token has type 0 and the exporter's constant row is added."""
    table = graph.weight(
        "embeddings.word_embeddings.weight",
        take("embeddings.word_embeddings.weight", vocabulary, width))
    rows = take("embeddings.token_type_embeddings.weight", 2, width)
    name = "embeddings.token_type_embeddings.weight"
    if kinds is None:
        token_type = graph.weight(name, rows[:1][None])
    else:
        token_type = graph.node("Gather", graph.weight(name, rows), kinds)
    places = graph.node(
        "Gather", graph.weight("embeddings.position_embeddings.weight",
                               take("embeddings.position_embeddings.weight", length, width)),
        positions)
    x = graph.node("Add", graph.node("Gather", table, ids), token_type)
    x = normalise(
        graph, graph.node("Add", x, places), "embeddings.LayerNorm", take, width, epsilon)
    spread = graph.node("Unsqueeze", graph.node("Unsqueeze", mask, graph.integers(1)),
                        graph.integers(2))
    spread = graph.node("Cast", spread, to=TensorProto.FLOAT)
    bias = graph.node(
        "Mul", graph.node("Sub", graph.scalar(1.0), spread), graph.scalar(LOWEST))
    for layer in range(layers):
        x = encoder_layer(
            graph, x, bias, f"encoder.layer.{layer}", take, width, heads, inner, epsilon)
    return x


def pool(graph, hidden, mask):
    """The mean over unmasked tokens at length 1: what sentence-transformers call the embedding."""
    weights = graph.node(
        "Cast", graph.node("Expand", graph.node("Unsqueeze", mask, graph.integers(-1)),
                           graph.node("Shape", hidden)), to=TensorProto.FLOAT)
    total = graph.node("ReduceSum", graph.node("Mul", hidden, weights), graph.integers(1),
                       keepdims=0)
    count = graph.node("Clip", graph.node("ReduceSum", weights, graph.integers(1), keepdims=0),
                       graph.scalar(1e-9))
    mean = graph.node("Div", total, count)
    norm = graph.node("Clip", graph.node("ReduceL2", mean, axes=[1], keepdims=1),
                      graph.scalar(1e-12))
    return graph.node("Div", mean, graph.node("Expand", norm, graph.node("Shape", mean)))


def decoder_layer(graph, x, bias, name, take, width, heads, past):
    """Returns the layer's result and the keys and values of all positions so far."""
    dense = normalise(graph, x, name + ".ln_1", take, width, 1e-5)
    dense = linear(graph, dense, name + ".attn.c_attn", take, width, 3 * width)
    split = graph.integers(0, 0, heads, width // heads)
    query, key, value = (
        graph.node("Transpose", graph.node("Reshape", part, split), perm=[0, 2, 1, 3])
        for part in graph.node("Split", dense, graph.integers(width, width, width), outputs=3,
                               axis=2))
    if past is not None:
        key = graph.node("Concat", past[0], key, axis=-2)
        value = graph.node("Concat", past[1], value, axis=-2)
    scores = graph.node("MatMul", query, graph.node("Transpose", key, perm=[0, 1, 3, 2]))
    scores = graph.node(
        "Div", scores, graph.scalar(float(np.float32(np.sqrt(width // heads)))))
    if bias is not None:
        scores = graph.node("Add", scores, bias)
    mixed = graph.node("MatMul", graph.node("Softmax", scores, axis=-1), value)
    mixed = graph.node("Reshape", graph.node("Transpose", mixed, perm=[0, 2, 1, 3]),
                       graph.integers(0, 0, width))
    x = graph.node("Add", linear(graph, mixed, name + ".attn.c_proj", take, width, width), x)
    dense = normalise(graph, x, name + ".ln_2", take, width, 1e-5)
    dense = linear(graph, dense, name + ".mlp.c_fc", take, width, 4 * width)
    dense = linear(graph, tanh_gelu(graph, dense), name + ".mlp.c_proj", take, 4 * width, width)
    return graph.node("Add", x, dense), key, value


def decoder(graph, ids, positions, take, *, bias=None, pasts=None, last_only=False, layers=8,
            width=512, heads=8, vocabulary=32000, context=1024):
    """Returns logits, and the keys and values of each layer. The last matrix is the embedding's
    transpose, which exporters store a second time."""
    words = take("wte.weight", vocabulary, width)
    places = take("wpe.weight", context, width)
    x = graph.node(
        "Add", graph.node("Gather", graph.weight("wte.weight", words), ids),
        graph.node("Gather", graph.weight("wpe.weight", places), positions))
    presents = []
    for layer in range(layers):
        x, key, value = decoder_layer(
            graph, x, bias, f"h.{layer}", take, width, heads, pasts and pasts[layer])
        presents.append((key, value))
    x = normalise(graph, x, "ln_f", take, width, 1e-5)
    if last_only:
        x = graph.node("Slice", x, graph.integers(-1), graph.integers(np.iinfo(np.int64).max),
                       graph.integers(1))
    return graph.linear(x, "lm_head", np.ascontiguousarray(words.T)), presents
