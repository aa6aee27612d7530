// The JSON files of snarkjs's PLONK: verification_key.json, proof.json and public.json. Numbers of
// a field are strings of decimal digits; a point of the first group is [x, y, "1"], infinity ["0",
// "1", "0"]; one of the second [[x.c0, x.c1], [y.c0, y.c1], ["1", "0"]]. Readers take nothing else:
// no leading zeros, no number that is not below its prime, no member that is not known.
//
// A key made from a string for development has the member "aivm_unsafe": true, over which snarkjs
// passes.

import Base
import Fields
import Wire

/// A JSON file that is being read.
struct JSONForm {
    /// What errors call it.
    let file: String
    private let members: [JSONMember]

    /// Parses an object whose members are all among `names`.
    init(_ bytes: Bytes, file: String, names: [String]) throws(CircomError) {
        self.file = file
        let value = try JSONForm.parse(bytes, file)
        guard case .object(let members) = value else {
            throw .wrongJSON(file: file, reason: "it is not an object")
        }
        for member in members where !names.contains(member.name) {
            throw .wrongJSON(file: file, reason: "it has an unknown member \"\(member.name)\"")
        }
        self.members = members
    }

    static func parse(_ bytes: Bytes, _ file: String) throws(CircomError) -> JSONValue {
        do throws(WireError) {
            return try JSONValue(parsing: bytes, maximumDepth: 4, maximumBytes: 16 << 20)
        } catch {
            throw .wrongJSON(file: file, reason: "\(error)")
        }
    }

    /// The member called `name`, or `nil`.
    func optional(_ name: String) -> JSONValue? { members.first { $0.name == name }?.value }

    /// The member called `name`, which must be there.
    func member(_ name: String) throws(CircomError) -> JSONValue {
        guard let value = optional(name) else {
            throw .wrongJSON(file: file, reason: "the member \"\(name)\" is missing")
        }
        return value
    }

    /// Sees to it that the member called `name` is the text `expected`.
    func require(_ name: String, _ expected: String) throws(CircomError) {
        let actual = try member(name).text ?? "no text"
        guard actual == expected else {
            if name == "protocol" { throw .wrongProtocol(expected: expected, actual: actual) }
            throw .wrongCurve("\(name) of \(file) is \"\(actual)\", not \"\(expected)\"")
        }
    }

    /// A number that is not negative and has 32 bits.
    func count(_ name: String) throws(CircomError) -> Int {
        guard case .number = try member(name),
            let value = try member(name).integer(as: UInt32.self)
        else { throw .wrongJSON(file: file, reason: "\(name) is not a count") }
        return Int(value)
    }

    /// An element of a field in decimal digits.
    func element<F: PrimeField>(
        _ value: JSONValue, _ name: String, as type: F.Type = F.self
    ) throws(CircomError) -> F {
        guard let text = value.text, let element = F(decimal: text) else {
            throw .wrongJSON(
                file: file, reason: "\(name) is not a string of decimal digits below its prime")
        }
        return element
    }

    /// The scalar called `name`.
    func scalar(_ name: String) throws(CircomError) -> Fr {
        try element(try member(name), name)
    }

    /// The point of the first group called `name`. Whether it is on the curve is not looked at.
    func firstGroupPoint(_ name: String) throws(CircomError) -> G1Affine {
        guard let parts = try member(name).elements, parts.count == 3 else {
            throw .wrongJSON(file: file, reason: "\(name) is not [x, y, \"1\"]")
        }
        if parts == ["0", "1", "0"] { return G1Affine.infinity }
        guard parts[2].text == "1" else {
            throw .wrongJSON(file: file, reason: "the third part of \(name) is not \"1\"")
        }
        let point = G1Affine(x: try element(parts[0], name), y: try element(parts[1], name))
        guard !point.isInfinity else {
            throw .wrongJSON(file: file, reason: "infinity is [\"0\", \"1\", \"0\"], in \(name)")
        }
        return point
    }

    /// The point of the second group called `name`. Whether it is in the group is not looked at.
    func secondGroupPoint(_ name: String) throws(CircomError) -> G2Affine {
        let parts = try member(name).elements?.map { $0.elements ?? [] } ?? []
        guard parts.count == 3, parts.allSatisfy({ $0.count == 2 }), parts[2] == ["1", "0"] else {
            throw .wrongJSON(
                file: file, reason: "\(name) is not [[x0, x1], [y0, y1], [\"1\", \"0\"]]")
        }
        return G2Affine(
            x: Fq2(try element(parts[0][0], name), try element(parts[0][1], name)),
            y: Fq2(try element(parts[1][0], name), try element(parts[1][1], name)))
    }
}

extension JSONValue {
    /// An element of a field as snarkjs writes it.
    static func element(_ value: some PrimeField) -> JSONValue { .string(value.decimal) }

    /// A point of the first group as snarkjs writes it.
    static func point(_ point: G1Affine) -> JSONValue {
        point.isInfinity
            ? .array(["0", "1", "0"]) : .array([element(point.x), element(point.y), "1"])
    }

    /// A point of the second group as snarkjs writes it.
    static func point(_ point: G2Affine) -> JSONValue {
        .array([
            .array([element(point.x.c0), element(point.x.c1)]),
            .array([element(point.y.c0), element(point.y.c1)]), .array(["1", "0"]),
        ])
    }

    /// The text as snarkjs writes it: one space a level, and a line break at the end.
    var snarkjsBytes: Bytes { Bytes((text(indentation: " ") + "\n").utf8) }
}
