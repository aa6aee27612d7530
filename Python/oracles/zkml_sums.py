"""Both sums of section 6 of Documentation/zkml.md, from their definitions: views written out place
by place; and the transcript.
"""

import hashlib
import itertools

from bn254 import R
from zkml_system import bits

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
