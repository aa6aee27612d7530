// Operators that are sums of products: Linear, Conv, MatMul, Add, Mul. None commits to its
// accumulator.

/// The windows of a convolution or a pool along one axis.
public struct WindowAxis: Equatable, Sendable {
    /// The extent of the kernel.
    public var kernel: Int
    /// The step from window to window.
    public var stride: Int
    /// The step within a window.
    public var dilation: Int
    /// Places before the first element.
    public var padding: Int
    /// Places after the last element that count where padding does.
    public var paddingBehind: Int
    /// The number of windows.
    public var places: Int

    /// Windows along an axis.
    public init(
        kernel: Int, stride: Int = 1, dilation: Int = 1, padding: Int = 0, paddingBehind: Int = 0,
        places: Int
    ) {
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        self.padding = padding
        self.paddingBehind = paddingBehind
        self.places = places
    }
}

extension RelationBuilder {
    /// y(…, n) = R(Σ_k x(…, k) w(k, n) + b(n)), for w of the extents [K, N] and b of [N].
    public mutating func linear(
        _ name: String, _ x: Quantity, weights: Int, bias: Int?, outputs: Int,
        _ rescaling: Rescaling
    ) -> Quantity {
        let rank = x.extents.count
        let inputs = x.extents[rank - 1]
        let free = x.extents.dropLast() + [outputs]
        var xMaps = (0..<rank - 1).map { AxisMap.same($0) }
        xMaps.append(.same(rank))
        var relation = IntegerRelation(
            name, free: Array(free), summed: [inputs],
            products: [
                ProductTerm(
                    1, x.argument(xMaps),
                    Argument(
                        [Addend(1, View(weights, [.same(rank), .same(rank - 1)]))], constant: 0),
                    summed: [rank])
            ])
        if let bias { relation.linears.append(LinearTerm(1, View(bias, [.same(rank - 1)]))) }
        var along = rescaling
        along.axis = rank - 1
        return rescale(
            name, relation, bounds: x.accumulated(inputs, weights: 128), along)
    }

    /// y = R(Σ x w + b) over windows, for x of [B, C, …], w of [O, C / groups, …] and b of [O].
    public mutating func convolution(
        _ name: String, _ x: Quantity, weights: Int, bias: Int?, outputs: Int, groups: Int = 1,
        _ windows: [WindowAxis], _ rescaling: Rescaling
    ) -> Quantity? {
        let channels = x.extents[1] / groups
        guard windows.indices.allSatisfy({ x.isPadded(2 + $0, windows[$0]) }) else { return nil }
        let each = outputs / groups
        // Free: batch, group, output of the group, places. Summed: channel, kernel.
        let free = [x.extents[0], groups, each] + windows.map(\.places)
        let summed = [channels] + windows.map(\.kernel)
        let channel = free.count
        let channelMap = AxisMap.flat([1, channel], extents: [groups, channels])
        let output = AxisMap.flat([1, 2], extents: [groups, each])
        var xMaps: [AxisMap] = [.same(0), channelMap]
        for (axis, window) in windows.enumerated() {
            xMaps.append(
                .window(
                    place: 3 + axis, stride: window.stride, kernel: channel + 1 + axis,
                    dilation: window.dilation, padding: window.padding))
        }
        let weightMaps = [output, .same(channel)] + windows.indices.map { .same(channel + 1 + $0) }
        var relation = IntegerRelation(
            name, free: free, summed: summed,
            products: [
                ProductTerm(
                    1, x.argument(xMaps),
                    Argument([Addend(1, View(weights, weightMaps))], constant: 0),
                    summed: Array(channel..<channel + summed.count))
            ])
        if let bias { relation.linears.append(LinearTerm(1, View(bias, [output]))) }
        // Multipliers go along one axis: of outputs, or of groups of one output.
        var along = rescaling
        along.axis = each == 1 ? 1 : 2
        let bounds = x.accumulated(summed.reduce(1, *), weights: 128)
        let target = Target(
            extents: [x.extents[0], outputs] + windows.map(\.places),
            maps: [.same(0), output] + windows.indices.map { .same(3 + $0) })
        guard rescaling.multipliers.count > 1, groups > 1, each > 1 else {
            return rescale(name, relation, bounds: bounds, along, target: target)
        }
        // Multipliers go along two axes at once: the sums become a tensor, which has them along
        // one.
        let sums = tensor("\(name), sums", target.extents)
        add(.define(tensor: sums, relation))
        relation.linears.append(LinearTerm(-1, View(sums, target.maps)))
        add(relation)
        along.axis = 1
        let maps = target.extents.indices.map { AxisMap.same($0) }
        return rescale(
            name,
            IntegerRelation(name, free: target.extents, linears: [LinearTerm(1, View(sums, maps))]),
            bounds: bounds, along)
    }

