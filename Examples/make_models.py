#!/usr/bin/env python3
"""Train and export the AIVM example models (opset 17, static shapes, batch 1).

Needs: numpy scikit-learn onnx onnxruntime jax (CPU).  No downloads: data comes
from sklearn.datasets and, for the char model, the GPL-3 text that Debian ships.
Everything is seeded.  Usage:  python make_models.py [outdir]
"""
import json, os, sys, functools
import numpy as np, onnx, onnxruntime as ort
from onnx import helper as H, numpy_helper as NH, TensorProto as TP
import jax, jax.numpy as jnp
from sklearn.datasets import load_digits, load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

OUT = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "models")
os.makedirs(OUT, exist_ok=True)
SEED = 0
report = {}


def adam(loss, params, batches, lr=1e-3, wd=1e-4):
    @jax.jit
    def step(p, m, v, t, *b):
        g = jax.grad(loss)(p, *b)
        m = jax.tree.map(lambda m, g: .9 * m + .1 * g, m, g)
        v = jax.tree.map(lambda v, g: .999 * v + .001 * g * g, v, g)
        def up(p, m, v):
            return p - lr * (m / (1 - .9 ** t) / (jnp.sqrt(v / (1 - .999 ** t)) + 1e-8) + wd * p)
        return jax.tree.map(up, p, m, v), m, v
    z = jax.tree.map(jnp.zeros_like, params)
    m, v, t = z, z, 0
    for b in batches:
        t += 1
        params, m, v = step(params, m, v, float(t), *b)
    return jax.tree.map(np.asarray, params)


def batches(X, Y, steps, bs=64, aug=None):
    r = np.random.default_rng(SEED)
    for _ in range(steps):
        i = r.integers(0, len(X), bs)
        yield (aug(r, X[i]) if aug else X[i], Y[i])


def he(r, *s, fan):
    return (r.standard_normal(s) * np.sqrt(2 / fan)).astype(np.float32)


def xent(logits, y):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), y[..., None], -1))


def save(name, nodes, inits, in_shape, out_shape, in_type=TP.FLOAT, inp="input", out="output"):
    g = H.make_graph(nodes, name,
                     [H.make_tensor_value_info(inp, in_type, in_shape)],
                     [H.make_tensor_value_info(out, TP.FLOAT, out_shape)],
                     [NH.from_array(np.ascontiguousarray(v), k) for k, v in inits.items()])
    m = H.make_model(g, opset_imports=[H.make_opsetid("", 17)], producer_name="aivm-bench")
    m.ir_version = 8
    onnx.checker.check_model(m, full_check=True)
    onnx.save(m, f"{OUT}/{name}.onnx")
    return ort.InferenceSession(m.SerializeToString(), providers=["CPUExecutionProvider"])


def finish(name, sess, Xt, yt, acc_fn, macs, n_samples=8, dtype=np.float32):
    Xt = Xt.astype(dtype)
    outs = np.stack([sess.run(None, {"input": x[None]})[0][0] for x in Xt])
    acc = float(acc_fn(outs, yt))
    np.savez_compressed(f"{OUT}/{name}.npz", inputs=Xt[:n_samples], labels=yt[:n_samples],
                        outputs=outs[:n_samples])
    # test split as a whole, so a quantised run can report its accuracy too
    np.savez_compressed(f"{OUT}/{name}.test.npz", inputs=Xt, labels=yt)
    p = sum(int(np.prod(i.dims)) for i in onnx.load(f"{OUT}/{name}.onnx").graph.initializer)
    report[name] = dict(float_accuracy=round(acc, 4), test_n=len(Xt), params=p, macs=macs,
                        onnx_bytes=os.path.getsize(f"{OUT}/{name}.onnx"))
    print(name, report[name], flush=True)


