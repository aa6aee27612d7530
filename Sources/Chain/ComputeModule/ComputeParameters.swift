// What governance decides: which roots are believed, what every attestation must satisfy, and what
// judging costs.

public import Attestation
import Base
public import Ledger
public import Wire

/// Parameters of the module.
public struct ComputeParameters: WireMessage, Hashable {
    /// Roots that chains may end in.
    public var roots: [TrustedRoot] = []
    /// What every attestation must satisfy.
    public var policy = AttestationPolicy()
    /// Gas of judging a quote whose chain is on P-256 or of RSA: SGX, TDX, SEV-SNP.
    public var gasPerQuote: UInt64 = 0
    /// Gas of judging a quote whose chain is on P-384: Nitro, NVIDIA.
    public var gasPerSlowQuote: UInt64 = 0
    /// Gas of judging a document, list or certificate that is submitted.
    public var gasPerCollateral: UInt64 = 0
    /// Gas of reading a byte of a quote or of collateral.
    public var gasPerByte: UInt64 = 0

    public static let wireName = "aivm.compute.v1.Params"
    public static let wireFields: WireFields<ComputeParameters> = [
        .messages(1, "roots", \.roots),
        .message(2, "policy", \.policy),
        .uint64(3, "gas_per_quote", \.gasPerQuote),
        .uint64(4, "gas_per_slow_quote", \.gasPerSlowQuote),
        .uint64(5, "gas_per_collateral", \.gasPerCollateral),
        .uint64(6, "gas_per_byte", \.gasPerByte),
    ]

    public init() {}

    /// What a chain starts with when its genesis says nothing: the makers' roots and the strictest
    /// policy. A check of an account's signature costs 1,000 gas, and judging is charged at the
    /// same rate, with the collateral read from the state for each quote: measured by
    /// `make bench-attestation`, rounded up (Documentation/benchmarks/attestation.md).
    public static let standard: ComputeParameters = {
        var parameters = ComputeParameters()
        parameters.roots = TrustedRoots.builtIn.all
        parameters.gasPerQuote = 60_000
        parameters.gasPerSlowQuote = 140_000
        parameters.gasPerCollateral = 80_000
        parameters.gasPerByte = 5
        return parameters
    }()

    /// Refuses parameters that break a rule of the README.
    public func check(allowsDevelopment: Bool) throws(Failure) {
        guard roots.count <= 64, TrustedRoots(roots) != nil else {
            throw .compute(.invalidParameters, "a root is malformed, or there are too many")
        }
        if let problem = policy.problem { throw .compute(.invalidParameters, problem) }
        guard gasPerByte <= 1 << 20 else {
            throw .compute(.invalidParameters, "gas_per_byte is above 1048576")
        }
        guard
            allowsDevelopment
                || !policy.acceptsDevelopment && !roots.contains(where: \.isDevelopment)
        else {
            throw .compute(.developmentNotAllowed, "roots for development vouch for nothing")
        }
    }
}

extension Compute {
    /// The parameters in force.
    func currentParameters(_ context: inout Context) throws(Failure) -> ComputeParameters {
        try ComputeKeys.parameters.get(&context) ?? .standard
    }

    /// Whether the genesis allows roots for development.
    func allowsDevelopment(_ context: inout Context) throws(Failure) -> Bool {
        try ComputeKeys.allowsDevelopment.get(&context)?.value == 1
    }
}
