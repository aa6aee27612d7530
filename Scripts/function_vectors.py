# Writes Tests/Vectors/functions.json: elementary functions and powers at chosen and random
# arguments, from their definitions by mpmath with 2,400 bits, rounded to nearest even. Needs mpmath.
# Usage: python Scripts/function_vectors.py
import json
import random
import struct
from pathlib import Path

from mpmath import mp, mpf, floor, ldexp, sign

mp.prec = 2400
FUNCTIONS = {
    "exp": mp.exp, "sigmoid": lambda x: 1 / (1 + mp.exp(-x)), "tanh": mp.tanh, "erf": mp.erf,
    "log": mp.log, "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "asin": mp.asin, "acos": mp.acos,
    "atan": mp.atan, "sinh": mp.sinh, "cosh": mp.cosh, "asinh": mp.asinh, "acosh": mp.acosh,
    "atanh": mp.atanh, "expm1": mp.expm1, "log1p": mp.log1p,
    "softplus": lambda x: mp.log1p(mp.exp(x)),
}
DOMAINS = {
    "log": (0, None), "log1p": (-1, None), "acosh": (1, None), "asin": (-1, 1), "acos": (-1, 1),
    "atanh": (-1, 1),
}
# Beyond, the results are 0, 1, x or infinite, and the definitions need too many bits.
LARGEST = {"exp": 800, "sigmoid": 800, "softplus": 800, "sinh": 800, "cosh": 800, "expm1": 800,
           "tanh": 800, "erf": 30}


class Format:
    def __init__(self, letters, digits, exponent):
        self.letters, self.digits, self.exponent = letters, digits, exponent

    def bits(self, x):
        return struct.unpack(self.letters[0], struct.pack(self.letters[1], x))[0]

    def value(self, bits):
        return struct.unpack(self.letters[1], struct.pack(self.letters[0], bits))[0]

    def rounded(self, x):
        """The bits of the nearest number of the format, ties to even."""
        if x == 0:
            return 0
        minus = x < 0
        x = abs(x)
        unit = max(int(mp.frexp(x)[1]) - self.digits, self.exponent)
        scaled = ldexp(x, -unit)
        whole = floor(scaled)
        rest = scaled - whole
        if rest > 0.5 or (rest == 0.5 and int(whole) % 2 == 1):
            whole += 1
        result = ldexp(whole, unit)
        largest = (2 - mpf(2) ** (1 - self.digits)) * mpf(2) ** (-self.exponent - self.digits + 2)
        number = float(result) if result <= largest else float("inf")
        return self.bits(-number if minus else number)


SINGLE, DOUBLE = Format(("<I", "<f"), 24, -149), Format(("<Q", "<d"), 53, -1074)
WIDTH = {SINGLE: 8, DOUBLE: 16}


def is_inside(name, x):
    low, high = DOMAINS.get(name, (None, None))
    return (
        x == x and abs(x) != float("inf") and abs(x) <= LARGEST.get(name, float("inf"))
        and (low is None or x > low or (x == low and name in ("acosh", "asin", "acos")))
        and (high is None or x < high or (x == high and name in ("asin", "acos"))))


def arguments(name, form, count, random):
    """Of all magnitudes: any bits, and numbers around 1."""
    chosen = [0.5, 0.25, 1, 2, 3, 10, 0.785398163397448, 1.5707963267948966, 3.141592653589793]
    chosen += [1e22, 6381956970095103 * 2.0**797, 2.0**-30, 2.0**-60, 88.5, 700.25, -745.1, 1e-310]
    # The upper half of the subnormals, where a sum with a large constant may cut one bit off.
    chosen += [float.fromhex("0x0.9efac7b539baep-1022")]
    result = []
    for x in chosen + [-x for x in chosen]:
        if abs(x) < 3.4e38 or form is DOUBLE:
            x = form.value(form.bits(x))
            if is_inside(name, x) and x != 0:
                result.append(x)
    while len(result) < count:
        draw = random.randrange(4)
        if draw == 0:
            x = form.value(random.getrandbits(4 * WIDTH[form]))
        elif draw == 1:
            x = random.uniform(-3, 3)
        elif draw == 2:
            x = random.uniform(-110, 110) if form is SINGLE else random.uniform(-800, 800)
        else:
            x = random.choice([1, -1]) * 2.0 ** random.uniform(-40, 30)
        x = form.value(form.bits(x)) if x == x else x
        if is_inside(name, x) and x != 0:
            result.append(x)
    return result


def bases_and_exponents(form, count, random):
    result = [
        (3, 2), (1.5, 3), (2.0**12 + 1, 2), (9, 1.5), (625, 0.75), (2, -149), (2, -1074), (-2, 3),
        (-3, -5), (0.1, 10), (-0.5, 101), (10, 38), (10, 308), (1.0000001, 1e9), (16, 0.25)]
    while len(result) < count:
        x = 2.0 ** random.uniform(-20, 20) if random.randrange(2) else random.randrange(2, 300)
        scale = 100 if form is SINGLE else 740
        y = random.choice([
            random.uniform(-1, 1) * scale / max(abs(float(mp.log(x))), 0.01),
            random.randrange(-40, 40), random.randrange(1, 40) / 4])
        result.append((x, y))
    return [(form.value(form.bits(x)), form.value(form.bits(y))) for x, y in result]


def text(form, *numbers):
    return " ".join(f"{number:0{WIDTH[form]}x}" for number in numbers)


source = random.Random(7)
vectors = {"provenance": "Scripts/function_vectors.py: mpmath, 2,400 bits, rounded to nearest even"}
for form, label in [(SINGLE, "binary32"), (DOUBLE, "binary64")]:
    vectors[label] = {}
    for name, function in FUNCTIONS.items():
        vectors[label][name] = [
            text(form, form.bits(x), form.rounded(function(mpf(x))))
            for x in arguments(name, form, 100, source)]
    vectors[label]["pow"] = [
        text(form, form.bits(x), form.bits(y),
             form.rounded(sign(x) ** int(y) * abs(mpf(x)) ** mpf(y) if x < 0 else mpf(x) ** mpf(y)))
        for x, y in bases_and_exponents(form, 300, source)]
path = Path(__file__).resolve().parent.parent / "Tests/Vectors/functions.json"
path.write_text(json.dumps(vectors, indent=1) + "\n")
