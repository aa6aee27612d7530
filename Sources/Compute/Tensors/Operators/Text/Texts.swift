// StringConcat, StringSplit and StringNormalizer. Texts are compared by their UTF-8 bytes. Letters
// change case by the Unicode tables of the Swift standard library, in no language's way.

/// The operators on texts.
enum TextFamily {
    static let operators: [any Operator.Type] = [
        StringConcatOperator.self,
        StringNormalizerOperator.self,
        StringSplitOperator.self,
        TfIdfVectorizerOperator.self,
    ]
}

/// Each text of the first input followed by that of the second; shapes broadcast.
enum StringConcatOperator: Operator {
    static let name = "StringConcat"
    static let attributeNames: [String] = []
    static let inputCount = 2...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let left = try call.type(0, of: .string).shape
        let right = try call.type(1, of: .string).shape
        return [TensorType(.string, try Shape.broadcast(left, right))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let (left, right) = (inputs.required(0), inputs.required(1))
        let shape = try outputTypes(call)[0].shape
        let plan = BroadcastPlan(left.shape, right.shape, output: shape)
        let texts = plan.map(left.strings ?? [], right.strings ?? []) { $0 + $1 }
        return [Tensor(texts, shape: shape)]
    }
}

/// Each text cut at a delimiter, or without one at runs of white space; shorter lists are filled up
/// with empty texts. Also the counts of pieces.
enum StringSplitOperator: Operator {
    static let name = "StringSplit"
    static let attributeNames = ["delimiter", "maxsplit"]
    static let inputCount = 1...1
    static let outputCount = 2...2

    private static func pieces(
        _ call: OperatorCall, _ texts: Tensor
    ) throws(OperatorError) -> [[String]] {
        let delimiter = try call.attributes.string("delimiter", default: "")
        var most = try call.attributes.int("maxsplit", default: -1)
        if most < 0 { most = .max }
        return (texts.strings ?? []).map { text in
            delimiter.isEmpty
                ? TextPieces.betweenSpaces(text, most)
                : TextPieces.between(Array(delimiter.utf8), text, most)
        }
    }

    private static func types(
        _ shape: Shape, _ pieces: [[String]]
    ) throws(OperatorError) -> [TensorType] {
        let width = pieces.reduce(0) { max($0, $1.count) }
        return [
            TensorType(.string, try Shape(shape.dimensions + [width])), TensorType(.int64, shape),
        ]
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let shape = try call.type(0, of: .string).shape
        return try types(shape, try pieces(call, try call.constant(0)))
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        guard let texts = try? call.constant(0).strings else { return work }
        work.elements += texts.reduce(0) { $0 + 4 * UInt64($1.utf8.count) }
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let pieces = try pieces(call, input)
        let types = try types(input.shape, pieces)
        let width = types[0].shape.dimensions.last ?? 0
        let texts = pieces.flatMap { $0 + Array(repeating: "", count: width - $0.count) }
        return [
            Tensor(texts, shape: types[0].shape),
            Tensor(pieces.map { Int64($0.count) }, shape: input.shape),
        ]
    }
}

/// Texts cut in pieces.
enum TextPieces {
    /// The pieces between occurrences of `delimiter`, which is not empty, found from the left.
    static func between(_ delimiter: [UInt8], _ text: String, _ most: Int) -> [String] {
        let bytes = Array(text.utf8)
        var pieces: [String] = []
        var start = 0
        var place = 0
        while pieces.count < most, place + delimiter.count <= bytes.count {
            if bytes[place..<place + delimiter.count].elementsEqual(delimiter) {
                pieces.append(String(decoding: bytes[start..<place], as: UTF8.self))
                place += delimiter.count
                start = place
            } else {
                place += 1
            }
        }
        pieces.append(String(decoding: bytes[start...], as: UTF8.self))
        return pieces
    }

    /// The pieces between runs of white space, which ends are freed of. What is left after the last
    /// cut keeps the white space at its end.
    static func betweenSpaces(_ text: String, _ most: Int) -> [String] {
        var pieces: [String] = []
        var rest = text.unicodeScalars[...].drop(while: isSpace)
        while !rest.isEmpty {
            if pieces.count == most {
                pieces.append(String(rest))
                break
            }
            let piece = rest.prefix { !isSpace($0) }
            pieces.append(String(piece))
            rest = rest[piece.endIndex...].drop(while: isSpace)
        }
        return pieces
    }

    /// White space as Python's `str.split` has it.
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F,
            0x205F, 0x3000:
            true
        default: false
        }
    }
}

/// A list of texts without its stop words, in lower or upper case where asked. Without case the
/// words are compared in lower case. A list that becomes empty is one empty text.
enum StringNormalizerOperator: Operator {
    static let name = "StringNormalizer"
    static let attributeNames = [
        "case_change_action", "is_case_sensitive", "locale", "stopwords",
    ]
    static let inputCount = 1...1
    static let outputCount = 1...1

    private static func normalised(
        _ call: OperatorCall, _ input: Tensor
    ) throws(OperatorError) -> Tensor {
        let dimensions = input.shape.dimensions
        guard dimensions.count == 1 || (dimensions.count == 2 && dimensions[0] == 1) else {
            throw .shapeMismatch(reason: "a list of texts", shapes: [dimensions])
        }
        let attributes = call.attributes
        _ = try attributes.string("locale", default: "")
        let isSensitive = try attributes.flag("is_case_sensitive", default: false)
        let action = try attributes.choice("case_change_action", of: "NONE", "LOWER", "UPPER")
        func folded(_ text: String) -> [UInt8] {
            Array((isSensitive ? text : text.lowercased()).utf8)
        }
        let stops = (try attributes.strings("stopwords") ?? []).map(folded)
            .sorted { $0.lexicographicallyPrecedes($1) }
        func isStop(_ text: String) -> Bool {
            let word = folded(text)
            var (low, high) = (0, stops.count)
            while low < high {
                let middle = (low + high) / 2
                if stops[middle].lexicographicallyPrecedes(word) {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            return low < stops.count && stops[low] == word
        }
        var texts = (input.strings ?? []).filter { !isStop($0) }
        if action != "NONE" {
            texts = texts.map { action == "LOWER" ? $0.lowercased() : $0.uppercased() }
        }
        if texts.isEmpty { texts = [""] }
        return Tensor(texts, shape: try Shape(dimensions.dropLast() + [texts.count]))
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        _ = try call.type(0, of: .string)
        return [try normalised(call, try call.constant(0)).type]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        let texts = (try? call.constant(0).strings) ?? []
        let stops = (try? call.attributes.strings("stopwords")) ?? []
        // Every byte is folded and compared along a binary search, in both passes.
        let bytes = (texts + stops).reduce(0) { $0 + UInt64($1.utf8.count) + 1 }
        work.elements += bytes.multipliedSaturating(128)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] { [try normalised(call, inputs.required(0))] }
}
