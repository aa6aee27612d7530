// The error of each layer as a drawing: a row for each, on a logarithmic axis.

import Foundation
import Quantization

extension QuantizationReport {
    /// A row for each layer: its root mean square error as a bar and its worst error as a dot, in
    /// parts of its root mean square and of its largest number, as SVG.
    ///
    /// - Parameter title: one line above them.
    func svg(title: String) -> String {
        LayerErrorPlot(layers: layers, title: title, subtitle: subtitle).svg
    }

    /// What is said of all layers together.
    private var subtitle: String {
        var parts: [String] = []
        if let accuracy, hasLabels {
            let count = Double(max(accuracy.answers, 1))
            parts.append("accuracy float \(decimal(100 * Double(accuracy.float) / count, 2)) %")
            parts.append("integer \(decimal(100 * Double(accuracy.integer) / count, 2)) %")
        }
        parts.append("\(grouped(sampleCount)) samples")
        parts.append(
            saturatedCount == 0
                ? "nothing saturated" : "\(grouped(saturatedCount)) numbers saturated")
        return parts.joined(separator: " · ")
    }
}

/// Where things lie on the drawing, and what they look like.
private struct LayerErrorPlot {
    let layers: [LayerError]
    let title: String
    let subtitle: String

    private static let ink = "#1c2430"
    private static let grey = "#6b7684"
    private static let green = "#1f8a70"
    private static let red = "#c0392b"
    private static let mono = "font-family=\"ui-monospace, 'DejaVu Sans Mono', monospace\""
    private let width = 1_000.0
    private let left = 320.0
    private let right = 110.0
    private let top = 116.0
    private let row = 30.0
    /// Powers of ten at the ends of the axis.
    private let decades: ClosedRange<Int>

    init(layers: [LayerError], title: String, subtitle: String) {
        self.layers = layers
        self.title = title
        self.subtitle = subtitle
        let parts = layers.flatMap { [$0.relativeError, $0.relativeDeviation] }
            .filter { $0 > 0 && $0.isFinite }.map { log10($0) }
        let least = max(Int((parts.min() ?? -4).rounded(.down)), -9)
        let most = min(Int((parts.max() ?? -1).rounded(.up)), 3)
        decades = min(least, most - 2)...max(most, least + 1)
    }

    private var bottom: Double { top + row * Double(max(layers.count, 1)) }

    /// The place of a part of the numbers on the axis.
    private func x(_ part: Double) -> Double {
        guard part > 0 else { return left }
        let (least, most) = (Double(decades.lowerBound), Double(decades.upperBound))
        let position = (min(max(log10(part), least), most) - least) / (most - least)
        return left + position * (width - left - right)
    }

    var svg: String {
        let height = bottom + 56
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(width)) \(Int(height))" \
            width="\(Int(width))" height="\(Int(height))" \
            font-family="'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif" \
            font-size="13">
            <rect width="100%" height="100%" fill="#ffffff"/>

            """
        svg += text(28, 38, title, size: 19, weight: "600")
        svg += text(28, 62, subtitle, color: LayerErrorPlot.grey)
        svg += legend
        for (index, layer) in layers.enumerated() {
            svg += band(index)
            svg += labels(layer, index)
        }
        svg += axis
        for (index, layer) in layers.enumerated() { svg += mark(layer, index) }
        return svg + "</svg>\n"
    }

    private var legend: String {
        let y = 92.0
        return """
            <rect x="\(left)" y="\(y - 9)" width="26" height="10" rx="3" \
            fill="\(LayerErrorPlot.green)"/>
            <circle cx="\(left + 218)" cy="\(y - 4)" r="4.5" fill="#ffffff" \
            stroke="\(LayerErrorPlot.green)" stroke-width="2"/>

            """ + text(left + 34, y, "root mean square error")
                + text(left + 230, y, "worst error, of the largest number")
    }

    private var axis: String {
        var svg = ""
        for decade in decades {
            let place = decimal(x(pow(10, Double(decade))), 1)
            let percent = decade + 2
            let label =
                percent >= 0
                ? "\(Int(pow(10, Double(percent)))) %"
                : decimal(pow(10, Double(percent)), -percent)
                    + " %"
            svg += """
                <line x1="\(place)" y1="\(top)" x2="\(place)" y2="\(bottom)" \
                stroke="#c9d0d8" stroke-dasharray="2 3"/>
                <text x="\(place)" y="\(bottom + 22)" text-anchor="middle" \
                fill="\(LayerErrorPlot.grey)" font-size="12">\(label)</text>

