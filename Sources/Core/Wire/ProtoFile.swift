// `.proto` files written from the field tables, so that clients in other languages read the same
// declaration as this code. One file a package; types in a fixed order, so equal declarations give
// equal text.
//
// Source: Protocol Buffers language guide (proto3) and its style guide.

/// A remote procedure service of a `.proto` file.
public struct ProtoService: Sendable {
    /// One call.
    public struct Call: Sendable {
        /// Name of the call, such as `RegisterModel`.
        public let name: String
        /// What it takes.
        public let request: WireDescriptor
        /// What it answers.
        public let response: WireDescriptor

        /// Makes a call.
        public init(_ name: String, _ request: WireDescriptor, _ response: WireDescriptor) {
            self.name = name
            self.request = request
            self.response = response
        }
    }

    /// Full Protocol Buffers name, such as `aivm.ai.v1.Msg`.
    public let name: String
    /// The calls, in the order they are written.
    public let calls: [Call]

    /// Makes a service.
    public init(_ name: String, _ calls: [Call]) {
        self.name = name
        self.calls = calls
    }
}

/// The `.proto` file of one package.
public struct ProtoFile: Equatable, Sendable {
    /// Path below the folder of `.proto` files, such as `aivm/ai/v1/ai.proto`.
    public let path: String
    /// The package, such as `aivm.ai.v1`.
    public let package: String
    /// The file's content.
    public let text: String

    /// Paths of files that others publish, by the full name of a message.
    public static let publishedPaths: [String: String] = [
        "google.protobuf.Any": "google/protobuf/any.proto",
        "google.protobuf.Duration": "google/protobuf/duration.proto",
        "google.protobuf.Timestamp": "google/protobuf/timestamp.proto",
        "cosmos.base.query.v1beta1.PageRequest": "cosmos/base/query/v1beta1/pagination.proto",
        "cosmos.base.query.v1beta1.PageResponse": "cosmos/base/query/v1beta1/pagination.proto",
        "cosmos.base.v1beta1.Coin": "cosmos/base/v1beta1/coin.proto",
    ]

    /// The files of every package whose name starts with `prefix`, sorted by path.
    ///
    /// - Parameters:
    ///   - roots: messages to declare; all that they hold is declared too.
    ///   - services: services to declare, with the messages they name.
    ///   - prefix: packages to write. Other types are imported.
    ///   - publishedPaths: where imported types are declared. A type without a path traps: the
    ///     declaration refers to something no client could find.
    public static func files(
        of roots: [WireDescriptor], services: [ProtoService] = [],
        inPackagesFrom prefix: String = "aivm.",
        publishedPaths: [String: String] = ProtoFile.publishedPaths
    ) -> [ProtoFile] {
        var types = ProtoTypes()
        for root in roots { types.add(root) }
        for service in services {
            for call in service.calls {
                types.add(call.request)
                types.add(call.response)
            }
        }
        var packages: [String] = []
        for name in types.names + services.map(\.name) {
            let package = ProtoName(name).package
            if package.hasPrefix(prefix), !packages.contains(package) { packages.append(package) }
        }
        return packages.sorted().map { package in
            var writer = ProtoWriter(
                package: package, prefix: prefix, publishedPaths: publishedPaths, types: types)
            let text = writer.text(services: services)
            return ProtoFile(path: filePath(of: package), package: package, text: text)
        }
    }

    /// `aivm.ai.v1` → `aivm/ai/v1/ai.proto`: the folder is the package, the file is named after
    /// the last part that is not a version.
    static func filePath(of package: String) -> String {
        let parts = package.split(separator: ".")
        let name = parts.last { part in
            !(part.hasPrefix("v") && part.dropFirst().first?.isNumber == true)
        }
        return parts.joined(separator: "/") + "/" + (name ?? "types") + ".proto"
    }
}

/// A full name, split: the package is what stands before the first capitalised part.
struct ProtoName {
    let package: String
    /// Names of the enclosing messages and of the type itself.
    let path: [String]

    init(_ fullName: String) {
        let parts = fullName.split(separator: ".").map(String.init)
        let border = parts.firstIndex { $0.first?.isUppercase == true } ?? parts.count
        package = parts[..<border].joined(separator: ".")
        path = Array(parts[border...])
    }
}

/// All messages and enums that a set of roots reaches, each once.
struct ProtoTypes {
    private(set) var messages: [WireDescriptor] = []
    private(set) var enums: [WireEnumDescriptor] = []

    var names: [String] { messages.map(\.name) + enums.map(\.name) }

    mutating func add(_ root: WireDescriptor) {
        var pending = [root]
        while let message = pending.popLast() {
            guard !messages.contains(where: { $0.name == message.name }) else { continue }
            messages.append(message)
            for field in message.fields {
                switch field.type {
                case .scalar: break
                case .message(let descriptor): pending.append(descriptor())
                case .enumeration(let descriptor):
                    let value = descriptor()
                    if !enums.contains(where: { $0.name == value.name }) { enums.append(value) }
                }
            }
        }
        messages.sort { $0.name < $1.name }
        enums.sort { $0.name < $1.name }
    }
}
