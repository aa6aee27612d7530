import Base
import Models
import Tensors
import Testing
import Wire

@testable import Verification

/// The code of the refusal that `body` ends with; `nil` when it succeeds.
func refusalCode<Value>(_ body: () throws(VerificationError) -> Value) -> UInt32? {
    do { _ = try body() } catch { return error.code }
    return nil
}

@Suite struct TensorSetTests {
    let schemas = [
        TensorSchema(name: "a", elementType: 1, dimensions: [2]),
        TensorSchema(name: "b", elementType: 9, dimensions: []),
    ]
    let a = TensorEntry(
        name: "a", elementType: 1, dimensions: [2], data: [0, 0, 0x80, 0x3F, 0, 0, 0, 0])
    let b = TensorEntry(name: "b", elementType: 9, dimensions: [], data: [1])

    @Test func anyOrderHasOneCanonicalForm() throws {
        let canonical = TensorSet([a, b])
        #expect(try TensorSet([a, b]).canonical(for: schemas) == canonical)
        #expect(try TensorSet([b, a]).canonical(for: schemas) == canonical)
    }

    @Test func everyNaNBecomesTheCanonicalOne() throws {
        var odd = a
        odd.data = [1, 0, 0xC0, 0xFF, 0, 0, 0x80, 0x7F]
        let canonical = try TensorSet([odd, b]).canonical(for: schemas)
        #expect(canonical.tensors[0].data == [0, 0, 0xC0, 0x7F, 0, 0, 0x80, 0x7F])
    }

    @Test func refusesEverythingThatDoesNotFit() {
        var renamed = a
        renamed.name = "c"
        var retyped = a
        retyped.elementType = 6
        var reshaped = a
        reshaped.dimensions = [1, 2]
        var short = a
        short.data.removeLast()
        var flag = b
        flag.data = [2]
        for set in [
            [], [a], [a, a], [a, b, b], [renamed, b], [retyped, b], [reshaped, b], [short, b],
            [a, flag],
        ] {
            #expect(
                refusalCode { () throws(VerificationError) in
                    try TensorSet(set).canonical(for: schemas)
                } == 7)
        }
    }

    @Test(arguments: [
        [UInt64.max], [1 << 40], [1 << 31, 1 << 31, 1 << 31], [UInt64](repeating: 1, count: 40),
        [UInt64(Int64.max), 2],
    ])
    func hugeShapesAreRefused(dimensions: [UInt64]) {
        let schema = TensorSchema(name: "a", elementType: 1, dimensions: dimensions)
        let entry = TensorEntry(name: "a", elementType: 1, dimensions: dimensions, data: [])
        #expect(
            refusalCode { () throws(VerificationError) in
                try TensorSet([entry]).canonical(for: [schema])
            } == 7)
        #expect(
            refusalCode { () throws(VerificationError) in
                try TensorSet([entry]).namedTensors()
            } == 7)
        #expect([schema].encodedByteCount == nil)
        #expect([schema].zeroSet == nil)
    }

    @Test func unknownElementTypesAreRefused() {
        for number: UInt32 in [0, 4, 10, 16, .max] {
            let entry = TensorEntry(name: "a", elementType: number, dimensions: [], data: [])
            #expect(
                refusalCode { () throws(VerificationError) in
                    try TensorSet([entry]).namedTensors()
                } == 7)
        }
    }

    @Test func encodedByteCountIsThatOfEverySetThatFits() throws {
        for schemas in [
            [], schemas,
            [TensorSchema(name: "", elementType: 7, dimensions: [0, 3])],
            [TensorSchema(name: "long name", elementType: 3, dimensions: [128, 130])],
        ] {
            let zeros = try #require(schemas.zeroSet)
            #expect(try zeros.canonical(for: schemas) == zeros)
            #expect(schemas.encodedByteCount == zeros.encoded().count)
        }
        #expect(schemas.encodedByteCount == TensorSet([a, b]).encoded().count)
    }

    @Test func tensorsSurviveTheRoundTrip() throws {
        let tensors = [
            NamedTensor(name: "f", tensor: Tensor([1.5, -2] as [Float], shape: [2])),
            NamedTensor(name: "i", tensor: Tensor([-1, 7] as [Int64], shape: [2, 1])),
            NamedTensor(name: "u", tensor: Tensor([255] as [UInt8], shape: [])),
        ]
        #expect(try TensorSet(tensors).namedTensors() == tensors)
    }
}
