// TfIdfVectorizer: how often the n-grams of a pool occur in rows of words or numbers, with gaps of
// equal length allowed between their parts.

/// The pool and the ranges of a node.
private struct GramPool {
    /// For each length n − 1 the grams of that length as numbers of words, ascending, each with its
    /// column.
    private(set) var grams: [[(words: [Int], column: Int)]] = []
    /// Columns of the output.
    private(set) var width = 0
    let shortest: Int
    let longest: Int
    let mostSkipped: Int
    /// The distinct words of the pool, ascending, as order keys or bytes.
    private var numbers: [Int64] = []
    private var texts: [[UInt8]] = []

    init(_ call: OperatorCall) throws(OperatorError) {
        let attributes = call.attributes
        shortest = try attributes.int("min_gram_length")
        longest = try attributes.int("max_gram_length")
        mostSkipped = try attributes.int("max_skip_count")
        guard let starts = try attributes.ints("ngram_counts"),
            let columns = try attributes.ints("ngram_indexes")
        else { throw .missingAttribute(name: "ngram_counts") }
        let texts = try attributes.strings("pool_strings")
        let numbers = try attributes.ints("pool_int64s")
        guard (texts == nil) != (numbers == nil), shortest >= 1, longest >= shortest,
            longest <= starts.count, mostSkipped >= 0
        else { throw .wrongAttribute(name: "max_gram_length", reason: "or the pool is wrong") }
        guard !columns.isEmpty, columns.allSatisfy({ $0 >= 0 && $0 < Shape.maximumElementCount })
        else { throw .wrongAttribute(name: "ngram_indexes", reason: "are no columns") }
        width = columns.reduce(0, max) + 1
        let pool: [Int]
        if let texts {
            let words = texts.map { Array($0.utf8) }
            self.texts = words.sorted { $0.lexicographicallyPrecedes($1) }
            pool = words.map(number)
        } else {
            let words = (numbers ?? []).map(Int64.init)
            self.numbers = words.sorted()
            pool = words.map(number)
        }
        try addGrams(pool, starts, columns)
    }

    /// Cuts the pool in grams: those of length n from `starts[n − 1]` on. They are numbered in
    /// order, also those whose length is not asked for.
    private mutating func addGrams(
        _ pool: [Int], _ starts: [Int], _ columns: [Int]
    ) throws(OperatorError) {
        var number = 0
        for (index, start) in starts.enumerated() {
            let end = index + 1 < starts.count ? starts[index + 1] : pool.count
            guard start >= 0, start <= end, end <= pool.count else {
                throw .wrongAttribute(name: "ngram_counts", reason: "do not ascend in the pool")
            }
            let length = index + 1
            var found: [(words: [Int], column: Int)] = []
            for place in 0..<(end - start) / length {
                guard number < columns.count else {
                    throw .wrongAttribute(name: "ngram_indexes", reason: "are too few")
                }
                let first = start + place * length
                if length >= shortest, length <= longest {
                    found.append((Array(pool[first..<first + length]), columns[number]))
                }
                number += 1
            }
            // Of equal grams the last one counts: sorted by place, found from behind.
            let order = found.indices.sorted {
                found[$0].words == found[$1].words
                    ? $0 < $1 : found[$0].words.lexicographicallyPrecedes(found[$1].words)
            }
            grams.append(order.map { found[$0] })
        }
    }

