// Expected values that are sequences of maps, as ZipMap gives them in other runtimes: for each row
// a map from label to score. Programs give the table itself, so the file is read as a table with
// labelled columns. Field numbers are those of ONNX's `onnx-data.proto`: `SequenceProto` has its
// maps in field 6; `MapProto` its keys in 3 or 4 and its values, a sequence of scalars, in 5.

import Base
import Importers
import Tensors
import Wire

/// A table whose columns have labels.
struct MapRows {
    /// The keys of every row, in order; integers in decimal.
    let labels: [String]
    /// Row by row the values, float32.
    let table: Tensor

    /// Reads `bytes`, a `SequenceProto`. `nil` when it holds no maps.
    ///
    /// - Throws: `ImportError.wrongInput` unless all rows have the same keys and scalars.
    init?(_ bytes: Bytes) throws {
        var rows: [(labels: [String], values: [Float])] = []
        var reader = FieldReader(bytes[...])
        while let field = try reader.next() {
            if field.number == 6, case .bytes(let map) = field.value {
                rows.append(try MapRows.row(map))
            }
        }
        guard let labels = rows.first?.labels else { return nil }
        for row in rows where row.labels != labels || row.values.count != labels.count {
            throw ImportError.wrongInput(reason: "the maps have different keys")
        }
        self.labels = labels
        table = Tensor(
            rows.flatMap(\.values), shape: try Shape([rows.count, labels.count]))
    }

    private static func row(
        _ bytes: ArraySlice<UInt8>
    ) throws -> (labels: [String], values: [Float]) {
        var labels: [String] = []
        var values: [Float] = []
        var reader = FieldReader(bytes)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (3, .varint(let key)): labels.append("\(Int64(bitPattern: key))")
            case (3, .bytes(let packed)):
                var keys = ByteReader(packed)
                while !keys.isAtEnd {
                    labels.append("\(Int64(bitPattern: try keys.readVarint()))")
                }
            case (4, .bytes(let text)): labels.append(String(decoding: text, as: UTF8.self))
            case (5, .bytes(let sequence)):
                guard case .sequence(let scalars) = try ONNXContent(.sequence, from: sequence)
                else { continue }
                values += scalars.flatMap { $0.float32s ?? [] }
            default: continue
            }
        }
        return (labels, values)
    }
}
