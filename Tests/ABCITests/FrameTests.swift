import ABCI
import Base
import TestSupport
import Testing

@Suite struct FrameTests {
    @Test func framesComeOutAsTheyWentInHoweverTheyArrive() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<200 {
            let messages = (0..<generator.int(in: 0...12)).map { _ in
                Bytes(
                    repeating: UInt8.random(in: 0...255, using: &generator),
                    count:
                        generator.isOne(in: 5)
                        ? generator.int(in: 100...40_000)
                        : generator.int(in: 0...130))
            }
            var stream = Bytes()
            for message in messages { stream.appendFrame(message) }
            var reader = FrameReader(limit: 40_000)
            var frames: [Bytes] = []
            while !stream.isEmpty {
                let part = min(stream.count, generator.int(in: 1...5_000))
                reader.append(stream.prefix(part))
                stream.removeFirst(part)
                while let frame = try reader.next() { frames.append(frame) }
            }
            #expect(frames == messages)
            #expect(reader.pendingByteCount == 0)
        }
    }

    @Test func refusesLengthsBeforeTheBytesArrive() throws {
        var reader = FrameReader(limit: 100)
        reader.append([101])
        #expect(throws: FrameError.tooLarge(limit: 100, declared: 101)) { try reader.next() }
        for length in [[0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x80, 0x80, 0x80, 0x80, 0x80, 0x01]] {
            var reader = FrameReader(limit: .max)
            reader.append(length.map { UInt8($0) } + [0])
            #expect(throws: FrameError.malformedLength) { try reader.next() }
        }
        var largest = FrameReader(limit: 1 << 20)
        largest.append([0xFF, 0xFF, 0xFF, 0xFF, 0x7F])
        #expect(throws: FrameError.tooLarge(limit: 1 << 20, declared: (1 << 35) - 1)) {
            try largest.next()
        }
        var empty = FrameReader(limit: 10)
        #expect(try empty.next() == nil)
        empty.append([3, 1, 2])
        #expect(try empty.next() == nil)
        #expect(empty.pendingByteCount == 3)
    }
}
