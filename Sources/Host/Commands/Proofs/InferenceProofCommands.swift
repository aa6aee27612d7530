// aivm model commit, aivm prove, aivm verify

import AIModule
import Base
import Circom
import Client
import Foundation
import Importers
import Models
import ProcessMemory
import Proving
import SumcheckProver
import Verification
import Wire

extension CommandLineInterface {
    static let commitModelCommand = Command(
        name: "commit", summary: "Commit to a model's weights without showing them.",
        discussion: """
            Writes the model's public part: its program and commitments to its weights, which tell
            nothing about them. Its ModelID names the model on a chain and in every proof. The
            secret that hides the weights goes to a file of its own: without it no proof can be
            made about this commitment, and whoever has it can test guesses of the weights. With
            --public the commitment hides nothing, and everybody who has the weights can compute
            it.
            """,
        arguments: [InferenceProofFiles.model],
        options: [
            InferenceProofFiles.referenceString,
            .option(
                "output", "FILE.commitment", "Where to write (default: MODEL.commitment).",
                short: "o"),
            .option("secret", "FILE", "The secret; made when absent (default: MODEL.secret)."),
            .flag("public", "Hide nothing."), threadsOption,
        ],
        run: commitModel)

    static let proveCommand = Command(
        name: "prove", summary: "Run a model and prove its answer.",
        discussion: """
            The proof shows that a model with committed weights gives the output on the input. What
            --private names is not told: weights, input, output, separated by commas. What
            --committed names (input, output) is told as a commitment, so that statements about the
            same values can be recognised. Everything else stands in the proof. Models are made
            with 'aivm model quantize', reference strings with 'aivm srs'.
            """,
        arguments: [InferenceProofFiles.model],
        options: MachineOptions.inputs + [
            InferenceProofFiles.referenceString,
            .option("private", "WHAT,…", "What the proof does not tell."),
            .option("committed", "WHAT,…", "What the proof tells as a commitment."),
            .option(
                "secret", "FILE", "The secret of 'aivm model commit' (default: MODEL.secret)."),
            .option(
                "input-secret", "FILE",
                "The secret of 'aivm model commit-input': to prove about that commitment."),
            .option("context", "HEX", "What to bind the proof to, at most 64 bytes."),
            .option(
                "request", "N",
                "The request on a chain to answer: gives the input, and binds the proof to it."),
            .option("worker", "WHO", "Who will be paid for the answer: an address or a key."),
            .option("home", "DIR", "Folder of the keys (default: $AIVM_HOME or ~/.aivm)."),
        ] + ChainSession.nodeOptions + [
            .option(
                "output", "FILE.proof", "Where to write (default: answer.proof).", short: "o"),
            threadsOption,
        ],
        run: proveInference)

    static let verifyCommand = Command(
        name: "verify", summary: "Check the proof of a model's answer.",
        discussion: """
            Needs nothing but the file. Exit code 0 means that the statement that is printed is
            proved; 1 that it is not; others that the file is no proof.
            """,
        arguments: [Argument(name: "FILE.proof", help: "What 'aivm prove' wrote.")],
        options: [.option("context", "HEX", "What the proof must be bound to.")],
        run: verifyInference)

    private static func commitModel(_ invocation: Invocation) throws {
        let path = invocation.arguments[0]
        let output = invocation.option("output") ?? path + ".commitment"
        try checkWritable(output)
        let prover = try InferenceProofFiles.prover(invocation)
        warnIfUnsafe(prover.isUnsafe)
        let seed =
            invocation.flag("public")
            ? nil : try InferenceProofFiles.secret(invocation, path, making: true)
        let committed = prover.commit(seed: seed).model
        try writeFile(output, committed.encoded())
        Output(invocation).show([
            "file": .string(output), "model_id": .string("\(committed.modelID)"),
            "hides": .bool(seed != nil), "unsafe": .bool(committed.isUnsafe),
        ]) {
            """
            \(output): ModelID \(committed.modelID), \
            weights \(seed == nil ? "committed to, not hidden" : "hidden")
            """
        }
    }

