// aivm circuit inspect | check

import Base
import Circom
import Commitments
import Fields
import Plonk
import PlonkProver
import Wire

extension CommandLineInterface {
    static let circuitCommand = Command(
        name: "circuit", summary: "Look at circuits, and run them without proving.",
        children: [inspectCircuitCommand, checkCircuitCommand])

    private static let inspectCircuitCommand = Command(
        name: "inspect", summary: "Show what a circuit, witness, key or reference string holds.",
        discussion: """
            The kind of file is told by what it starts with: .r1cs, .wtns, .zkey (PLONK) or .ptau.
            For a circuit the gates and rows of its PLONK key are shown too.
            """,
        arguments: [Argument(name: "FILE", help: "The file.")],
        run: inspectCircuit)

    private static func inspectCircuit(_ invocation: Invocation) throws {
        let path = invocation.arguments[0]
        let shown = try describing(path) { () throws -> [(String, String)] in
            let source = try FileSource(path)
            let magic = try source.read(0..<min(4, source.byteCount))
            switch String(decoding: magic, as: UTF8.self) {
            case "r1cs": return try rows(of: R1CSFile(source))
            case "wtns":
                let witness = try WitnessFile(source)
                return [("kind", "witness"), ("values", grouped(witness.values.count))]
            case "zkey": return rows(of: try ProvingKeyFile(source))
            case "ptau": return rows(of: try PowersOfTauFile(source))
            default:
                throw CommandFailure(
                    "\(path) is none of .r1cs, .wtns, .zkey and .ptau", .malformedData)
            }
        }
        Output(invocation).show(
            .object(
                shown.map { row in
                    JSONMember(
                        row.0.split(separator: " ").joined(separator: "_"), .string(row.1))
                })
        ) { table(shown.map { [$0.0, $0.1] }) }
    }

    private static func rows(of circuit: R1CSFile) throws -> [(String, String)] {
        let system = try GateSystem(circuit)
        return [
            ("kind", "circuit"), ("constraints", grouped(circuit.constraintCount)),
            ("wires", grouped(circuit.wireCount)),
            ("public outputs", grouped(circuit.publicOutputCount)),
            ("public inputs", grouped(circuit.publicInputCount)),
            ("private inputs", grouped(circuit.privateInputCount)),
            ("plonk gates", grouped(system.gates.count)),
            ("plonk additions", grouped(system.additions.count)),
            ("plonk rows", "2^\(system.power)"),
            ("powers of tau", grouped((1 << system.power) + 6)),
        ]
    }

    private static func rows(of key: ProvingKeyFile) -> [(String, String)] {
        [
            ("kind", "PLONK key"), ("rows", "2^\(key.power)"), ("gates", grouped(key.gateCount)),
            ("wires", grouped(key.wireCount)), ("additions", grouped(key.additionCount)),
            ("public signals", grouped(key.publicCount)),
            ("string", key.verificationKey.isUnsafe ? "UNSAFE: for development" : "of a ceremony"),
        ]
    }

    private static func rows(of string: PowersOfTauFile) -> [(String, String)] {
        [
            ("kind", "powers of tau"), ("power", "2^\(string.power)"),
            ("powers of tau", grouped(string.powerCount)),
            ("ceremony", "2^\(string.ceremonyPower)"),
            ("contributions", grouped(string.contributionCount)),
            ("prepared", string.isPrepared ? "yes" : "no"),
            ("string", string.isUnsafe ? "UNSAFE: for development" : "of a ceremony"),
        ]
    }

    private static let checkCircuitCommand = Command(
        name: "check", summary: "Check a witness against every constraint, without proving.",
        arguments: [
            Argument(name: "CIRCUIT.r1cs", help: "The circuit."),
            Argument(name: "WITNESS.wtns", help: "The values of its wires."),
        ],
        run: { invocation in
            let paths = invocation.arguments
            let circuit = try describing(paths[0]) { try R1CSFile(FileSource(paths[0])) }
            let witness = try describing(paths[1]) { try WitnessFile(FileSource(paths[1])) }
            do { try circuit.check(witness: witness.values) } catch ProvingError.file(let error) {
                throw CommandFailure("\(paths[0]): \(error)", error.exitCode)
            } catch {
                throw CommandFailure("\(paths[1]): \(error)", .refused)
            }
            Output(invocation).show([
                "satisfied": .bool(true),
                "constraints": .number("\(circuit.constraintCount)"),
            ]) { "satisfied: all \(grouped(circuit.constraintCount)) constraints" }
        })
}
