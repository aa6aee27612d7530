import Base
import Importers
import Models
import TestSupport
import Testing

@Suite struct ModelIDTests {
    private struct Golden: Decodable {
        struct Entry: Decodable {
            var name: String
            var modelID: String
            var programHash: String
            var weightsRoot: String
            var nodes: Int
            var parameters: Int
        }
        var provenance: String
        var models: [Entry]
    }

    @Test func exampleModelsKeepTheirIdentity() throws {
        let golden = try Vectors.decode(Golden.self, from: "model_ids.json")
        #expect(golden.models.map(\.name) == ExampleModels.names)
        for entry in golden.models {
            let model = try ExampleModels.model(entry.name)
            #expect(model.modelID.hex == entry.modelID, "\(entry.name)")
            #expect(model.programHash.hex == entry.programHash, "\(entry.name)")
            #expect(model.weightsRoot.hex == entry.weightsRoot, "\(entry.name)")
            #expect(model.program.nodes.count == entry.nodes)
            #expect(model.parameterCount == entry.parameters)
            #expect(try Model(fileBytes: model.fileBytes).modelID == model.modelID)
        }
    }

    /// Recomputes the identity from the bytes of the file with nothing but hashlib.
    private static let script = """
        import sys, struct, hashlib
        sha = lambda b: hashlib.sha256(b).digest()
        def root(leaves):
            if not leaves: return sha(b'')
            if len(leaves) == 1: return sha(b'\\0' + leaves[0])
            k = 1
            while 2 * k < len(leaves): k *= 2
            return sha(b'\\1' + root(leaves[:k]) + root(leaves[k:]))
        data = sys.stdin.buffer.read()
        assert data[:8] == bytes.fromhex('894149564d0d0a1a')
        version, reserved, p, w = struct.unpack('<IIQQ', data[8:32])
        assert (version, reserved) == (1, 0)
        program = data[64:64 + p]
        start = -(-(64 + p) // 64) * 64
        weights = data[start:]
        assert len(weights) == w and not any(data[64 + p:start])
        chunks = [weights[i:i + (1 << 20)] for i in range(0, w, 1 << 20)]
        identity = sha(b'AIVM/model/1' + struct.pack('>I', 1) + sha(program) + root(chunks))
        assert identity == data[32:64]
        print(identity.hex(), end='')
        """

    @Test(.enabled(if: PythonOracle.require()), arguments: ["digits_cnn", "mlp_1m"])
    func pythonFindsTheSameIdentity(_ name: String) throws {
        let model = try ExampleModels.model(name)
        let output = try PythonOracle.run(Self.script, input: model.fileBytes)
        #expect(String(decoding: output, as: UTF8.self) == model.modelID.hex)
    }
}
