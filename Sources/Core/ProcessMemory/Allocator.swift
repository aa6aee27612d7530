// How the C library gets memory from the system and gives it back (mallopt(3)), which none of its
// defaults does well here: it maps a large vector's pages apart only until the first such vector is
// freed, cuts later ones from one heap, whose holes may not fit the next, and gives the top of the
// heap back whenever it can. What suits a process is a matter of its vectors, so each says it.

import CMalloc

/// What a process says to its allocator, at its start. Nothing but memory and time depends on it;
/// each call says whether the C library agreed.
public enum Allocator {
    /// Vectors of this many bytes and more get pages of their own in ``keepLargeVectorsApart()``.
    private static let largeVector: CInt = 1 << 20
    /// What is kept and what is mapped apart after ``keepSmallPages()``.
    private static let (kept, apart): (CInt, CInt) = (64 << 20, 32 << 20)

    /// Keeps tens of megabytes of freed memory for what comes next: for every process. Without it,
    /// runs of small models give some hundred kilobytes back each and fetch them again, which takes
    /// up to three times as long as the run.
    @discardableResult
    public static func keepSmallPages() -> Bool {
        mallopt(M_TRIM_THRESHOLD, kept) == 1 && mallopt(M_MMAP_THRESHOLD, apart) == 1
    }

    /// Keeps large vectors apart from now on, for few long-lived vectors: a circuit of 2^16 rows is
    /// proved in 125 MB instead of 195, in the same time.
    @discardableResult
    public static func keepLargeVectorsApart() -> Bool {
        mallopt(M_MMAP_THRESHOLD, largeVector) == 1
    }

    /// Keeps all freed pages, for many short-lived vectors: two convolutions over 9,216 pixels are
    /// proved with a sixth less work, in 3 % more memory.
    @discardableResult
    public static func keepFreedPages() -> Bool {
        mallopt(M_MMAP_MAX, 0) == 1 && mallopt(M_TRIM_THRESHOLD, -1) == 1
    }
}
