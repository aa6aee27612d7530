// The samples of input files. Each input has an array; where the first axis of an array counts
// samples, a row of it is one sample, and an array that is one sample serves with every row of the
// others.

import Base
public import Models
public import Tensors

/// Inputs of a model, for one sample or several.
public struct InputSamples: Sendable {
    /// The array of one input.
    private struct Entry: Sendable {
        var name: String
        /// The whole array, in the form of the input when it is one sample.
        var tensor: Tensor
        /// The rows, when the array holds samples.
        var rows: Rows?
    }

    /// An array's samples.
    private struct Rows: Sendable {
        var type: TensorType
        var bytes: Bytes
        var count: Int
    }

    private var entries: [Entry] = []

    /// No inputs.
    public init() {}

    /// The arrays of inputs: each as large as its input, give or take axes of extent 1, or rows of
    /// that size. An input whose type only a run tells takes any array whole.
    ///
    /// - Throws: `wrongInput` when an array has another type or size.
    public init(_ arrays: [(port: Model.Port, array: Tensor)]) throws(ImportError) {
        for (port, array) in arrays { entries.append(try InputSamples.entry(array, port)) }
    }

    /// Tensors that are one sample, whatever their shapes.
    init(whole tensors: [NamedTensor]) {
        entries = tensors.map { Entry(name: $0.name, tensor: $0.tensor, rows: nil) }
    }

    /// The inputs that have an array, in the order in which they came.
    public var names: [String] { entries.map(\.name) }

    /// Takes the inputs of `other` in.
    public mutating func add(_ other: InputSamples) { entries += other.entries }

    /// How many samples there are: 1 when no array holds rows.
    ///
    /// - Throws: `wrongInput` when arrays hold different numbers of rows.
    public func rowCount() throws(ImportError) -> Int {
        var first: (name: String, count: Int)?
        for entry in entries {
            guard let count = entry.rows?.count else { continue }
            if let first, first.count != count {
                throw .wrongInput(
                    reason: "\"\(first.name)\" has \(first.count) rows, but \"\(entry.name)\" "
                        + "has \(count)")
            }
            first = first ?? (entry.name, count)
        }
        return first?.count ?? 1
    }

    /// The inputs of sample `row`, counted from 0.
    ///
    /// - Throws: `wrongInput` when there is no such row.
    /// - Complexity: copies the row.
    public func row(_ row: Int) throws(ImportError) -> [NamedTensor] {
        guard row >= 0 else { throw .wrongInput(reason: "row \(row) is negative") }
        let count = try rowCount()
        guard row < count else {
            let holding = entries.contains { $0.rows != nil }
            let types = entries.map { "\($0.tensor.type)" }.joined(separator: ", ")
            throw .wrongInput(
                reason: "there is no row \(row): "
                    + (holding
                        ? "the array has \(count) rows" : "the input \(types) is one sample"))
        }
        var tensors: [NamedTensor] = []
        for entry in entries {
            guard let rows = entry.rows else {
                tensors.append(NamedTensor(name: entry.name, tensor: entry.tensor))
                continue
            }
            // The rows fill the bytes: count · type.byteCount, as the element is of fixed size.
            let start = row * rows.type.byteCount
            do throws(OperatorError) {
                let tensor = try Tensor(
                    type: rows.type,
                    littleEndianBytes: rows.bytes[start..<start + rows.type.byteCount])
                tensors.append(NamedTensor(name: entry.name, tensor: tensor))
            } catch {
                throw .wrongInput(reason: "row \(row): \(error)")
            }
        }
        return tensors
    }

    private static func entry(
        _ array: Tensor, _ port: Model.Port
    ) throws(ImportError) -> Entry {
        guard let expected = port.type else {
            return Entry(name: port.name, tensor: array, rows: nil)
        }
        guard array.type.element == expected.element else {
            throw .wrongInput(
                reason: "input \"\(port.name)\" must be \(expected.element.name), "
                    + "not \(array.type.element.name); convert it with "
                    + "array.astype('\(expected.element.name)')")
        }
        let actual = array.shape.dimensions
        let wanted = squeezed(expected.shape.dimensions)
        if squeezed(actual) == wanted {
            return Entry(
                name: port.name, tensor: array.reshaped(to: expected.shape), rows: nil)
        }
        guard let count = actual.first, squeezed(Array(actual.dropFirst())) == wanted,
            array.type.element.isFixedSize
        else {
            throw .wrongInput(
                reason: "input \"\(port.name)\" must be \(expected), or rows of it, "
                    + "not \(array.type)")
        }
        return Entry(
            name: port.name, tensor: array,
            rows: Rows(type: expected, bytes: array.littleEndianBytes, count: count))
    }

    private static func squeezed(_ dimensions: [Int]) -> [Int] { dimensions.filter { $0 != 1 } }
}
