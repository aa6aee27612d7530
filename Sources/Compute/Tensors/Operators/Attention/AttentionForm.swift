// What a call of Attention says: heads, lengths, scale, masks, checked against all its inputs. ONNX
// Attention 23 and 24.

/// The sizes and options of an attention.
struct AttentionForm {
    let batch: Int
    let queryHeads: Int
    let keyHeads: Int
    let queryLength: Int
    /// Keys given, and keys remembered before them.
    let newLength: Int
    let pastLength: Int
    let headSize: Int
    let valueSize: Int
    /// Whether heads lie side by side within a position (three axes) and not apart (four).
    let isPacked: Bool
    let isCausal: Bool
    /// `nil` for 1/√headSize.
    let scale: Float?
    let softcap: Float
    /// Which stage the fourth output shows.
    let scoreStage: Int
    /// The type in which softmax is computed.
    let precision: ElementType

    /// Keys altogether.
    var keyLength: Int { pastLength + newLength }
    /// How many heads of queries share a head of keys.
    var groupSize: Int { queryHeads / keyHeads }

    init(_ call: OperatorCall) throws(OperatorError) {
        let shapes = [
            try call.anyFloatingType(0).shape, try call.anyFloatingType(1).shape,
            try call.anyFloatingType(2).shape,
        ]
        let mismatch = OperatorError.shapeMismatch(
            reason: "Q, K and V are no attention", shapes: shapes.map(\.dimensions))
        let rank = shapes[0].rank
        guard rank == 3 || rank == 4, shapes.allSatisfy({ $0.rank == rank }) else { throw mismatch }
        isPacked = rank == 3
        let (q, k, v) = try AttentionForm.heads(call, shapes, mismatch)
        guard k[0] == q[0], v[0] == q[0], k[1] == v[1], k[2] == v[2], k[3] == q[3], k[1] > 0,
            q[1] % k[1] == 0
        else { throw mismatch }
        (batch, queryHeads, queryLength, headSize) = (q[0], q[1], q[2], q[3])
        (keyHeads, newLength, valueSize) = (k[1], k[2], v[3])

        isCausal = try call.attributes.flag("is_causal", default: false)
        scale =
            call.attributes["scale"] == nil ? nil : try call.attributes.float("scale", default: 1)
        softcap = try call.attributes.float("softcap", default: 0)
        scoreStage = try call.attributes.int("qk_matmul_output_mode", default: 0)
        guard (0...3).contains(scoreStage) else {
            throw .wrongAttribute(name: "qk_matmul_output_mode", reason: "is not 0, 1, 2 or 3")
        }
        let element = try call.type(0).element
        precision = try call.floatPrecision("softmax_precision", default: element)
        for (index, like) in [(1, 0), (4, 0), (5, 2)] {
            guard let type = call.optionalType(index), type.element != (try call.type(like).element)
            else { continue }
            throw .wrongElementType(
                index: index, actual: type.element, expected: [try call.type(like).element])
        }
        pastLength = try AttentionForm.pastLength(
            call, [q[0], k[1]], headSize: q[3], valueSize: v[3])
        try checkMask(call)
        if call.hasInput(6) {
            guard call.opset >= 24 else {
                throw .wrongInputCount(actual: call.inputTypes.count, expected: 3...6)
            }
            _ = try call.type(6, of: .int64)
            try call.require(6, [batch])
            guard !call.hasInput(4) else {
                throw .wrongInputValue(index: 6, reason: "stands beside a past")
            }
        }
    }

    /// The shapes of Q, K and V with the heads as axis 1.
    private static func heads(
        _ call: OperatorCall, _ shapes: [Shape], _ mismatch: OperatorError
    ) throws(OperatorError) -> ([Int], [Int], [Int]) {
        let isPacked = shapes[0].rank == 3
        var result: [[Int]] = []
        for (index, shape) in shapes.enumerated() {
            let dimensions = shape.dimensions
            let name = index == 0 ? "q_num_heads" : "kv_num_heads"
            let named = try call.attributes.int(name, default: isPacked ? nil : dimensions[1])
            guard isPacked else {
                guard named == dimensions[1] else { throw mismatch }
                result.append(dimensions)
                continue
            }
            guard named > 0, dimensions[2] % named == 0 else { throw mismatch }
            result.append([dimensions[0], named, dimensions[1], dimensions[2] / named])
        }
        return (result[0], result[1], result[2])
    }

    private static func pastLength(
        _ call: OperatorCall, _ leading: [Int], headSize: Int, valueSize: Int
    ) throws(OperatorError) -> Int {
        guard call.hasInput(4) || call.hasInput(5) else { return 0 }
        let length = try call.type(4).shape.dimensions.dropFirst(2).first ?? 0
        try call.require(4, leading + [length, headSize])
        try call.require(5, leading + [length, valueSize])
        return length
    }

    private func checkMask(_ call: OperatorCall) throws(OperatorError) {
        guard let mask = call.optionalType(3) else { return }
        guard mask.element != .string else {
            throw .wrongElementType(index: 3, actual: mask.element, expected: [.bool, .float32])
        }
        // The last axis may be shorter than the keys: what is missing is masked.
        let wanted = [batch, queryHeads, queryLength, keyLength]
        let actual = mask.shape.dimensions
        let isFitting =
            (1...4).contains(actual.count) && actual[actual.count - 1] <= keyLength
            && zip(actual.reversed(), wanted.reversed()).dropFirst()
                .allSatisfy { $0 == $1 || $0 == 1 }
        guard isFitting else {
            throw .shapeMismatch(reason: "the mask fits the scores", shapes: [actual, wanted])
        }
    }

    /// The types of the four outputs.
    func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let (element, valueElement) = (try call.type(0).element, try call.type(2).element)
        let result =
            isPacked
            ? try Shape([batch, queryLength, queryHeads * valueSize])
            : try Shape([batch, queryHeads, queryLength, valueSize])
        return [
            TensorType(element, result),
            TensorType(element, try Shape([batch, keyHeads, keyLength, headSize])),
            TensorType(valueElement, try Shape([batch, keyHeads, keyLength, valueSize])),
            TensorType(element, try Shape([batch, queryHeads, queryLength, keyLength])),
        ]
    }
}

extension OperatorCall {
    /// The float type that attribute `name` numbers.
    func floatPrecision(
        _ name: String, default fallback: ElementType
    ) throws(OperatorError) -> ElementType {
        let number = try attributes.int(name, default: Int(fallback.rawValue))
        let types: [ElementType] = [.float32, .float64, .float16, .bfloat16]
        guard let type = types.first(where: { Int($0.rawValue) == number }) else {
            throw .wrongAttribute(name: name, reason: "\(number) is no float type")
        }
        return type
    }
}
