// swift-tools-version: 6.2
// Speed, measured as ratios in one run; never part of the tests. `make bench` runs it.
import PackageDescription

let products: [Target.Dependency] = [
    "Base", "Wire", "Cryptography", "Certificates", "Attestation", "DevelopmentAuthority", "Merkle",
    "Store", "ProcessMemory", "Tensors", "Models", "Machine", "Importers", "Quantization", "Fields",
    "Polynomials",
    "Commitments", "Plonk", "Circuits", "Circom", "PlonkProver", "Plonkish", "PlonkishProver",
    "Sumcheck", "Arithmetization", "SumcheckProver",
    "Verification", "Blocks", "Ledger", "AccountsModule", "BankModule", "AIModule", "App",
    "Consensus", "ABCI", "Client", "Node", "EngineDouble",
].map { .product(name: $0, package: "aivm") }

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "aivm", path: "..")],
    targets: [
        .executableTarget(
            name: "bench", dependencies: products,
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
    ]
)
