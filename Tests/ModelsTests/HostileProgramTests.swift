import Base
import Models
import Tensors
import TestSupport
import Testing
import Wire

/// One change of a valid program, and whether the refusal is the one it deserves.
private struct Hostility: CustomTestStringConvertible, Sendable {
    var claim: String
    var change: @Sendable (inout Program, inout Bytes) -> Void
    var isExpected: @Sendable (ModelError) -> Bool
    var testDescription: String { claim }

    init(
        _ claim: String, _ change: @escaping @Sendable (inout Program, inout Bytes) -> Void,
        _ isExpected: @escaping @Sendable (ModelError) -> Bool
    ) {
        self.claim = claim
        self.change = change
        self.isExpected = isExpected
    }
}

@Suite struct HostileProgramTests {
    private static let hostilities: [Hostility] = [
        Hostility("arithmetic 2", { program, _ in program.arithmeticVersion = 2 }) {
            $0 == .unsupportedArithmetic(version: 2)
        },
        Hostility("operator set 0", { program, _ in program.opset = 0 }) {
            $0 == .unsupportedOpset(0, supported: 1...27)
        },
        Hostility("operator set 28", { program, _ in program.opset = 28 }) {
            $0 == .unsupportedOpset(28, supported: 1...27)
        },
        Hostility("input without a name", { program, _ in program.inputs[0].name = "" }) {
            $0 == .invalidName(of: "input 0")
        },
        Hostility("name with a line break", { program, _ in program.nodes[0].name = "a\nb" }) {
            $0 == .invalidName(of: "node 0")
        },
        Hostility(
            "name of 2,000 bytes",
            { program, _ in program.nodes[0].name = String(repeating: "x", count: 2_000) }
        ) { $0 == .tooMany(.nameBytes, of: "node 0", limit: 1_024, actual: 2_000) },
        Hostility("two inputs of one name", { program, _ in program.inputs[1].name = "a" }) {
            $0 == .duplicateName(of: "inputs", "a")
        },
        Hostility("two outputs of one name", { program, _ in program.outputs[1].name = "share" }) {
            $0 == .duplicateName(of: "outputs", "share")
        },
        Hostility("element type 0", { program, _ in program.inputs[0].type.elementType = 0 }) {
            $0 == .unknownElementType(of: "input 0", 0)
        },
        Hostility(
            "element type 2^32 - 1", { program, _ in program.inputs[0].type.elementType = .max }
        ) { $0 == .unknownElementType(of: "input 0", .max) },
        Hostility(
            "dimension 2^64 - 1", { program, _ in program.inputs[0].type.dimensions = [.max] }
        ) { $0 == .tooMany(.elements, of: "input 0", limit: 1 << 31, actual: nil) },
        Hostility(
            "dimensions whose product overflows",
            { program, _ in program.inputs[0].type.dimensions = [1 << 32, 1 << 32] }
        ) { if case .wrongTensor("input 0", .tooLarge) = $0 { true } else { false } },
        Hostility(
            "17 dimensions",
            { program, _ in program.inputs[0].type.dimensions = .init(repeating: 1, count: 17) }
        ) { $0 == .tooMany(.rank, of: "input 0", limit: 16, actual: 17) },
        Hostility("constant at offset 1", { program, _ in program.constants[1].offset = 1 }) {
            $0 == .wrongConstantOffset(constant: 1, expected: 64, actual: 1)
        },
        Hostility("overlapping constants", { program, _ in program.constants[1].offset = 0 }) {
            $0 == .wrongConstantOffset(constant: 1, expected: 64, actual: 0)
        },
        Hostility(
            "constant beyond the weights", { program, _ in program.constants[1].offset = 128 }
        ) { $0 == .wrongConstantOffset(constant: 1, expected: 64, actual: 128) },
        Hostility("constant of wrong size", { program, _ in program.constants[0].byteCount = 8 }) {
            $0 == .wrongConstantSize(constant: 0, expected: 16, actual: 8)
        },
        Hostility("weights cut short", { _, weights in weights.removeLast() }) {
            $0 == .wrongWeightsLength(expected: 96, actual: 95)
        },
        Hostility("weights too long", { _, weights in weights.append(0) }) {
            $0 == .wrongWeightsLength(expected: 96, actual: 97)
        },
        Hostility("padding that is not zero", { _, weights in weights[40] = 1 }) {
            $0 == .nonzeroPadding(offset: 40)
        },
        Hostility("unknown operator", { program, _ in program.nodes[0].operatorName = "Nope" }) {
            $0 == .unknownOperator(NodePlace(index: 0, name: "sum", operatorName: "Nope"))
        },
        Hostility("reference to its own output", { program, _ in program.nodes[0].inputs[1] = 5 }) {
            if case .invalidReference(_, 1, 5) = $0 { true } else { false }
        },
        Hostility("reference 2^32 - 1", { program, _ in program.nodes[0].inputs[0] = .max }) {
            if case .invalidReference(_, 0, .max) = $0 { true } else { false }
        },
        Hostility("omission at the end", { program, _ in program.nodes[4].inputs.append(0) }) {
            if case .invalidReference(_, 2, 0) = $0 { true } else { false }
        },
        Hostility("omitted required input", { program, _ in program.nodes[0].inputs[0] = 0 }) {
            if case .refused(_, .missingInput(0)) = $0 { true } else { false }
        },
        Hostility("too many inputs", { program, _ in program.nodes[0].inputs += [1] }) {
            if case .refused(_, .wrongInputCount(3, _)) = $0 { true } else { false }
        },
        Hostility("no output", { program, _ in program.nodes[0].outputCount = 0 }) { error in
            if case .refused(_, .wrongOutputCount(0, _)) = error { true } else { false }
        },
        Hostility("2^32 - 1 outputs", { program, _ in program.nodes[0].outputCount = .max }) {
            if case .tooMany(.values, _, _, _) = $0 { true } else { false }
        },
        Hostility(
            "unknown attribute", { program, _ in program.nodes[1].attributes[0].name = "permit" }
        ) { if case .refused(_, .unknownAttribute("permit")) = $0 { true } else { false } },
        Hostility(
            "attributes out of order", { program, _ in program.nodes[4].attributes.reverse() }
        ) { if case .attributesOutOfOrder(_, "alpha") = $0 { true } else { false } },
        Hostility(
            "attribute without value", { program, _ in program.nodes[1].attributes[0].ints = nil }
        ) { if case .emptyAttribute(_, "perm") = $0 { true } else { false } },
        Hostility(
            "attribute of another kind",
            { program, _ in
                program.nodes[1].attributes[0].ints = nil
                program.nodes[1].attributes[0].int = 1
            }
        ) { if case .refused(_, .wrongAttribute("perm", _)) = $0 { true } else { false } },
        Hostility(
            "shapes that do not fit", { program, _ in program.inputs[1].type.dimensions = [2, 4] }
        ) { if case .refused(_, .shapeMismatch) = $0 { true } else { false } },
        Hostility("no outputs", { program, _ in program.outputs = [] }) { $0 == .noOutputs },
        Hostility("output of nothing", { program, _ in program.outputs[0].value = 0 }) {
            $0 == .invalidOutput(name: "share", reference: 0)
        },
        Hostility("output beyond the values", { program, _ in program.outputs[0].value = 11 }) {
            $0 == .invalidOutput(name: "share", reference: 11)
        },
        Hostility(
            "output of another type", { program, _ in program.outputs[0].type.dimensions = [4, 3] }
        ) { if case .wrongOutputType("share", _, _) = $0 { true } else { false } },
    ]

