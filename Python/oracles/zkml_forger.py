"""Proofs of statements that need not be true, by one who knows tau.

Whoever knows tau can prove anything (Documentation/zkml.md, section 10): all messages are drawn at
random but for the few that the checks determine, and the openings' quotients are computed from tau.
That a verifier accepts such a proof shows that it computes what `zkml_verifier.py` computes of
*any* messages, not of honest ones only, in which much is 0.

Input: as for `zkml_verifier.py`, without `proof`, with `seed` and `wrong`: 0, or the number of the
one check of section 7 that shall fail (4: the opening at xi, 5: the one at omega xi; 1 to 3 only
where nothing is hidden). Output: the proof of each case in hexadecimal, a line each.
"""

import random

from bn254 import GENERATOR, R, combination, encoded
from zkml_verifier import Proof, Verifier, cases


class Forgery(Proof):
    """Messages that are drawn where a verifier would read them."""

    def __init__(self, transcript, seed, wrong):
        super().__init__(b"", transcript)
        self.random, self.wrong = random.Random(seed), wrong

    def draw(self):
        return self.random.randrange(R)

    def error(self, check):
        return 1 if self.wrong == check else 0

    def append(self, label, words):
        self.data += b"".join(words)
        self.transcript.append(label, b"".join(words))

    def send_points(self, label, points):
        self.append(label, [encoded(p) for p in points])
        return points

    def send(self, label, elements):
        elements = [x % R for x in elements]
        self.append(label, [x.to_bytes(32, "little") for x in elements])
        return elements

    def points(self, label, count):
        return self.send_points(
            label, [combination([(self.draw(), GENERATOR)]) for _ in range(count)]
        )

    def elements(self, label, count):
        return self.send(label, [self.draw() for _ in range(count)])

    def round(self, label, count, total):
        sent = [self.draw() for _ in range(count)]
        if total is not None:
            # c0 + (c0 + c1 + c2 + ...) = total.
            sent[1] = total + self.error(3) - 2 * sent[0] - sum(sent[2:])
        return self.send(label, sent)

    def values(self, products, claim, linear):
        sent = [self.draw() for _ in range(2 * len(products))]
        rest = sum(c * a * b for c, a, b in zip(products, sent[0::2], sent[1::2]))
        free = next(i for i, c in enumerate(products) if c)
        solved = products[free] * sent[2 * free]
        sent[2 * free + 1] += (claim + self.error(2) - rest) * pow(solved, -1, R)
        return self.send("values", sent + [linear + self.error(1)])

    def witnesses(self, openings):
        points = []
        for check, (terms, distance) in enumerate(openings, 4):
            inverse = pow(distance, -1, R)
            moved = terms + [(self.error(check), GENERATOR)]
            points.append(combination([(inverse * scalar, p) for scalar, p in moved]))
        return self.send_points("witnesses", points)

    def end(self):
        pass


class ForgedProof(Verifier):
    def forge(self, seed, wrong):
        forgery = Forgery(self.transcript, seed, wrong)
        self.verify(forgery)
        return forgery.data


if __name__ == "__main__":
    for system, case in cases():
        print(ForgedProof(system, case).forge(case["seed"], case["wrong"]).hex())
