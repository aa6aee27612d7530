"""A second verifier of proofs of inference, by Documentation/zkml.md.

Section 14 of the document, its bytes and conventions, was written from the verifier in Swift; what
is computed here, from the definitions of sections 4 to 7, shares no method with it.

Everything is computed from its definition, place by place: the coefficients of the views in the
vector are written out one by one, and K(s) is their sum with eq(s, place). So it takes time in
proportion to the relations, and is for small systems. It knows tau, as for strings made for
development, so the pairing equations are ones of points: (tau - xi) W = ...

Input: JSON, a case or a list of cases, each with hexadecimal `system` (canonical bytes), `context`,
`weights` (a list of commitments) and `proof`; `rowBits`, decimal `tau`, `hiding`; and `input` and
`output`, each {"open": tensors}, {"committed": commitments} or {"secret": true}. Output: a line
for each case, `holds`, `does not hold: ` and what, or `refused: ` and why.
"""

import itertools
import json
import sys

from bn254 import GENERATOR, R, Refused, combination, encoded, point, require, string_name
from zkml_sums import Sums, Transcript, equalities, value
from zkml_system import INPUT, INVERSE, OUTPUT, TRACE, WEIGHTS, Reader, System

# Sections 7 and 8: the messages in their order.


class Proof(Reader):
    """Messages, each appended to the transcript as it is read."""

    def __init__(self, data, transcript):
        super().__init__(data)
        self.transcript = transcript

    def points(self, label, count):
        start = self.place
        result = [self.point() for _ in range(count)]
        self.transcript.append(label, self.data[start : self.place])
        return result

    def elements(self, label, count):
        start = self.place
        result = [self.element() for _ in range(count)]
        self.transcript.append(label, self.data[start : self.place])
        return result

    def round(self, label, count, total):
        """The coefficients that are sent for a round; the first's should sum up to `total`."""
        return self.elements(label, count)

    def values(self, products, claim, linear):
        """Both arguments of each product, which has a factor and should sum up to `claim`, and the
        linear forms, which should be `linear`."""
        return self.elements("values", 2 * len(products) + 1)

    def witnesses(self, openings):
        """The quotients of the openings, each (what is opened to 0, tau - the point)."""
        return self.points("witnesses", len(openings))

    def rounds(self, label, count, degree, total):
        """The sum of the first round, the last value, and the point."""
        claim = None
        at = []
        for _ in range(count):
            sent = self.round(label, degree + (claim is None), None if at else total)
            if claim is not None:
                sent.insert(1, (claim - 2 * sent[0] - sum(sent[1:])) % R)
            else:
                total = (value(sent, 0) + value(sent, 1)) % R
            at.append(self.transcript.draw(label))
            claim = value(sent, at[-1])
        return total, claim, at


def length(system, hiding, secret):
    """The bytes of a proof."""
    points = sum(system.rows_of(kind) for kind in (*secret, TRACE, INVERSE))
    points += (4 + 5) if hiding else 4
    values = 0 if hiding else 2 * system.products + 1
    elements = 3 * system.variables + 1 + values + 2 * system.bits + 1 + (2 if hiding else 1)
    return 64 * points + 32 * elements


