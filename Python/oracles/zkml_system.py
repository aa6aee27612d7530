"""Relation systems, by section 14 of Documentation/zkml.md: their canonical bytes, where tensors
lie, and what lookups add.
"""

import hashlib
from dataclasses import dataclass, field

from bn254 import R, point, require

WEIGHTS, INPUT, OUTPUT, TRACE, INVERSE = range(5)
LARGEST = 28


def bits(count):
    """The least b with 2^b >= count."""
    b = 0
    while 1 << b < count:
        b += 1
    return b


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
