// The text of one `.proto` file. Types that are declared inside a message (`Outer.Inner`) are
// written inside it; everything else stands at the top level, sorted by name, enums first.

struct ProtoWriter {
    let package: String
    let prefix: String
    let publishedPaths: [String: String]
    let types: ProtoTypes
    private var imports: [String] = []
    private var body = ""

    init(package: String, prefix: String, publishedPaths: [String: String], types: ProtoTypes) {
        self.package = package
        self.prefix = prefix
        self.publishedPaths = publishedPaths
        self.types = types
    }

    mutating func text(services: [ProtoService]) -> String {
        writeTypes(inside: [])
        for service in services where ProtoName(service.name).package == package {
            write(service)
        }
        var head = "// Written by the declarations in Sources; do not edit.\n"
        head += "syntax = \"proto3\";\n\npackage \(package);\n"
        if !imports.isEmpty { head += "\n" }
        for path in imports.sorted() { head += "import \"\(path)\";\n" }
        return head + body
    }

    /// Writes the types whose enclosing messages are `scope`. The recursion is as deep as
    /// declarations are nested.
    private mutating func writeTypes(inside scope: [String]) {
        let indent = String(repeating: "  ", count: scope.count)
        for type in types.enums {
            let name = ProtoName(type.name)
            guard name.package == package, Array(name.path.dropLast()) == scope else { continue }
            body += "\n\(indent)enum \(name.path.last ?? "") {\n"
            // proto3 asks for the default, number 0, in the first place.
            let zeroFirst =
                type.cases.filter { $0.number == 0 }
                + type.cases.filter { $0.number != 0 }
            for entry in zeroFirst { body += "\(indent)  \(entry.label) = \(entry.number);\n" }
            body += "\(indent)}\n"
        }
        for type in types.messages {
            let name = ProtoName(type.name)
            guard name.package == package, Array(name.path.dropLast()) == scope else { continue }
            body += "\n\(indent)message \(name.path.last ?? "") {\n"
            writeTypes(inside: name.path)
            writeFields(of: type, indent: indent + "  ")
            body += "\(indent)}\n"
        }
    }

    private mutating func writeFields(of type: WireDescriptor, indent: String) {
        var written: [String] = []
        for field in type.fields {
            guard let oneof = field.oneof else {
                body += indent + line(of: field)
                continue
            }
            guard !written.contains(oneof) else { continue }
            written.append(oneof)
            body += "\(indent)oneof \(oneof) {\n"
            for alternative in type.fields where alternative.oneof == oneof {
                body += indent + "  " + line(of: alternative)
            }
            body += "\(indent)}\n"
        }
    }

    private mutating func line(of field: WireDescriptor.Field) -> String {
        let name =
            switch field.type {
            case .scalar(let name): name
            case .message(let descriptor): reference(to: descriptor().name)
            case .enumeration(let descriptor): reference(to: descriptor().name)
            }
        return (field.isRepeated ? "repeated " : "") + "\(name) \(field.name) = \(field.number);\n"
    }

    private mutating func write(_ service: ProtoService) {
        body += "\nservice \(ProtoName(service.name).path.last ?? "") {\n"
        for call in service.calls {
            let request = reference(to: call.request.name)
            let response = reference(to: call.response.name)
            body += "  rpc \(call.name)(\(request)) returns (\(response));\n"
        }
        body += "}\n"
    }

    /// How this file names the type `fullName`, after importing its file.
    private mutating func reference(to fullName: String) -> String {
        let name = ProtoName(fullName)
        if name.package == package { return name.path.joined(separator: ".") }
        let published = publishedPaths[fullName]
        precondition(
            published != nil || name.package.hasPrefix(prefix),
            "no .proto file is known for \(fullName)")
        let path = published ?? ProtoFile.filePath(of: name.package)
        if !imports.contains(path) { imports.append(path) }
        return fullName
    }
}
