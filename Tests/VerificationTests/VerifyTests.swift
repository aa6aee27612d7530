import Base
import Cryptography
import Machine
import Models
import Tensors
import TestSupport
import Testing
import Wire

@testable import Verification

@Suite struct VerifyTests {
    let engine = InferenceEngine()
    let model: Model
    let inference: Inference

    init() throws {
        model = try SmallModels.perceptron()
        inference = try engine.run(
            try engine.prepare(model), on: SmallModels.x(), gasLimit: .max)
    }

    private func code(
        statement: Statement? = nil, evidence: Evidence? = nil, model: Model? = nil,
        input: TensorSet? = nil, output: TensorSet? = nil
    ) -> UInt32? {
        do {
            try verify(
                statement ?? inference.statement, evidence ?? inference.evidence,
                against: model ?? self.model, input: input ?? inference.input,
                output: output ?? inference.output, engine: engine)
        } catch { return error.code }
        return nil
    }

    @Test func acceptsWhatTheModelComputes() throws {
        #expect(code() == nil)
        // relu([1, 2, 3] · w) = relu([-4, 12])
        #expect(
            try inference.output.namedTensors()[0].tensor.float32s == [0, 12])
    }

    @Test func theQualifiedNameIsTheOneDoor() throws {
        try Verification.verify(
            inference.statement, inference.evidence, against: model, input: inference.input,
            output: inference.output)
    }

    @Test func refusesMalformedStatements() {
        var statement = inference.statement
        statement.modelID.removeLast()
        #expect(code(statement: statement) == 1)
        statement = inference.statement
        statement.outputCommitment = []
        #expect(code(statement: statement) == 1)
        #expect(code(evidence: .reexecution(Reexecution())) == 1)
    }

    @Test func refusesAnotherInputOrOutput() {
        #expect(code(input: SmallModels.x([1, 2, 4])) == 2)
        #expect(code(output: TensorSet()) == 3)
    }

    @Test func refusesAnotherModel() throws {
        #expect(code(model: try SmallModels.lookUp()) == 4)
        var statement = inference.statement
        statement.arithmeticVersion = 2
        #expect(code(statement: statement) == 5)
    }

    @Test func refusesAnOutputThatTheModelDoesNotGive() throws {
        let lie = TensorSet([
            NamedTensor(name: "y", tensor: Tensor([0, 13] as [Float], shape: [1, 2]))
        ])
        let statement = Statement(
            modelID: model.modelID, arithmeticVersion: 1, input: inference.input, output: lie)
        #expect(code(statement: statement, output: lie) == 9)
    }

    @Test func refusesAnotherTrace() {
        let evidence = Evidence.reexecution(Reexecution(traceRoot: SHA256.hash([1])))
        #expect(code(evidence: evidence) == 10)
    }

    @Test func refusesEvidenceOfNoKind() throws {
        #expect(
            refusalCode { () throws(VerificationError) in
                try EvidenceMessage().evidence()
            } == 6)
        let message = EvidenceMessage(inference.evidence)
        let decoded = try EvidenceMessage(decoding: message.encoded(), rules: .canonical)
        #expect(try decoded.evidence() == inference.evidence)
    }

    @Test func refusesAnInputThatIsNotCanonical() throws {
        let sum = try SmallModels.sum()
        let tensors = ["a", "b"].map {
            NamedTensor(name: $0, tensor: Tensor([1, 2] as [Float], shape: [2]))
        }
        let ran = try engine.run(
            try engine.prepare(sum), on: TensorSet(tensors), gasLimit: .max)
        let reversed = TensorSet(Array(tensors.reversed()))
        let statement = Statement(
            modelID: sum.modelID, arithmeticVersion: 1, input: reversed, output: ran.output)
        #expect(
            code(
                statement: statement, evidence: ran.evidence, model: sum, input: reversed,
                output: ran.output) == 7)
    }

    @Test func flippingAnyBitOfAStatementIsRefused() {
        let bytes = inference.statement.encoded()
        for index in bytes.indices {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[index] ^= 1 << UInt8(bit)
                guard let statement = try? Statement(decoding: flipped) else { continue }
                #expect(code(statement: statement) != nil)
            }
        }
    }

    @Test func everyErrorHasItsNumberAndText() {
        let errors: [VerificationError] = [
            .malformed(""), .inputCommitmentMismatch(expected: [], actual: .zero),
            .outputCommitmentMismatch(expected: [], actual: .zero),
            .wrongModel(expected: [], actual: .zero), .wrongArithmetic(expected: 1, actual: 2),
            .unsupportedEvidence, .wrongTensors(""), .executionFailed(.missingInput("x")),
            .outputMismatch(claimed: .zero, computed: .zero),
            .traceMismatch(claimed: [], computed: .zero), .invalidModel(.noOutputs),
            .gasLimitExceeded(needed: 1, limit: 0), .wrongChunkCount(expected: 1, actual: 2),
        ]
        #expect(errors.map(\.code) == Array(1...13))
    }
}
