# Writes elementary_tables.h and pair_tables.h, the constants of the two halves of the elementary
# functions, from their definitions. Needs mpmath. Usage: python Scripts/elementary_tables.py
#
# The polynomials of the fast half interpolate in Chebyshev points, which comes close to the best
# polynomial; what each misses is printed on standard error as a power of two, relative to the
# function it serves.
import sys
from pathlib import Path

from mpmath import (
    asin, atan, atanh, chebyfit, cos, erf, exp, expm1, factorial, floor, log, mp, mpf, pi, sin,
    sqrt, tan)

mp.prec = 400
FOLDER = Path(__file__).resolve().parent.parent / "Sources/Core/CKernels"


def hexfloat(value):
    return float(value).hex()


def rows(items, indent="    "):
    lines, line = [], indent
    for item in items:
        if len(line) + len(item) + 2 > 99:
            lines.append(line.rstrip())
            line = indent
        line += item + ", "
    return "\n".join(lines + [line.rstrip()])


def table(comment, name, values):
    print(f"/// {comment}\nstatic const double {name}[{len(values)}] = {{")
    print(rows([hexfloat(value) for value in values]) + "\n};\n")


def pair(value):
    high = float(value)
    return f"{{{hexfloat(high)}, {hexfloat(value - mpf(high))}}}"


def pairs(comment, name, values):
    print(f"/// {comment}\nstatic const pair {name}[{len(values)}] = {{")
    print(rows([pair(value) for value in values]) + "\n};\n")


def polynomial(comment, name, function, low, high, count, weight):
    """`count` coefficients, lowest first; `weight(x)` is what an error of 1 means for the result."""
    # Away from 0, where the quotients that define the functions have no value.
    def shifted(x):
        return function(x if abs(x) > mpf(2) ** -60 else mpf(2) ** -60)

    values = chebyfit(shifted, [low, high], count)[::-1]
    worst = mpf(0)
    for step in range(401):
        x = low + (high - low) * step / 400
        error = sum(mpf(float(c)) * x**n for n, c in enumerate(values)) - shifted(x)
        worst = max(worst, abs(error * weight(x)))
    print(f"{name}: 2^{float(log(worst, 2)):.1f}", file=sys.stderr)
    table(comment, name, values)



def begin(name, guard, lines):
    """From here on `print` writes into the file `name`."""
    sys.stdout = open(FOLDER / name, "w")
    print("// Constants of the elementary functions, from Scripts/elementary_tables.py.")
    print("// mpmath, 400 bits; numbers alone, so the file may be long.")
    print(f"#ifndef {guard}\n#define {guard}\n{lines}")


begin("elementary_tables.h", "AIVM_ELEMENTARY_TABLES_H", "")
polynomial(
    "(exp(r) - 1 - r) / r^2 for |r| <= ln(2) / 2.", "exp_coefficients",
    lambda r: (expm1(r) - r) / r**2, -log(2) / 2 - mpf(2) ** -12, log(2) / 2 + mpf(2) ** -12, 9,
    lambda r: r)
limit = (sqrt(2) - 1) / (sqrt(2) + 1)
polynomial(
    "(2 atanh(f) / f - 2) / f^2 as a polynomial of f^2, |f| <= 3 - sqrt(8).",
    "logarithm_coefficients",
    lambda z: (2 * atanh(sqrt(z)) / sqrt(z) - 2) / z, mpf(0), limit**2 * (1 + mpf(2) ** -12), 6,
    lambda z: z / 2)
quarter = (pi / 4 + mpf(2) ** -20) ** 2
polynomial(
    "(sin(r) / r - 1) / r^2 as a polynomial of r^2, |r| <= pi / 4.", "sine_coefficients",
    lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, mpf(0), quarter, 5, lambda z: z)
polynomial(
    "(cos(r) - 1 + r^2 / 2) / r^4 as a polynomial of r^2, |r| <= pi / 4.", "cosine_coefficients",
    lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2, mpf(0), quarter, 5, lambda z: z**2)
polynomial(
    "(atan(u) / u - 1) / u^2 as a polynomial of u^2, |u| <= tan(pi / 8).",
    "arctangent_coefficients",
    lambda z: (atan(sqrt(z)) / sqrt(z) - 1) / z, mpf(0), tan(pi / 8) ** 2 * (1 + mpf(2) ** -12),
    9, lambda z: z)
