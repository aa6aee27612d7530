// The technologies whose quotes are judged, and how to tell their quotes apart by the first bytes.

public import Base

/// A technology of trusted execution.
public enum Technology: UInt32, CaseIterable, Sendable {
    /// Intel SGX: an enclave of a process.
    case sgx = 1
    /// Intel TDX: a virtual machine.
    case tdx = 2
    /// AMD SEV-SNP: a virtual machine.
    case sevSNP = 3
    /// AWS Nitro: an enclave beside a virtual machine.
    case nitro = 4
    /// NVIDIA: a GPU in confidential mode.
    case nvidiaGPU = 5

    /// The name that policies and files use.
    public var name: String {
        switch self {
        case .sgx: "sgx"
        case .tdx: "tdx"
        case .sevSNP: "sev-snp"
        case .nitro: "nitro"
        case .nvidiaGPU: "nvidia-gpu"
        }
    }

    /// The technology called `name`.
    public init?(name: String) {
        guard let found = Technology.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// Who makes it.
    public var vendor: Vendor {
        switch self {
        case .sgx, .tdx: .intel
        case .sevSNP: .amd
        case .nitro: .aws
        case .nvidiaGPU: .nvidia
        }
    }

    /// Whether quotes describe a device beside the machine that computes.
    public var isDevice: Bool { self == .nvidiaGPU }

    /// Names of the measurements that say which code runs inside, any one of which suffices.
    public var codeMeasurements: [String] {
        switch self {
        case .sgx: ["mrenclave", "mrsigner"]
        case .tdx: ["mrtd", "rtmr0", "rtmr1", "rtmr2", "rtmr3"]
        case .sevSNP: ["measurement", "id-key-digest", "author-key-digest"]
        case .nitro: ["pcr0", "pcr1", "pcr2", "pcr8"]
        case .nvidiaGPU: []
        }
    }

    /// The technology that these bytes look like a quote of; `nil` when they look like none. Only
    /// reading them tells.
    public init?(ofQuote bytes: Bytes) {
        guard bytes.count >= 64 else { return nil }
        let version = Int(bytes[0]) | Int(bytes[1]) << 8
        switch (bytes[0], bytes[1]) {
        case (0x11, 0xE0): self = .nvidiaGPU
        case (0x84, _), (0xD2, 0x84): self = .nitro
        // A report's version has four bytes; in a quote the third starts the kind of key, which
        // is never zero.
        case _ where bytes.count == 1184 && bytes[2] == 0 && bytes[3] == 0: self = .sevSNP
        case _ where (3...5).contains(version): self = Technology.ofDCAPQuote(bytes, version)
        default: return nil
        }
    }

    private static func ofDCAPQuote(_ bytes: Bytes, _ version: Int) -> Technology {
        version > 3 && bytes[4] == 0x81 ? .tdx : .sgx
    }
}
