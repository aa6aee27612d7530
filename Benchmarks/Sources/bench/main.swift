// Which tables to print: `bench [inference] [import] [machine] [chain] [receipt] [state] [socket]
// [queries] [snapshot] [fields] [plonk] [native] [zkml] [zkml-large] [attestation] [quantized]`;
// all but `machine`, which needs models that are made first, `state`, `snapshot`, `plonk` and
// `native`, which take minutes, `socket`, `queries`, `fields`, `zkml`, `zkml-large`, `attestation`
// and `quantized`.

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
    ("fields", { _ in try benchmarkFields() }),
    ("plonk", { _ in try benchmarkPlonk() }),
    ("native", { _ in try benchmarkNative() }),
    ("zkml", { _ in try benchmarkZKML() }),
    ("zkml-large", benchmarkLargeZKML),
    ("attestation", benchmarkAttestation),
    ("quantized", benchmarkQuantized),
]

// What `plonk` runs for each size, and `zkml` for each model.
if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "zkml-prove" {
    try proveZKML(CommandLine.arguments[2])
    exit(0)
}
if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "plonk-prove" {
    try provePlonk(CommandLine.arguments[2])
    exit(0)
}

let wanted = Set(CommandLine.arguments.dropFirst())
let unknown = wanted.subtracting(sections.map(\.name)).sorted()
guard unknown.isEmpty else {
    print("no such benchmark: \(unknown.joined(separator: ", "))")
    print("usage: bench [\(sections.map(\.name).joined(separator: "] ["))]")
    exit(2)
}
let asked = [
    "machine", "state", "socket", "queries", "snapshot", "fields", "plonk", "native", "zkml",
    "zkml-large", "attestation", "quantized",
]
for section in sections
where wanted.contains(section.name) || (wanted.isEmpty && !asked.contains(section.name)) {
    do { try section.body(packageRoot) } catch {
        print("\(section.name): \(error)")
        exit(1)
    }
}
