// Memory that kernels work in. The system clears fresh memory page by page as it is touched, which
// costs a sixth of the time of a sum; whoever makes many sums keeps what one of them took.
//
// Safety, for every `unsafe` below: the pointer is to memory of `sizeInBytes`, allocated here and
// freed once, when the owner goes; it is handed out for the length of a call.

/// Memory that kernels work in, kept from one call to the next. It grows to the largest that was
/// needed. For one call at a time.
@safe public final class KernelWorkspace {
    private var base: UnsafeMutableRawPointer?
    private var sizeInBytes = 0

    /// Takes no memory yet.
    public init() {}

    deinit { unsafe base?.deallocate() }

    /// Calls `body` with at least `count` bytes, of any content.
    func withBytes<Result>(
        _ count: Int, _ body: (UnsafeMutableRawPointer?) -> Result
    ) -> Result {
        if count > sizeInBytes {
            unsafe base?.deallocate()
            unsafe base = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 64)
            sizeInBytes = count
        }
        return unsafe body(base)
    }
}
