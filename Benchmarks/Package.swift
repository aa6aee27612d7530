// swift-tools-version: 6.2
// Speed, measured as ratios in one run; never part of the tests. `make bench` runs it.
import PackageDescription

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "aivm", path: "..")],
    targets: [
        .executableTarget(
            name: "bench", dependencies: [.product(name: "AIVMKit", package: "aivm")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
    ]
)
