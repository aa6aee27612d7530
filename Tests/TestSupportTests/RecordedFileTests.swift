import TestSupport
import Testing

@Suite struct RecordedFileTests {
    @Test(.enabled(if: !RecordedFile.isRecording))
    func tellsWhetherAFileHoldsTheText() throws {
        #expect(try !RecordedFile.matches("x", at: "no/such/file"))
        #expect(try !RecordedFile.matches("x", at: "Package.swift"))
    }
}