    @Test(arguments: hostilities)
    private func refuses(_ hostility: Hostility) throws {
        let model = try SmallModels.mixed()
        var program = model.program
        var weights = model.weights
        hostility.change(&program, &weights)
        do throws(ModelError) {
            _ = try Model(program: program, weights: weights)
            Issue.record("accepted: \(hostility.claim)")
        } catch {
            #expect(hostility.isExpected(error), "\(error)")
            #expect(!error.description.isEmpty)
        }
    }

    @Test func refusesMoreThanTheLimits() throws {
        let model = try SmallModels.mixed()
        let limits: [(ModelLimits.Quantity, WritableKeyPath<ModelLimits, Int>, Int)] = [
            (.programBytes, \.maximumProgramBytes, model.programBytes.count - 1),
            (.weightBytes, \.maximumWeightBytes, model.weights.count - 1),
            (.nodes, \.maximumNodes, 5),
            (.values, \.maximumValues, 9),
            (.elements, \.maximumElements, 11),
            (.rank, \.maximumRank, 1),
            (.liveBytes, \.maximumLiveBytes, model.peakLiveBytes - 1),
            (.nameBytes, \.maximumNameBytes, 8),
        ]
        for (quantity, path, value) in limits {
            var limits = ModelLimits.default
            limits[keyPath: path] = value
            #expect {
                try Model(
                    programBytes: model.programBytes, weights: model.weights, limits: limits)
            } throws: {
                if case .tooMany(quantity, _, value, _) = $0 as? ModelError { true } else { false }
            }
            limits[keyPath: path] = value + 1
            _ = try Model(programBytes: model.programBytes, weights: model.weights, limits: limits)
        }
    }

    @Test func mutatedProgramsAreRefusedOrValid() throws {
        let models = [try SmallModels.mixed(), try SmallModels.perceptron()]
        var accepted = 0
        for (seed, model) in models.enumerated() {
            var mutator = Mutator(seed: UInt64(7_000 + seed))
            for _ in 0..<4_000 {
                let bytes = mutator.mutate(model.programBytes, corpus: models.map(\.programBytes))
                guard
                    let mutant = try? Model(
                        programBytes: bytes, weights: model.weights, limits: .chain)
                else { continue }
                accepted += 1
                #expect(mutant.program.encoded() == bytes)
                #expect((mutant.modelID == model.modelID) == (bytes == model.programBytes))
            }
        }
        // Changes of names and of attribute values leave valid programs.
        #expect(accepted > 0)
    }

    @Test func truncatedProgramsAreRefused() throws {
        let model = try SmallModels.mixed()
        for count in 0..<model.programBytes.count {
            #expect(throws: ModelError.self) {
                try Model(
                    programBytes: Bytes(model.programBytes[..<count]), weights: model.weights)
            }
        }
    }
}
