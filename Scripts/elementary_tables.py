# Writes elementary_tables.h: constants of the elementary functions, from their definitions.
# Needs mpmath. Usage: python elementary_tables.py > Sources/Core/CKernels/elementary_tables.h
from mpmath import mp, mpf, erf, exp, pi, sqrt, log, bernoulli, factorial

mp.prec = 400

def hexfloat(value):
    return float(value).hex()

def pair(value):
    high = float(value)
    return f"{{{hexfloat(high)}, {hexfloat(value - mpf(high))}}}"

def rows(values, indent="    "):
    lines, line = [], indent
    for value in values:
        item = hexfloat(value) + ","
        if len(line) + len(item) + 1 > 98:
            lines.append(line.rstrip()); line = indent
        line += item + " "
    return "\n".join(lines + [line.rstrip()])

print("""// Constants of the elementary functions, from Scripts/elementary_tables.py (mpmath, 400 bits).
#ifndef AIVM_ELEMENTARY_TABLES_H
#define AIVM_ELEMENTARY_TABLES_H
""")
print("/// 1/0!, 1/1!, ... 1/13!: Taylor coefficients of exp.")
print("static const double exp_coefficients[14] = {\n%s\n};\n" % rows([1 / factorial(n) for n in range(14)]))
print("/// Taylor coefficients of tanh: x, x^3, x^5, ...")
tanh = [2**(2*n) * (2**(2*n) - 1) * bernoulli(2*n) / factorial(2*n) for n in range(1, 13)]
print("static const double tanh_coefficients[12] = {\n%s\n};\n" % rows(tanh))
print("/// 2/3, 2/5, ... 2/25: coefficients of 2 atanh after the first.")
print("static const double atanh_coefficients[12] = {\n%s\n};\n" % rows([mpf(2) / (2*n + 1) for n in range(1, 13)]))

def erf_row(c, degree):
    g = [2 / sqrt(pi) * exp(-c * c)]
    for n in range(degree):
        g.append((-2 * c * g[n] - (2 * g[n - 1] if n else 0)) / (n + 1))
    return [erf(c)] + [g[n - 1] / n for n in range(1, degree + 1)]

table = [erf_row(mpf(j) / 16, 14) for j in range(65)]
worst = 0
for j, row in enumerate(table):
    h = mpf(1) / 32
    tail = sum(abs(row[n]) * h**n for n in range(10, 15))
    scale = row[0] - h * row[1] if j else h * row[1]
    worst = max(worst, tail / scale)
import sys
print("erf truncation: 2^", float(log(worst, 2)), file=sys.stderr)
print("/// erf_coefficients[n][j] is the n-th Taylor coefficient of erf at j / 16.")
print("static const double erf_coefficients[10][65] = {")
for n in range(10):
    print("    {\n%s\n    }," % rows([row[n] for row in table], "        "))
print("};\n")
ln2 = log(2)
first = mpf(int(ln2 * 2**40)) / 2**40
print("/// ln 2 in three parts; the first has 40 bits, so its product with a small integer is exact.")
print("static const double ln2_parts[3] = {\n    %s, %s, %s};\n" % (hexfloat(first), hexfloat(ln2 - first), hexfloat(ln2 - first - mpf(float(ln2 - first)))))
print("/// 2 / sqrt(pi) as high and low part.")
print("static const double two_over_root_pi[2] = %s;\n" % pair(2 / sqrt(pi)))
print("#endif")
