// RotaryEmbedding: pairs of elements of each head are turned by the angle of their position, whose
// cosine and sine are given. real = cos · a − sin · b, imaginary = sin · a + cos · b; products and
// sum are rounded each. ONNX RotaryEmbedding 23.

enum RotaryEmbeddingOperator: Operator {
    static let name = "RotaryEmbedding"
    static let opsets = 23...OperatorRegistry.latestOpset
    static let attributeNames = ["interleaved", "num_heads", "rotary_embedding_dim"]
    static let inputCount = 3...4
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        _ = try RotaryForm(call)
        return [try call.type(0)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.work(outputs, factor: 4, functions: 0)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let form = try RotaryForm(call)
        let x = inputs.required(0)
        let rows = try form.cacheRows(positions: inputs.optional(3)?.int64s)
        let rule = RotaryRule(
            form: form, rows: rows, inputs: (0..<3).map { inputs.required($0) })
        return [try x.type.element.computing(rule)]
    }
}

private struct RotaryForm {
    let batch: Int
    let heads: Int
    let length: Int
    let headSize: Int
    /// How many elements of a head are turned.
    let turnedSize: Int
    let isPacked: Bool
    let isInterleaved: Bool
    /// Rows of the caches when positions name them.
    let cacheLength: Int

    init(_ call: OperatorCall) throws(OperatorError) {
        let shape = try call.floatingType(0).shape
        try call.requireSameElement(1...2)
        isInterleaved = try call.attributes.flag("interleaved", default: false)
        let named = try call.attributes.int("num_heads", default: 0)
        let dimensions = shape.dimensions
        guard dimensions.count == 3 || dimensions.count == 4, named >= 0 else {
            throw .shapeMismatch(reason: "X has 3 or 4 axes", shapes: [dimensions])
        }
        isPacked = dimensions.count == 3
        if isPacked {
            guard named > 0, dimensions[2] % named == 0 else {
                throw .wrongAttribute(
                    name: "num_heads", reason: "\(named) does not divide \(dimensions[2])")
            }
            (heads, length, headSize) = (named, dimensions[1], dimensions[2] / named)
        } else {
            (heads, length, headSize) = (dimensions[1], dimensions[2], dimensions[3])
        }
        batch = dimensions[0]
        let partial = try call.attributes.int("rotary_embedding_dim", default: 0)
        turnedSize = partial == 0 ? headSize : partial
        guard turnedSize >= 0, turnedSize <= headSize, turnedSize % 2 == 0 else {
            throw .wrongAttribute(
                name: "rotary_embedding_dim", reason: "\(turnedSize) of \(headSize) elements")
        }
        let cache = try call.type(1).shape.dimensions
        if call.hasInput(3) {
            _ = try call.type(3, of: .int64)
            try call.require(3, [batch, length])
            cacheLength = cache.first ?? 0
            for index in 1...2 { try call.require(index, [cacheLength, turnedSize / 2]) }
        } else {
            cacheLength = 0
            for index in 1...2 { try call.require(index, [batch, length, turnedSize / 2]) }
        }
    }

    /// The row of the caches for each position of each entry of the batch.
    func cacheRows(positions: [Int64]?) throws(OperatorError) -> [Int] {
        guard let positions else { return Array(0..<batch * length) }
        var rows: [Int] = []
        for position in positions {
            guard position >= 0, position < Int64(cacheLength) else {
                throw .indexOutOfRange(index: Int(position), count: cacheLength)
            }
            rows.append(Int(position))
        }
        return rows
    }
}

private struct RotaryRule: FloatingRule {
    let form: RotaryForm
    let rows: [Int]
    let inputs: [Tensor]

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        var x = try Element.converting(inputs[0])
        let cosines = try Element.converting(inputs[1])
        let sines = try Element.converting(inputs[2])
        let half = form.turnedSize / 2
        for row in 0..<(half > 0 && form.headSize > 0 ? x.count / form.headSize : 0) {
            // Row `row` is a head of a position; heads are inside positions or around them.
            let position =
                form.isPacked
                ? row / form.heads
                : row / (form.heads * form.length) * form.length + row % form.length
            let angle = rows[position] * half
            let start = row * form.headSize
            for pair in 0..<half {
                let first = start + (form.isInterleaved ? 2 * pair : pair)
                let second = form.isInterleaved ? first + 1 : first + half
                let (cosine, sine) = (cosines[angle + pair], sines[angle + pair])
                let (a, b) = (x[first], x[second])
                x[first] = cosine * a - sine * b
                x[second] = sine * a + cosine * b
            }
        }
        return Element.tensor(x, inputs[0].shape)
    }
}