polynomial(
    "(asin(u) / u - 1) / u^2 as a polynomial of u^2, |u| <= 1/2.", "arcsine_coefficients",
    lambda z: (asin(sqrt(z)) / sqrt(z) - 1) / z, mpf(0), mpf(1) / 4, 10, lambda z: z)


def erf_row(c, degree):
    g = [2 / sqrt(pi) * exp(-c * c)]
    for n in range(degree):
        g.append((-2 * c * g[n] - (2 * g[n - 1] if n else 0)) / (n + 1))
    return [erf(c)] + [g[n - 1] / n for n in range(1, degree + 1)]


expansions = [erf_row(mpf(j) / 16, 14) for j in range(65)]
worst = 0
for j, row in enumerate(expansions):
    h = mpf(1) / 32
    tail = sum(abs(row[n]) * h**n for n in range(9, 15))
    worst = max(worst, tail / (row[0] - h * row[1] if j else h * row[1]))
print(f"erf_coefficients: 2^{float(log(worst, 2)):.1f}", file=sys.stderr)
print("/// erf_coefficients[n][j] is the n-th Taylor coefficient of erf at j / 16.")
print("static const double erf_coefficients[9][65] = {")
for n in range(9):
    print("    {\n%s\n    }," % rows([hexfloat(row[n]) for row in expansions], "        "))
print("};\n")

def erf_fit(j):
    """Near-minimax coefficients of erf(j / 2 + h), and the error relative to erf. Odd for j = 0."""
    if j == 0:
        fit, error = chebyfit(
            lambda z: erf(sqrt(z)) / sqrt(z), [mpf(2) ** -60, mpf(1) / 16], 6, error=True)
        odd = [c for coefficient in fit[::-1] for c in (mpf(0), coefficient)]
        return odd + [mpf(0)], error
    c = mpf(j) / 2
    # The last one serves up to 4.
    fit, error = chebyfit(
        lambda h: erf(c + h), [-mpf(1) / 4, mpf(1) / 4 if j < 7 else mpf(1) / 2], 13, error=True)
    return fit[::-1], error / erf(c - mpf(1) / 4)


fits = [erf_fit(j) for j in range(8)]
worst = max(error for _, error in fits)
print(f"erf_coarse_coefficients: 2^{float(log(worst, 2)):.1f}", file=sys.stderr)
print("/// erf(j / 2 + h), |h| <= 1/4, is the sum of erf_coarse_coefficients[n][j] h^n.")
print("static const double erf_coarse_coefficients[13][8] = {")
for n in range(13):
    print("    {\n%s\n    }," % rows([hexfloat(fit[n]) for fit, _ in fits], "        "))
print("};\n")

half_pi = pi / 2
first = floor(half_pi * 2**32) / 2**32
second = floor((half_pi - first) * 2**65) / 2**65
table(
    "pi / 2 in three parts; the first two have 33 bits or fewer.", "half_pi_parts",
    [first, second, half_pi - first - second])
print("#endif")

begin("pair_tables.h", "AIVM_PAIR_TABLES_H", '\n#include "pair.h"\n\n#include <stdint.h>\n')
pairs("1/0!, 1/1!, ... 1/29!.", "inverse_factorials", [1 / factorial(n) for n in range(30)])
ln2 = log(2)
first = floor(ln2 * 2**40) / 2**40
second = mpf(float(ln2 - first))
table(
    "ln 2 in three parts; the first has 40 bits, so its product with a small integer is exact.",
    "ln2_parts", [first, second, ln2 - first - second])
for comment, name, value in [
    ("ln 2.", "ln2_pair", ln2), ("pi / 2.", "half_pi_pair", half_pi), ("pi.", "pi_pair", pi),
    ("2 / sqrt(pi).", "two_over_root_pi", 2 / sqrt(pi)),
]:
    print(f"/// {comment}\nstatic const pair {name} = {pair(value)};\n")
mp.prec = 2000
bits = int(floor(2 / pi * mpf(2) ** (64 * 20)))
words = [0] + [(bits >> 64 * (19 - n)) & (2**64 - 1) for n in range(20)]
print("/// 2 / pi in binary: 64 zeros, then 1,280 bits after the point.")
print(f"static const uint64_t two_over_pi[{len(words)}] = {{")
print(rows([f"0x{word:016x}" for word in words]) + "\n};\n")
print("#endif")