                """
        }
        return svg
            + text(
                left, bottom + 44, "error relative to the layer's numbers", size: 12,
                color: LayerErrorPlot.grey)
    }

    private func band(_ index: Int) -> String {
        guard index.isMultiple(of: 2) else { return "" }
        return """
            <rect x="16" y="\(top + row * Double(index))" width="\(width - 32)" height="\(row)" \
            rx="4" fill="#f4f6f8"/>

            """
    }

    private func labels(_ error: LayerError, _ index: Int) -> String {
        let base = top + row * Double(index) + 19
        let name = shortened(error.layer.name, 24)
        let all = error.layer.operatorNames
        let kinds =
            all.count <= 3
            ? all.joined(separator: " · ")
            : all.prefix(2).joined(separator: " · ") + " · \(all.count - 2) more"
        return """
            <text x="28" y="\(base)" fill="\(LayerErrorPlot.ink)" font-size="12" \
            \(LayerErrorPlot.mono)>\(escapedXML(name))</text>
            <text x="\(left - 14)" y="\(base)" text-anchor="end" fill="\(LayerErrorPlot.grey)" \
            font-size="11">\(escapedXML(shortened(kinds, 22)))</text>

            """
    }

    private func mark(_ error: LayerError, _ index: Int) -> String {
        let middle = top + row * Double(index) + row / 2
        let (mean, worst) = (x(error.relativeDeviation), x(error.relativeError))
        var svg = ""
        if error.largestError == 0 {
            svg += text(left + 8, middle + 4, "exact", size: 12, color: LayerErrorPlot.grey)
        } else {
            svg += """
                <line x1="\(left)" y1="\(middle)" x2="\(decimal(worst, 1))" y2="\(middle)" \
                stroke="\(LayerErrorPlot.green)" stroke-width="1.5" stroke-opacity="0.55"/>
                <rect x="\(left)" y="\(middle - 5)" width="\(decimal(max(mean - left, 1), 1))" \
                height="10" rx="3" fill="\(LayerErrorPlot.green)"/>
                <circle cx="\(decimal(worst, 1))" cy="\(middle)" r="4.5" fill="#ffffff" \
                stroke="\(LayerErrorPlot.green)" stroke-width="2"/>

                """
            svg += text(
                max(mean, worst) + 10, middle + 4, percentText(error.relativeError), size: 11.5,
                color: LayerErrorPlot.ink)
        }
        if error.saturatedCount > 0 {
            svg += """
                <text x="\(width - 28)" y="\(middle + 4)" text-anchor="end" \
                fill="\(LayerErrorPlot.red)" font-size="11.5" font-weight="600">\
                \(grouped(error.saturatedCount)) saturated</text>

                """
        }
        return svg
    }

    /// A part as percent with two digits that count.
    private func percentText(_ part: Double) -> String {
        let percent = part * 100
        guard percent > 0, percent.isFinite else { return "" }
        return decimal(percent, min(max(1 - Int(log10(percent).rounded(.down)), 0), 7)) + " %"
    }

    private func shortened(_ name: String, _ count: Int) -> String {
        name.count <= count ? name : "…" + name.suffix(count - 1)
    }

    private func text(
        _ x: Double, _ y: Double, _ words: String, size: Double = 13,
        color: String = LayerErrorPlot.ink, weight: String = "400"
    ) -> String {
        """
        <text x="\(decimal(x, 1))" y="\(decimal(y, 1))" fill="\(color)" font-size="\(size)" \
        font-weight="\(weight)">\(escapedXML(words))</text>

        """
    }
}

/// `text` fit for XML: control characters, which it cannot hold, are replaced.
func escapedXML(_ text: String) -> String {
    printable(text).replacingOccurrences(of: "&", with: "&amp;")
        .replacingOccurrences(of: "<", with: "&lt;")
        .replacingOccurrences(of: ">", with: "&gt;")
        .replacingOccurrences(of: "\"", with: "&quot;")
}
