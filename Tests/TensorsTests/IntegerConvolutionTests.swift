// Convolutions of the integer profile by every kind of kernels against the definition, over shapes
// that reach each way of computing them: panels and half panels, single planes, sums of 32 and of
// 64 bits, planes sorted by strides.
import Base
import TestSupport
import Testing

@testable import Tensors

/// A convolution with its tensors.
private struct Convolution {
    var inputs: [Tensor]
    var attributes: [(String, AttributeValue)]

    /// What decides the shape and the numbers of a convolution.
    struct Form {
        var batch = 1
        var groups = 1
        var channels = 1
        var features = 1
        var input: [Int]
        var kernel: [Int]
        var strides: [Int]
        var dilations: [Int]
        var pads: [Int]
        var multiplier = 1...5_000
        var shift = 22
        /// Whether all numbers are as large as they can be.
        var isExtreme = false
    }

    init(_ form: Form, _ generator: inout SeededGenerator) throws {
        let features = form.groups * form.features
        let shape = try Shape([form.batch, form.groups * form.channels] + form.input)
        let x = (0..<shape.elementCount).map { _ in
            form.isExtreme || generator.isOne(in: 3)
                ? generator.element(of: [Int16.min, Int16.max])
                : Int16(generator.int(in: -32_768...32_767))
        }
        let weights = try Shape([features, form.channels] + form.kernel)
        let w = (0..<weights.elementCount).map { _ in
            form.isExtreme ? Int8.min : Int8(generator.int(in: -128...127))
        }
        let b = (0..<features).map { _ in
            Int32(generator.int(in: -2_147_483_648...2_147_483_647))
        }
        inputs = [
            Tensor(x, shape: shape), Tensor(w, shape: weights), Tensor(b, shape: [features]),
        ]
        func ints(_ values: [Int]) -> AttributeValue { .ints(values.map { Int64($0) }) }
        attributes = [
            ("group", .int(Int64(form.groups))), ("strides", ints(form.strides)),
            ("dilations", ints(form.dilations)), ("pads", ints(form.pads)),
            ("multipliers", ints((0..<features).map { _ in generator.int(in: form.multiplier) })),
            ("shift", .int(Int64(form.shift))), ("minimum", .int(-30_000)),
            ("maximum", .int(31_000)),
        ]
    }

    /// Compares all kernels, on one thread and on two, with the definition, which the scalar ones
    /// run.
    func check() throws { _ = try run("aivm.integer.Conv", inputs, attributes) }
}

@Suite struct IntegerConvolutionTests {
    /// A random form over one to three axes.
    private static func form(_ generator: inout SeededGenerator, axes: Int) -> Convolution.Form {
        var form = Convolution.Form(
            input: [], kernel: [], strides: [], dilations: [], pads: [])
        var ends: [Int] = []
        for axis in 0..<axes {
            let kernel = generator.int(in: 1...5)
            let dilation = generator.int(in: 1...2)
            let pads = [generator.int(in: 0...4), generator.int(in: 0...4)]
            let reach = (kernel - 1) * dilation + 1
            // Up to several panels of positions.
            let most = axes == 3 ? 4 : axis == 0 && axes == 2 ? 12 : 40
            form.kernel.append(kernel)
            form.dilations.append(dilation)
            form.strides.append(generator.element(of: [1, 1, 2, 3, 5]))
            form.input.append(max(generator.int(in: 1...most), reach - pads[0] - pads[1], 1))
            form.pads.append(pads[0])
            ends.append(pads[1])
        }
        form.pads += ends
        form.batch = generator.int(in: 1...2)
        return form
    }

