// Which tables to print: `bench [inference] [import] [machine] [chain] [receipt] [state] [socket]
// [queries] [snapshot] [attestation]`; all but `machine`, which needs models that are made first,
// `state` and `snapshot`, which take minutes, `socket`, `queries`, and `attestation`.

import Foundation

/// The package whose speed this is: three folders above this file's own.
let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

let sections: [(name: String, body: (String) throws -> Void)] = [
    ("inference", benchmarkInference), ("import", benchmarkImport),
    ("machine", benchmarkMachine), ("chain", { _ in try benchmarkChain() }),
    ("receipt", benchmarkReceipt), ("state", { _ in try benchmarkState() }),
    ("socket", { _ in try benchmarkSocket() }),
    ("queries", { _ in try benchmarkQueries() }),
    ("snapshot", { _ in try benchmarkSnapshot() }),
    ("attestation", benchmarkAttestation),
]

let wanted = Set(CommandLine.arguments.dropFirst())
let unknown = wanted.subtracting(sections.map(\.name)).sorted()
guard unknown.isEmpty else {
    print("no such benchmark: \(unknown.joined(separator: ", "))")
    print("usage: bench [\(sections.map(\.name).joined(separator: "] ["))]")
    exit(2)
}
let asked = ["machine", "state", "socket", "queries", "snapshot", "attestation"]
for section in sections
where wanted.contains(section.name) || (wanted.isEmpty && !asked.contains(section.name)) {
    do { try section.body(packageRoot) } catch {
        print("\(section.name): \(error)")
        exit(1)
    }
}
