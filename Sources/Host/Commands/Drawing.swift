// Pictures in the terminal: a tensor whose last two axes are rows and columns, as shades of grey,
// two characters a pixel so that pixels look square.

import Tensors

/// The picture of the last two axes of `tensor` (the first of each axis before), or `nil` when it
/// is no picture of 2 to 64 rows and columns.
func drawing(of tensor: Tensor) -> String? {
    let dimensions = tensor.shape.dimensions
    guard let values = tensor.float32s, dimensions.count >= 2,
        let columns = dimensions.last, (2...64).contains(columns),
        (2...64).contains(dimensions[dimensions.count - 2])
    else { return nil }
    let rows = dimensions[dimensions.count - 2]
    let pixels = values.prefix(rows * columns).map { $0.isFinite ? $0 : 0 }
    guard let low = pixels.min(), let high = pixels.max(), high > low else { return nil }
    let shades = Array(" ░▒▓█")
    return (0..<rows).map { row in
        let line = pixels[row * columns..<(row + 1) * columns].map { value in
            let level = Int((value - low) / (high - low) * Float(shades.count - 1) + 0.5)
            return String(repeating: shades[min(max(level, 0), shades.count - 1)], count: 2)
        }
        return "  │" + line.joined() + "│"
    }.joined(separator: "\n")
}
