// Queries of the chain's modules, one line of a table each: the service's path names request and
// answer, the form fills the request, and the answer is printed as JSON.

import Base
import Client
import Ledger
import Node
import Wire

/// A command below `aivm query`.
struct QueryForm: Sendable {
    /// The word below `aivm query`, such as `staking`.
    let module: String
    /// The command, such as `validator`.
    let name: String
    /// One line of help.
    let summary: String
    /// The package of the service, such as `cosmos.staking.v1beta1`.
    let package: String
    /// The method of the service `Query`.
    let method: String
    let form: Form

    init(
        _ module: String, _ name: String, _ summary: String, _ package: String, _ method: String,
        _ fields: [FormField] = []
    ) {
        self.module = module
        self.name = name
        self.summary = summary
        self.package = package
        self.method = method
        form = Form(fields)
    }

    /// Name of the request message.
    var request: String { "\(package).Query\(method)Request" }
    /// Name of the answer message.
    var response: String { "\(package).Query\(method)Response" }
    /// Path of the query.
    var path: String { "/\(package).Query/\(method)" }

    /// Options of every query.
    private static let options: [Option] =
        ChainSession.nodeOptions + [
            .option("home", "DIR", "Folder of the keys (default: $AIVM_HOME or ~/.aivm)."),
            .option("height", "N", "Height to ask about (default: the newest)."),
            ChainSession.formOption,
        ]

    /// The command.
    var command: Command {
        Command(
            name: name, summary: summary, arguments: form.arguments,
            options: QueryForm.options + form.options,
            run: { invocation in
                let session = try ChainSession(invocation)
                let question = try TransactionForm.pack(request, try form.fill(invocation))
                let height = try invocation.integer("height", in: 0...Int64.max) ?? 0
                let bytes = try session.node.ask(path, question.value, height: height)
                Terminal.print(try QueryForm.json(response, bytes).prettyText)
            })
    }

    private static func json(_ name: String, _ bytes: Bytes) throws -> JSONValue {
        guard let type = ChainTypes.registry.type(for: "/" + name) else {
            throw CommandFailure("this program does not know \(name)", .software)
        }
        return try type.init(decoding: bytes, rules: .tolerant).json(
            JSONEncoding(registry: ChainTypes.registry))
    }

    /// The commands, grouped by module.
    static var commands: [Command] {
        var names: [String] = []
        for form in all where !names.contains(form.module) { names.append(form.module) }
        return names.map { name in
            Command(
                name: name, summary: "Ask the module \(name).",
                children: all.filter { $0.module == name }.map(\.command))
        }
    }
}
