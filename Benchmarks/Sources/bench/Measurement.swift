// How things are timed: the minimum of several runs, because a shared machine only ever adds time.

/// The least seconds per call of `rounds` rounds, each of as many calls of `body` as fill
/// `perRound` seconds.
func leastSeconds(rounds: Int = 7, perRound: Double = 0.1, _ body: () throws -> Void) rethrows
    -> Double
{
    let clock = ContinuousClock()
    var calls = 1
    while true {
        let time = try clock.measure { for _ in 0..<calls { try body() } }.seconds
        if time >= perRound / 4 || calls > 1 << 24 {
            calls = max(1, Int(Double(calls) * perRound / max(time, 1e-9)))
            break
        }
        calls *= 4
    }
    var least = Double.infinity
    for _ in 0..<rounds {
        least = min(
            least, try clock.measure { for _ in 0..<calls { try body() } }.seconds / Double(calls))
    }
    return least
}

/// The least seconds per call of rounds of 20 calls, for `duration` seconds: how
/// `onnxruntime_time.py` measures, since longer rounds catch more of the machine's other work.
func leastSecondsOfTwenty(for duration: Double, _ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(duration)
    var least = Double.infinity
    while clock.now < end {
        least = min(least, try clock.measure { for _ in 0..<20 { try body() } }.seconds / 20)
    }
    return least
}

extension Duration {
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}

/// Rows of text in columns.
func printTable(_ title: String, _ rows: [[String]]) {
    print("\n\(title)")
    let widths = (0..<(rows.first?.count ?? 0)).map { column in
        rows.map { $0[column].count }.max() ?? 0
    }
    for row in rows {
        let cells = row.enumerated().map { index, cell in
            let gap = String(repeating: " ", count: widths[index] - cell.count)
            return index == 0 ? cell + gap : gap + cell
        }
        print("  " + cells.joined(separator: "  "))
    }
}

/// A number with three significant digits.
func text(_ value: Double) -> String {
    if value >= 100 { return String(Int(value.rounded())) }
    let digits = value >= 10 ? 10.0 : value >= 1 ? 100.0 : 1000.0
    return String((value * digits).rounded() / digits)
}
