// swift-tools-version: 6.2
// Coverage-guided fuzzing of every decoder of outside bytes. Build with
// `swift build -c release --sanitize=fuzzer`, or run `make fuzz` at the root.
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// An entry: an executable without `main`, which libFuzzer brings. `products` are of the root.
func entry(_ name: String, _ products: [String]) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["FuzzSupport"] + products.map { .product(name: $0, package: "aivm") },
        swiftSettings: swiftSettings + [.unsafeFlags(["-parse-as-library"])])
}

let package = Package(
    name: "fuzz",
    dependencies: [.package(name: "aivm", path: "..")],
    targets: [
        .target(name: "FuzzSupport", swiftSettings: swiftSettings),
        entry("FuzzJSON", ["Base", "Wire"]),
        entry("FuzzTransaction", ["Base", "Wire", "Ledger"]),
        entry("FuzzHeader", ["Base", "Wire", "Cryptography", "Blocks"]),
        entry("FuzzONNX", ["Base", "Models", "Importers"]),
        entry(
            "FuzzModel",
            ["Base", "Tensors", "Models", "Machine", "Importers", "Quantization"]),
        entry("FuzzModelInput", ["Base", "Models", "Machine", "Importers"]),
        entry("FuzzProof", ["Base", "Wire", "Cryptography", "Merkle"]),
        entry("FuzzCertificate", ["Base", "Certificates", "DevelopmentAuthority"]),
        entry(
            "FuzzCollateral",
            ["Base", "Wire", "Certificates", "Attestation", "DevelopmentAuthority"]),
        entry("FuzzQuote", ["Base", "Certificates", "Attestation", "DevelopmentAuthority"]),
        entry("FuzzReceipt", ["Base", "Client"]),
        entry(
            "FuzzCircom",
            ["Base", "Fields", "Commitments", "Plonk", "Circuits", "Circom", "PlonkProver"]),
        entry(
            "FuzzInference",
            [
                "Base", "Wire", "Fields", "Commitments", "Tensors", "Models", "Verification",
                "Proving",
            ]),
    ]
)
