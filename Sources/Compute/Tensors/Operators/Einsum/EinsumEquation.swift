// The equation of an Einsum: which label each axis of each operand carries. Letters name axes,
// "..." stands for as many axes as an operand has more than letters, aligned at the last one, as
// broadcasting does. ONNX Einsum 12; the notation is NumPy's.

/// An equation applied to operands of given ranks. Labels are numbers in the canonical order: the
/// axes of the ellipsis first, then the letters in the order in which they first occur.
struct EinsumEquation {
    /// The label of each axis of each operand.
    let operands: [[Int]]
    /// The label of each axis of the result, each once.
    let result: [Int]
    /// How many labels there are.
    let labelCount: Int

    /// Reads `text` for operands of `ranks`.
    ///
    /// - Throws: `wrongAttribute` for a text that is no equation of these operands;
    ///   `shapeMismatch` when a term's letters do not fit its operand's rank.
    init(_ text: String, ranks: [Int]) throws(OperatorError) {
        let bytes = Array(text.utf8).filter { $0 != UInt8(ascii: " ") }
        let arrow = bytes.firstIndex(of: UInt8(ascii: "-"))
        let left = bytes[..<(arrow ?? bytes.count)]
        let terms = try left.split(
            separator: UInt8(ascii: ","), omittingEmptySubsequences: false
        ).map { (term) throws(OperatorError) in try EinsumTerm(term) }
        guard terms.count == ranks.count else {
            throw .wrongAttribute(
                name: "equation", reason: "has \(terms.count) terms for \(ranks.count) inputs")
        }
        var output: EinsumTerm?
        if let arrow {
            guard bytes.count > arrow + 1, bytes[arrow + 1] == UInt8(ascii: ">") else {
                throw .wrongAttribute(name: "equation", reason: "has a \"-\" that is no arrow")
            }
            output = try EinsumTerm(bytes[(arrow + 2)...])
        }

        var ellipsisRank = 0
        for (term, rank) in zip(terms, ranks) {
            let spare = rank - term.letters.count
            guard spare >= 0, spare == 0 || term.ellipsis != nil else {
                throw .shapeMismatch(
                    reason: "a term of \(term.letters.count) letters for \(rank) axes", shapes: [])
            }
            ellipsisRank = max(ellipsisRank, spare)
        }
        var letters: [UInt8] = []
        for letter in terms.flatMap(\.letters) where !letters.contains(letter) {
            letters.append(letter)
        }
        let first = ellipsisRank
        func label(_ letter: UInt8) -> Int? { letters.firstIndex(of: letter).map { first + $0 } }
        operands = zip(terms, ranks).map { term, rank in
            let spare = rank - term.letters.count
            return term.labels(
                ellipsis: Array(first - spare..<first), letters: term.letters.compactMap(label))
        }
        labelCount = first + letters.count
        let ellipsis = Array(0..<first)
        if let output {
            let isDistinct = output.letters.indices.allSatisfy { index in
                !output.letters[..<index].contains(output.letters[index])
            }
            guard isDistinct, output.letters.allSatisfy(letters.contains) else {
                throw .wrongAttribute(
                    name: "equation", reason: "the result repeats a letter or has one of its own")
            }
            result = output.labels(
                ellipsis: ellipsis, letters: output.letters.compactMap(label))
        } else {
            // The classical form: letters that occur once, in alphabetical order.
            let all = terms.flatMap(\.letters)
            let single = letters.filter { letter in all.count { $0 == letter } == 1 }.sorted()
            result = ellipsis + single.compactMap(label)
        }
    }
}

/// One term of an equation.
private struct EinsumTerm {
    let letters: [UInt8]
    /// How many letters stand before the "...", `nil` without one.
    let ellipsis: Int?

    init(_ bytes: ArraySlice<UInt8>) throws(OperatorError) {
        var letters: [UInt8] = []
        var ellipsis: Int?
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: ".") {
                guard ellipsis == nil, bytes.endIndex - index >= 3,
                    bytes[index..<index + 3].allSatisfy({ $0 == UInt8(ascii: ".") })
                else {
                    throw .wrongAttribute(name: "equation", reason: "has dots that are no \"...\"")
                }
                ellipsis = letters.count
                index += 3
                continue
            }
            let isLetter =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            guard isLetter, letters.count < Shape.maximumRank else {
                throw .wrongAttribute(
                    name: "equation", reason: "has a term that is no list of axes")
            }
            letters.append(byte)
            index += 1
        }
        self.letters = letters
        self.ellipsis = ellipsis
    }

    /// The labels of the term's axes.
    func labels(ellipsis labels: [Int], letters: [Int]) -> [Int] {
        let place = ellipsis ?? 0
        return letters[..<place] + labels + letters[place...]
    }
}
