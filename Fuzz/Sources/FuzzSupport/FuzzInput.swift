// What every entry needs: its input as an array, and a place to leave examples of good input.

import Foundation

/// Conversions between libFuzzer's C interface and the entries.
public enum FuzzInput {
    /// The input that libFuzzer passes.
    public static func bytes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
        unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// Writes good inputs into the folder `$FUZZ_SEEDS`, from where libFuzzer starts to mutate.
    public static func writeSeeds(_ seeds: [[UInt8]]) {
        guard let folder = ProcessInfo.processInfo.environment["FUZZ_SEEDS"] else { return }
        for (index, seed) in seeds.enumerated() {
            let url = URL(fileURLWithPath: folder).appendingPathComponent("seed-\(index)")
            try? Data(seed).write(to: url)
        }
    }

    /// The files of up to 64 KiB in `Examples/models` whose names end with `suffix`.
    public static func examples(endingWith suffix: String) -> [[UInt8]] {
        var root = URL(fileURLWithPath: #filePath)
        // Fuzz/Sources/FuzzSupport/FuzzInput.swift
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let folder = root.appendingPathComponent("Examples/models").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().filter { $0.hasSuffix(suffix) }.compactMap { name in
            FileManager.default.contents(atPath: folder + "/" + name).map { [UInt8]($0) }
        }.filter { $0.count <= 64 << 10 }
    }
}
