// What every kernel of the integer profile that rescales sums is given: numbers, an addend and a
// multiplier for each column or channel, the rule of rescaling, and room for the results.

import CKernels

/// The buffers of one call, valid while it runs.
@unsafe struct RescaledCall {
    let x: UnsafePointer<Int16>?
    let addends: UnsafePointer<Int64>?
    let multipliers: UnsafePointer<Int64>?
    let rescaling: UnsafePointer<aivm_rescaling>
    let out: UnsafeMutablePointer<Int16>
}

extension Rounding {
    /// `count` results, every one of which `body` writes; none without calling it where `count` is
    /// 0. The sizes are those that the caller has checked.
    func results(
        count: Int, of x: [Int16], addends: [Int64], multipliers: [Int64],
        _ body: (RescaledCall) -> Void
    ) -> [Int16] {
        guard count > 0 else { return [] }
        let rule = parts
        return unsafe [Int16](unsafeUninitializedCapacity: count) { results, initialized in
            guard let out = results.baseAddress else { return }
            initialized = count
            unsafe x.withUnsafeBufferPointer { x in
                unsafe addends.withUnsafeBufferPointer { addends in
                    unsafe multipliers.withUnsafeBufferPointer { multipliers in
                        unsafe withUnsafePointer(to: rule) { rule in
                            unsafe body(
                                RescaledCall(
                                    x: x.baseAddress, addends: addends.baseAddress,
                                    multipliers: multipliers.baseAddress, rescaling: rule,
                                    out: out))
                        }
                    }
                }
            }
        }
    }
}
