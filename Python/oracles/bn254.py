"""The two groups of BN254, as far as verifying with a known tau needs them.

Points are pairs of coordinates, None is infinity, sums are in Jacobian coordinates: slow and plain.
"""

R = 21888242871839275222246405745257275088548364400416034343698204186575808495617
Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583


class Refused(Exception):
    """What was given is no system, no statement or no proof of it."""


def require(condition, why):
    if not condition:
        raise Refused(why)


# Points of y^2 = x^3 + 3; None is infinity. Sums are in Jacobian coordinates.

GENERATOR = (1, 2)


def doubled(p):
    x, y, z = p
    if z == 0 or y == 0:
        return 1, 1, 0
    yy = y * y % Q
    s = 4 * x * yy % Q
    m = 3 * x * x % Q
    nx = (m * m - 2 * s) % Q
    return nx, (m * (s - nx) - 8 * yy * yy) % Q, 2 * y * z % Q


def added(p, q):
    """A Jacobian and an affine point."""
    x, y, z = p
    if z == 0:
        return q[0], q[1], 1
    zz = z * z % Q
    h = (q[0] * zz - x) % Q
    d = (q[1] * zz * z - y) % Q
    if h == 0:
        return doubled(p) if d == 0 else (1, 1, 0)
    hh = h * h % Q
    v = x * hh % Q
    nx = (d * d - hh * h - 2 * v) % Q
    return nx, (d * (v - nx) - y * hh * h) % Q, z * h % Q


def combination(terms):
    """The sum of scalar * point over pairs (scalar, point), affine."""
    terms = [(s % R, p) for s, p in terms if p is not None and s % R]
    total = (1, 1, 0)
    for bit in reversed(range(max((s.bit_length() for s, _ in terms), default=0))):
        total = doubled(total)
        for scalar, point in terms:
            if scalar >> bit & 1:
                total = added(total, point)
    if total[2] == 0:
        return None
    inverse = pow(total[2], -1, Q)
    return total[0] * inverse**2 % Q, total[1] * inverse**3 % Q


def point(data):
    require(len(data) == 64, "a point has 64 bytes")
    x, y = (int.from_bytes(data[i : i + 32], "little") for i in (0, 32))
    if x == 0 and y == 0:
        return None
    require(x < Q and y < Q, "coordinate not reduced")
    require((y * y - x**3 - 3) % Q == 0, "point off the curve")
    return x, y


def encoded(p):
    x, y = p or (0, 0)
    return x.to_bytes(32, "little") + y.to_bytes(32, "little")


# The second group, only to name the string in the transcript: y^2 = x^3 + 3 / (9 + i), i^2 = -1.

GENERATOR2 = (
    (
        10857046999023057135944570762232829481370756359578518086990519993285655852781,
        11559732032986387107991004021392285783925812861821192530917403151452391805634,
    ),
    (
        8495653923123431417604973247489272438418190587263600148770280649306958101930,
        4082367875863433681332203403145435568316851327593401208105741076214120093531,
    ),
)


def times2(a, b):
    return (a[0] * b[0] - a[1] * b[1]) % Q, (a[0] * b[1] + a[1] * b[0]) % Q


def minus2(a, b):
    return (a[0] - b[0]) % Q, (a[1] - b[1]) % Q


def divided2(a, b):
    norm = pow(b[0] * b[0] + b[1] * b[1], -1, Q)
    return times2(a, (b[0] * norm % Q, -b[1] * norm % Q))


def sum2(p, q):
    if p is None or q is None:
        return p or q
    if p == q:
        square = times2(p[0], p[0])
        slope = divided2((3 * square[0], 3 * square[1]), (2 * p[1][0], 2 * p[1][1]))
    elif p[0] == q[0]:
        return None
    else:
        slope = divided2(minus2(q[1], p[1]), minus2(q[0], p[0]))
    x = minus2(minus2(times2(slope, slope), p[0]), q[0])
    return x, minus2(times2(slope, minus2(p[0], x)), p[1])


def string_name(row_bits, tau):
    total = None
    for bit in bin(tau)[2:]:
        total = sum2(total, total)
        if bit == "1":
            total = sum2(total, GENERATOR2)
    words = [row_bits.to_bytes(1, "little")]
    words += [part.to_bytes(32, "little") for coordinate in total for part in coordinate]
    return b"".join(words)
