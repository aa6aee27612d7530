// Several elementwise float32 operators in one pass over the elements. Each operation is the one of
// its operator, on the same numbers and rounded alike, so the bits are those of the operators one
// by one; what is saved is reading and writing whole tensors between them.

import CKernels

/// An elementwise operator as a chain sees it.
public enum ChainOperation: Sendable, Equatable {
    /// A function of one number.
    case unary(Int32)
    /// An operation of two numbers.
    case binary(Int32)
}

/// An operator that chains can take when its inputs and its output are float32.
protocol ChainableOperator: Operator {
    /// What it does to each element.
    static var chainOperation: ChainOperation { get }
}

extension OperatorRegistry {
    /// What a call of operator `name` does to each element of float32 tensors, and the positions of
    /// the inputs it does it to; `nil` when it is not elementwise.
    public static func chainOperation(
        _ name: String, _ call: OperatorCall
    ) -> (operation: ChainOperation, inputs: [Int])? {
        if let kind = find(name) as? any ChainableOperator.Type {
            return (kind.chainOperation, Array(call.inputTypes.indices))
        }
        // A power that is rounded once, whichever way it is computed.
        guard name == "Pow", call.constants.count == 2,
            let exponent = call.constants[1]?.float32s, exponent.count == 1
        else { return nil }
        switch exponent[0] {
        case 2: return (.unary(Int32(AIVM_SQUARE)), [0])
        case 3: return (.unary(Int32(AIVM_CUBE)), [0])
        default: return nil
        }
    }
}

/// A chain of operations, ready to run.
public struct ElementwiseChain: PreparedOperator {
    /// Most results alive at one time.
    public static let slotCount = Int(AIVM_CHAIN_SLOTS)

    /// Where a step finds a number.
    public enum Operand: Sendable, Equatable {
        /// An input of the chain.
        case input(Int)
        /// The result of an earlier step.
        case result(Int)
    }

    /// How an input spreads over the elements.
    public enum Spread: Sendable, Equatable {
        /// It has the chain's shape.
        case full
        /// It has one element.
        case scalar
        /// It has the elements of the last axes, and axes of extent 1 before: so many repeat.
        case row(Int)
    }

    /// One step.
    public struct Step: Sendable, Equatable {
        /// What it does.
        public var operation: ChainOperation
        /// Its operands: one or two.
        public var operands: [Operand]

        /// Puts both together.
        public init(_ operation: ChainOperation, _ operands: [Operand]) {
            self.operation = operation
            self.operands = operands
        }
    }

    private let shape: Shape
    private let inputTypes: [TensorType]
    private let spreads: [Spread]
    private let steps: [aivm_chain_step]
    private let kernels: Kernels

    /// Makes a chain over elements of `shape`, or `nil` when it does not fit the kernel: too many
    /// results alive, an operand that is none, a unary step on a row or a scalar.
    ///
    /// - Parameters:
    ///   - inputTypes: the float32 types of the chain's inputs; each has the chain's shape, one
    ///     element, or the elements of its last axes.
    ///   - steps: at least one; the last one's result is the chain's.
    public init?(
        shape: Shape, inputTypes: [TensorType], steps: [Step], using kernels: Kernels
    ) {
        guard shape.elementCount > 0, !steps.isEmpty else { return nil }
        var spreads: [Spread] = []
        for type in inputTypes {
            guard type.element == .float32, let spread = Self.spread(type.shape, over: shape)
            else { return nil }
            spreads.append(spread)
        }
        guard let placed = Self.place(steps, spreads) else { return nil }
        self.shape = shape
        self.inputTypes = inputTypes
        self.spreads = spreads
        self.steps = placed
        self.kernels = kernels
    }

    /// How a tensor of `shape` spreads over elements of `target`; `nil` when no way fits.
    public static func spread(_ shape: Shape, over target: Shape) -> Spread? {
        if shape == target { return .full }
        guard shape.rank <= target.rank else { return nil }
        if shape.elementCount == 1 { return .scalar }
        let rows = shape.dimensions.drop { $0 == 1 }
        return target.dimensions.suffix(rows.count) == rows ? .row(shape.elementCount) : nil
    }