    private static func proveInference(_ invocation: Invocation) throws {
        let choice = try DisclosureChoices(invocation)
        let path = invocation.option("output") ?? "answer.proof"
        try checkWritable(path)
        Allocator.keepFreedPages()
        let prover = try InferenceProofFiles.prover(invocation)
        warnIfUnsafe(prover.isUnsafe)
        let (input, context, asked) = try question(invocation, prover)
        let seed =
            choice.hidesAnything
            ? try InferenceProofFiles.secret(invocation, invocation.arguments[0], making: false)
            : nil
        let weights = prover.commit(seed: choice.hidesWeights ? seed ?? .random() : nil)
        let bar = ProgressBar("proving", invocation)
        let phases = ProofPhase.allCases
        let clock = ContinuousClock()
        let start = clock.now
        let made = try prover.prove(
            input, weights: weights,
            DisclosureOptions(
                input: choice.input, output: choice.output, hides: choice.hidesAnything,
                seed: seed ?? .random(),
                inputSeed: try invocation.option("input-secret").map { path in
                    try InferenceProofFiles.existingSecret(at: path)
                }),
            context: context
        ) { bar.show(phases.firstIndex(of: $0) ?? 0, of: phases.count) }
        bar.show(1, of: 1)
        guard asked == nil || asked == made.proven.statement.inputCommitment else {
            throw CommandFailure(
                "the request commits to another input: check --input, --row, --committed and the "
                    + "file of --input-secret", .malformedData)
        }
        let seconds = (clock.now - start) / .seconds(1)
        let bytes = made.proven.encoded()
        try writeFile(path, bytes)
        if choice.hidesWeights, seed == nil {
            Terminal.note(
                "note: the commitment to the weights is new; for a ModelID that stays, make one "
                    + "with 'aivm model commit'")
        }
        let saturation = try SaturationNote(prover.model, try input.namedTensors())
        saturation.show()
        let statement = ProvenInferenceText(made.proven)
        Output(invocation).show(
            statement.json([
                "file": .string(path), "bytes": .number("\(made.proven.proof.proof.count)"),
                "seconds": .number(String(format: "%.3f", seconds)),
                "saturated": .number("\(saturation.count)"),
                "answer": .array(made.output.tensors.map { .string(ProvenInferenceText.line($0)) }),
            ])
        ) {
            """
            \(made.output.tensors.map(ProvenInferenceText.line).joined(separator: "\n"))
            \(path): proved in \(String(format: "%.3f", seconds)) s, \
            \(grouped(made.proven.proof.proof.count)) bytes of proof
            """
        }
    }

    /// Input and context: those of a request on a chain, with what it says of the input, or what
    /// the options say.
    private static func question(
        _ invocation: Invocation, _ prover: InferenceProver
    ) throws -> (input: TensorSet, context: Bytes, commitment: Bytes?) {
        var input: TensorSet?
        if invocation.option("input") != nil {
            let row = try invocation.integer("row", in: 0...Int.max) ?? 0
            input = TensorSet(try invocation.samples(for: prover.model).row(row))
        }
        guard let number = try invocation.integer("request", in: 1...UInt64.max) else {
            guard let input else {
                throw UsageError(
                    message: "missing option --input or --request", path: invocation.pathText)
            }
            return (input, try InferenceProofFiles.context(invocation), nil)
        }
        guard invocation.option("context") == nil else {
            throw UsageError(
                message: "--request and --context exclude each other", path: invocation.pathText)
        }
        let session = try ChainSession(invocation)
        let worker = try session.address(try invocation.required("worker"))
        var ask = QueryRequestRequest()
        ask.number = number
        let answer: QueryRequestResponse = try session.node.ask(
            "/aivm.ai.v1.Query/Request", ask)
        let hasInput = answer.request.input.byteCount > 0
        guard let input = hasInput ? answer.input : input else {
            throw UsageError(
                message: "the input of request \(number) is not on the chain: missing option "
                    + "--input", path: invocation.pathText)
        }
        return (
            input,
            AI.resultContext(
                chainID: try session.node.status().chainID, request: number, worker: worker),
            answer.request.inputCommitment
        )
    }

    private static func verifyInference(_ invocation: Invocation) throws {
        let path = invocation.arguments[0]
        let context = try InferenceProofFiles.context(invocation)
        let proven = try InferenceProofFiles.provenInference(path)
        let clock = ContinuousClock()
        let start = clock.now
        let model = try InferenceProofFiles.provable(proven.model)
        let middle = clock.now
        warnIfUnsafe(model.isUnsafe)
        do {
            try verify(
                proven.statement, proven.proof, against: model, input: proven.input,
                output: proven.output,
                context: invocation.option("context") == nil ? proven.proof.context : context)
        } catch {
            throw CommandFailure("\(path): NOT proved: \(error)", .refused)
        }
        let (reading, checking) = (
            (middle - start) / .seconds(1), (clock.now - middle) / .seconds(1)
        )
        let statement = ProvenInferenceText(proven)
        Output(invocation).show(
            statement.json([
                "valid": .bool(true), "values": .number("\(model.size)"),
                "steps": .number("\(model.verificationWork)"),
                "read_seconds": .number(String(format: "%.6f", reading)),
                "verify_seconds": .number(String(format: "%.6f", checking)),
            ])
        ) {
            "proved\n" + statement.text
                + String(
                    format: "\nchecked in %.2f ms, after reading the model in %.2f ms",
                    checking * 1e3, reading * 1e3)
        }
    }
}

/// What `--private` and `--committed` ask for.
struct DisclosureChoices {
    var input = TensorDisclosure.open
    var output = TensorDisclosure.open
    var hidesWeights = false

    /// Whether the proof must tell nothing but the statement.
    var hidesAnything: Bool { hidesWeights || input != .open || output != .open }

    init(_ invocation: Invocation) throws {
        for (option, disclosure) in [
            ("private", TensorDisclosure.secret), ("committed", .committed),
        ] {
            for text in invocation.options(option) {
                for word in text.split(separator: ",") {
                    switch (word, disclosure) {
                    case ("weights", .secret): hidesWeights = true
                    case ("input", _): input = disclosure
                    case ("output", _): output = disclosure
                    default:
                        let known =
                            disclosure == .secret ? "weights, input, output" : "input, output"
                        throw UsageError(
                            message: "--\(option) takes \(known), not '\(word)'",
                            path: invocation.pathText)
                    }
                }
            }
        }
    }
}
