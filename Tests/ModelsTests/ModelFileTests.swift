import Base
import Models
import Tensors
import TestSupport
import Testing

@Suite struct ModelFileTests {
    @Test func readsWhatItWrites() throws {
        for model in [try SmallModels.mixed(), try SmallModels.perceptron()] {
            let bytes = model.fileBytes
            let again = try Model(fileBytes: bytes)
            #expect(again.modelID == model.modelID)
            #expect(again.program == model.program)
            #expect(again.weights == model.weights)
            #expect(again.fileBytes == bytes)
        }
    }

    @Test func headerIsAsDrawn() throws {
        let model = try SmallModels.mixed()
        let bytes = model.fileBytes
        #expect(bytes[0..<8].elementsEqual([0x89, 0x41, 0x49, 0x56, 0x4D, 0x0D, 0x0A, 0x1A]))
        #expect(bytes[8..<16].elementsEqual([1, 0, 0, 0, 0, 0, 0, 0]))
        var reader = ByteReader(bytes[16...])
        #expect(try reader.readLittleEndian64() == UInt64(model.programBytes.count))
        #expect(try reader.readLittleEndian64() == UInt64(model.weights.count))
        #expect(Hash256(bytes[32..<64]) == model.modelID)
        #expect(bytes[64...].starts(with: model.programBytes))
        #expect(bytes.suffix(model.weights.count).elementsEqual(model.weights))
        #expect((bytes.count - model.weights.count) % 64 == 0)
    }

    @Test func refusesFilesCutAnywhere() throws {
        let bytes = try SmallModels.mixed().fileBytes
        for count in 0..<bytes.count {
            #expect(throws: ModelError.self) { try Model(fileBytes: Bytes(bytes[..<count])) }
        }
        #expect(throws: ModelError.self) { try Model(fileBytes: bytes + [0]) }
    }

    @Test func refusesEveryFlippedBit() throws {
        let bytes = try SmallModels.mixed().fileBytes
        for offset in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[offset] ^= 1 << UInt8(bit)
                #expect(throws: ModelError.self) { try Model(fileBytes: damaged) }
            }
        }
    }

    @Test func refusesSizesThatOverflow() throws {
        let bytes = try SmallModels.mixed().fileBytes
        for field in [16, 24] {
            for size in [UInt64.max, UInt64(Int64.max), UInt64(Int64.max) - 63, 1 << 40] {
                var damaged = bytes
                var encoded = Bytes()
                encoded.appendLittleEndian(size)
                damaged.replaceSubrange(field..<field + 8, with: encoded)
                #expect(throws: ModelError.self) { try Model(fileBytes: damaged) }
            }
        }
    }

    @Test func namesTheReason() throws {
        let bytes = try SmallModels.mixed().fileBytes
        #expect(throws: ModelError.notAModelFile) { try Model(fileBytes: Bytes("PK".utf8)) }
        var version = bytes
        version[8] = 2
        #expect(throws: ModelError.unsupportedFileVersion(2)) { try Model(fileBytes: version) }
        var reserved = bytes
        reserved[12] = 1
        #expect(throws: ModelError.nonzeroReserved) { try Model(fileBytes: reserved) }
        var identity = bytes
        identity[40] ^= 1
        #expect {
            try Model(fileBytes: identity)
        } throws: {
            if case .wrongModelID = $0 as? ModelError { true } else { false }
        }
    }

    @Test func mutatedFilesAreRefused() throws {
        let bytes = try SmallModels.mixed().fileBytes
        var mutator = Mutator(seed: 41)
        for _ in 0..<4_000 {
            let damaged = mutator.mutate(bytes)
            guard damaged != bytes else { continue }
            #expect(throws: ModelError.self) { try Model(fileBytes: damaged, limits: .chain) }
        }
    }
}
