// What running a model costs. Gas follows from the program's shapes alone, so it is known before a
// run and is the same on every machine, whatever its kernels, caches and load.
//
// Each operator says how much work a call is (`Work`: multiply-adds, element operations, function
// evaluations, bytes moved); the schedule prices each kind. Prices are in thousandths of a gas, so
// that cheap work is not rounded away node by node; the sum is rounded up once. All sums saturate:
// a model too large to price costs `UInt64.max`, which no limit admits.

import Base
public import Models
import Tensors

/// Prices of the kinds of work, in thousandths of a gas unless said otherwise.
public struct GasSchedule: Sendable, Equatable {
    /// Gas (whole) of every run.
    public var run: UInt64
    /// Of every node: looking it up, making its output, hashing its trace entry.
    public var node: UInt64
    /// Of one multiply-add.
    public var multiplyAdd: UInt64
    /// Of one simple operation on one element.
    public var element: UInt64
    /// Of one evaluation of a function such as exp or erf.
    public var function: UInt64
    /// Of one byte read or written by an operator.
    public var byte: UInt64
    /// Of one byte of input, or of output of a node: allocation and the trace hash.
    public var tracedByte: UInt64
    /// Of one byte of weights: loading the model, which a cache may save but never discounts.
    public var weightByte: UInt64

    /// Makes a schedule.
    public init(
        run: UInt64, node: UInt64, multiplyAdd: UInt64, element: UInt64, function: UInt64,
        byte: UInt64, tracedByte: UInt64, weightByte: UInt64
    ) {
        self.run = run
        self.node = node
        self.multiplyAdd = multiplyAdd
        self.element = element
        self.function = function
        self.byte = byte
        self.tracedByte = tracedByte
        self.weightByte = weightByte
    }

    /// The schedule of arithmetic version 1: one gas is about ten nanoseconds of one AVX2 core.
    public static let version1 = GasSchedule(
        run: 1_000, node: 100_000, multiplyAdd: 20, element: 200, function: 2_000, byte: 10,
        tracedByte: 250, weightByte: 100)

    /// The gas of one run of `model`; of a model that is not static, the part known beforehand.
    public func gas(for model: Model) -> UInt64 {
        var thousandths = product(weightByte, UInt64(model.weightByteCount))
        for input in model.inputs {
            thousandths = sum(thousandths, product(tracedByte, UInt64(input.type?.byteCount ?? 0)))
        }
        for node in model.nodes {
            guard let outputs = node.outputTypes, case .tensor(let operation) = node.operation
            else { continue }
            thousandths = sum(
                thousandths,
                cost(of: operation.validatedWork(node.call, outputs: outputs), outputs))
        }
        let whole = thousandths / 1_000 + (thousandths % 1_000 == 0 ? 0 : 1)
        return thousandths == .max ? .max : sum(run, whole)
    }

    /// The gas of one node of a model, rounded up; 0 where its types are known only in a run.
    public func gas(for node: CheckedNode) -> UInt64 {
        guard let outputs = node.outputTypes, case .tensor(let operation) = node.operation else {
            return 0
        }
        let cost = cost(of: operation.validatedWork(node.call, outputs: outputs), outputs)
        return cost / 1_000 + (cost % 1_000 == 0 ? 0 : 1)
    }

    /// The price of one node, in thousandths of a gas.
    func cost(of work: Work, _ outputs: [TensorType]) -> UInt64 {
        var total = node
        total = sum(total, product(multiplyAdd, work.multiplyAdds))
        total = sum(total, product(element, work.elements))
        total = sum(total, product(function, work.functions))
        total = sum(total, product(byte, work.bytes))
        for output in outputs {
            total = sum(total, product(tracedByte, UInt64(output.byteCount)))
        }
        return total
    }

    private func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (result, overflows) = left.addingReportingOverflow(right)
        return overflows ? .max : result
    }

    private func product(_ price: UInt64, _ count: UInt64) -> UInt64 {
        let (result, overflows) = price.multipliedReportingOverflow(by: count)
        return overflows ? .max : result
    }
}
