// The table of values of a program or of one pass through a body.

import Models
import Tensors

/// The values of a program or a body in a run.
struct Frame {
    var values: [RuntimeValue?]
    /// Bytes counted for each value; empty where the model's gas and memory paid in advance and no
    /// value is counted.
    private var held: [Int]
    /// Whether the nodes whose types were known before the run have been paid for.
    let isPrepaid: Bool

    /// Starts with `values`.
    init(_ values: [RuntimeValue?], isPrepaid: Bool, isCounting: Bool) {
        self.values = values
        self.isPrepaid = isPrepaid
        held = isCounting ? [Int](repeating: 0, count: values.count) : []
    }

    /// Stores a value and counts its bytes.
    mutating func store(
        _ value: RuntimeValue, at number: Int, _ meter: inout Meter
    ) throws(MachineError) {
        let bytes = value.byteCount
        try meter.hold(bytes)
        if !held.isEmpty { held[number] = bytes }
        values[number] = value
    }

    /// Lets values go.
    mutating func release(_ numbers: [Int], _ meter: inout Meter) {
        for number in numbers {
            values[number] = nil
            if !held.isEmpty {
                meter.release(held[number])
                held[number] = 0
            }
        }
    }

    /// Lets all values go.
    mutating func releaseAll(_ meter: inout Meter) {
        for bytes in held { meter.release(bytes) }
        held = []
        values = []
    }
}
