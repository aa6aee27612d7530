// The ways in which the kernels in C multiply, and which of them a machine has. All give the same
// bits as the Swift code, which defines them: choosing by machine is no difference between nodes.

import CFields

/// A set of instructions that kernels are written for.
public enum KernelVariant: Sendable, CaseIterable {
    /// Plain C, for every machine.
    case portable
    /// The instructions mulx, adcx and adox, with two chains of carries at once.
    case carryChains
    /// AVX-512, eight numbers at once, with the multiply-adds of binary64.
    case realLanes
    /// AVX-512 with 52-bit multiplication, eight numbers at once.
    case lanes

    /// Whether this machine has the instructions.
    public var isAvailable: Bool { aivm_fields_is_available(code) == 1 }

    /// The fastest variant that this machine has.
    public static let fastest: KernelVariant = {
        let code = aivm_fields_fastest()
        return allCases.first { $0.code == code } ?? .portable
    }()

    /// The number that the kernels know the variant by.
    var code: Int32 {
        switch self {
        case .portable: Int32(AIVM_FIELDS_PORTABLE)
        case .carryChains: Int32(AIVM_FIELDS_ADX)
        case .realLanes: Int32(AIVM_FIELDS_AVX512)
        case .lanes: Int32(AIVM_FIELDS_IFMA)
        }
    }
}