def mlp_train(sizes, X, Y, steps, loss_kind="xent", aug=None, lr=1e-3):
    r = np.random.default_rng(SEED)
    P = [(he(r, a, b, fan=a), np.zeros(b, np.float32)) for a, b in zip(sizes, sizes[1:])]
    def fwd(P, x):
        for k, (w, b) in enumerate(P):
            x = x @ w + b
            if k < len(P) - 1: x = jax.nn.relu(x)
        return x
    def loss(P, x, y):
        z = fwd(P, x)
        if loss_kind == "bce":
            z = z[:, 0]
            return jnp.mean(jnp.maximum(z, 0) - z * y + jnp.log1p(jnp.exp(-jnp.abs(z))))
        return xent(z, y)
    return adam(loss, P, batches(X, Y, steps, aug=aug), lr=lr)


def mlp_onnx(name, P, final=None):
    nodes, inits, cur = [], {}, "input"
    for k, (w, b) in enumerate(P):
        last = k == len(P) - 1
        o = "output" if last and not final else f"z{k}"
        inits[f"w{k}"], inits[f"b{k}"] = w, b
        nodes.append(H.make_node("Gemm", [cur, f"w{k}", f"b{k}"], [o], f"gemm{k}"))
        cur = o
        if not last:
            nodes.append(H.make_node("Relu", [cur], [f"a{k}"], f"relu{k}")); cur = f"a{k}"
    if final:
        nodes.append(H.make_node(final, [cur], ["output"], final.lower()))
    return save(name, nodes, inits, [1, P[0][0].shape[0]], [1, P[-1][0].shape[1]])


top1 = lambda o, y: (o.argmax(-1) == y).mean()
macs_mlp = lambda s: int(sum(a * b for a, b in zip(s, s[1:])))

# ---------------------------------------------------------------- digits
D = load_digits()
X = (D.data / 16).astype(np.float32); Y = D.target.astype(np.int64)
Xa, Xt, Ya, Yt = train_test_split(X, Y, test_size=.2, random_state=SEED, stratify=Y)

# (a) digits_mlp
S = [64, 128, 64, 10]
P = mlp_train(S, Xa, Ya, 3000)
finish("digits_mlp", mlp_onnx("digits_mlp", P), Xt, Yt, top1, macs_mlp(S))

# (b) digits_cnn: conv3x3(1->8) relu maxpool2, conv3x3(8->16) relu maxpool2, 64->32 relu, 32->10
r = np.random.default_rng(SEED)
P = dict(c0=he(r, 8, 1, 3, 3, fan=9), d0=np.zeros(8, np.float32),
         c1=he(r, 16, 8, 3, 3, fan=72), d1=np.zeros(16, np.float32),
         w0=he(r, 64, 32, fan=64), b0=np.zeros(32, np.float32),
         w1=he(r, 32, 10, fan=32), b1=np.zeros(10, np.float32))
def cnn(P, x):
    conv = lambda x, w, b: jax.lax.conv_general_dilated(x, w, (1, 1), "SAME") + b[None, :, None, None]
    pool = lambda x: jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")
    x = pool(jax.nn.relu(conv(x, P["c0"], P["d0"])))
    x = pool(jax.nn.relu(conv(x, P["c1"], P["d1"])))
    x = jax.nn.relu(x.reshape(len(x), -1) @ P["w0"] + P["b0"])
    return x @ P["w1"] + P["b1"]
im = lambda A: A.reshape(-1, 1, 8, 8)
P = adam(lambda P, x, y: xent(cnn(P, x), y), P, batches(im(Xa), Ya, 3000))
N = H.make_node; C = dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1])
M = dict(kernel_shape=[2, 2], strides=[2, 2])
nodes = [N("Conv", ["input", "c0", "d0"], ["z0"], "conv0", **C), N("Relu", ["z0"], ["r0"], "relu0"),
         N("MaxPool", ["r0"], ["p0"], "pool0", **M),
         N("Conv", ["p0", "c1", "d1"], ["z1"], "conv1", **C), N("Relu", ["z1"], ["r1"], "relu1"),
         N("MaxPool", ["r1"], ["p1"], "pool1", **M), N("Flatten", ["p1"], ["f"], "flat", axis=1),
         N("Gemm", ["f", "w0", "b0"], ["z2"], "gemm0"), N("Relu", ["z2"], ["r2"], "relu2"),
         N("Gemm", ["r2", "w1", "b1"], ["output"], "gemm1")]
