// swift-tools-version: 6.2
// The house: one line per target, in the order of the import graph. A target may import only
// what stands above it, and no more than it lists; `Tests/TidyTests` holds every file to that.
// (D) deterministic: the same bytes on every node. (H) host: touches the world. See
// ARCHITECTURE.md.
import PackageDescription

/// Settings of every Swift target: language mode 6, strict memory safety, no warning survives.
let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Kernels, hashing and codecs are optimised in debug builds too: unoptimised they are 240 times
/// slower and would make the tests useless.
let optimised: [SwiftSetting] =
    swiftSettings + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// A target of room `room`, in `Sources/<room>/<name>`, with its tests in `Tests/<name>Tests`.
func target(
    _ name: String, _ room: String, _ dependencies: [Target.Dependency] = [],
    settings: [SwiftSetting] = swiftSettings
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(room)/\(name)",
        exclude: excluded[name] ?? [], swiftSettings: settings)
}

/// Files that live beside a target's sources but are not compiled.
let excluded: [String: [String]] = [
    "Quantization": ["README.md"],
    "AccountsModule": ["README.md"],
    "BankModule": ["README.md"],
    "StakingModule": ["README.md"],
    "DistributionModule": ["README.md"],
    "SlashingModule": ["README.md"],
    "MintModule": ["README.md"],
    "ConsensusModule": ["README.md"],
    "AIModule": ["README.md"],
    "ComputeModule": ["README.md"],
    "FeegrantModule": ["README.md"],
    "AuthzModule": ["README.md"],
    "GovModule": ["README.md"],
    "UpgradeModule": ["README.md"],
    "App": ["README.md"],
    "Contracts": ["README.md"],
    "Fields": ["README.md"],
    "Polynomials": ["README.md"],
    "Commitments": ["README.md"],
    "Plonk": ["README.md"],
    "Plonkish": ["README.md"],
    "PlonkishProver": ["README.md"],
    "Circuits": ["README.md"],
    "Circom": ["README.md"],
    "PlonkProver": ["README.md"],
    "Arithmetization": ["README.md"],
    "Sumcheck": ["README.md"],
    "SumcheckProver": ["README.md"],
]

/// The tests of target `name`: it, `TestSupport`, and `others`.
func tests(_ name: String, _ others: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.init(stringLiteral: name), "TestSupport"] + others,
        path: "Tests/\(name)Tests", swiftSettings: swiftSettings)
}

/// A Debian library: a module map and nothing else.
func system(_ name: String, _ pkgConfig: String?, _ package: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig,
        providers: [.apt([package])])
}

/// What the packages `Benchmarks` and `Fuzz` use, each a product of its own.
let libraries = [
    "Base", "Wire", "Cryptography", "Merkle", "Store", "ProcessMemory", "Tensors", "Models",
    "Machine", "Importers",
    "Certificates", "Attestation", "DevelopmentAuthority", "Fields", "Polynomials", "Commitments",
    "Plonk", "Circuits", "Circom", "PlonkProver", "Plonkish", "PlonkishProver", "Sumcheck",
    "Arithmetization", "SumcheckProver", "Verification", "Proving", "Quantization", "Blocks",
    "Ledger",
    "AccountsModule", "BankModule", "StakingModule", "DistributionModule", "SlashingModule",
    "MintModule", "ConsensusModule", "AIModule", "App",
    "Consensus", "ABCI", "Client", "Node", "EngineDouble",
]

