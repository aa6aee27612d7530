import Base
import Foundation
import TestSupport
import Testing
import Wire

/// The official runtime reads what this codec writes and writes what this codec reads. Its classes
/// are compiled from the `.proto` text written here, so that text is under test too.
@Suite struct PythonDifferentialTests {
    static let messageCount = 3000

    @Test(.enabled(if: PythonOracle.require()))
    func agreesWithTheOfficialRuntime() throws {
        var generator = SeededGenerator(seed: 20_260_601)
        var samples = [Sample()]
        while samples.count < Self.messageCount {
            samples.append(Sample(random: &generator))
        }
        let compact = JSONEncoding(writesDefaults: false, registry: registry)
        let full = JSONEncoding(usesCamelCase: true, registry: registry)
        var lines: [String] = []
        for sample in samples {
            lines.append(sample.encoded().hex)
            lines.append(try sample.json(compact).compactText)
            lines.append(try sample.json(full).compactText)
        }
        let folder = try TemporaryDirectory()
        for file in ProtoFile.files(of: [Sample.wireDescriptor]) {
            let url = URL(fileURLWithPath: folder.path(file.path))
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.text.utf8).write(to: url)
        }
        let output = try PythonOracle.runFile(
            "Python/oracles/wire_messages.py", arguments: [folder.path, Sample.wireName],
            input: Bytes(lines.joined(separator: "\n").utf8))
        let answers = String(decoding: output, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        try #require(answers.count == samples.count * 3 + 1)
        for (index, sample) in samples.enumerated() {
            // Its deterministic encoding is ours, and ours reads its two spellings of JSON.
            #expect(String(answers[3 * index]) == sample.encoded().hex, "sample \(index)")
            for place in 1...2 {
                let json = try JSONValue(parsing: String(answers[3 * index + place]))
                let parsed = try Sample(json: json, registry: registry)
                // Strings compare by their bytes only in the encoding; `Any` is compared by
                // its JSON because another encoder may prefix its type URL.
                #expect(parsed.encoded() == sample.encoded(), "sample \(index)")
            }
        }
    }
}
