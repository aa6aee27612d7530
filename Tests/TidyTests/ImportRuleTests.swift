import Foundation
import Testing

@testable import Tidy

@Suite struct ImportRuleTests {
    private func target(
        _ name: String, _ path: String, _ dependencies: [String] = [], type: String = "regular",
        isDeterministic: Bool? = nil
    ) -> PackageGraph.Target {
        .init(
            name: name, type: type, path: path, dependencies: dependencies,
            isDeterministic: isDeterministic)
    }

    private func messages(
        _ targets: [PackageGraph.Target], _ files: [(path: String, text: String)] = []
    ) -> [String] {
        importViolations(
            graph: PackageGraph(targets: targets),
            files: files.map { SourceText(path: $0.path, text: $0.text) }
        ).map(\.message)
    }

    @Test func readsTheDumpAndTheMarks() throws {
        let dump = """
            {"targets": [{"name": "A", "type": "regular", "path": "Sources/Core/A",
              "dependencies": [{"byName": ["B", null]}, {"target": ["C", null]},
              {"product": ["D", "d", null, null]}]}]}
            """
        let manifest = """
            target("A", "Core"),  // (D)
            target(  // (H)
                "B", "Core"),
            target("C", "Core")
            """
        let graph = try PackageGraph(dump: Data(dump.utf8), manifest: manifest)
        #expect(graph.targets[0].dependencies == ["B", "C"])
        #expect(graph.targets[0].isDeterministic == true)
        #expect(PackageGraph.marks(in: manifest) == ["A": true, "B": false])
        #expect(throws: (any Error).self) { try PackageGraph(dump: Data(), manifest: "") }
    }

    @Test func reportsAnUndeclaredImport() {
        let targets = [
            target("A", "Sources/Support/A"), target("B", "Sources/Support/B"),
            target("C", "Tests/C", ["A"], type: "test"),
        ]
        #expect(messages(targets, [("Sources/Support/B/b.swift", "public import A")]).count == 1)
        #expect(messages(targets, [("Sources/Support/B/b.swift", "import struct A.X")]).count == 1)
        #expect(messages(targets, [("Tests/C/c.swift", "@testable import B")]).count == 1)
        #expect(messages(targets, [("Tests/C/c.swift", "import A\nimport Foundation")]).isEmpty)
    }

    @Test func reportsAnUnusedDependency() {
        let targets = [
            target("A", "Sources/Support/A"), target("B", "Sources/Support/B", ["A"]),
        ]
        #expect(messages(targets, [("Sources/Support/B/b.swift", "import Foundation")]).count == 1)
        #expect(messages(targets, [("Sources/Support/B/b.swift", "import A")]).isEmpty)
    }

    @Test func reportsAnUpwardDependency() {
        let targets = [
            target("B", "Sources/Support/B", ["A"]), target("A", "Sources/Support/A"),
        ]
        #expect(messages(targets).contains { $0.contains("stands below it") })
    }

    @Test func reportsDeterministicCodeOnAHostTarget() {
        let targets = [
            target("A", "Sources/Core/A", isDeterministic: false),
            target("B", "Sources/Core/B", ["A"], isDeterministic: true),
        ]
        #expect(messages(targets) == ["deterministic B depends on host target A"])
    }

    @Test func reportsAMissingMark() {
        #expect(messages([target("A", "Sources/Core/A")]).count == 1)
    }

    @Test func reportsTestSupportInAProduct() {
        let targets = [
            target("A", "Sources/Support/A"),
            target("B", "Sources/Executables/B", ["A"], type: "executable"),
        ]
        #expect(messages(targets).contains { $0.contains("for tests only") })
    }

    @Test func reportsModulesThatMeet() {
        let targets = [
            target("BankModule", "Sources/Chain/BankModule", isDeterministic: true),
            target("AIModule", "Sources/Chain/AIModule", ["BankModule"], isDeterministic: true),
        ]
        #expect(messages(targets).contains { $0.contains("chain module") })
    }

    @Test func reportsALibraryWrappedTwice() {
        let targets = [
            target("CX", "Sources/System/CX", type: "system"),
            target("A", "Sources/Core/A", ["CX"], isDeterministic: true),
            target("B", "Sources/Core/B", ["CX"], isDeterministic: true),
        ]
        #expect(messages(targets).contains { $0.contains("wrapped by both") })
    }
}