class Verifier:
    def __init__(self, system, case):
        self.system, self.hiding = system, case["hiding"]
        self.tau = int(case["tau"]) % R
        require(case["rowBits"] == system.row_bits, "rows of another size")
        self.size = 1 << system.row_bits
        t = self.transcript = Transcript()
        t.append("system", system.digest)
        t.append("scheme", string_name(system.row_bits, self.tau))
        t.append("mode", bytes([1 if self.hiding else 0]))
        t.append("context", bytes.fromhex(case["context"]))
        self.commitments = {WEIGHTS: self.statement_rows("weights", WEIGHTS, case["weights"])}
        self.open, self.secret = {}, []
        for label, kind in (("input", INPUT), ("output", OUTPUT)):
            self.disclose(label, kind, case[label])
        if self.hiding:
            cells = (3 * system.variables + 1, 2 * system.bits + 1, system.products + 1)
            require(max(cells) <= self.size, "columns longer than rows")

    def messages(self, data):
        """A proof's messages."""
        expected = length(self.system, self.hiding, self.secret)
        require(len(data) == expected, f"length {len(data)}, not {expected}")
        return Proof(data, self.transcript)

    def statement_rows(self, label, kind, rows):
        points = [point(bytes.fromhex(row)) for row in rows]
        require(len(points) == self.system.rows_of(kind), f"count of {label}")
        self.transcript.append(label, b"".join(map(encoded, points)))
        return points

    def disclose(self, label, kind, said):
        t = self.transcript
        if "open" in said:
            tensors = [(i, x) for i, x in enumerate(self.system.tensors) if x.kind == kind]
            require(len(tensors) == len(said["open"]), f"tensors of {label}")
            data = len(tensors).to_bytes(8, "little")
            for (i, tensor), values in zip(tensors, said["open"]):
                indices = list(itertools.product(*map(range, tensor.extents)))
                require(len(indices) == len(values), f"elements of {label}")
                data += len(values).to_bytes(8, "little")
                for index, x in zip(indices, values):
                    data += x.to_bytes(8, "little", signed=True)
                    self.open[self.system.address[i] + tensor.inner(index)] = x
            t.append(label, b"\0")
            t.append("values", data)
            self.commitments[kind] = [None] * self.system.rows_of(kind)
        elif "committed" in said:
            t.append(label, b"\1")
            self.commitments[kind] = self.statement_rows("rows", kind, said["committed"])
        else:
            t.append(label, b"\2")
            self.secret.append(kind)

    def verify(self, proof):
        """All that does not hold."""
        system, t, hiding = self.system, self.transcript, self.hiding
        failures = []
        counts = [system.rows_of(kind) for kind in (*self.secret, TRACE)]
        sent = proof.points("trace", sum(counts))
        for kind, count in zip((*self.secret, TRACE), counts):
            self.commitments[kind], sent = sent[:count], sent[count:]
        beta, kappa = t.draw("beta"), t.draw("kappa")
        self.commitments[INVERSE] = proof.points("inverses", system.rows_of(INVERSE))
        mask1 = proof.points("mask1", 1)[0] if hiding else None
        tau = [t.draw("tau") for _ in range(system.free_bits)]
        lam, epsilon1 = t.draw("lambda"), t.draw("epsilon1")
        total1, claim1, r = proof.rounds("first", system.variables, 3, None)
        sums = Sums(system, beta, kappa, tau, lam)
        products, count = sums.at(r), system.products
        linear = -total1 - sums.linear.constant
        if hiding:
            left, right, mask2 = proof.points("columns", 3)
        else:
            values = proof.values([c for c, _ in products], claim1, linear)
        gamma, epsilon2 = t.draw("gamma"), t.draw("epsilon2")
        forms = [form for _, pair in products for form in pair] + [sums.linear]
        powers = [pow(gamma, i, R) for i in range(2 * count + 1)]
        constant = sum(p * form.constant for p, form in zip(powers, forms[:-1])) % R
        value2 = None if hiding else sum(p * x for p, x in zip(powers, values)) - constant
        total2, claim2, s = proof.rounds("second", system.bits, 2, value2)

        folded = {}
        for power, form in zip(powers, forms):
            for place, coefficient in form.places.items():
                folded[place] = folded.get(place, 0) + power * coefficient
        at_place = equalities(s)
        k = sum(x * at_place[place] for place, x in folded.items()) % R
        shown = sum(x * at_place[place] for place, x in self.open.items()) % R

        # Checks 1 to 4, each as a function of the columns and a number that it must give.
        public = dict(q=[], a=[], b=[], m1=[], m2=[], e=k, c=claim2 - k * shown)
        if hiding:
            delta = t.draw("delta")
            d2, d3 = delta**2 % R, delta**3 % R
            public["q"] = [delta * c for c, _ in products]
            public["a"] = [d2 * powers[2 * i] for i in range(count + 1)]
            public["a"][count] += 1
            public["b"] = [d2 * powers[2 * i + 1] for i in range(count)]
            public["m1"] = [
                epsilon1 * (delta * at - over)
                for over, at in zip(mask_sum(system.variables, 3), mask_value(r, 3))
            ]
            public["m2"] = [
                epsilon2 * (d2 * over + d3 * at)
                for over, at in zip(mask_sum(system.bits, 2), mask_value(s, 2))
            ]
            public["e"] = d3 * k
            public["c"] = d3 * (claim2 - k * shown) + d2 * (total2 + constant)
            public["c"] += delta * claim1 - total1 - sums.linear.constant
            columns = (left, right, mask1, mask2)
        else:
            columns = None
            if (values[-1] - linear) % R:
                failures.append("the first sum's beginning")
            pairs = zip(values[0:-1:2], values[1:-1:2])
            if (sum(c * a * b for (c, _), (a, b) in zip(products, pairs)) - claim1) % R:
                failures.append("the first sum's end")
            if (value2 - total2) % R:
                failures.append("the second sum's beginning")
        if not self.close(proof, public, columns, s):
            failures.append("the closing argument")
        return failures

    def close(self, proof, public, columns, s):
        """Whether the running sum, opened at xi and omega xi, shows the public claim."""
        t, size, tau = self.transcript, self.size, self.tau
        running, *quotients = proof.points("quotients", 3 if columns else 2)
        xi = t.draw("xi")
        *a, u = proof.elements("openings", 2 if columns else 1)
        nu = t.draw("nu")
        omega = pow(5, (R - 1) // size, R)
        vanishing = (pow(xi, size, R) - 1) % R
        require(vanishing, "xi is a root of unity")
        basis, root = [], 1
        for _ in range(size):
            basis.append(root * vanishing * pow(size * (xi - root), -1, R) % R)
            root = root * omega % R

        def at_xi(cells):
            return sum(cell * b for cell, b in zip(cells, basis)) % R

        column, row = s[: self.system.row_bits], s[self.system.row_bits :]
        e, of_row = public["e"] * at_xi(equalities(column)) % R, equalities(row)
        # F: the left minus the right side of (4).
        number = u + public["c"] * pow(size, -1, R)
        terms = [(-1, running), (-vanishing, quotients[0])]
        taken = {kind: iter(points) for kind, points in self.commitments.items()}
        for kind, j in self.system.rows:
            commitment = next(taken[kind])
            terms.append((-e * of_row[j], commitment))
        if columns:
            left, right, mask1, mask2 = columns
            number -= at_xi(public["a"]) * a[0]
            terms.append((-at_xi(public["q"]) * a[0] - at_xi(public["b"]), right))
            terms.append((-at_xi(public["m1"]), mask1))
            terms.append((-at_xi(public["m2"]), mask2))
            terms.append((-vanishing * pow(xi, size + 2, R), quotients[1]))
            terms.append((nu, left))
            number -= nu * a[0]
        terms.append((number, GENERATOR))
        following = [(1, running), (-u, GENERATOR)]
        w, w_next = proof.witnesses([(terms, tau - xi), (following, tau - omega * xi)])
        mu = t.draw("mu")
        proof.end()
        terms.append((xi - tau, w))
        following.append((omega * xi - tau, w_next))
        here, there = combination(terms) is None, combination(following) is None
        # The pairing's equation speaks of both at once.
        both = [(x * mu, p) for x, p in following]
        pairing = combination(terms + both) is None
        require(pairing == (here and there), "openings that hold only together")
        return pairing


def mask_sum(variables, degree):
    """The factors of a mask's coefficients in its sum over the cube."""
    half = pow(2, variables - 1, R)
    return [2 * half] + [half] * (variables * degree)


def mask_value(at, degree):
    """The factors of a mask's coefficients in its value at a point."""
    return [1] + [pow(x, i, R) for x in at for i in range(1, degree + 1)]


def cases():
    """The cases on standard input, each with its system."""
    given, systems = json.load(sys.stdin), {}
    for case in given if isinstance(given, list) else [given]:
        data = case["system"]
        if data not in systems:
            systems[data] = System(bytes.fromhex(data))
        yield systems[data], case


def main():
    for system, case in cases():
        try:
            verifier = Verifier(system, case)
            failures = verifier.verify(verifier.messages(bytes.fromhex(case["proof"])))
            print("does not hold: " + ", ".join(failures) if failures else "holds")
        except Refused as error:
            print(f"refused: {error}")


if __name__ == "__main__":
    main()
