import Foundation
import Testing

@testable import Tidy

@Suite struct RepositoryRuleTests {
    @Test func reportsLeftovers() {
        let marker = "TO" + "DO"
        let folder = "/wo" + "rk/x"
        let text = "fine\n// \(marker): later\nmy\(marker)x\n\(folder)"
        #expect(leftoverViolations(path: "a.md", text: text).map(\.line) == [2, 4])
    }

    @Test func reportsLinksThatLeadNowhere() {
        let files = ["docs/a.md": "", "docs/b.md": "# The Title, twice\n", "docs": "", "c.txt": ""]
        let check = { linkViolations(path: "docs/a.md", text: $0, files: files) }
        #expect(
            check("[b](b.md) [b](./b.md#the-title-twice) [c](../c.txt) [w](https://x.y)").isEmpty)
        #expect(check("```\n[b](absent.md)\n```").isEmpty)
        for link in ["absent.md", "b.md#absent", "../../c.txt", "../absent/b.md"] {
            #expect(check("see [x](\(link)).").map(\.rule) == [.brokenLink], "\(link)")
        }
        #expect(linkViolations(path: "a.md", text: "# A\n[x](#b)", files: [:]).count == 1)
        #expect(linkViolations(path: "a.md", text: "# A b\n[x](#a-b)", files: [:]).isEmpty)
    }

    @Test func reportsLargeFiles() {
        #expect(sizeViolations(path: "a", sizeInBytes: 2 << 20).isEmpty)
        #expect(sizeViolations(path: "a", sizeInBytes: 2 << 20 + 1).map(\.rule) == [.largeFile])
    }

    @Test(arguments: ["{}", "[]", "", "{\"provenance\": \"\"}", "{\"provenance\": {}}"])
    func reportsVectorsWithoutProvenance(text: String) {
        let found = provenanceViolations(path: "a.json", data: Data(text.utf8))
        #expect(found.map(\.rule) == [.provenance])
    }

    @Test func acceptsVectorsWithProvenance() {
        let text = "{\"provenance\": \"RFC 6979 A.2.5\"}"
        #expect(provenanceViolations(path: "a.json", data: Data(text.utf8)).isEmpty)
    }

    @Test func excusesOnlyTheNamedRuleAndReportsStaleExceptions() {
        let trap = Violation(rule: .trap, path: "a", line: 1, message: "")
        let long = Violation(rule: .lineTooLong, path: "a", line: 1, message: "")
        let exceptions = [Exception(.trap, "a", "why"), Exception(.trap, "b", "why")]
        let left = Repository.excuse([trap, long], exceptions)
        #expect(left.map(\.rule) == [.lineTooLong, .staleException])
        #expect(left.last?.path == "b")
    }

    @Test func everyExceptionHasAReason() {
        for exception in Exception.all { #expect(exception.reason.count > 10) }
    }
}
