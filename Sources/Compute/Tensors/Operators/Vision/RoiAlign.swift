// RoiAlign: regions of feature maps resampled to one size (He et al., "Mask R-CNN", 2017). All
// arithmetic is that of the input's type, each operation rounded, in the order written here.

/// What a RoiAlign node asks for.
private struct RegionSampling {
    let isMaximum: Bool
    let isHalfPixel: Bool
    let height: Int
    let width: Int
    let ratio: Int
    let scale: Float

    init(_ call: OperatorCall) throws(OperatorError) {
        let attributes = call.attributes
        isMaximum = try attributes.choice("mode", of: "avg", "max") == "max"
        let name = "coordinate_transformation_mode"
        if call.opset < 16 {
            try call.refuse(name)
            isHalfPixel = false
        } else {
            isHalfPixel =
                try attributes.choice(name, of: "half_pixel", "output_half_pixel") == "half_pixel"
        }
        height = try attributes.int("output_height", default: 1)
        width = try attributes.int("output_width", default: 1)
        ratio = try attributes.int("sampling_ratio", default: 0)
        scale = try attributes.float("spatial_scale", default: 1)
        guard height >= 1, width >= 1, ratio >= 0, ratio <= RegionSampling.mostSamples,
            max(height, width) <= Shape.maximumElementCount, scale.isFinite
        else { throw .wrongAttribute(name: "sampling_ratio", reason: "or a size is out of range") }
    }

    /// Most samples along an axis of a bin that a node may ask for.
    static let mostSamples = 4096

    /// Most samples along an axis of each of `bins` bins: without a ratio a region may be about
    /// four times as long as the map.
    func mostSamples(_ bins: Int, of extent: Int) -> Int {
        ratio > 0 ? ratio : 4 * extent / bins + 5
    }
}

/// For each region a grid of bins, each the mean or the maximum of samples inside.
enum RoiAlignOperator: Operator {
    static let name = "RoiAlign"
    static let attributeNames = [
        "coordinate_transformation_mode", "mode", "output_height", "output_width",
        "sampling_ratio", "spatial_scale",
    ]
    static let inputCount = 3...3
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let x = try call.type(0, of: .float32, .float64)
        let rois = try call.type(1)
        let batches = try call.type(2, of: .int64).shape.dimensions
        try call.requireSameElement(0, 1)
        guard x.shape.rank == 4, batches.count == 1,
            rois.shape.dimensions == [batches[0], 4]
        else {
            throw .shapeMismatch(
                reason: "images and regions of four numbers",
                shapes: [x.shape.dimensions, rois.shape.dimensions, batches])
        }
        let sampling = try RegionSampling(call)
        let shape = try Shape([batches[0], x.shape.dimensions[1], sampling.height, sampling.width])
        guard x.shape.elementCount > 0 || shape.elementCount == 0 else {
            throw .shapeMismatch(reason: "nothing to sample", shapes: [x.shape.dimensions])
        }
        return [TensorType(x.element, shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        guard let sampling = try? RegionSampling(call), let x = call.optionalType(0)?.shape else {
            return work
        }
        let rows = UInt64(sampling.mostSamples(sampling.height, of: x.dimensions[2]))
        let columns = UInt64(sampling.mostSamples(sampling.width, of: x.dimensions[3]))
        let samples = rows.multipliedSaturating(Int(clamping: columns))
        work.multiplyAdds = UInt64(outputs.first?.shape.elementCount ?? 0)
            .multipliedSaturating(Int(clamping: samples.multipliedSaturating(4)))
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let x = inputs.required(0)
        let shape = try outputTypes(call)[0].shape
        let sampling = try RegionSampling(call)
        var batches: [Int] = []
        for batch in inputs.required(2).int64s ?? [] {
            guard batch >= 0, batch < x.shape.dimensions[0] else {
                throw .indexOutOfRange(index: Int(batch), count: x.shape.dimensions[0])
            }
            batches.append(Int(batch))
        }
        guard shape.elementCount > 0 else { return [Tensor.zero(x.type.element).repeated(shape)] }
        switch (x.storage, inputs.required(1).storage) {
        case (.float64(let values), .float64(let rois)):
            let regions = RegionSampler(x.shape, sampling, Double(sampling.scale))
            return [Double.tensor(try regions.all(values, rois, batches), shape)]
        default:
            let regions = RegionSampler(x.shape, sampling, sampling.scale)
            let rois = inputs.required(1).floats
            return [Tensor(try regions.all(x.floats, rois, batches), shape: shape)]
        }
    }
}

/// Two neighbours along an axis with their weights, or nothing: outside.
private struct Neighbours<Real: BinaryFloatingPoint> {
    var low = 0
    var high = 0
    var lowWeight: Real = 0
    var highWeight: Real = 0
    var isInside = false
}

private struct RegionSampler<Real: BinaryFloatingPoint> {
    let shape: Shape
    let sampling: RegionSampling
    let scale: Real

