// aivm model commit-input

import Base
import Client
import Importers
import Models
import Proving
import Verification
import Wire

extension CommandLineInterface {
    static let commitInputCommand = Command(
        name: "commit-input", summary: "Commit to an input of a model that you do not have.",
        discussion: """
            Prints the commitment, which 'aivm tx ai request-result' takes in place of an input. The
            secret that hides the input goes to a file of its own. Whoever shall answer the request
            is given the input and this file, and proves with
            'aivm prove --committed input --input-secret FILE'; nobody else learns the input.
            """,
        arguments: [
            Argument(name: "MODEL.commitment", help: "What 'aivm model commit' wrote.")
        ],
        options: MachineOptions.inputs + [
            InferenceProofFiles.referenceString,
            .option("secret", "FILE", "The secret; made when absent (default: input.secret)."),
            .option("output", "FILE", "A file for the commitment.", short: "o"),
            threadsOption,
        ],
        run: commitInput)

    private static func commitInput(_ invocation: Invocation) throws {
        let path = invocation.arguments[0]
        let model: ProvableModel
        do {
            model = try InferenceProofFiles.provable(InferenceProofFiles.committedModel(path))
        } catch let error as VerificationError {
            throw CommandFailure("\(path): \(error)", .malformedData)
        }
        warnIfUnsafe(model.isUnsafe)
        let string = try ReferenceStringInput(invocation)
        let committer: InputCommitter
        do {
            committer = try InputCommitter(
                model, threads: try threads(invocation), powers: string.powers,
                lagrange: string.lagrangePoints)
        } catch let failure as ProvingFailure {
            throw CommandFailure("\(string.path): \(failure)", .malformedData)
        }
        let row = try invocation.integer("row", in: 0...Int.max) ?? 0
        let inputs = try InputReader.inputs(
            for: try model.inputs.map { try $0.port() },
            from: try readFile(try invocation.required("input")), row: row)
        let secret = invocation.option("secret") ?? "input.secret"
        guard let seed = try InferenceProofFiles.secret(at: secret, making: true) else {
            throw CommandFailure("cannot read \(secret)", .noInput)
        }
        let commitment = try committer.commitment(to: TensorSet(inputs), seed: seed)
        if let output = invocation.option("output") {
            try writeFile(output, Bytes((commitment.hex + "\n").utf8))
        }
        Output(invocation).show([
            "commitment": .string(commitment.hex), "secret": .string(secret),
        ]) { commitment.hex }
    }
}
