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

import hashlib
import itertools
import json
import sys
from dataclasses import dataclass, field

R = 21888242871839275222246405745257275088548364400416034343698204186575808495617
Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583
WEIGHTS, INPUT, OUTPUT, TRACE, INVERSE = range(5)
LARGEST = 28


class Refused(Exception):
    """What was given is no system, no statement or no proof of it."""


def require(condition, why):
    if not condition:
        raise Refused(why)


def bits(count):
    """The least b with 2^b >= count."""
    b = 0
    while 1 << b < count:
        b += 1
    return b


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


# Section 14: the system.


class Reader:
    """Reads little-endian numbers, and lists with their counts before them."""

    def __init__(self, data):
        self.data, self.place = data, 0

    def take(self, count):
        require(0 <= count <= len(self.data) - self.place, "cut off")
        self.place += count
        return self.data[self.place - count : self.place]

    def i64(self):
        return int.from_bytes(self.take(8), "little", signed=True)

    def i128(self):
        return int.from_bytes(self.take(16), "little", signed=True)

    def text(self):
        return self.take(self.i64()).decode()

    def list(self, item):
        count = self.i64()
        require(0 <= count <= len(self.data), "count")
        return [item() for _ in range(count)]

    def numbers(self):
        return self.list(self.i64)

    def maybe(self, item):
        items = self.list(item)
        require(len(items) <= 1, "one or none")
        return items[0] if items else None

    def element(self):
        value = int.from_bytes(self.take(32), "little")
        require(value < R, "element not reduced")
        return value

    def point(self):
        return point(self.take(64))

    def end(self):
        require(self.place == len(self.data), "more bytes than there are things")


@dataclass
class Tensor:
    name: str
    extents: list
    kind: int
    element: int = -3

    @property
    def bits(self):
        return sum(bits(e) for e in self.extents)

    def inner(self, index):
        """The place of an element within the tensor."""
        place = 0
        for i, extent in zip(index, self.extents):
            place = (place << bits(extent)) + i
        return place

    def used(self):
        return self.inner([e - 1 for e in self.extents]) + 1


@dataclass
class View:
    """A tensor, or ones of the extents `ones`, through maps (offset, [(axis, stride)])."""

    tensor: int
    maps: list
    ones: list = None

    def axes(self):
        return [axis for _, steps in self.maps for axis, _ in steps]

    def index(self, extents, at):
        """The index of the element that is seen at the indices `at`, or None."""
        result = []
        for (offset, steps), extent in zip(self.maps, extents):
            i = offset + sum(stride * at[axis] for axis, stride in steps)
            if not 0 <= i < extent:
                return None
            result.append(i)
        return result


@dataclass
class Argument:
    constant: int
    addends: list

    def axes(self):
        return {axis for _, view in self.addends for axis in view.axes()}


@dataclass
class Term:
    """A product where it has two arguments, else a linear term or a constant."""

    coefficient: int
    arguments: list
    summed: list
    scales: dict
    matrix: tuple = None


@dataclass
class Relation:
    axes: list
    free: int
    products: list = field(default_factory=list)
    linears: list = field(default_factory=list)
    constants: list = field(default_factory=list)

    def shared(self, term):
        """The free axes that both arguments depend on."""
        left, right = (argument.axes() for argument in term.arguments)
        return [axis for axis in range(self.free) if axis in left and axis in right]


class SystemReader(Reader):
    def tensor(self):
        return Tensor(self.text(), self.numbers(), self.i64(), self.i64())

    def map(self):
        return self.i64(), self.list(lambda: (self.i64(), self.i64()))

    def view(self):
        return View(self.i64(), self.list(self.map))

    def argument(self):
        constant = self.i128()
        return Argument(constant, self.list(lambda: (self.i128(), self.view())))

    def scales(self):
        scales = self.list(lambda: (self.i64(), self.list(self.i128)))
        require(len({axis for axis, _ in scales}) == len(scales), "two scales of an axis")
        return dict(scales)

    def product(self):
        coefficient, left, right = self.i128(), self.argument(), self.argument()
        return Term(coefficient, [left, right], self.numbers(), self.scales())

    def matrix(self):
        return self.i64(), self.i64(), self.list(lambda: (self.i64(), self.i64(), self.i128()))

    def linear(self):
        coefficient, view = self.i128(), self.view()
        term = Term(coefficient, [Argument(0, [(1, view)])], self.numbers(), self.scales())
        term.matrix = self.maybe(self.matrix)
        return term

    def constant(self):
        coefficient, scales = self.i128(), self.scales()
        inside = self.maybe(lambda: (self.numbers(), self.list(self.map)))
        views = [(1, View(None, inside[1], inside[0]))] if inside else []
        return Term(coefficient, [Argument(0 if inside else 1, views)], [], scales)

    def relation(self):
        self.text()
        return Relation(
            self.numbers(), self.i64(), self.list(self.product), self.list(self.linear),
            self.list(self.constant),
        )

    def table(self):
        self.text()
        return self.list(self.numbers)

    def lookup(self):
        self.text()
        return self.i64(), self.numbers(), self.list(self.argument)