    init(_ shape: Shape, _ sampling: RegionSampling, _ scale: Real) {
        self.shape = shape
        self.sampling = sampling
        self.scale = scale
    }

    func all(
        _ values: [Real], _ rois: [Real], _ batches: [Int]
    ) throws(OperatorError) -> [Real] {
        let channels = shape.dimensions[1]
        let plane = shape.dimensions[2] * shape.dimensions[3]
        var results: [Real] = []
        for (region, batch) in batches.enumerated() {
            let corner = rois[region * 4..<region * 4 + 4]
            let columns = try samples(
                corner[corner.startIndex], corner[corner.startIndex + 2], bins: sampling.width,
                extent: shape.dimensions[3])
            let rows = try samples(
                corner[corner.startIndex + 1], corner[corner.startIndex + 3],
                bins: sampling.height, extent: shape.dimensions[2])
            for channel in 0..<channels {
                let base = (batch * channels + channel) * plane
                for row in rows {
                    for column in columns { results.append(bin(values, base, row, column)) }
                }
            }
        }
        return results
    }

    /// The samples of every bin along one axis of a region from `start` to `end`.
    private func samples(
        _ start: Real, _ end: Real, bins: Int, extent: Int
    ) throws(OperatorError) -> [[Neighbours<Real>]] {
        let offset: Real = sampling.isHalfPixel ? 0.5 : 0
        let first = start * scale - offset
        var length = end * scale - offset - first
        if !sampling.isHalfPixel { length = max(length, 1) }
        let size = length / Real(bins)
        var count = sampling.ratio
        if count == 0 {
            let needed = size.rounded(.up)
            guard needed <= Real(sampling.mostSamples(bins, of: extent)) else {
                throw .wrongInputValue(index: 1, reason: "a region is \(length) long")
            }
            count = Int(max(needed, 0))
        }
        guard count <= 1 << 20, bins * count <= 1 << 22 else {
            throw .tooLarge(reason: "\(bins) bins of \(count) samples")
        }
        guard first.isFinite, size.isFinite else {
            throw .wrongInputValue(index: 1, reason: "a region is not finite")
        }
        return (0..<bins).map { bin in
            (0..<count).map { sample in
                let inside = (Real(sample) + 0.5) * size / Real(count)
                return neighbours(first + Real(bin) * size + inside, extent)
            }
        }
    }

    private func neighbours(_ x: Real, _ extent: Int) -> Neighbours<Real> {
        guard x >= -1, x <= Real(extent) else { return Neighbours() }
        let inside = max(x, 0)
        let low = Int(inside)
        guard low < extent - 1 else {
            return Neighbours(
                low: extent - 1, high: extent - 1, lowWeight: 1, highWeight: 0, isInside: true)
        }
        let rest = inside - Real(low)
        return Neighbours(
            low: low, high: low + 1, lowWeight: 1 - rest, highWeight: rest, isInside: true)
    }

    /// One bin: the mean of its samples, or the largest weighted neighbour.
    private func bin(
        _ values: [Real], _ base: Int, _ rows: [Neighbours<Real>], _ columns: [Neighbours<Real>]
    ) -> Real {
        let width = shape.dimensions[3]
        var result: Real = 0
        var isFirst = true
        for row in rows {
            for column in columns {
                // Outside the map all four weights are 0, and so is the sample.
                var terms: (Real, Real, Real, Real) = (0, 0, 0, 0)
                if row.isInside, column.isInside {
                    let low = base + row.low * width
                    let high = base + row.high * width
                    terms = (
                        row.lowWeight * column.lowWeight * values[low + column.low],
                        row.lowWeight * column.highWeight * values[low + column.high],
                        row.highWeight * column.lowWeight * values[high + column.low],
                        row.highWeight * column.highWeight * values[high + column.high]
                    )
                }
                let sample =
                    sampling.isMaximum
                    ? largest(largest(terms.0, terms.1), largest(terms.2, terms.3))
                    : terms.0 + terms.1 + terms.2 + terms.3
                if sampling.isMaximum, !isFirst {
                    result = largest(result, sample)
                } else {
                    result = isFirst ? sample : result + sample
                }
                isFirst = false
            }
        }
        return sampling.isMaximum ? result : result / Real(max(rows.count * columns.count, 1))
    }

    /// The larger number, +0 above −0; NaN when either is.
    private func largest(_ a: Real, _ b: Real) -> Real {
        if a.isNaN || b.isNaN { return .nan }
        if a == b { return a.sign == .minus ? b : a }
        return a > b ? a : b
    }
}