finish("digits_cnn", save("digits_cnn", nodes, P, [1, 1, 8, 8], [1, 10]), im(Xt), Yt, top1,
       8 * 9 * 64 + 16 * 72 * 16 + 64 * 32 + 320)

# (c) credit_mlp (tabular stand-in: breast-cancer, 30 standardised features)
B = load_breast_cancer()
Ba, Bt, Ca, Ct = train_test_split(B.data, B.target, test_size=.2, random_state=SEED, stratify=B.target)
sc = StandardScaler().fit(Ba)
Ba, Bt = (sc.transform(A).clip(-6, 6).astype(np.float32) for A in (Ba, Bt))
S = [30, 64, 32, 1]
P = mlp_train(S, Ba, Ca.astype(np.float32), 600, "bce")
finish("credit_mlp", mlp_onnx("credit_mlp", P, "Sigmoid"), Bt, Ct,
       lambda o, y: ((o[:, 0] > .5) == y).mean(), macs_mlp(S))

# (d) mlp_1m: digits bilinearly enlarged to 28x28 (MNIST-shaped), 784-1024-256-10
def up(A):
    A = jnp.asarray(A.reshape(-1, 8, 8))
    return np.asarray(jax.image.resize(A, (len(A), 28, 28), "bilinear")).reshape(len(A), 784)
S = [784, 1024, 256, 10]
P = mlp_train(S, up(Xa), Ya, 600, lr=5e-4)
finish("mlp_1m", mlp_onnx("mlp_1m", P), up(Xt), Yt, top1, macs_mlp(S))

# (e) tinygpt: one pre-LN causal block, d=64, 4 heads, seq 16, char level
txt = open("/usr/share/common-licenses/GPL-3").read().lower()
vocab = sorted(set(txt)); V, Tn, Dm, Hh = len(vocab), 16, 64, 4
ids = np.array([vocab.index(c) for c in txt], np.int64)
cut = int(len(ids) * .9)
win = lambda a: (np.stack([a[i:i + Tn] for i in range(len(a) - Tn)]), np.stack([a[i + 1:i + Tn + 1] for i in range(len(a) - Tn)]))
(Ga, Ha), (Gt, Ht) = win(ids[:cut]), win(ids[cut:])
r = np.random.default_rng(SEED)
n = lambda *s, sd=None: (r.standard_normal(s) * (sd or 1 / np.sqrt(s[0]))).astype(np.float32)
o1, z1 = np.ones(Dm, np.float32), np.zeros(Dm, np.float32)
P = dict(te=n(V, Dm, sd=.5), pe=n(Tn, Dm, sd=.1), g1=o1, h1=z1, g2=o1, h2=z1, gf=o1, hf=z1,
         wqkv=n(Dm, 3 * Dm), bqkv=np.zeros(3 * Dm, np.float32), wo=n(Dm, Dm), bo=z1,
         wu=n(Dm, 4 * Dm), bu=np.zeros(4 * Dm, np.float32), wd=n(4 * Dm, Dm), bd=z1, wl=n(Dm, V))
