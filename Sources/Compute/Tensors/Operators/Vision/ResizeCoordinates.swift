// Where a place of a resized axis lies in the input: ONNX's formulas, each operation in float32 and
// in the order written there.

/// How a place of the output becomes a coordinate of the input.
enum CoordinateMode: String {
    case halfPixel = "half_pixel"
    case halfPixelSymmetric = "half_pixel_symmetric"
    case pytorchHalfPixel = "pytorch_half_pixel"
    case alignCorners = "align_corners"
    case asymmetric
    case halfPixelForNearest = "tf_half_pixel_for_nn"
    case cropAndResize = "tf_crop_and_resize"

    /// The attribute `coordinate_transformation_mode`.
    init(_ call: OperatorCall) throws(OperatorError) {
        let attribute = "coordinate_transformation_mode"
        let name = try call.attributes.string(attribute, default: "half_pixel")
        guard let mode = CoordinateMode(rawValue: name),
            mode != .halfPixelForNearest || call.opset < 13,
            mode != .halfPixelSymmetric || call.opset >= 19
        else { throw .wrongAttribute(name: attribute, reason: "is \(name.prefix(40))") }
        self = mode
    }
}

/// How a coordinate between two elements chooses one.
enum NearestRounding: String {
    case preferFloor = "round_prefer_floor"
    case preferCeil = "round_prefer_ceil"
    case floor
    case ceil
    /// Opset 10: up where the axis shrinks, else down.
    case asOpset10

    /// The attribute `nearest_mode`.
    init(_ call: OperatorCall) throws(OperatorError) {
        let name = try call.attributes.choice(
            "nearest_mode", of: "round_prefer_floor", "round_prefer_ceil", "floor", "ceil")
        self = NearestRounding(rawValue: name) ?? .preferFloor
    }
}

/// One axis of a resizing.
struct ResizeAxis {
    /// Extents before and after.
    let input: Int
    let output: Int
    /// Output elements for each input element, positive.
    let scale: Float
    let mode: CoordinateMode
    /// The part of the axis that is resized, in units of its length; tf_crop_and_resize only.
    let region: (start: Float, end: Float)?

    /// Whether the axis is copied as it is.
    var isIdentity: Bool {
        let isWhole = region.map { $0.start == 0 && $0.end == 1 } ?? true
        return scale == 1 && input == output && isWhole
    }

    /// The coordinate in the input of `place` of the output; `nil` outside the input in
    /// tf_crop_and_resize. Infinities and NaN (of extreme scales) count as 0.
    func coordinate(_ place: Int) -> Float? {
        let x = Float(place)
        let length = Float(input)
        let resized = scale * length
        var coordinate: Float
        switch mode {
        case .halfPixel: coordinate = (x + 0.5) / scale - 0.5
        case .pytorchHalfPixel: coordinate = resized == 1 ? -0.5 : (x + 0.5) / scale - 0.5
        case .alignCorners: coordinate = resized == 1 ? 0 : x * (length - 1) / (resized - 1)
        case .asymmetric: coordinate = x / scale
        case .halfPixelForNearest: coordinate = (x + 0.5) / scale
        case .halfPixelSymmetric:
            let adjustment = Float(output) / resized
            let offset = length / 2 * (1 - adjustment)
            coordinate = offset + (x + 0.5) / scale - 0.5
        case .cropAndResize:
            let (start, end) = region ?? (0, 1)
            let inside =
                resized == 1
                ? (end - start) * (length - 1) / 2
                : x * (end - start) * (length - 1) / (resized - 1)
            coordinate = inside + start * (length - 1)
            if coordinate < 0 || coordinate > length - 1 { return nil }
        }
        return coordinate.isFinite ? coordinate : 0
    }

    /// The element of the input for every place; −1 outside.
    func nearest(_ rounding: NearestRounding) -> [Int] {
        (0..<output).map { place in
            guard let coordinate = coordinate(place) else { return -1 }
            let floor = coordinate.rounded(.down)
            let rest = coordinate - floor
            let goesUp =
                switch rounding {
                case .preferFloor: rest > 0.5
                case .preferCeil: rest >= 0.5
                case .floor: false
                case .ceil: rest > 0
                case .asOpset10: scale < 1 && rest > 0
                }
            let chosen = goesUp ? floor + 1 : floor
            // Clamped as a number first: a coordinate may lie far outside.
            return min(Int(max(min(chosen, Float(input)), 0)), input - 1)
        }
    }
}
