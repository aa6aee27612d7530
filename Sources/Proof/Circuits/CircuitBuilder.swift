// Circuits written in Swift. A builder takes down two things at once: constraints, A · B = C over linear
// expressions of wires, and the steps by which the wires' values follow from the inputs. So a circuit
// can be run, checked and proved without a second program that computes its witness.
//
//     var builder = CircuitBuilder()
//     let secret = builder.privateInput("secret")
//     builder.requireRange(secret, bits: 64, "secret")
//     builder.output("square", builder.product(secret, secret, "square"))
//     let circuit = builder.finish()
//
// Every constraint has a label, under the names of the parts it belongs to, by which a checker names it.

import Fields

/// Takes down a circuit.
public struct CircuitBuilder: Sendable {
    /// What a wire is.
    enum Role: Equatable, Sendable {
        case output(String)
        case publicInput(String)
        case privateInput(String)
        case inner
    }

    /// How the value of a wire is found.
    enum Step: Sendable {
        case product(Expression, Expression)
        case value(Expression)
        case bit(Expression, Int)
        case inverseOrZero(Expression)
    }

    /// A constraint a · b = c.
    struct Constraint: Sendable {
        var a: Expression
        var b: Expression
        var c: Expression
        var label: String
    }

    /// What each wire is.
    private(set) var roles: [Role] = []
    /// The steps, each with its wire, in the order in which they can be done.
    private(set) var steps: [(wire: Int, step: Step)] = []
    private(set) var constraints: [Constraint] = []
    /// The parts of the circuit that are being written, outermost first.
    private var parts: [String] = []

    /// Starts with nothing.
    public init() {}

    /// A public input. Names of inputs and outputs differ.
    public mutating func publicInput(_ name: String) -> Expression {
        addNamed(.publicInput(name), name)
    }

    /// A private input. Names of inputs and outputs differ.
    public mutating func privateInput(_ name: String) -> Expression {
        addNamed(.privateInput(name), name)
    }

    /// Makes `value` public. Outputs stand before public inputs among the public signals.
    public mutating func output(_ name: String, _ value: Expression) {
        let wire = addNamed(.output(name), name)
        steps.append((wire.terms[0].wire, .value(value)))
        require(value, times: Expression.one, equals: wire, "output \(name)")
    }

    /// Writes what `body` writes as a part called `name`.
    public mutating func part<Result>(
        _ name: String, _ body: (inout CircuitBuilder) -> Result
    ) -> Result {
        parts.append(name)
        let result = body(&self)
        parts.removeLast()
        return result
    }

    /// Requires a · b = c.
    public mutating func require(
        _ a: Expression, times b: Expression, equals c: Expression, _ label: String
    ) {
        constraints.append(
            Constraint(a: a, b: b, c: c, label: (parts + [label]).joined(separator: " / ")))
    }

    /// Requires left = right.
    public mutating func requireEqual(_ left: Expression, _ right: Expression, _ label: String) {
        require(left - right, times: Expression.one, equals: Expression.zero, label)
    }

    /// The product. One constraint, none where a factor is constant.
    public mutating func product(
        _ left: Expression, _ right: Expression, _ label: String = "product"
    ) -> Expression {
        if let factor = left.asConstant { return factor * right }
        if let factor = right.asConstant { return factor * left }
        let wire = add(.product(left, right))
        require(left, times: right, equals: wire, label)
        return wire
    }

    /// One divided by `value`, which is thereby required not to be zero. One constraint.
    public mutating func inverse(
        _ value: Expression, _ label: String = "inverse"
    ) -> Expression {
        let wire = add(.inverseOrZero(value))
        require(value, times: wire, equals: Expression.one, label)
        return wire
    }

    /// A wire that equals `value`, so that a long sum is added up once.
    public mutating func wire(_ value: Expression, _ label: String = "sum") -> Expression {
        let wire = add(.value(value))
        require(value, times: Expression.one, equals: wire, label)
        return wire
    }

    /// A wire whose value is found by `step`, not constrained yet.
    mutating func add(_ step: Step) -> Expression {
        roles.append(.inner)
        steps.append((roles.count - 1, step))
        return Expression(wire: roles.count - 1)
    }

    private mutating func addNamed(_ role: Role, _ name: String) -> Expression {
        precondition(
            !roles.contains { $0.name == name }, "names of inputs and outputs differ: \(name)")
        roles.append(role)
        return Expression(wire: roles.count - 1)
    }
}

extension CircuitBuilder.Role {
    /// The name of an input or output.
    var name: String? {
        switch self {
        case .output(let name), .publicInput(let name), .privateInput(let name): name
        case .inner: nil
        }
    }

    /// The place among wires in Circom's order: outputs, public inputs, private inputs, the rest.
    var rank: Int {
        switch self {
        case .output: 0
        case .publicInput: 1
        case .privateInput: 2
        case .inner: 3
        }
    }
}
