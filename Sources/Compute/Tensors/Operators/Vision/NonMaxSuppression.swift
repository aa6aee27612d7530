// NonMaxSuppression: of boxes that overlap too much only the one with the best score stays.

/// For every batch and class the boxes by descending score (of equal ones the first), each unless
/// it overlaps one already taken by more than the threshold: intersection over union, in float32,
/// each operation rounded. A score that is NaN, or not above the score threshold, takes no part.
enum NonMaxSuppressionOperator: Operator {
    static let name = "NonMaxSuppression"
    static let attributeNames = ["center_point_box"]
    static let inputCount = 2...5
    static let outputCount = 1...1

    private static func rule(_ call: OperatorCall) throws(OperatorError) -> SuppressionRule {
        let boxes = try call.type(0, of: .float32).shape.dimensions
        let scores = try call.type(1, of: .float32).shape.dimensions
        guard boxes.count == 3, scores.count == 3, boxes[2] == 4, boxes[0] == scores[0],
            boxes[1] == scores[2]
        else { throw .shapeMismatch(reason: "a score for each box", shapes: [boxes, scores]) }
        let most = call.hasInput(2) ? try call.constantIndex(2) : 0
        return SuppressionRule(
            batches: scores[0], classes: scores[1], count: scores[2],
            most: min(max(most, 0), scores[2]),
            overlap: try threshold(call, 3) ?? 0, score: try threshold(call, 4),
            isCentred: try call.attributes.flag("center_point_box", default: false))
    }

    private static func threshold(
        _ call: OperatorCall, _ index: Int
    ) throws(OperatorError) -> Float? {
        guard call.hasInput(index) else { return nil }
        guard try call.type(index, of: .float32).shape.elementCount == 1 else {
            throw .wrongInputValue(index: index, reason: "is not one number")
        }
        return try call.constant(index).floats[0]
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let rule = try rule(call)
        let selected = rule.selected(try call.constant(0).floats, try call.constant(1).floats)
        return [TensorType(.int64, try Shape([selected.count / 3, 3]))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        guard let rule = try? rule(call) else { return work }
        // Both passes sort the boxes and compare each with those taken, twenty operations a time.
        let each = UInt64(rule.count).multipliedSaturating(20 * rule.most + 64)
        work.elements = each.multipliedSaturating(2 * rule.batches * rule.classes)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let rule = try rule(call.knowing(inputs))
        let selected = rule.selected(inputs.required(0).floats, inputs.required(1).floats)
        return [Tensor(selected, shape: try Shape([selected.count / 3, 3]))]
    }
}

private struct SuppressionRule {
    let batches: Int
    let classes: Int
    let count: Int
    let most: Int
    let overlap: Float
    let score: Float?
    let isCentred: Bool

    /// A box's sides and area.
    struct Box {
        let left: Float
        let right: Float
        let top: Float
        let bottom: Float
        var area: Float { (right - left) * (bottom - top) }
    }

    /// Batch, class and box of all selected ones.
    func selected(_ boxes: [Float], _ scores: [Float]) -> [Int64] {
        var selected: [Int64] = []
        guard most > 0 else { return selected }
        for batch in 0..<batches {
            let sides = (0..<count).map { box(boxes, (batch * count + $0) * 4) }
            for number in 0..<classes {
                let base = (batch * classes + number) * count
                var candidates: [Int] = []
                for index in 0..<count {
                    let value = scores[base + index]
                    if !value.isNaN, score.map({ value > $0 }) ?? true { candidates.append(index) }
                }
                candidates.sort {
                    let (a, b) = (scores[base + $0], scores[base + $1])
                    return a > b || a == b && $0 < $1
                }
                var taken: [Int] = []
                for candidate in candidates {
                    if taken.count == most { break }
                    if taken.contains(where: { overlaps(sides[candidate], sides[$0]) }) { continue }
                    taken.append(candidate)
                    selected += [Int64(batch), Int64(number), Int64(candidate)]
                }
            }
        }
        return selected
    }

    private func box(_ boxes: [Float], _ start: Int) -> Box {
        let (a, b, c, d) = (boxes[start], boxes[start + 1], boxes[start + 2], boxes[start + 3])
        if isCentred {
            return Box(left: a - c / 2, right: a + c / 2, top: b - d / 2, bottom: b + d / 2)
        }
        // Two corners, in any order.
        return Box(
            left: b < d ? b : d, right: b < d ? d : b, top: a < c ? a : c, bottom: a < c ? c : a)
    }

    private func overlaps(_ a: Box, _ b: Box) -> Bool {
        let left = a.left > b.left ? a.left : b.left
        let right = a.right < b.right ? a.right : b.right
        let top = a.top > b.top ? a.top : b.top
        let bottom = a.bottom < b.bottom ? a.bottom : b.bottom
        guard right > left, bottom > top else { return false }
        let shared = (right - left) * (bottom - top)
        let union = a.area + b.area - shared
        guard shared > 0, a.area > 0, b.area > 0, union > 0 else { return false }
        return shared / union > overlap
    }
}
