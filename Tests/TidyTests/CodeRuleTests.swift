import Testing

@testable import Tidy

/// Each rule on a snippet that breaks it, and on a similar one that does not.
@Suite struct CodeRuleTests {
    private func file(_ text: String, path: String = "Sources/Core/Base/A.swift") -> SourceText {
        SourceText(path: path, text: text)
    }

    @Test(arguments: [
        "import Foundation", "internal import Glibc", "func f() async {}", "let x = await y",
        "Task { }", "actor A {}", "let d = Date()", "print(x)", "x.hashValue", "Int.random(in: r)",
        "let m = Mutex(0)", "xs.shuffled()", "ProcessInfo.processInfo",
    ])
    func reportsWhatDiffersBetweenNodes(text: String) {
        let rules = determinismViolations(file(text), target: "Base").map(\.rule)
        #expect(rules == [.determinism], "\(text)")
    }

    @Test(
        arguments: [
            "import Base", "// await the Date", "let s = \"print(x)\"", "let print = 1",
            "let a = [1, 2]", "x[safe: 1]", "f(random: 2)", "let b = [c ? d : e]",
            "case .task(let t): return", "func g(async: Int) {}", "let a = b[i] ?? [c: d].x[0]",
        ].dropLast())
    func acceptsHarmlessLookalikes(text: String) {
        #expect(determinismViolations(file(text), target: "Base").isEmpty, "\(text)")
    }

    @Test(arguments: [
        "var d: [String: Int]", "let d = [:]", "let s = Set<Int>()", "Dictionary(x)",
        "let d = [1: 2]", "func f(_ d: [Key: [Int]]) {}",
    ])
    func reportsUnorderedCollections(text: String) {
        let rules = Set(determinismViolations(file(text), target: "Base").map(\.rule))
        #expect(rules == [.unorderedCollection], "\(text)")
    }

    @Test(arguments: [
        "for (k, v) in d {}", "for k in d.keys {}", "d.forEach { f($0) }", "Array(d)",
        "for v in self.d {}", "d.values.map { $0 }",
        "typealias Map = [Int: Int]\nlet e: Map = d\nfor x in e {}",
    ])
    func reportsUnorderedIteration(use: String) {
        let text = "var d: [Int: Int] = [:]\n\(use)"
        let found = determinismViolations(file(text), target: "Base")
        #expect(found.contains { $0.rule == .unorderedIteration }, "\(use)")
    }

    @Test(arguments: [
        "for k in d.keys.sorted() {}", "d[1] = 2", "d.count", "for x in e {}", "d.keys.contains(1)",
        "for (k, v) in d.sorted(by: <) {}", "if let x = d[1] {}",
        "func f(_ d: [Int]) { for x in d {} }", "let d = [1]\nfor x in d {}",
        "for x in other.d {}",
    ])
    func acceptsLookupsAndSortedIteration(use: String) {
        let text = "var d: [Int: Int] = [:]\n\(use)"
        let found = determinismViolations(file(text), target: "Base")
        #expect(!found.contains { $0.rule == .unorderedIteration }, "\(use)")
    }

    @Test func reportsFloatingPointOutsideTheArithmeticRooms() {
        let text = "let x: Float = 1"
        #expect(determinismViolations(file(text), target: "Base").map(\.rule) == [.floatingPoint])
        #expect(determinismViolations(file(text), target: "Machine").isEmpty)
    }

    @Test(arguments: [
        "try! f()", "x as! Y", "let y = x!", "f()!.z", "a[0]! + 1", "fatalError(\"no\")",
        "var x: Int!",
    ])
    func reportsTraps(text: String) {
        #expect(trapViolations(file(text)).map(\.rule) == [.trap], "\(text)")
    }

    @Test(arguments: ["try? f()", "if !x {}", "a != b", "a !== b", "x as? Y", "\"wow!\"", "// no!"])
    func acceptsHarmlessExclamationMarks(text: String) {
        #expect(trapViolations(file(text)).isEmpty, "\(text)")
    }

    @Test func reportsUncheckedOptimisation() {
        let flag = "-O" + "unchecked"
        let found = uncheckedOptimisationViolations(path: "Package.swift", text: "a\n\"\(flag)\"")
        #expect(found.map(\.line) == [2])
    }

