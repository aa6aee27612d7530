import AIModule
import Base
import Blocks
import Client
import Cryptography
import Ledger
import Testing
import Verification
import Wire

@Suite struct ReceiptBuilderTests {
    let world: ReceiptWorld
    let node: ScriptedNode

    init() throws {
        world = try ReceiptWorld()
        node = try ScriptedNode(world)
    }

    @Test func collectsAReceiptOnceTheNextHeaderIsThere() throws {
        let receipt = try ReceiptBuilder(node).receipt(ofInference: 42)
        #expect(try receipt == world.receipt())
        #expect(node.now.queries == ["/store/ai/key"])
        #expect(node.now.height >= 8)
    }

    @Test func asksForTensorsThatAreNotInTheRecord() throws {
        var world = world
        world.record.input.inline = nil
        world.record.input.blobHash = SHA256.hash(world.inference.input.encoded()).bytes
        let node = try ScriptedNode(world)
        var response = QueryInferenceResponse()
        response.inference = world.record
        response.input = world.inference.input
        response.output = world.inference.output
        node.set { $0.inference.value = response.encoded() }
        let receipt = try ReceiptBuilder(node).receipt(ofInference: 42)
        #expect(try receipt == world.receipt())
        // Tensors at hand are not asked for.
        node.set { $0.queries = [] }
        _ = try ReceiptBuilder(node).receipt(
            ofInference: 42, tensors: (world.inference.input, world.inference.output))
        #expect(node.now.queries == ["/store/ai/key"])
        response.output.tensors[0].data[0] ^= 1
        node.set { $0.inference.value = response.encoded() }
        expect("wrong-output", node)
    }

    @Test func givesUpWhenNoHeaderComes() throws {
        node.set { $0.growsBy = 0 }
        #expect(
            throws: ReceiptBuildError.node(
                .notFound("block 8 did not come within 0.1 s; newest is 5"))
        ) { try ReceiptBuilder(node, timeoutSeconds: 0.1).receipt(ofInference: 42) }
    }

    @Test func saysWhatTheNodeSays() throws {
        node.set { $0.record.value = [] }
        #expect(throws: ReceiptBuildError.unknownInference(42)) {
            try ReceiptBuilder(node).receipt(ofInference: 42)
        }
        node.set {
            $0.record.code = 6
            $0.record.codespace = "sdk"
            $0.record.log = "no proofs"
        }
        #expect(throws: ReceiptBuildError.refused(code: 6, codespace: "sdk", log: "no proofs")) {
            try ReceiptBuilder(node).receipt(ofInference: 42)
        }
        node.set { $0.failure = .timedOut(address: "x", seconds: 1) }
        #expect(throws: ReceiptBuildError.node(.timedOut(address: "x", seconds: 1))) {
            try ReceiptBuilder(node).receipt(ofInference: 42)
        }
    }

    @Test func rejectsAnswersThatDoNotDecode() throws {
        for height in [Int64.max, 0, -1, .min] {
            node.set { $0.record.height = height }
            #expect(throws: ReceiptBuildError.self) {
                try ReceiptBuilder(node, timeoutSeconds: 0).receipt(ofInference: 42)
            }
        }
        node.set { $0.record.proofOperations = [0xFF] }
        #expect(throws: ReceiptBuildError.self) {
            try ReceiptBuilder(node).receipt(ofInference: 42)
        }
    }

    @Test func neverHandsOutAReceiptThatDoesNotHold() throws {
        node.set { $0.signed.header?.appHash[0] ^= 1 }
        expect("wrong-block", node)
        node.set { $0.signed.header?.appHash[0] ^= 1 }
        node.set { $0.validators[0].votingPower += 1 }
        expect("wrong-validators", node)
        node.set { $0.validators[0].votingPower -= 1 }
        node.set { $0.record.proofOperations = [] }
        expect("invalid-proof", node)
        node.set { $0.signed.commit = nil }
        #expect(
            throws: ReceiptBuildError.malformedAnswer("a signed header without header or commit")
        ) { try ReceiptBuilder(node).receipt(ofInference: 42) }
    }

    @Test func waitsForATransaction() throws {
        let record = try node.waitForTransaction(.zero, timeoutSeconds: 5)
        #expect(record.height == 5)
        node.set { $0.blockAfter = .max }
        #expect(throws: NodeError.notFound("tx (\(Hash256.zero)) not found")) {
            try node.waitForTransaction(.zero, timeoutSeconds: 0.05)
        }
        node.set { $0.failure = .refused("broken") }
        #expect(throws: NodeError.refused("broken")) {
            try node.waitForTransaction(.zero, timeoutSeconds: 5)
        }
    }

    func expect(
        _ code: String, _ node: ScriptedNode, _ location: SourceLocation = #_sourceLocation
    ) {
        do {
            _ = try ReceiptBuilder(node).receipt(ofInference: 42)
            Issue.record("collected", sourceLocation: location)
        } catch {
            guard case .inconsistent(let reason) = error else {
                Issue.record(error, sourceLocation: location)
                return
            }
            #expect(reason.code == code, sourceLocation: location)
        }
    }
}