    /// The number of a word: its place among those of the pool; −1 for another word.
    func number(_ word: Int64) -> Int {
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < word { low = middle + 1 } else { high = middle }
        }
        return low < numbers.count && numbers[low] == word ? low : -1
    }

    /// The same for the bytes of a text.
    func number(_ word: [UInt8]) -> Int {
        var (low, high) = (0, texts.count)
        while low < high {
            let middle = (low + high) / 2
            if texts[middle].lexicographicallyPrecedes(word) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low < texts.count && texts[low] == word ? low : -1
    }

    /// Counts the grams of a row of words into `counts`.
    func count(_ row: ArraySlice<Int>, into counts: inout [Int]) {
        for skip in 0...mostSkipped {
            // From here on not even two words are near enough.
            if skip > 0, skip + 1 >= row.count { break }
            for length in shortest...longest where length > 1 || skip == 0 {
                let reach = (length - 1).multipliedReportingOverflow(by: skip + 1)
                guard !reach.overflow, reach.partialValue < row.count else { break }
                for start in 0..<row.count - reach.partialValue {
                    let first = row.startIndex + start
                    let gram = (0..<length).map { row[first + $0 * (skip + 1)] }
                    if let column = column(of: gram) { counts[column] += 1 }
                }
            }
        }
    }

    private func column(of gram: [Int]) -> Int? {
        let table = grams[gram.count - 1]
        var (low, high) = (0, table.count)
        while low < high {
            let middle = (low + high) / 2
            if gram.lexicographicallyPrecedes(table[middle].words) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low > 0 && table[low - 1].words == gram ? table[low - 1].column : nil
    }
}

/// Counts (TF), whether there is one (IDF), or counts again (TFIDF); the last two times the weight
/// of the column where there are weights.
enum TfIdfVectorizerOperator: Operator {
    static let name = "TfIdfVectorizer"
    static let attributeNames = [
        "max_gram_length", "max_skip_count", "min_gram_length", "mode", "ngram_counts",
        "ngram_indexes", "pool_int64s", "pool_strings", "weights",
    ]
    static let inputCount = 1...1
    static let outputCount = 1...1

    private static func weights(
        _ call: OperatorCall, _ width: Int
    ) throws(OperatorError) -> (mode: String, weights: [Float]?) {
        guard call.attributes["mode"] != nil else { throw .missingAttribute(name: "mode") }
        let mode = try call.attributes.choice("mode", of: "TF", "IDF", "TFIDF")
        let weights = try call.attributes.floats("weights")
        guard mode != "TF", let weights, !weights.isEmpty else { return (mode, nil) }
        guard weights.count >= width else {
            throw .wrongAttribute(name: "weights", reason: "are too few")
        }
        return (mode, weights)
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let pool = try GramPool(call)
        let isText = call.attributes["pool_strings"] != nil
        let type = try isText ? call.type(0, of: .string) : call.type(0, of: .int32, .int64)
        _ = try weights(call, pool.width)
        guard type.shape.rank <= 2 else {
            throw .shapeMismatch(reason: "rows of words", shapes: [type.shape.dimensions])
        }
        let rows = type.shape.rank == 2 ? [type.shape.dimensions[0]] : []
        return [TensorType(.float32, try Shape(rows + [pool.width]))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        guard let pool = try? GramPool(call), let shape = call.optionalType(0)?.shape else {
            return work
        }
        // At every word and for every gap a gram of every length is looked for in a sorted table.
        let gaps = min(pool.mostSkipped, shape.dimensions.last ?? 1) + 1
        let lengths = pool.longest.multipliedReportingOverflow(by: pool.longest)
        work.elements += UInt64(shape.elementCount)
            .multipliedSaturating(gaps)
            .multipliedSaturating(lengths.overflow ? .max : lengths.partialValue)
            .multipliedSaturating(32)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let pool = try GramPool(call)
        let (mode, weights) = try weights(call, pool.width)
        let input = inputs.required(0)
        let shape = try outputTypes(call)[0].shape
        let words: [Int]
        if case .string(let texts) = input.storage {
            words = texts.map { pool.number(Array($0.utf8)) }
        } else {
            words = (input.indices ?? []).map(pool.number)
        }
        let rows = input.shape.rank == 2 ? input.shape.dimensions[0] : 1
        let length = rows == 0 ? 0 : words.count / rows
        var values: [Float] = []
        for row in 0..<(shape.elementCount == 0 ? 0 : rows) {
            var counts = [Int](repeating: 0, count: pool.width)
            pool.count(words[row * length..<(row + 1) * length], into: &counts)
            for (column, count) in counts.enumerated() {
                let number = mode == "IDF" ? Float(min(count, 1)) : Float(count)
                values.append(weights.map { number == 0 ? 0 : number * $0[column] } ?? number)
            }
        }
        return [Tensor(values, shape: shape)]
    }
}
