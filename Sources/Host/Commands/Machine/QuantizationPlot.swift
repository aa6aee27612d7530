// The error of each layer as a drawing: bars on a logarithmic axis.

import Foundation
import Quantization

extension QuantizationReport {
    /// Bars of each layer's worst error and root mean square error, in parts of its largest and of
    /// its root mean square number, as SVG.
    ///
    /// - Parameter title: one line above them.
    func svg(title: String) -> String {
        let (width, left, right, top, row) = (860.0, 230.0, 70.0, 64.0, 22.0)
        let height = top + row * Double(max(layers.count, 1)) + 40
        let decades = 5.0
        // From 10^-5 to 1.
        func x(_ part: Double) -> Double {
            let position = part > 0 ? max(log10(part) + decades, 0) / decades : 0
            return left + min(position, 1) * (width - left - right)
        }
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" \
            height="\(Int(height))" font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            <text x="10" y="22" font-size="15">\(escapedXML(title))</text>
            <rect x="10" y="34" width="10" height="10" fill="#2a7f62"/>
            <text x="25" y="43">root mean square</text>
            <rect x="150" y="34" width="10" height="10" fill="#2a7f62" fill-opacity="0.35"/>
            <text x="165" y="43">worst</text>
            <text x="230" y="43" fill="#b23a48">saturated numbers</text>

            """
        for decade in 0...5 {
            let place = decimal(x(pow(10, Double(decade) - decades)), 1)
            svg += """
                <line x1="\(place)" y1="\(top - 6)" x2="\(place)" y2="\(height - 30)" \
                stroke="#ddd"/>
                <text x="\(place)" y="\(height - 14)" text-anchor="middle">\
                \(decade == 5 ? "1" : "10^−\(5 - decade)")</text>

                """
        }
        for (index, error) in layers.enumerated() {
            let y = top + row * Double(index)
            let base = decimal(y + 13, 1)
            func bar(_ part: Double, _ opacity: String) -> String {
                """
                <rect x="\(left)" y="\(decimal(y + 3, 1))" \
                width="\(decimal(x(part) - left, 1))" height="\(row - 8)" fill="#2a7f62" \
                fill-opacity="\(opacity)"/>

                """
            }
            svg += """
                <text x="\(left - 6)" y="\(base)" text-anchor="end">\
                \(escapedXML(String(error.layer.name.suffix(32))))</text>

                """
            svg += bar(error.relativeError, "0.35") + bar(error.relativeDeviation, "1")
            if error.saturatedCount > 0 {
                svg += """
                    <text x="\(width - right + 6)" y="\(base)" fill="#b23a48">\
                    \(error.saturatedCount)</text>

                    """
            }
        }
        return svg + "</svg>\n"
    }
}

/// `text` fit for XML.
func escapedXML(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;")
        .replacingOccurrences(of: "<", with: "&lt;")
        .replacingOccurrences(of: "\"", with: "&quot;")
}
