import Testing

@testable import Tidy

@Suite struct SourceTextTests {
    private func code(_ text: String, path: String = "a.swift") -> String {
        String(decoding: SourceText(path: path, text: text).code, as: UTF8.self)
    }

    @Test(arguments: [
        ("a // b", "a     "),
        ("a /* b /* c */ d */ e", "a                   e"),
        (#"x("a\"b") y"#, #"x("    ") y"#),
        (#""a\(f("b"))c" d"#, #""  (f(" ")) " d"#),
        (##"#"a"b"# c"##, ##"#"   "# c"##),
        ("\"\"\"\na \"b\" c\n\"\"\" d", "\"\"\"\n       \n\"\"\" d"),
        ("\"// no\" // yes", "\"     \"       "),
    ])
    func blanksCommentsAndStrings(text: String, expected: String) {
        #expect(code(text) == expected)
    }

    @Test func readsCharacterLiteralsAndFlatCommentsOfC() {
        #expect(code("'\"' x /* /* */ y", path: "a.c") == "' ' x          y")
    }

    @Test func findsWordsWithTheirLines() {
        let words = SourceText(path: "a.swift", text: "let a1 = 0x1F\n// b\nreturn é").words
        #expect(words.map(\.text) == ["let", "a1", "return", "é"])
        #expect(words.map(\.line) == [1, 1, 3, 3])
    }

    @Test func survivesUnclosedLiterals() {
        for text in ["\"", "/*", "\"\\", "\"\\(", "\"\"\"a", "#\"a\"", ")", "'"] {
            #expect(code(text).utf8.count == text.utf8.count)
            #expect(code(text, path: "a.c").utf8.count == text.utf8.count)
        }
    }
}
