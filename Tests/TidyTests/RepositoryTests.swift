import TestSupport
import Testing
import Tidy

@Suite struct RepositoryTests {
    /// The whole repository obeys its rules. Warnings are printed and do not fail.
    @Test func thisRepositoryIsTidy() throws {
        let violations = try Repository(root: PackageRoot.url).violations()
        for violation in violations where violation.isWarning { print("tidy: \(violation)") }
        let failures = violations.filter { !$0.isWarning }.map(\.description)
        #expect(failures.isEmpty, "\n\(failures.joined(separator: "\n"))")
    }
}
