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
}
