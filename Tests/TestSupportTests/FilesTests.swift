import Base
import Foundation
import TestSupport
import Testing

@Suite struct FilesTests {
    @Test func findsThePackageRoot() {
        #expect(FileManager.default.fileExists(atPath: PackageRoot.path("Package.swift")))
    }

    @Test func reportsAnAbsentFixture() {
        #expect(Fixtures.path("absent/file") == nil)
        #expect(!Fixtures.require("absent/file"))
    }

    @Test(.enabled(if: Fixtures.require("fixtures/MANIFEST.sha256")))
    func readsAPresentFixture() throws {
        #expect(Fixtures.require("fixtures/MANIFEST.sha256"))
        #expect(try !Fixtures.bytes("fixtures/MANIFEST.sha256").isEmpty)
    }

    @Test func removesATemporaryDirectoryWithItsContent() throws {
        var folder: TemporaryDirectory? = try TemporaryDirectory()
        let path = try #require(folder?.path)
        let file = try #require(folder?.path("a"))
        try Data([1]).write(to: URL(fileURLWithPath: file))
        #expect(FileManager.default.fileExists(atPath: file))
        folder = nil
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