    /// The steps with a slot each; `nil` when there are too few slots or operands are wrong.
    private static func place(_ steps: [Step], _ spreads: [Spread]) -> [aivm_chain_step]? {
        var lastReader = [Int](repeating: 0, count: steps.count)
        for (index, step) in steps.enumerated() {
            for case .result(let result) in step.operands {
                guard result < index else { return nil }
                lastReader[result] = index
            }
        }
        var free = Array((0..<slotCount).reversed())
        var slots: [Int] = []
        var placed: [aivm_chain_step] = []
        for (index, step) in steps.enumerated() {
            var numbers: [Int32] = []
            for operand in step.operands {
                switch operand {
                case .input(let input):
                    guard input < spreads.count else { return nil }
                    numbers.append(Int32(-1 - input))
                case .result(let result): numbers.append(Int32(result))
                }
            }
            // A slot whose last reader this step is can take its result: kernels allow it.
            for result in 0..<index where lastReader[result] == index { free.append(slots[result]) }
            guard let slot = free.popLast() else { return nil }
            slots.append(slot)
            let isBinary: Bool
            let operation: Int32
            switch step.operation {
            case .unary(let number): (isBinary, operation) = (false, number)
            case .binary(let number): (isBinary, operation) = (true, number)
            }
            guard numbers.count == (isBinary ? 2 : 1) else { return nil }
            if !isBinary, case .input(let input) = step.operands[0], spreads[input] != .full {
                return nil
            }
            placed.append(
                aivm_chain_step(
                    is_binary: isBinary ? 1 : 0, operation: operation, left: numbers[0],
                    right: isBinary ? numbers[1] : 0, slot: Int32(slot)))
        }
        return placed
    }

    public func evaluate(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
        var values: [[Float]] = []
        for (index, type) in inputTypes.enumerated() {
            guard index < inputs.count, let tensor = inputs[index], tensor.type == type,
                case .float32(let floats) = tensor.storage
            else { throw .wrongInputType(index: index) }
            values.append(floats)
        }
        return [Tensor(canonical: kernels.run(steps, spreads, values, shape), shape: shape)]
    }
}

extension Kernels {
    /// Runs the steps of a chain.
    fileprivate func run(
        _ steps: [aivm_chain_step], _ spreads: [ElementwiseChain.Spread], _ values: [[Float]],
        _ shape: Shape
    ) -> [Float] {
        Kernels.floats(shape.elementCount) { output in
            unsafe withOperands(spreads[...], values[...], []) { operands in
                unsafe steps.withUnsafeBufferPointer { steps in
                    var chain = unsafe aivm_chain(
                        count: shape.elementCount, operands: operands.baseAddress,
                        steps: steps.baseAddress,
                        step_count: steps.count)
                    unsafe aivm_run_chain(
                        variant.rawValue, Int32(threads), &chain,
                        output.pointer(at: 0, needed: shape.elementCount))
                }
            }
        }
    }

    /// Calls `body` with the operands of a chain, whose values stay in place meanwhile. Every
    /// operand has the elements that its spread asks for, by the checks of `evaluate`. As deep as
    /// there are operands.
    private func withOperands(
        _ spreads: ArraySlice<ElementwiseChain.Spread>, _ values: ArraySlice<[Float]>,
        _ operands: [aivm_chain_operand], _ body: (UnsafeBufferPointer<aivm_chain_operand>) -> Void
    ) {
        guard let spread = spreads.first, let array = values.first else {
            return unsafe operands.withUnsafeBufferPointer { unsafe body($0) }
        }
        let (mode, rowLength) =
            switch spread {
            case .full: (AIVM_CHAIN_FULL, 0)
            case .scalar: (AIVM_CHAIN_SCALAR, 0)
            case .row(let length): (AIVM_CHAIN_ROW, length)
            }
        unsafe array.withUnsafeBufferPointer { buffer in
            let operand = unsafe aivm_chain_operand(
                values: buffer.baseAddress, mode: Int32(mode), row_length: rowLength)
            unsafe withOperands(
                spreads.dropFirst(), values.dropFirst(), operands + [operand], body)
        }
    }
}