MASK = (np.triu(np.ones((Tn, Tn)), 1) * -20.).astype(np.float32)
def gpt(P, t):
    ln = lambda x, g, b: (x - x.mean(-1, keepdims=True)) / jnp.sqrt(x.var(-1, keepdims=True) + 1e-5) * g + b
    x = P["te"][t] + P["pe"]
    q = ln(x, P["g1"], P["h1"]) @ P["wqkv"] + P["bqkv"]
    q = q.reshape(-1, Tn, 3, Hh, Dm // Hh).transpose(2, 0, 3, 1, 4)
    a = jax.nn.softmax(q[0] @ q[1].swapaxes(-1, -2) / 4. + MASK) @ q[2]
    x = x + a.transpose(0, 2, 1, 3).reshape(-1, Tn, Dm) @ P["wo"] + P["bo"]
    f = jax.nn.gelu(ln(x, P["g2"], P["h2"]) @ P["wu"] + P["bu"], approximate=False)
    x = x + f @ P["wd"] + P["bd"]
    return ln(x, P["gf"], P["hf"]) @ P["wl"]
P = adam(lambda P, x, y: xent(gpt(P, x), y), P, batches(Ga, Ha, 4000), lr=1e-3)

def gpt_nodes(fused_ln):
    nodes, I = [], dict(P)
    nd = lambda op, i, o, **k: nodes.append(N(op, i, [o], o + "_" + op, **k)) or o
    c = lambda name, v, t=np.float32: I.setdefault(name, np.asarray(v, t)) is None or name
    def ln(x, g, b, t):
        if fused_ln:
            return nd("LayerNormalization", [x, g, b], t, axis=-1, epsilon=1e-5)
        mu = nd("ReduceMean", [x], t + "mu", axes=[-1], keepdims=1)
        d = nd("Sub", [x, mu], t + "d")
        v = nd("ReduceMean", [nd("Mul", [d, d], t + "sq")], t + "v", axes=[-1], keepdims=1)
        s = nd("Sqrt", [nd("Add", [v, c("eps", 1e-5)], t + "ve")], t + "s")
        return nd("Add", [nd("Mul", [nd("Div", [d, s], t + "n"), g], t + "ng"), b], t)
    x = nd("Add", [nd("Gather", ["te", "input"], "emb", axis=0), "pe"], "x0")
    qkv = nd("Add", [nd("MatMul", [ln(x, "g1", "h1", "ln1"), "wqkv"], "qkvm"), "bqkv"], "qkv")
    nodes.append(N("Split", [qkv, c("sp", [Dm] * 3, np.int64)], ["q", "k", "v"], "split", axis=-1))
    hd = lambda t, perm: nd("Transpose", [nd("Reshape", [t, c("shp", [1, Tn, Hh, Dm // Hh], np.int64)], t + "r")], t + "h", perm=perm)
    s = nd("MatMul", [hd("q", [0, 2, 1, 3]), hd("k", [0, 2, 3, 1])], "qk")
    s = nd("Add", [nd("Mul", [s, c("isq", .25)], "qks"), c("mask", MASK)], "sm")
    a = nd("MatMul", [nd("Softmax", [s], "att", axis=-1), hd("v", [0, 2, 1, 3])], "av")
    a = nd("Reshape", [nd("Transpose", [a], "avt", perm=[0, 2, 1, 3]), c("shp2", [1, Tn, Dm], np.int64)], "avr")
    x = nd("Add", [x, nd("Add", [nd("MatMul", [a, "wo"], "om"), "bo"], "o")], "x1")
    u = nd("Add", [nd("MatMul", [ln(x, "g2", "h2", "ln2"), "wu"], "um"), "bu"], "u")
    e = nd("Add", [nd("Erf", [nd("Mul", [u, c("rs2", 2 ** -.5)], "us")], "ue"), c("one", 1.)], "ue1")
    f = nd("Mul", [nd("Mul", [u, e], "uu"), c("half", .5)], "gelu")
    x = nd("Add", [x, nd("Add", [nd("MatMul", [f, "wd"], "dm"), "bd"], "dn")], "x2")
    nd("MatMul", [ln(x, "gf", "hf", "lnf"), "wl"], "output")
    return nodes, {k: v for k, v in I.items() if any(k in q.input for q in nodes)}
tm = Tn * (Dm * 3 * Dm + Dm * Dm + 8 * Dm * Dm + Dm * V) + 2 * Tn * Tn * Dm
for nm, fl in (("tinygpt", True), ("tinygpt_decomp", False)):
    nodes, I = gpt_nodes(fl)
    finish(nm, save(nm, nodes, I, [1, Tn], [1, Tn, V], TP.INT64), Gt[::8][:256], Ht[::8][:256], top1, tm, dtype=np.int64)
json.dump(vocab, open(f"{OUT}/tinygpt.vocab.json", "w"))
json.dump(report, open(f"{OUT}/models.json", "w"), indent=1)