class System:
    """What the canonical bytes say, what is added to it, and where everything lies."""

    def __init__(self, data):
        reader = SystemReader(data)
        self.digest = hashlib.sha256(data).digest()
        self.row_bits = reader.i64()
        self.tensors = reader.list(reader.tensor)
        self.relations = reader.list(reader.relation)
        self.tables = reader.list(reader.table)
        self.lookups = reader.list(reader.lookup)
        reader.end()
        self.check()
        self.complete()
        self.lay_out()
        products = [(r, t) for r in self.relations for t in r.products]
        widths = [
            sum(bits(r.axes[a]) for a in t.summed + r.shared(t)) for r, t in products
        ]
        require(max(widths, default=0) <= LARGEST, "variables of a product")
        looked_up = [sum(map(bits, axes)) for _, axes, _ in self.lookups]
        self.products = len(products) + len(self.lookups)
        self.variables = max([1] + widths + looked_up)
        free = [sum(bits(e) for e in r.axes[: r.free]) for r in self.relations]
        free += [bits(len(columns[0])) for columns in self.tables]
        self.free_bits = max(free + looked_up + [0])

    def check(self):
        require(4 <= self.row_bits <= 16, "size of rows")
        for t in self.tensors:
            require(
                1 <= len(t.extents) <= 8 and all(1 <= e <= 1 << LARGEST for e in t.extents)
                and t.bits <= LARGEST and t.kind in (WEIGHTS, INPUT, OUTPUT, TRACE)
                and (t.element in (-1, -2) or t.kind == TRACE and t.element in (-3, *range(1, 9))),
                "tensor",
            )
        for relation in self.relations:
            self.check_relation(relation)
        for columns in self.tables:
            rows = {len(column) for column in columns}
            require(1 <= len(columns) <= 4 and len(rows) == 1, "table")
            require(1 <= rows.pop() <= 1 << 20, "rows of a table")
        for table, axes, arguments in self.lookups:
            require(0 <= table < len(self.tables), "table of a lookup")
            require(len(arguments) == len(self.tables[table]), "arguments of a lookup")
            require(
                axes and min(axes) >= 1 and sum(map(bits, axes)) <= LARGEST, "axes of a lookup"
            )
            for _, view in (addend for argument in arguments for addend in argument.addends):
                self.check_view(view, axes, set(range(len(axes))))

    def check_relation(self, relation):
        axes, free = relation.axes, relation.free
        require(0 <= free <= len(axes) <= 16, "free axes")
        require(all(1 <= e <= 1 << LARGEST for e in axes), "axes of a relation")
        require(sum(map(bits, axes)) <= 40, "size of a relation")
        for term in relation.products + relation.linears + relation.constants:
            require(all(free <= a < len(axes) for a in term.summed), "axis that is no summed one")
            require(len(set(term.summed)) == len(term.summed), "axis summed twice")
            allowed = set(range(free)) | set(term.summed)
            for axis, factors in term.scales.items():
                require(axis in allowed and len(factors) == axes[axis], "scale")
            for _, view in (addend for a in term.arguments for addend in a.addends):
                self.check_view(view, axes, allowed)
            if term.matrix:
                row, column, entries = term.matrix
                require(0 <= row < free and column in term.summed, "axes of a matrix")
                require(row not in term.arguments[0].axes(), "view beside a matrix")
                require(not {row, column} & set(term.scales), "scale beside a matrix")
                require(len(entries) <= 1 << 20, "entries of a matrix")
                for i, j, _ in entries:
                    require(0 <= i < axes[row] and 0 <= j < axes[column], "entry of a matrix")

    def extents(self, view):
        return view.ones if view.ones is not None else self.tensors[view.tensor].extents

    def check_view(self, view, axes, allowed):
        require(view.ones is not None or 0 <= view.tensor < len(self.tensors), "tensor of a view")
        extents, used = self.extents(view), view.axes()
        require(len(view.maps) == len(extents), "maps of a view")
        require(all(1 <= e <= 1 << LARGEST for e in extents), "extents of a view")
        require(len(set(used)) == len(used) and set(used) <= allowed, "axes of a view")
        for offset, steps in view.maps:
            require(abs(offset) <= 1 << 30, "offset")
            require(all(1 <= abs(stride) <= 1 << 30 for _, stride in steps), "stride")
            wide = len(steps) > 1 and sum(bits(axes[axis]) for axis, _ in steps) > 22
            require(not wide, "size of a map")

    def complete(self):
        """Regions, ranges, multiplicities and inverses."""

        def add(extents, kind):
            self.tensors.append(Tensor("", extents, kind))
            return len(self.tensors) - 1

        self.members, ranges = {}, []
        for width in range(1, 9):
            members = [i for i, t in enumerate(self.tensors) if t.element == width]
            if not members:
                continue
            members.sort(key=lambda i: (-self.tensors[i].bits, i))
            length = sum(1 << self.tensors[i].bits for i in members[:-1])
            length += self.tensors[members[-1]].used()
            region = add([length], TRACE)
            self.members[region] = members
            multiplicities, inverses = add([1 << width], TRACE), add([1 << width], INVERSE)
            looked_up = Argument(0, [(1, View(region, [(0, [(0, 1)])]))])
            ranges.append(
                (width, multiplicities, inverses, add([length], INVERSE), [length], [looked_up])
            )
        self.table_tensors = [
            (add([len(columns[0])], TRACE), add([len(columns[0])], INVERSE))
            for columns in self.tables
        ]
        own = [add(list(axes), INVERSE) for _, axes, _ in self.lookups]
        lookups = []
        for width, multiplicities, inverses, inverse, axes, arguments in ranges:
            lookups.append((len(self.tables), axes, arguments))
            self.tables.append([list(range(1 << width))])
            self.table_tensors.append((multiplicities, inverses))
        self.lookup_tensors = [r[3] for r in ranges] + own
        self.lookups = lookups + self.lookups

    def lay_out(self):
        row = 1 << self.row_bits
        inside = {i for members in self.members.values() for i in members}
        own = [i for i in range(len(self.tensors)) if i not in inside]
        sizes = [max(1 << self.tensors[i].bits, row // 2) for i in own]
        require(sum(sizes) <= 2 << LARGEST, "size of the vector")
        own.sort(key=lambda i: (-self.tensors[i].bits, self.tensors[i].kind, i))
        self.address, self.rows, end = {}, [], 0
        for i in own:
            tensor = self.tensors[i]
            if tensor.bits >= self.row_bits:
                self.address[i] = end
                last = end + tensor.used() - 1
                self.rows += [(tensor.kind, j) for j in range(end // row, last // row + 1)]
                end += 1 << tensor.bits
        for kind in range(5):
            start = end
            for i in own:
                tensor = self.tensors[i]
                if tensor.bits < self.row_bits and tensor.kind == kind:
                    self.address[i] = end
                    end += 1 << tensor.bits
            end = -(-end // row) * row
            self.rows += [(kind, j) for j in range(start // row, end // row)]
        self.rows.sort()
        self.bits = max(self.row_bits, bits(end))
        require(self.bits <= LARGEST, "size of the vector")
        for region, members in self.members.items():
            place = self.address[region]
            for i in members:
                self.address[i] = place
                place += 1 << self.tensors[i].bits

    def rows_of(self, kind):
        return sum(1 for k, _ in self.rows if k == kind)

    def all_relations(self, beta, kappa):
        """The caller's, then those that make the lookups."""

        def whole(tensor, first=0):
            count = len(self.tensors[tensor].extents)
            return View(tensor, [(0, [(first + axis, 1)]) for axis in range(count)])

        relations, total = list(self.relations), Relation([], 0)
        signed = [(1, i) for i in self.lookup_tensors]
        signed += [(-1, inverses) for _, inverses in self.table_tensors]
        for sign, tensor in signed:
            first = len(total.axes)
            total.axes += self.tensors[tensor].extents
            axes = list(range(first, len(total.axes)))
            total.linears.append(Term(sign, [Argument(0, [(1, whole(tensor, first))])], axes, {}))
        for (table, axes, arguments), inverse in zip(self.lookups, self.lookup_tensors):
            denominator = Argument(beta + table, [])
            for c, argument in enumerate(arguments):
                power = pow(kappa, c + 1, R)
                denominator.constant += power * argument.constant
                denominator.addends += [(power * factor, view) for factor, view in argument.addends]
            gate = Term(1, [Argument(0, [(1, whole(inverse))]), denominator], [], {})
            one = Term(-1, [Argument(1, [])], [], {})
            relations.append(Relation(list(axes), len(axes), [gate], [], [one]))
        for table, (multiplicity, inverse) in enumerate(self.table_tensors):
            columns = self.tables[table]
            rows = [
                beta + table + sum(pow(kappa, c + 1, R) * v for c, v in enumerate(row))
                for row in zip(*columns)
            ]
            scaled = Term(1, [Argument(0, [(1, whole(inverse))])], [], {0: rows})
            counted = Term(-1, [Argument(0, [(1, whole(multiplicity))])], [], {})
            relations.append(Relation([len(rows)], 1, [], [scaled, counted]))
        return relations + ([total] if self.lookups else [])


# Section 6: the sums.


def equalities(at):
    """eq(at, index) for every index: each coordinate is a bit more, above the others."""
    values = [1]
    for x in at:
        values = [v * (1 - x) % R for v in values] + [v * x % R for v in values]
    return values


class Form:
    """A linear function of the vector, by the coefficient of each place, and a constant."""

    def __init__(self):
        self.places, self.constant = {}, 0

    def add(self, system, factor, argument, weights):
        """Adds the sum of factor * weights * argument over all indices of the axes that `weights`
        has, {axis: weight of each index}."""
        every = list(weights.items())

        def total(axes):
            product = factor
            for axis, values in every:
                if axis not in axes:
                    product = product * sum(values) % R
            return product

        self.constant += argument.constant * total(())
        for coefficient, view in argument.addends:
            axes = view.axes()
            base = coefficient * total(axes) % R
            ranges = [range(len(weights[axis])) for axis in axes]
            for indices in itertools.product(*ranges):
                at = dict(zip(axes, indices))
                seen = view.index(system.extents(view), at)
                if seen is None:
                    continue
                weight = base
                for axis in axes:
                    weight = weight * weights[axis][at[axis]] % R
                if view.ones is not None:
                    self.constant += weight
                    continue
                place = system.address[view.tensor] + system.tensors[view.tensor].inner(seen)
                self.places[place] = (self.places.get(place, 0) + weight) % R


class Sums:
    """Both sums: all products and linear forms under tau and lambda, at r."""

    def __init__(self, system, beta, kappa, tau, lam):
        self.system, self.products = system, []
        self.linear = Form()
        self.tau = tau
        for k, relation in enumerate(system.all_relations(beta, kappa)):
            factor = pow(lam, k, R)
            free, low = {}, 0
            for axis in range(relation.free):
                width = bits(relation.axes[axis])
                free[axis] = tau[low : low + width]
                low += width
            for term in relation.products:
                self.products.append((factor, relation, term, free))
            for term in relation.linears + relation.constants:
                self.linears(factor, relation, term, free)

    def weights(self, extent, coordinates, scale):
        weights = equalities(coordinates)[:extent]
        return [w * s % R for w, s in zip(weights, scale)] if scale else weights

    def linears(self, factor, relation, term, free):
        weights = {
            axis: self.weights(relation.axes[axis], free[axis], term.scales.get(axis))
            for axis in free
        }
        for axis in term.summed:
            weights[axis] = [x % R for x in term.scales.get(axis, [1] * relation.axes[axis])]
        if term.matrix:
            row, column, entries = term.matrix
            summed = [0] * relation.axes[column]
            for i, j, value in entries:
                summed[j] += weights[row][i] * value
            del weights[row]
            weights[column] = [x % R for x in summed]
        self.linear.add(self.system, factor * term.coefficient % R, term.arguments[0], weights)

    def at(self, r):
        """For each product c_t p_t(r) and the forms of both arguments."""
        result = []
        for factor, relation, term, free in self.products:
            shared = relation.shared(term)
            low, p, weights = 0, 1, ({}, {})
            for axis in term.summed[::-1] + shared[::-1]:
                width = bits(relation.axes[axis])
                part = r[low : low + width]
                low += width
                if axis in free:
                    for a, b in zip(free[axis], part):
                        p = p * (a * b + (1 - a) * (1 - b)) % R
                weights[0][axis] = self.weights(
                    relation.axes[axis], part, term.scales.get(axis)
                )
                weights[1][axis] = self.weights(relation.axes[axis], part, None)
            c = factor * term.coefficient * p % R
            for axis in range(relation.free):
                if axis in shared:
                    continue
                bound = self.weights(relation.axes[axis], free[axis], term.scales.get(axis))
                owner = [a for a in (0, 1) if axis in term.arguments[a].axes()]
                if owner:
                    weights[owner[0]][axis] = bound
                else:
                    c = c * sum(bound) % R
            c = c * pow(2, low - self.system.variables, R) % R
            forms = []
            for argument, own in zip(term.arguments, weights):
                form = Form()
                form.add(self.system, 1, argument, own)
                forms.append(form)
            result.append((c, forms))
        return result


def value(coefficients, x):
    return sum(c * pow(x, i, R) for i, c in enumerate(coefficients)) % R


class Transcript:
    def __init__(self):
        self.state, self.pending = hashlib.sha256(b"aivm.sumcheck.v1").digest(), b""

    def label(self, text):
        return bytes([len(text)]) + text.encode()

    def append(self, text, data):
        self.pending += self.label(text) + len(data).to_bytes(8, "little") + data

    def draw(self, text):
        data = self.state + self.pending + self.label(text)
        self.state, self.pending = hashlib.sha256(data).digest(), b""
        halves = (hashlib.sha256(self.state + bytes([i])).digest() for i in (0, 1))
        return int.from_bytes(b"".join(halves), "little") % R


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
