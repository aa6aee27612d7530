import Base
import Importers
import Models
import Tensors
import TestSupport
import Testing

@Suite struct NumPyTests {
    private static let tensors: [Tensor] = [
        Tensor([1.5, -0.0, .infinity, .nan, .leastNonzeroMagnitude, 3] as [Float], shape: [2, 3]),
        Tensor([Int64.min, -1, .max] as [Int64], shape: [3]),
        Tensor([Int32.min, .max] as [Int32], shape: [2, 1]),
        Tensor([0, 255] as [UInt8], shape: [2]),
        Tensor([-128, 127] as [Int8], shape: [1, 2, 1]),
        Tensor([true, false, true] as [Bool], shape: [3]),
        Tensor([7] as [Float], shape: []),
        Tensor([] as [Float], shape: [0, 4]),
    ]

    @Test func readsWhatItWrites() throws {
        for tensor in Self.tensors {
            let bytes = NumPy.npyBytes(of: tensor)
            #expect(NumPy.isArray(bytes))
            #expect(try NumPy.array(fromNPY: bytes) == tensor)
        }
    }

    @Test func readsArchivesThatItWrites() throws {
        let named = Self.tensors.enumerated().map { index, tensor in
            NamedTensor(name: "array \(index) é", tensor: tensor)
        }
        let bytes = try NumPy.npzBytes(of: named)
        #expect(NumPy.isArchive(bytes))
        let arrays = try NumPy.arrays(fromNPZ: bytes)
        #expect(arrays.map(\.name) == named.map(\.name))
        #expect(arrays.map(\.tensor) == named.map(\.tensor))
        #expect(try NumPy.arrays(fromNPZ: try NumPy.npzBytes(of: [])).isEmpty)
        #expect(throws: ImportError.self) { try NumPy.npzBytes(of: [named[0], named[0]]) }
        #expect(throws: ImportError.self) {
            try NumPy.npzBytes(of: [NamedTensor(name: "t", tensor: Tensor(["a"], shape: [1]))])
        }
    }

    @Test(.enabled(if: PythonOracle.require()))
    func numpyReadsArchivesThatItWrites() throws {
        let folder = try TemporaryDirectory()
        let named = Self.tensors.enumerated().map { NamedTensor(name: "a\($0)", tensor: $1) }
        _ = try folder.write(try NumPy.npzBytes(of: named), to: "ours.npz")
        try RuntimeOracle.make(
            """
            import sys, numpy as np, zipfile
            assert zipfile.ZipFile(sys.argv[1] + '/ours.npz').testzip() is None
            with np.load(sys.argv[1] + '/ours.npz') as ours:
                np.savez(sys.argv[1] + '/theirs.npz', **ours)
            """, in: folder)
        let theirs = try NumPy.arrays(fromNPZ: try read(folder.path("theirs.npz")))
        #expect(theirs.map(\.tensor) == Self.tensors)
    }

    @Test(.enabled(if: PythonOracle.require()))
    func numpyReadsWhatItWrites() throws {
        let folder = try TemporaryDirectory()
        for (index, tensor) in Self.tensors.enumerated() {
            _ = try folder.write(NumPy.npyBytes(of: tensor), to: "\(index).npy")
        }
        try RuntimeOracle.make(
            """
            import sys, numpy as np
            for index in range(\(Self.tensors.count)):
                array = np.load(f'{sys.argv[1]}/{index}.npy')
                np.save(f'{sys.argv[1]}/{index}.again.npy', array)
                if array.ndim > 0:
                    array = np.asfortranarray(array)
                np.save(f'{sys.argv[1]}/{index}.fortran.npy', array)
            """, in: folder)
        for (index, tensor) in Self.tensors.enumerated() {
            let again = try NumPy.array(fromNPY: try read(folder.path("\(index).again.npy")))
            #expect(again == tensor)
            let fortran = try read(folder.path("\(index).fortran.npy"))
            #expect(try NumPy.array(fromNPY: fortran) == tensor)
        }
    }

    @Test(.enabled(if: PythonOracle.require()))
    func readsArchivesThatNumPyWrites() throws {
        let folder = try TemporaryDirectory()
        try RuntimeOracle.make(
            """
            import sys, numpy as np
            arrays = dict(f=np.arange(600, dtype=np.float32).reshape(2, 300), i=np.int64(7),
                          d=np.zeros(3), t=np.array(['a', 'bc']))
            np.savez(sys.argv[1] + '/stored.npz', **arrays)
            np.savez_compressed(sys.argv[1] + '/deflated.npz', **arrays)
            """, in: folder)
        for name in ["stored.npz", "deflated.npz"] {
            let archive = try NumPyArchive(try read(folder.path(name)))
            #expect(archive.names == ["f", "i", "d", "t"])
            let floats = try #require(try archive.array(named: "f"))
            #expect(floats.float32s == (0..<600).map { Float($0) })
            #expect(floats.shape == [2, 300])
            #expect(try archive.array(named: "i") == Tensor([7] as [Int64], shape: []))
            #expect(try archive.array(named: "absent") == nil)
            #expect(try archive.array(named: "d")?.float64s == [0, 0, 0])
            #expect(throws: ImportError.self) { try archive.array(named: "t") }
        }
    }

    @Test func refusesDamagedArrays() throws {
        let bytes = NumPy.npyBytes(of: Self.tensors[0])
        for count in 0..<bytes.count {
            #expect(throws: ImportError.self) {
                try NumPy.array(fromNPY: Bytes(bytes[..<count]))
            }
        }
        var mutator = Mutator(seed: 3)
        for _ in 0..<3_000 {
            guard let tensor = try? NumPy.array(fromNPY: mutator.mutate(bytes)) else { continue }
            #expect(tensor.littleEndianBytes.count == tensor.type.byteCount)
        }
    }

    @Test func refusesHeadersOfAnotherForm() {
        func file(_ header: String) -> Bytes {
            Bytes([0x93]) + Bytes("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]
                + Bytes(header.utf8) + Bytes(repeating: 0, count: 8)
        }
        let headers = [
            "", "{", "{}", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)",
            "{'descr': '<f4', 'fortran_order': False}",
            "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': 2}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
            "{'descr': '>f4', 'fortran_order': False, 'shape': (2,)}",
            "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}",
            "{'descr': '<f4', 'descr': '<f4', 'shape': (2,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x",
        ]
        for header in headers {
            #expect(throws: ImportError.self) { try NumPy.array(fromNPY: file(header)) }
        }
        let good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n"
        #expect(throws: Never.self) { try NumPy.array(fromNPY: file(good)) }
    }

    @Test func refusesDamagedArchives() throws {
        let bytes = try ExampleModels.bytes("digits_mlp.npz")
        for count in 0..<bytes.count {
            #expect(throws: ImportError.self) {
                try NumPy.arrays(fromNPZ: Bytes(bytes[..<count]))
            }
        }
        var mutator = Mutator(seed: 4)
        for _ in 0..<3_000 {
            let arrays = try? NumPy.arrays(fromNPZ: mutator.mutate(bytes), limit: 1 << 20)
            for (_, tensor) in arrays ?? [] {
                #expect(tensor.littleEndianBytes.count == tensor.type.byteCount)
            }
        }
    }

    @Test func aChangedElementFailsItsChecksum() throws {
        var bytes = try ExampleModels.bytes("digits_mlp.npz")
        let directory = try #require(
            bytes.indices.last { bytes[$0...].starts(with: [0x50, 0x4B, 0x01, 0x02]) })
        // The checksum of the last member stands 16 bytes into its directory header.
        bytes[directory + 16] ^= 1
        #expect {
            try NumPy.arrays(fromNPZ: bytes)
        } throws: {
            ($0 as? ImportError)?.description.contains("checksum") == true
        }
    }

    @Test(.enabled(if: PythonOracle.require()))
    func refusesZipBombs() throws {
        let folder = try TemporaryDirectory()
        try RuntimeOracle.make(
            """
            import sys, zipfile
            with zipfile.ZipFile(sys.argv[1] + '/bomb.npz', 'w', zipfile.ZIP_DEFLATED) as z:
                z.writestr('a.npy', bytes(50_000_000))
            """, in: folder)
        let bomb = try read(folder.path("bomb.npz"))
        #expect(bomb.count < 100_000)
        #expect(throws: ImportError.self) { try NumPyArchive(bomb, limit: 1 << 20) }
        // A member that claims more than DEFLATE can give is refused before memory is taken.
        var liar = bomb
        let directory = try #require(
            liar.indices.last { liar[$0...].starts(with: [0x50, 0x4B, 0x01, 0x02]) })
        liar.replaceSubrange(directory + 24..<directory + 28, with: [0xFF, 0xFF, 0xFF, 0x3F])
        #expect(throws: ImportError.self) { try NumPy.arrays(fromNPZ: liar) }
    }
}
