// verification_key.json, proof.json and public.json, read and written as snarkjs 0.7.6 does; see
// JSONForms.swift for how numbers and points look.

public import Base
public import Fields
public import Plonk
import Wire

extension VerificationKey {
    private static let file = "verification_key.json"
    private static let unsafeName = "aivm_unsafe"

    /// Reads a verification_key.json.
    public init(json bytes: Bytes) throws(CircomError) {
        let names =
            ["protocol", "curve", "nPublic", "power", "k1", "k2"]
            + VerificationKey.commitmentNames + ["X_2", "w", VerificationKey.unsafeName]
        let form = try JSONForm(bytes, file: VerificationKey.file, names: names)
        try form.require("protocol", "plonk")
        try form.require("curve", "bn128")
        var commitments: [G1Affine] = []
        for name in VerificationKey.commitmentNames {
            commitments.append(try form.firstGroupPoint(name))
        }
        let mark = form.optional(VerificationKey.unsafeName)
        guard mark == nil || mark == .bool(true) else {
            throw .wrongJSON(
                file: form.file, reason: "\(VerificationKey.unsafeName) is true or not there")
        }
        let root = try form.scalar("w")
        let (publicCount, power) = (try form.count("nPublic"), try form.count("power"))
        let (k1, k2) = (try form.scalar("k1"), try form.scalar("k2"))
        let tauG2 = try form.secondGroupPoint("X_2")
        do throws(PlonkError) {
            try self.init(
                publicCount: publicCount, power: power, k1: k1, k2: k2, commitments: commitments,
                tauG2: tauG2, isUnsafe: mark != nil)
        } catch {
            throw .wrongJSON(file: form.file, reason: "\(error)")
        }
        guard root == self.root else {
            throw .wrongJSON(
                file: form.file, reason: "w is not the root of unity of 2^\(power) rows")
        }
    }

    /// The verification_key.json.
    public var json: Bytes {
        var members = [
            JSONMember("protocol", "plonk"), JSONMember("curve", "bn128"),
            JSONMember("nPublic", .number("\(publicCount)")),
            JSONMember("power", .number("\(power)")),
            JSONMember("k1", .element(k1)), JSONMember("k2", .element(k2)),
        ]
        for (name, point) in zip(VerificationKey.commitmentNames, commitments) {
            members.append(JSONMember(name, .point(point)))
        }
        members.append(JSONMember("X_2", .point(tauG2)))
        members.append(JSONMember("w", .element(root)))
        if isUnsafe { members.append(JSONMember(VerificationKey.unsafeName, .bool(true))) }
        return JSONValue.object(members).snarkjsBytes
    }
}

extension PlonkProof {
    /// Reads a proof.json. Whether the points are on the curve is for the verifier.
    public init(json bytes: Bytes) throws(CircomError) {
        let names =
            PlonkProof.pointNames + PlonkProof.evaluationNames + ["protocol", "curve"]
        let form = try JSONForm(bytes, file: "proof.json", names: names)
        try form.require("protocol", "plonk")
        try form.require("curve", "bn128")
        var points: [G1Affine] = []
        for name in PlonkProof.pointNames { points.append(try form.firstGroupPoint(name)) }
        var evaluations: [Fr] = []
        for name in PlonkProof.evaluationNames { evaluations.append(try form.scalar(name)) }
        guard let proof = PlonkProof(points: points, evaluations: evaluations) else {
            preconditionFailure("a proof has as many points and evaluations as names")
        }
        self = proof
    }

    /// The proof.json.
    public var json: Bytes {
        var members: [JSONMember] = []
        for (name, point) in zip(PlonkProof.pointNames, points) {
            members.append(JSONMember(name, .point(point)))
        }
        for (name, value) in zip(PlonkProof.evaluationNames, evaluations) {
            members.append(JSONMember(name, .element(value)))
        }
        members.append(JSONMember("protocol", "plonk"))
        members.append(JSONMember("curve", "bn128"))
        return JSONValue.object(members).snarkjsBytes
    }
}

/// The public signals of a proof: public.json.
public enum PublicSignals {
    /// Reads a public.json.
    public static func read(json bytes: Bytes) throws(CircomError) -> [Fr] {
        let file = "public.json"
        guard let elements = try JSONForm.parse(bytes, file).elements else {
            throw .wrongJSON(file: file, reason: "it is not an array")
        }
        var signals: [Fr] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.text, let signal = Fr(decimal: text) else {
                throw .notCanonical("public signal", index: index)
            }
            signals.append(signal)
        }
        return signals
    }

    /// The public.json.
    public static func json(_ signals: [Fr]) -> Bytes {
        JSONValue.array(signals.map { .element($0) }).snarkjsBytes
    }
}
