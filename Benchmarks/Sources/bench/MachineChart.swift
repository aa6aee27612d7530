// The bar chart of the machine's speed beside onnxruntime's: an SVG without any library.

import Foundation

/// Writes `Documentation/benchmarks/machine.svg` and `.md`.
func writeMachineChart(
    _ timings: [MachineTiming], threads: [[String]], loading: [[String]], _ root: String
) throws {
    let folder = "\(root)/Documentation/benchmarks"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let rows = timings.compactMap { timing in timing.ratio.map { (timing.name, $0) } }
    guard !rows.isEmpty else { return }
    let left = 170.0
    let width = 720.0
    let scale = (width - left - 60) / max(1.5, rows.map(\.1).max() ?? 1)
    let height = Double(rows.count) * 26 + 70
    var svg = """
        <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" height="\(Int(height))" \
        font-family="sans-serif" font-size="13">
        <rect width="100%" height="100%" fill="white"/>
        <text x="10" y="20" font-size="15">Time of one run, onnxruntime = 1</text>

        """
    for (index, row) in rows.enumerated() {
        let y = 40 + Double(index) * 26
        let color = row.1 <= 1 ? "#2a7f62" : row.1 <= 1.3 ? "#c9a227" : "#b23a48"
        svg += """
            <text x="\(left - 8)" y="\(y + 14)" text-anchor="end">\(row.0)</text>
            <rect x="\(left)" y="\(y)" width="\(text(row.1 * scale))" height="18" fill="\(color)"/>
            <text x="\(text(left + row.1 * scale + 5))" y="\(y + 14)">\(text(row.1))</text>

            """
    }
    let one = text(left + scale)
    svg += """
        <line x1="\(one)" y1="32" x2="\(one)" y2="\(height - 25)" stroke="#333" \
        stroke-dasharray="4 3"/>
        <text x="\(one)" y="\(height - 8)" text-anchor="middle">onnxruntime</text>
        </svg>

        """
    try Data(svg.utf8).write(to: URL(fileURLWithPath: "\(folder)/machine.svg"))
    var table = "| model | aivm ms | onnxruntime ms | ratio | largest difference |\n"
    table += "|---|---|---|---|---|\n"
    for timing in timings {
        table +=
            "| \(timing.name) | \(text(timing.seconds * 1e3)) | "
            + "\(timing.peerSeconds.map { text($0 * 1e3) } ?? "-") | "
            + "\(timing.ratio.map { text($0) } ?? "-") | "
            + "\(timing.largestDifference.map { String(format: "%.1e", $0) } ?? "-") |\n"
    }
    let mean = exp(rows.reduce(0) { $0 + log($1.1) } / Double(rows.count))
    let date = ISO8601DateFormatter().string(from: Date()).prefix(10)
    let page = """
        # Speed of the machine

        One thread, float32, `make bench-machine` on \(date): the two take turns in one run, each
        keeps its least time. The difference is the largest of any output, relative to the largest
        value of that output.

        ![Times relative to onnxruntime](machine.svg)

        \(table)
        Geometric mean of the ratios: \(text(mean)).

        ## Two threads against one

        \(markdown(threads))
        ## Loading on one thread

        From an `.aivm` file in the page cache to a machine that could run: read, hashed, compared
        with the ModelID, packed.

        \(markdown(loading))
        """
    try Data(page.utf8).write(to: URL(fileURLWithPath: "\(folder)/machine.md"))
}

/// A table, its first row the names of the columns.
func markdown(_ rows: [[String]]) -> String {
    guard let head = rows.first else { return "" }
    let lines = [head, head.map { _ in "---" }] + rows.dropFirst()
    return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
}