    /// y(t, n) = R(Σ_h Σ_k x(h, t, k) w(h, k, n) + b(n)), for w of the extents [H, K, N]: what
    /// joins the heads of an attention and projects them.
    public mutating func contraction(
        _ name: String, _ x: Quantity, weights: Int, bias: Int?, outputs: Int,
        _ rescaling: Rescaling
    ) -> Quantity {
        let (heads, rows, size) = (x.extents[0], x.extents[1], x.extents[2])
        var relation = IntegerRelation(
            name, free: [rows, outputs], summed: [heads, size],
            products: [
                ProductTerm(
                    1, x.argument([.same(2), .same(0), .same(3)]),
                    Argument(
                        [Addend(1, View(weights, [.same(2), .same(3), .same(1)]))], constant: 0),
                    summed: [2, 3])
            ])
        if let bias { relation.linears.append(LinearTerm(1, View(bias, [.same(1)]))) }
        var along = rescaling
        along.axis = 1
        return rescale(name, relation, bounds: x.accumulated(heads * size, weights: 128), along)
    }

    /// y = R(Σ_k a(…, i, k) b(…, k, j)), with leading axes of one index repeated.
    public mutating func matrixProduct(
        _ name: String, _ a: Quantity, _ b: Quantity, _ rescaling: Rescaling
    ) -> Quantity {
        let rank = max(a.extents.count, b.extents.count)
        let (a, b) = (a.leading(rank), b.leading(rank))
        let batch = zip(a.extents, b.extents).dropLast(2).map { max($0, $1) }
        let (rows, inner) = (a.extents[rank - 2], a.extents[rank - 1])
        let free = batch + [rows, b.extents[rank - 1]]
        func maps(_ quantity: Quantity, _ first: Int, _ second: Int) -> [AxisMap] {
            batch.indices.map { quantity.extents[$0] == 1 ? .constant(0) : .same($0) }
                + [.same(first), .same(second)]
        }
        let relation = IntegerRelation(
            name, free: free, summed: [inner],
            products: [
                ProductTerm(
                    1, a.argument(maps(a, rank - 2, rank)), b.argument(maps(b, rank, rank - 1)),
                    summed: [rank])
            ])
        let bound = Int128(inner) * a.magnitude * b.magnitude
        return rescale(name, relation, bounds: -bound...bound, rescaling)
    }

    /// y = R'(a M0 + b M1), where the sum is rescaled by a shift alone.
    public mutating func sum(
        _ name: String, _ a: Quantity, _ b: Quantity, multipliers: (Int64, Int64),
        _ rescaling: Rescaling
    ) -> Quantity {
        let rank = max(a.extents.count, b.extents.count)
        let (a, b) = (a.leading(rank), b.leading(rank))
        let free = zip(a.extents, b.extents).map { max($0, $1) }
        var relation = IntegerRelation(name, free: free)
        for (quantity, multiplier) in [(a, multipliers.0), (b, multipliers.1)] {
            relation.linears += quantity.terms(Int128(multiplier), quantity.broadcastMaps)
            relation.constants += constants(Int128(multiplier) * quantity.constant)
        }
        let bound =
            Int128(multipliers.0.magnitude) * a.magnitude
            + Int128(multipliers.1.magnitude) * b.magnitude
        var shifted = rescaling
        shifted.multipliers = [1]
        return rescale(name, relation, bounds: -bound...bound, shifted)
    }

    /// y = R(a b + c), where c is a tensor of constants of the extents of `addend`.
    public mutating func product(
        _ name: String, _ a: Quantity, _ b: Quantity, addend: Quantity? = nil,
        _ rescaling: Rescaling
    ) -> Quantity {
        let rank = max(a.extents.count, b.extents.count)
        let (a, b) = (a.leading(rank), b.leading(rank))
        let free = zip(a.extents, b.extents).map { max($0, $1) }
        var relation = IntegerRelation(
            name, free: free,
            products: [
                ProductTerm(1, a.argument(a.broadcastMaps), b.argument(b.broadcastMaps))
            ])
        if let addend {
            let c = addend.leading(rank)
            relation.linears += c.terms(1, c.broadcastMaps)
            relation.constants += constants(c.constant)
        }
        let bound = a.magnitude * b.magnitude + (addend?.magnitude ?? 0)
        return rescale(name, relation, bounds: -bound...bound, rescaling)
    }
}

extension Quantity {
    /// Maps that repeat axes of one index.
    var broadcastMaps: [AxisMap] {
        extents.enumerated().map { $1 == 1 ? .constant(0) : .same($0) }
    }

    /// Whether windows along an axis stay inside, or what is outside is zero.
    func isPadded(_ axis: Int, _ window: WindowAxis) -> Bool {
        if isZeroOutside[axis], constant == 0 { return true }
        return window.staysInside(extents[axis])
    }

    /// The largest magnitude of a value.
    var magnitude: Int128 {
        max(Int128(range.lowerBound.magnitude), Int128(range.upperBound.magnitude))
    }

    /// Bounds of a sum of `count` products with weights and a bias of 32 bits.
    func accumulated(_ count: Int, weights: Int128) -> ClosedRange<Int128> {
        let bound = Int128(count) * magnitude * weights + Int128(1) << 31
        return -bound...bound
    }
}
