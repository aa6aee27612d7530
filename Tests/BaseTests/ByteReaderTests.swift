import Base
import TestSupport
import Testing

@Suite struct ByteReaderTests {
    /// Protocol Buffers encoding guide, and the borders of every length.
    static let varints: [(UInt64, Bytes)] = [
        (0, [0]), (1, [1]), (127, [0x7F]), (128, [0x80, 1]), (150, [0x96, 1]),
        (16_383, [0xFF, 0x7F]), (16_384, [0x80, 0x80, 1]),
        (1 << 63, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1]),
        (.max, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1]),
    ]

    @Test(arguments: varints)
    func readsAndWritesVarints(value: UInt64, bytes: Bytes) throws {
        var written = Bytes()
        written.appendVarint(value)
        #expect(written == bytes)
        var reader = ByteReader(bytes)
        #expect(try reader.readVarint(shortest: true) == value)
        #expect(reader.isAtEnd)
        for count in 0..<bytes.count {
            var cut = ByteReader(bytes[..<count])
            #expect(throws: ByteReaderError.truncated(needed: 1, left: 0)) {
                try cut.readVarint()
            }
        }
    }

    @Test func rejectsVarintsBeyond64Bits() {
        let nines = Bytes(repeating: 0xFF, count: 9)
        for bytes in [nines + [2], nines + [0x81, 0], nines + [0x80, 0], nines + [0xFF, 1]] {
            var reader = ByteReader(bytes)
            #expect(throws: ByteReaderError.varintOverflow) { try reader.readVarint() }
        }
    }

    @Test(arguments: [[0x80, 0], [0xFF, 0], [0x81, 0x80, 0]] as [Bytes])
    func refusesLongVarintsWhenAskedTo(bytes: Bytes) throws {
        var reader = ByteReader(bytes)
        #expect(throws: ByteReaderError.varintNotShortest) {
            try reader.readVarint(shortest: true)
        }
        var lax = ByteReader(bytes)
        _ = try lax.readVarint()
        #expect(lax.isAtEnd)
    }

    @Test(
        arguments: [
            (0, [0]), (-1, [1]), (1, [2]), (-2, [3]),
            (2_147_483_647, [0xFE, 0xFF, 0xFF, 0xFF, 0x0F]),
            (.max, [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1]),
            (.min, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1]),
        ] as [(Int64, Bytes)])
    func readsAndWritesZigZag(value: Int64, bytes: Bytes) throws {
        var written = Bytes()
        written.appendZigZagVarint(value)
        #expect(written == bytes)
        var reader = ByteReader(bytes)
        #expect(try reader.readZigZagVarint() == value)
    }

    @Test func readsFixedIntegersInBothOrders() throws {
        let bytes: Bytes = [1, 2, 3, 4, 5, 6, 7, 8]
        var reader = ByteReader(bytes)
        #expect(try reader.readLittleEndian32() == 0x0403_0201)
        #expect(try reader.readBigEndian32() == 0x0506_0708)
        reader = ByteReader(bytes)
        #expect(try reader.readLittleEndian64() == 0x0807_0605_0403_0201)
        reader = ByteReader(bytes)
        #expect(try reader.readBigEndian64() == 0x0102_0304_0506_0708)
        var written = Bytes()
        written.appendBigEndian(0x0102_0304 as UInt32)
        written.appendLittleEndian(0x0807_0605 as UInt32)
        #expect(written == bytes)
        written = []
        written.appendBigEndian(0x0102_0304_0506_0708 as UInt64)
        #expect(written == bytes)
        written = []
        written.appendLittleEndian(0x0807_0605_0403_0201 as UInt64)
        #expect(written == bytes)
    }

    @Test func readsWithinASliceOnly() throws {
        let bytes: Bytes = [9, 9, 2, 0xAA, 0xBB, 9]
        var reader = ByteReader(bytes[2..<5])
        #expect(reader.remaining == 3)
        #expect(Bytes(try reader.readLengthPrefixed()) == [0xAA, 0xBB])
        #expect(reader.offset == 3)
        #expect(reader.isAtEnd)
        #expect(throws: ByteReaderError.truncated(needed: 1, left: 0)) { try reader.readByte() }
    }

    @Test(arguments: [-1, 4, .max, .min])
    func refusesCountsThatAreNotThere(count: Int) throws {
        var reader = ByteReader([1, 2, 3])
        #expect(throws: ByteReaderError.truncated(needed: count, left: 3)) {
            try reader.readSlice(count)
        }
        #expect(throws: ByteReaderError.truncated(needed: count, left: 3)) {
            try reader.readBytes(count)
        }
        #expect(try reader.readBytes(3) == [1, 2, 3])
    }

    @Test func refusesLengthsBeyondTheEnd() {
        for length in [3, UInt64(Int64.max), UInt64.max] {
            var bytes = Bytes()
            bytes.appendVarint(length)
            bytes += [1, 2]
            var reader = ByteReader(bytes)
            #expect(
                throws: ByteReaderError.truncated(needed: Int(clamping: length), left: 2)
            ) { try reader.readLengthPrefixed() }
        }
    }

    @Test func refusesShortFixedIntegers() {
        for count in 0..<8 {
            let bytes = Bytes(repeating: 1, count: count)
            for read in [ByteReader.bigEndian64, ByteReader.littleEndian64] {
                var reader = ByteReader(bytes)
                #expect(throws: ByteReaderError.truncated(needed: 8, left: count)) {
                    try read(&reader)
                }
            }
            guard count < 4 else { continue }
            for read in [ByteReader.bigEndian32, ByteReader.littleEndian32] {
                var reader = ByteReader(bytes)
                #expect(throws: ByteReaderError.truncated(needed: 4, left: count)) {
                    try read(&reader)
                }
            }
        }
    }
}

extension ByteReader {
    static let bigEndian64 = { @Sendable (r: inout ByteReader) throws in _ = try r.readBigEndian64()
    }
    static let littleEndian64 = { @Sendable (r: inout ByteReader) throws in
        _ = try r.readLittleEndian64()
    }
    static let bigEndian32 = { @Sendable (r: inout ByteReader) throws in _ = try r.readBigEndian32()
    }
    static let littleEndian32 = { @Sendable (r: inout ByteReader) throws in
        _ = try r.readLittleEndian32()
    }
}