    @Test func reportsUnsafeCode() {
        #expect(unsafeViolations(file("unsafe f()")).map(\.rule) == [.unsafeCode])
        #expect(
            unsafeViolations(file("class A: @unchecked Sendable {}")).map(\.rule)
                == [.uncheckedSendable])
        #expect(
            unsafeViolations(file("nonisolated(unsafe) var x = 1")).map(\.rule)
                == [.uncheckedSendable])
        #expect(unsafeViolations(file("// unsafe\nlet unsafely = 1")).isEmpty)
    }

    @Test func reportsLongFilesAndLines() {
        let line = String(repeating: "x", count: 101)
        #expect(lengthViolations(file(line)).map(\.rule) == [.lineTooLong])
        #expect(lengthViolations(file(String(line.dropLast()))).isEmpty)
        let lines = { String(repeating: "x\n", count: $0) }
        #expect(lengthViolations(file(lines(400))).isEmpty)
        #expect(lengthViolations(file(lines(401))).map(\.rule) == [.fileIsLong])
        #expect(lengthViolations(file(lines(600))).map(\.isWarning) == [true])
        #expect(lengthViolations(file(lines(601))).map(\.rule) == [.fileTooLong])
    }

    @Test(arguments: [
        "func f(a: Int = { 1 }())", "init?(x: Int)", "deinit", "subscript(i: Int) -> Int",
    ])
    func reportsLongFunctions(head: String) {
        let body = { (count: Int) in
            "struct A {\n  \(head)\n  {\n" + String(repeating: "    x = { \"}\" }\n", count: count)
                + "  }\n}"
        }
        #expect(functionViolations(file(body(71))).map(\.rule) == [.functionTooLong])
        #expect(functionViolations(file(body(71))).map(\.line) == [2])
        #expect(functionViolations(file(body(70))).isEmpty)
    }

    @Test func measuresNoBodyWhereThereIsNone() {
        let text =
            "protocol P {\n  func f()\n  init()\n}\nstruct S {\n"
            + String(repeating: "\n", count: 100) + "}\nlet x = S.init()\nif x {\n"
            + String(repeating: "\n", count: 100) + "}"
        #expect(functionViolations(file(text)).isEmpty)
    }

    @Test(arguments: [
        "public struct A {}", "public static func f() {}", "@inlinable\npublic func f() {}",
        "// comment\npublic var x = 1", "public private(set) var x = 1", "public init() {}",
        "public final class A {}", "public class func f() {}", "public func + (a: A, b: A) {}",
        "/// P.\npublic protocol P {\n  func f()\n}",
        "/// E.\npublic enum E: Error {\n  case a\n}",
        "/// E.\n\npublic struct A {}",
    ])
    func reportsUndocumentedPublicDeclarations(text: String) {
        let found = documentationViolations(file(text), requirements: [])
        #expect(found.map(\.rule) == [.undocumented], "\(text)")
    }

    @Test(arguments: [
        "/// A.\npublic struct A {}", "/// A.\n@inlinable\npublic func f() {}",
        "public import Base", "public extension A {}", "public static func == (a: A, b: A) {}",
        "struct A {}", "public func required() {}", "/* A. */\npublic struct A {}",
        "/// E.\npublic enum E: Error {\n  /// A.\n  case a\n"
            + "  func f() { switch x { case .a: 1 } }\n}",
    ])
    func acceptsDocumentedDeclarations(text: String) {
        let found = documentationViolations(file(text), requirements: ["required"])
        #expect(found.isEmpty, "\(text): \(found)")
    }

    @Test func collectsWhatProtocolsRequire() {
        let text = "protocol P: Q {\n  var x: Int { get }\n  func f(_ y: () -> Int)\n}\nfunc g() {}"
        #expect(requirementNames(of: [file(text)]) == ["x", "f"])
    }

    @Test func reportsAMissingHeader() {
        #expect(headerViolations(file("import Base\n")).map(\.rule) == [.fileHeader])
        #expect(headerViolations(file("/// Doc.\nstruct A {}")).map(\.rule) == [.fileHeader])
        let header = "// " + String(repeating: "word ", count: 14)
        #expect(headerViolations(file(header + "\n\nstruct A {}")).isEmpty)
    }

    @Test func reportsEmptyNames() {
        #expect(namingViolations(file("struct KeyManager {}"), target: "Base").count == 1)
        #expect(namingViolations(file("enum Base {}"), target: "Base").count == 1)
        #expect(namingViolations(file("struct Key { let x = Base.self }"), target: "Base").isEmpty)
    }
}
