// How the C library hands out the prover's vectors. By default it maps a large vector's pages apart
// only until the first such vector is freed; from then on it cuts them from one heap, whose holes
// no longer fit the next proof's vectors. A fixed threshold keeps each large vector apart, and its
// memory goes back when it is freed: 125 MB instead of 195 at 2^16 rows, in the same time
// (mallopt(3), M_MMAP_THRESHOLD).

import CMalloc

/// What a process that proves says of its memory.
public enum ProverMemory {
    /// Vectors of this many bytes and more get pages of their own.
    private static let threshold: CInt = 1 << 20

    /// Keeps large vectors apart from now on, in the whole process: for executables, at their
    /// start. Says whether the C library agreed; nothing but memory depends on it.
    @discardableResult
    public static func keepLargeVectorsApart() -> Bool {
        mallopt(M_MMAP_THRESHOLD, threshold) == 1
    }
}
