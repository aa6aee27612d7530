"""A verifier of the native profile, written from Documentation/plonk-native.md alone.

It knows tau, as for strings made for development, so the pairing equation is one of points:
tau (W + u W') = xi W + u w xi W' + F - E G. Claims are not supported: they need a protocol around.

Input: JSON with hexadecimal `key`, `proof`, decimal `tau` and a list of decimal `signals`; output:
`holds` or why not.
"""

import json
import sys

from Crypto.Hash import keccak

R = 21888242871839275222246405745257275088548364400416034343698204186575808495617
Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583


def digest(data):
    return keccak.new(digest_bits=256, data=data).digest()


# Points of y^2 = x^3 + 3; None is infinity.


def add(p, q):
    if p is None or q is None:
        return q if p is None else p
    if p[0] == q[0]:
        if (p[1] + q[1]) % Q == 0:
            return None
        slope = 3 * p[0] * p[0] * pow(2 * p[1], -1, Q) % Q
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, Q) % Q
    x = (slope * slope - p[0] - q[0]) % Q
    return x, (slope * (p[0] - x) - p[1]) % Q


def times(p, factor):
    result = None
    for bit in bin(factor % R)[2:]:
        result = add(result, result)
        if bit == "1":
            result = add(result, p)
    return result


def point(word):
    x = int.from_bytes(bytes([word[0] & 0x7F]) + word[1:], "big")
    if x >= Q:
        raise ValueError("point not canonical")
    y = pow(x**3 + 3, (Q + 1) // 4, Q)
    if (y * y - x**3 - 3) % Q:
        raise ValueError("point off curve")
    return x, y if y & 1 == word[0] >> 7 else Q - y


class Reader:
    def __init__(self, data):
        self.data, self.place = data, 0

    def take(self, count):
        if self.place + count > len(self.data):
            raise ValueError("cut off")
        self.place += count
        return self.data[self.place - count : self.place]

    def number(self, count):
        return int.from_bytes(self.take(count), "big")

    def scalar(self):
        value = self.number(32)
        if value >= R:
            raise ValueError("scalar not canonical")
        return value

    def commitment(self):
        word = self.take(32)
        return None if word[0] == 0x40 and not any(word[1:]) else point(word)

    def polynomial(self):
        products = []
        for _ in range(self.number(2)):
            coefficient = self.scalar()
            factors = [(self.number(1), self.number(1)) for _ in range(self.number(1))]
            products.append((coefficient, factors))
        return products


class Key:
    def __init__(self, data):
        r = Reader(data)
        assert r.take(8) == b"AIVMPLK1"
        r.take(1)
        self.k, self.columns, self.fixed = r.number(1), r.number(1), r.number(1)
        self.n = 1 << self.k
        self.public = r.number(4)
        self.identities = [r.polynomial() for _ in range(r.number(2))]
        self.table, self.slots = list(r.take(r.number(1))), []
        if self.table:
            for _ in range(r.number(1)):
                selector = r.number(1)
                self.slots.append((selector, [r.polynomial() for _ in self.table]))
        if r.number(2):
            raise ValueError("claims")
        self.commitments = [r.commitment() for _ in range(self.fixed + self.columns)]
        r.take(128)
        assert r.place == len(data)
        self.next = sorted(
            {c for p in self.identities for _, f in p for kind, c in f if kind == 2}
        )
        self.root = pow(5, (R - 1) // self.n, R)

    def pieces(self):
        n, c, s = self.n, self.columns, len(self.slots)
        degrees = [(n + 2) + (n - 1), (n + 2) + c * (n - 1)]
        degrees += [max((len(f) for _, f in p), default=0) * (n - 1) for p in self.identities]
        if self.table:
            degrees += [(n + 2) + (s + 1) * (n - 1), (n + 1) + s * (n - 1)]
        return (max(degrees) - n) // n + 1


class Transcript:
    def __init__(self):
        self.state, self.said = digest(b"AIVM native PLONK v1"), b""

    def label(self, text):
        return bytes([len(text)]) + text.encode()

    def append(self, text, data):
        self.said += self.label(text) + len(data).to_bytes(4, "big") + data

    def draw(self, text):
        self.state = digest(self.state + self.said + b"\xff" + self.label(text))
        self.said = b""
        return int.from_bytes(self.state, "big") % R


def verify(key_bytes, proof, signals, tau):
    key = Key(key_bytes)
    n, pieces, lookups = key.n, key.pieces(), bool(key.table)
    if len(signals) != key.public or any(s >= R for s in signals):
        raise ValueError("public signals")
    said, t = Reader(proof), Transcript()
    t.append("key", digest(key_bytes))
    t.append("public", b"".join(s.to_bytes(32, "big") for s in signals))

    def points(label, count):
        words = [said.take(32) for _ in range(count)]
        t.append(label, b"".join(words))
        return [point(word) for word in words]

    advice = points("advice", key.columns)
    theta = t.draw("theta") if lookups else 0
    multiplicities = points("multiplicities", 1) if lookups else []
    beta, gamma = t.draw("beta"), t.draw("gamma")
    alpha = t.draw("alpha") if lookups else 0
    running = points("product", 1) + (points("lookup sum", 1) if lookups else [])
    y = t.draw("y")
    quotient = points("quotient", pieces)
    xi = t.draw("xi")

    here = advice + key.commitments + multiplicities + running
    following = [advice[c] for c in key.next] + running
    values = [said.scalar() for _ in range(len(here) + len(following))]
    t.append("values", b"".join(v.to_bytes(32, "big") for v in values))
    v = t.draw("v")
    w, w_next = points("openings", 2)
    u = t.draw("u")
    if said.place != len(proof):
        raise ValueError("length")

    rest = iter(values)

    def take(count):
        return [next(rest) for _ in range(count)]

    a, f, s = take(key.columns), take(key.fixed), take(key.columns)
    m, z = take(len(multiplicities)), take(len(running))
    a_next = dict(zip(key.next, take(len(key.next))))
    z_next = take(len(running))

    vanishing = (pow(xi, n, R) - 1) % R
    if vanishing == 0:
        raise ValueError("challenge in domain")

    def lagrange(row):
        root = pow(key.root, row, R)
        return root * vanishing * pow(n * (xi - root), -1, R) % R

    instance = sum(signal * lagrange(row) for row, signal in enumerate(signals)) % R

    def value(polynomial):
        total = 0
        for coefficient, factors in polynomial:
            for kind, column in factors:
                cell = (f, a, a_next, [instance])[kind][column]
                coefficient = coefficient * cell % R
            total += coefficient
        return total % R

    terms = [value(p) for p in key.identities]
    terms.append((z[0] - 1) * lagrange(0))
    moved, placed = z_next[0], z[0]
    for j in range(key.columns):
        moved = moved * (a[j] + beta * s[j] + gamma) % R
        placed = placed * (a[j] + beta * pow(5, j, R) * xi + gamma) % R
    terms.append(moved - placed)
    if lookups:
        entry = alpha + sum(pow(theta, i, R) * f[c] for i, c in enumerate(key.table))
        inputs = [
            alpha + sum(pow(theta, i, R) * value(p) for i, p in enumerate(tuple_))
            for _, tuple_ in key.slots
        ]

        def product(skipped=None):
            total = 1
            for index, factor in enumerate(inputs):
                total = total * factor % R if index != skipped else total
            return total

        fractions = sum(f[q] * product(i) for i, (q, _) in enumerate(key.slots))
        terms.append(
            (z_next[1] - z[1]) * entry * product() + m[0] * product() - entry * fractions
        )
    combined = sum(pow(y, i, R) * term for i, term in enumerate(terms)) % R

    whole = None
    for index, piece in enumerate(quotient):
        whole = add(whole, times(piece, pow(xi, index * n, R)))
    here = here + [whole]
    opened = values[: len(here) - 1] + [combined * pow(vanishing, -1, R) % R]
    left, total = None, 0
    for index, (commitment, opening) in enumerate(zip(here, opened)):
        left = add(left, times(commitment, pow(v, index, R)))
        total += pow(v, index, R) * opening
    for index, (commitment, opening) in enumerate(zip(following, values[len(here) - 1 :])):
        left = add(left, times(commitment, u * pow(v, index, R)))
        total += u * pow(v, index, R) * opening
    left = add(left, times((1, 2), -total))
    left = add(left, add(times(w, xi), times(w_next, u * key.root * xi)))
    return times(add(w, times(w_next, u)), tau) == left


if __name__ == "__main__":
    case = json.load(sys.stdin)
    try:
        holds = verify(
            bytes.fromhex(case["key"]), bytes.fromhex(case["proof"]),
            [int(s) for s in case["signals"]], int(case["tau"]),
        )
        print("holds" if holds else "does not hold")
    except ValueError as error:
        print(f"refused: {error}")
