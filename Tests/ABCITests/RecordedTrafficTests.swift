// What a real CometBFT 0.38.25 and its applications said to each other, message by message: decoded
// as the official Python library decoded it, and, for the engine's side, encoded back to its bytes.

import ABCI
import Base
import Foundation
import TestSupport
import Testing
import Wire

private let folder = "fixtures/abci/abci"

@Suite struct RecordedTrafficTests {
    /// The messages of one connection, in one direction, with what Python made of each; Flush has
    /// none.
    private struct Recording {
        var name: String
        var isRequest: Bool
        var frames: [Bytes]
        var decoded: [JSONValue]
    }

    private static func recordings() throws -> [Recording] {
        var recordings: [Recording] = []
        let root = Fixtures.root.appendingPathComponent(folder)
        let scenarios = try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
        for scenario in scenarios {
            let path = root.appendingPathComponent(scenario)
            let text = try ChildProcess.run(
                "/bin/gzip", ["-dc", path.appendingPathComponent("decoded.jsonl.gz").path]
            ).text
            var decoded: [String: [JSONValue]] = [:]
            for line in text.split(separator: "\n") {
                let entry = try JSONValue(parsing: String(line))
                let key = "\(entry["conn"]?.text ?? "").\(entry["dir"]?.text ?? "")"
                decoded[key, default: []].append(entry["msg"] ?? .null)
            }
            let files = try FileManager.default.contentsOfDirectory(atPath: path.path).sorted()
            for file in files where file.hasSuffix(".bin") {
                let bytes = Bytes(try Data(contentsOf: path.appendingPathComponent(file)))
                var reader = FrameReader(limit: 1 << 26)
                var frames: [Bytes] = []
                for start in stride(from: 0, to: bytes.count, by: 777) {
                    reader.append(bytes[start..<min(bytes.count, start + 777)])
                    while let frame = try reader.next() { frames.append(frame) }
                }
                let key = String(file.dropLast(4))
                recordings.append(
                    Recording(
                        name: "\(scenario)/\(file)", isRequest: key.hasSuffix(".req"),
                        frames: frames, decoded: decoded[key] ?? []))
            }
        }
        return recordings
    }

    /// Members sorted by name: their order says nothing.
    private static func sorted(_ json: JSONValue) -> JSONValue {
        switch json {
        case .object(let members):
            .object(
                members.map { JSONMember($0.name, sorted($0.value)) }
                    .sorted { $0.name < $1.name })
        case .array(let elements): .array(elements.map(sorted))
        default: json
        }
    }

    /// The message, decoded as a server reads an engine that may be newer than it.
    private static func check<Message: WireMessage>(
        _ recording: Recording, as type: Message.Type, isFlush: (Message) -> Bool
    ) throws -> Int {
        var decoded = recording.decoded[...]
        for frame in recording.frames {
            let message = try Message(decoding: frame, rules: WireRules(unknownFields: .skipped))
            if recording.isRequest { #expect(message.encoded() == frame, "\(recording.name)") }
            if isFlush(message) { continue }
            let json = try message.json(JSONEncoding(writesDefaults: false))
            let next = decoded.popFirst()
            let expected = try #require(next, "\(recording.name)")
            #expect(sorted(json) == sorted(expected), "\(recording.name)")
            let again = try Message(decoding: message.encoded())
            #expect(again == message, "\(recording.name)")
        }
        #expect(decoded.isEmpty, "\(recording.name)")
        return recording.frames.count
    }

    @Test(.enabled(if: Fixtures.require(folder)))
    func everyMessageIsReadAsTheOfficialLibraryReadsIt() throws {
        var count = 0
        for recording in try Self.recordings() {
            if recording.isRequest {
                count += try Self.check(recording, as: ABCIRequest.self) { $0.flush != nil }
            } else {
                count += try Self.check(recording, as: ABCIResponse.self) { $0.flush != nil }
            }
        }
        print("\(count) recorded messages")
        #expect(count > 1_000)
    }
}