let package = Package(
    name: "aivm",
    products: [.executable(name: "aivm", targets: ["aivm"])]
        + libraries.map { .library(name: $0, targets: [$0]) },
    targets: [
        // System: module maps of Debian libraries.
        system("COpenSSL", "openssl", "libssl-dev"),
        system("CSecp256k1", "libsecp256k1", "libsecp256k1-dev"),
        system("CRocksDB", "rocksdb", "librocksdb-dev"),
        system("CMicroHTTPD", "libmicrohttpd", "libmicrohttpd-dev"),
        system("CWslay", nil, "libwslay-dev"),
        // Without pkg-config: what it says of gRPC is longer than a command line may be.
        system("CGRPC", nil, "libgrpc-dev"),
        system("CZlib", "zlib", "zlib1g-dev"),
        system("CMalloc", nil, "libc6-dev"),

        // Core: shared vocabulary, bytes, hashes, trees, storage.
        .target(
            name: "CKernels", path: "Sources/Core/CKernels",
            cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror"])],
            linkerSettings: [.linkedLibrary("m")]),
        .target(
            name: "CHashes", path: "Sources/Core/CHashes",
            cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])]),
        .target(
            name: "CFields", dependencies: ["CKernels"], path: "Sources/Core/CFields",
            cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])]),
        target("Base", "Core", [], settings: optimised),  // (D)
        target("Wire", "Core", ["Base"], settings: optimised),  // (D)
        target(  // (D)
            "Cryptography", "Core",
            [
                "Base", "CHashes", "COpenSSL", "CSecp256k1",
            ], settings: optimised),
        target(  // (D)
            "Certificates", "Core", ["Base", "Wire", "Cryptography"], settings: optimised),
        target("Merkle", "Core", ["Base", "Wire", "Cryptography"], settings: optimised),  // (D)
        target("Store", "Core", ["Base", "CRocksDB"]),  // (H)
        target("ProcessMemory", "Core", ["CMalloc"]),  // (H)

        // Compute: tensors, programs, the machine, importers.
        target("Tensors", "Compute", ["Base", "CKernels"], settings: optimised),  // (D)
        target(  // (D)
            "Models", "Compute",
            [
                "Base", "Wire", "Cryptography", "Merkle", "Tensors",
            ], settings: optimised),
        target(  // (D)
            "Machine", "Compute",
            [
                "Base", "Cryptography", "Merkle", "Tensors", "Models",
            ], settings: optimised),
        target(  // (D)
            "Quantization", "Compute", ["Tensors", "Models", "Machine"], settings: optimised),
        target(  // (H)
            "Importers", "Compute",
            [
                "Base", "Wire", "Tensors", "Models", "CZlib",
            ], settings: optimised),

        // Proof: fields and curves, the one door for evidence.
        target("Parallel", "Proof", [], settings: optimised),  // (H)
        target("Fields", "Proof", ["Base", "CFields"], settings: optimised),  // (D)
        target("Polynomials", "Proof", ["Fields"], settings: optimised),  // (D)
        target(  // (D)
            "Commitments", "Proof", ["Base", "Cryptography", "Fields", "Polynomials"],
            settings: optimised),
        target(  // (D)
            "Plonk", "Proof", ["Base", "Fields", "Polynomials", "Commitments"],
            settings: optimised),
        target(  // (D)
            "Plonkish", "Proof", ["Base", "Cryptography", "Fields", "Polynomials"],
            settings: optimised),
        target(  // (H)
            "PlonkishProver", "Proof",
            ["Fields", "Polynomials", "Commitments", "Parallel", "Plonkish"],
            settings: optimised),
        target("Circuits", "Proof", ["Fields", "Plonkish"], settings: optimised),  // (D)
        target(  // (H)
            "Circom", "Proof",
            [
                "Base", "Wire", "Cryptography", "Fields", "Polynomials", "Commitments", "Parallel",
                "Plonk", "Circuits",
            ],
            settings: optimised),
        target(  // (H)
            "PlonkProver", "Proof",
            ["Fields", "Circuits", "Polynomials", "Commitments", "Plonk", "Circom"],
            settings: optimised),
        target("Contracts", "Proof", ["Fields", "Plonk"]),  // (H)
        target(  // (D)
            "Attestation", "Proof", ["Base", "Wire", "Cryptography", "Certificates"],
            settings: optimised),
        target(  // (H)
            "DevelopmentAuthority", "Proof",
            ["Base", "Cryptography", "Certificates", "Attestation"]),
        target(  // (D)
            "Sumcheck", "Proof",
            ["Base", "Cryptography", "Fields", "Polynomials"], settings: optimised),
        target(  // (D)
            "Arithmetization", "Proof", ["Models", "Tensors", "Sumcheck"], settings: optimised),
        target(  // (H)
            "SumcheckProver", "Proof",
            ["Base", "Fields", "Polynomials", "Commitments", "Parallel", "Sumcheck"],
            settings: optimised),
        target(  // (D)
            "Verification", "Proof",
            [
                "Base", "Wire", "Cryptography", "Certificates", "Attestation", "Merkle", "Tensors",
                "Models", "Machine", "Fields", "Plonk", "Sumcheck", "Arithmetization",
            ]),

        target(  // (H)
            "Proving", "Proof",
            [
                "Base", "Wire", "Cryptography", "Tensors", "Models", "Machine", "Fields",
                "Commitments", "Sumcheck", "Arithmetization", "SumcheckProver", "Verification",
            ], settings: optimised),

        // Chain: blocks, the module kit, modules, the application.
        target("Blocks", "Chain", ["Base", "Wire", "Cryptography", "Merkle"]),  // (D)
        target("Ledger", "Chain", ["Base", "Wire", "Cryptography"]),  // (D)
        target("AccountsModule", "Chain", ["Base", "Wire", "Cryptography", "Ledger"]),  // (D)
        target("BankModule", "Chain", ["Base", "Wire", "Cryptography", "Ledger"]),  // (D)
        target(  // (D)
            "StakingModule", "Chain", ["Base", "Wire", "Cryptography", "Ledger"]),
        target(  // (D)
            "DistributionModule", "Chain", ["Base", "Wire", "Cryptography", "Ledger"]),
        target(  // (D)
            "SlashingModule", "Chain", ["Base", "Wire", "Cryptography", "Ledger"]),
        target("MintModule", "Chain", ["Wire", "Cryptography", "Ledger"]),  // (D)
        target("ConsensusModule", "Chain", ["Wire", "Cryptography", "Ledger"]),  // (D)
        target(  // (D)
            "AIModule", "Chain",
            [
                "Base", "Wire", "Cryptography", "Ledger", "Verification",
            ]),
        target(  // (D)
            "ComputeModule", "Chain",
            [
                "Base", "Wire", "Cryptography", "Certificates", "Attestation", "Verification",
                "Ledger",
            ]),
        target("FeegrantModule", "Chain", ["Base", "Wire", "Cryptography", "Ledger"]),  // (D)
        target("AuthzModule", "Chain", ["Base", "Wire", "Cryptography", "Ledger"]),  // (D)
        target("GovModule", "Chain", ["Base", "Wire", "Cryptography", "Ledger"]),  // (D)
        target("UpgradeModule", "Chain", ["Base", "Wire", "Cryptography", "Ledger"]),  // (D)
        target(  // (D)
            "App", "Chain",
            [
                "Base", "Wire", "Cryptography", "Merkle", "Ledger", "AccountsModule",
                "BankModule", "ConsensusModule", "StakingModule", "DistributionModule",
                "SlashingModule", "MintModule", "AIModule", "ComputeModule", "FeegrantModule",
                "AuthzModule", "GovModule", "UpgradeModule",
            ]),

        // Host: what touches the world.
        target(  // (H)
            "Consensus", "Host",
            [
                "Base", "Wire", "Cryptography", "Store", "Blocks", "Ledger",
            ]),
        target(  // (H)
            "ABCI", "Host",
            ["Base", "Wire", "Cryptography", "Merkle", "Store", "Blocks", "Ledger"]),
        target(  // (H)
            "Client", "Host",
            [
                "Base", "Wire", "Cryptography", "Merkle", "Tensors", "Models", "Attestation",
                "Verification",
                "Blocks", "Ledger", "AccountsModule", "AIModule",
            ]),
        target(  // (H)
            "Gateway", "Host",
            [
                "Base", "Wire", "Cryptography", "Blocks", "Ledger", "Client", "CMicroHTTPD",
                "CWslay", "CGRPC",
            ]),
        target(  // (H)
            "Node", "Host",
            [
                "Base", "Wire", "Cryptography", "Store", "Blocks", "Ledger", "StakingModule",
                "App", "Consensus", "ABCI", "Client", "Gateway",
            ]),
        target(  // (H)
            "Commands", "Host",
            [
                "Base", "Wire", "Cryptography", "Tensors", "Models", "Machine", "Quantization",
                "Importers", "Fields", "Commitments", "Plonk", "Circom", "PlonkProver",
                "SumcheckProver", "ProcessMemory",
                "Proving", "Contracts", "Certificates", "Attestation", "DevelopmentAuthority",
                "Verification", "Blocks", "Ledger", "AccountsModule", "BankModule", "AIModule",
                "Client", "ABCI", "Node",
            ]),

        // Executables: flags, wiring, signals.
        .executableTarget(
            name: "aivm", dependencies: ["ProcessMemory", "Commands"],
            path: "Sources/Executables/aivm",
            swiftSettings: swiftSettings),

        // Support: for tests only.
        target("TestSupport", "Support", ["Base", "Wire"]),
        target("IntegerModels", "Support", ["TestSupport", "Tensors", "Models"]),
        target(
            "Forgery", "Support", ["Base", "Cryptography", "Fields", "Polynomials", "Plonk"],
            settings: optimised),
        target(
            "EngineDouble", "Support",
            ["Base", "Wire", "Cryptography", "Blocks", "Ledger", "ABCI"]),
        target(
            "Simulator", "Support",
            [
                "TestSupport", "Base", "Wire", "Cryptography", "Store", "Tensors", "Models",
                "Verification", "Ledger", "AccountsModule", "BankModule", "StakingModule",
                "DistributionModule", "SlashingModule", "ConsensusModule", "GovModule",
                "AuthzModule", "FeegrantModule", "AIModule", "App", "Client", "Fields",
                "Plonk", "Forgery", "Commitments", "Proving",
            ]),
        .executableTarget(
            name: "aivm-simulate", dependencies: ["Simulator"],
            path: "Sources/Support/SimulatorTool", swiftSettings: swiftSettings),
        target(
            "Conformance", "Support",
            ["TestSupport", "Base", "Wire", "Tensors", "Models", "Machine", "Importers"]),
        target("Tidy", "Support", [], settings: optimised),
        .executableTarget(
            name: "aivm-conformance", dependencies: ["Conformance"],
            path: "Sources/Support/ConformanceTool", swiftSettings: swiftSettings),

        tests("Base"),
        tests("Wire", ["Base"]),
        tests("Cryptography", ["Base"]),
        tests("Certificates", ["Base", "Wire", "Cryptography", "DevelopmentAuthority"]),
        tests("Merkle", ["Base", "Wire", "Cryptography", "Store"]),
        tests("Store", ["Base"]),
        tests("Tensors", ["Base", "CKernels"]),
        tests("Models", ["Base", "Wire", "Cryptography", "Merkle", "Tensors"]),
        tests("Machine", ["Base", "Cryptography", "Merkle", "Tensors", "Models"]),
        tests(
            "Quantization",
            ["Base", "Tensors", "Models", "Machine", "Importers", "IntegerModels"]),
        tests("Importers", ["Base", "Wire", "Tensors", "Models", "Machine"]),
        tests("Parallel"),
        tests("Fields", ["Base"]),
        tests("Polynomials", ["Base", "Fields"]),
        tests("Commitments", ["Base", "Fields", "Polynomials"]),
        tests("Plonk", ["Base", "Fields", "Commitments", "Circom", "Forgery"]),
        tests("Contracts", ["Base", "Circom", "Fields", "Plonk"]),
        tests("Circom", ["Base", "Fields", "Polynomials", "Commitments", "Plonk", "Circuits"]),
        tests(
            "PlonkProver",
            [
                "Base", "Cryptography", "Fields", "Polynomials", "Commitments", "Plonk", "Circuits",
                "Circom",
            ]),
        tests(
            "Attestation",
            ["Base", "Wire", "Cryptography", "Certificates", "DevelopmentAuthority"]),
        tests("Plonkish", ["Base", "Fields"]),
        tests(
            "PlonkishProver",
            [
                "Base", "Fields", "Polynomials", "Commitments", "Plonkish", "Circom", "Circuits",
                "Plonk", "PlonkProver",
            ]),
        tests(
            "Circuits",
            ["Base", "Fields", "Commitments", "Circom", "Plonkish", "PlonkishProver"]),
        tests("Sumcheck", ["Base", "Fields"]),
        tests(
            "Arithmetization",
            [
                "Base", "Fields", "Tensors", "Models", "Machine", "Importers", "Quantization",
                "IntegerModels", "Sumcheck", "SumcheckProver",
            ]),
        tests(
            "SumcheckProver",
            ["Base", "Cryptography", "Fields", "Polynomials", "Commitments", "Sumcheck"]),
        tests(
            "Verification",
            [
                "Base", "Wire", "Cryptography", "Certificates", "Attestation",
                "DevelopmentAuthority", "Merkle", "Tensors", "Models", "Machine", "Fields",
                "Plonk", "Circom", "Forgery",
            ]),
        tests(
            "Proving",
            [
                "Base", "Wire", "Fields", "Commitments", "Models", "Importers", "Quantization",
                "Verification",
            ]),
        tests("Blocks", ["Base", "Wire", "Cryptography", "Merkle"]),
        tests("Ledger", ["Base", "Wire", "Cryptography", "Merkle"]),
        tests("AccountsModule", ["Base", "Wire", "Cryptography", "Ledger"]),
        tests("BankModule", ["Base", "Wire", "Cryptography", "Ledger"]),
        tests(
            "AIModule",
            [
                "Base", "Wire", "Cryptography", "Tensors", "Models", "Ledger", "Verification",
                "Fields", "Plonk", "Circom", "Forgery", "Commitments", "Proving", "IntegerModels",
            ]),
        tests(
            "ComputeModule",
            [
                "Base", "Wire", "Cryptography", "Certificates", "Attestation",
                "DevelopmentAuthority", "Verification", "Ledger",
            ]),
        tests("FeegrantModule", ["Base", "Wire", "Cryptography", "Ledger"]),
        tests("AuthzModule", ["Base", "Wire", "Cryptography", "Ledger"]),
        tests("GovModule", ["Base", "Wire", "Cryptography", "Ledger"]),
        tests("UpgradeModule", ["Base", "Wire", "Cryptography", "Ledger"]),
        tests(
            "App",
            [
                "Base", "Wire", "Cryptography", "Merkle", "Store", "Tensors", "Models", "Ledger",
                "AccountsModule", "BankModule", "ConsensusModule", "StakingModule",
                "DistributionModule", "SlashingModule", "MintModule", "AIModule",
                "FeegrantModule", "AuthzModule", "GovModule", "UpgradeModule",
                "Verification", "Fields", "Plonk", "Forgery",
            ]),
        tests(
            "Consensus", ["Base", "Wire", "Cryptography", "Store", "Blocks", "Ledger"]),
        tests(
            "ABCI",
            [
                "Base", "Wire", "Cryptography", "Store", "Blocks", "Ledger", "App", "EngineDouble",
                "Simulator",
            ]),
        tests(
            "Client",
            [
                "Base", "Wire", "Cryptography", "Merkle", "Tensors", "Models", "Machine",
                "Verification", "Blocks", "Ledger", "AccountsModule", "BankModule", "AIModule",
            ]),
        tests("Gateway", ["Base", "Wire", "Cryptography", "Blocks", "Ledger", "Client"]),
        tests(
            "Node",
            [
                "Base", "Wire", "Cryptography", "Store", "Blocks", "Ledger", "AIModule", "App",
                "Consensus", "Client", "Gateway",
            ]),
        tests(
            "Commands",
            [
                "Base", "Wire", "Cryptography", "Tensors", "Models", "Machine", "Quantization",
                "Importers", "Circom", "Fields", "Plonk", "Verification", "Blocks", "Ledger",
                "AccountsModule",
                "BankModule",
                "AIModule", "Certificates", "Attestation", "DevelopmentAuthority",
                "Client", "Node",
            ]),
        tests("Conformance", ["Importers", "Machine", "Models", "Tensors"]),
        tests("Simulator", ["Base"]),
        tests("Tidy"),
        .testTarget(
            name: "TestSupportTests", dependencies: ["TestSupport", "Base"],
            path: "Tests/TestSupportTests", swiftSettings: swiftSettings),
        .testTarget(
            name: "Scenarios",
            dependencies: [
                "TestSupport", "Base", "Wire", "Cryptography", "Merkle", "Store", "Tensors",
                "Models",
                "Machine", "Importers", "Verification", "Blocks", "Ledger", "AccountsModule",
                "BankModule", "AIModule", "Certificates", "Attestation", "DevelopmentAuthority",
                "ComputeModule", "App", "Consensus",
                "Client", "Gateway", "Node",
                "Commands", "ABCI", "EngineDouble",
            ],
            path: "Tests/Scenarios", swiftSettings: swiftSettings),
    ]
)