    @Test(arguments: 0..<60)
    func allKernelsComputeTheDefinition(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(7_000 + seed))
        var form = Self.form(&generator, axes: seed % 6 == 5 ? 3 : 1 + seed % 2)
        form.groups = generator.int(in: 1...3)
        form.channels = generator.int(in: 1...4)
        form.features = generator.element(of: [1, 3, 7, 12, 13, 30])
        // Quotients of more than 32 bits among them.
        (form.multiplier, form.shift) = generator.element(
            of: [(1...5_000, 22), (4_000_000...8_388_607, 36), (1...9, 0), (1...8_388_607, 12)])
        try Convolution(form, &generator).check()
    }

    @Test(arguments: 0..<60)
    func singlePlanesAreConvolvedByTheDefinition(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(8_000 + seed))
        var form = Self.form(&generator, axes: 1 + seed % 2)
        form.groups = generator.int(in: 1...9)
        form.features = generator.int(in: 1...5)
        (form.multiplier, form.shift) = generator.element(
            of: [(1...5_000, 22), (4_000_000...8_388_607, 36), (1...8_388_607, 3)])
        try Convolution(form, &generator).check()
    }

    /// The commonest kernels of single planes, over several strips and any padding.
    @Test(arguments: 0..<60)
    func stripsOfPlanesAreExact(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(9_000 + seed))
        let pads = (0..<4).map { _ in generator.int(in: 0...4) }
        let stride = generator.int(in: 1...2)
        let form = Convolution.Form(
            batch: generator.int(in: 1...2), groups: generator.int(in: 1...3),
            features: generator.int(in: 1...2),
            input: [
                max(generator.int(in: 1...9), 3 - pads[0] - pads[2]),
                max(generator.int(in: 1...80), 3 - pads[1] - pads[3]),
            ], kernel: [3, 3], strides: [stride, stride], dilations: [1, 1], pads: pads,
            multiplier: 4_000_000...8_388_607, shift: generator.int(in: 30...40))
        try Convolution(form, &generator).check()
    }

    /// The commonest layers of vision networks in small.
    @Test(arguments: [(1, 3), (2, 3), (1, 1), (2, 1), (1, 5), (2, 7)])
    func commonLayersAreExact(stride: Int, kernel: Int) throws {
        var generator = SeededGenerator(seed: UInt64(stride * 10 + kernel))
        for (groups, channels, features) in [(1, 6, 20), (24, 1, 1), (1, 3, 8)] {
            for extent in [7, 14, 28] {
                let form = Convolution.Form(
                    groups: groups, channels: channels, features: features,
                    input: [extent, extent], kernel: [kernel, kernel],
                    strides: [stride, stride], dilations: [1, 1],
                    pads: [Int](repeating: kernel / 2, count: 4),
                    multiplier: 4_000_000...8_388_607, shift: 38)
                try Convolution(form, &generator).check()
            }
        }
    }

    /// Sums that 32 bits do not hold, from weights as large as they can be.
    @Test(arguments: [(512, 3), (509, 2), (64, 32)])
    func sumsBeyond32BitsAreExact(channels: Int, features: Int) throws {
        var generator = SeededGenerator(seed: UInt64(channels))
        let form = Convolution.Form(
            channels: channels, features: features, input: [3, 17], kernel: [3, 3],
            strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1], multiplier: 1...8_388_607,
            shift: 44, isExtreme: true)
        try Convolution(form, &generator).check()
    }

    /// Forms of which sorted or padded copies would be far larger than what they are made of.
    @Test(arguments: [
        Convolution.Form(
            input: [1, 1], kernel: [1, 1], strides: [1 << 28, 1 << 28], dilations: [1, 1],
            pads: [0, 0, 0, 0]),
        Convolution.Form(
            channels: 4_096, features: 3, input: [1, 1], kernel: [1, 1], strides: [180, 180],
            dilations: [1, 1], pads: [0, 0, 0, 0]),
        Convolution.Form(
            groups: 2, input: [1, 50_000], kernel: [1, 1], strides: [16, 16], dilations: [1, 1],
            pads: [0, 0, 0, 0]),
        Convolution.Form(
            groups: 2, input: [2, 2], kernel: [2, 1], strides: [16, 1],
            dilations: [30_000, 1], pads: [15_000, 0, 14_999, 0]),
        Convolution.Form(
            channels: 2, input: [40_000], kernel: [1], strides: [1 << 31], dilations: [1 << 31],
            pads: [0, 0]),
        Convolution.Form(
            input: [1, 40_000], kernel: [1, 2], strides: [1 << 31, 39_999], dilations: [1, 39_999],
            pads: [0, 0, 0, 0]),
    ])
    fileprivate func wideStepsTakeNoMemory(form: Convolution.Form) throws {
        var generator = SeededGenerator(seed: 11)
        try Convolution(form, &generator).check()
    }

    /// Attributes out of all proportion: refused, or computed in memory that fits the tensors.
    @Test(arguments: 0..<300)
    func formsOutOfProportionAreRefusedOrComputed(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(12_000 + seed))
        func step() -> Int {
            generator.element(of: [
                1, 1, 2, 3, 15, 16, 17, 180, 255, 4_096, 65_535, 1 << 20, 1 << 28, 1 << 31,
            ])
        }
        let axes = generator.int(in: 1...2)
        var form = Convolution.Form(
            groups: generator.int(in: 1...2), channels: generator.element(of: [1, 1, 2, 600]),
            features: generator.int(in: 1...5), input: [], kernel: [], strides: [],
            dilations: [], pads: [])
        var (ends, positions) = ([Int](), 1)
        for axis in 0..<axes {
            let input = generator.element(of: axis == 0 ? [1, 2, 7] : [1, 3, 40, 400])
            let (kernel, stride) = (generator.int(in: 1...4), step())
            let dilation = kernel == 1 ? step() : generator.element(of: [1, 2, 300, 20_000])
            let reach = (kernel - 1) * dilation + 1
            let begin = generator.element(of: [0, 1, reach, step()])
            let end = max(generator.element(of: [0, 1, reach]), reach - input - begin)
            form.input.append(input)
            form.kernel.append(kernel)
            form.strides.append(stride)
            form.dilations.append(dilation)
            form.pads.append(begin)
            ends.append(end)
            positions *= min((input + begin + end - reach) / stride + 1, 1 << 20)
        }
        form.pads += ends
        // Results of any size are refused by those who run programs, not here.
        guard positions <= 20_000 else { return }
        do { try Convolution(form, &generator).check() } catch is OperatorError {}
    }
}
