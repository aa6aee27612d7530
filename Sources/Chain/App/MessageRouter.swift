// Where messages find their handlers. Some modules run messages of others (an authorization used, a
// proposal passed), their own among them, so the router must know modules that need the router. It
// holds recipes for those and makes them when one of their messages is met: values all the way, and
// no cycle.
//
// Nesting is walked here, with a depth, and never by the messages' own code: what a transaction
// holds cannot choose how deep anything recurses.

import Cryptography
import Ledger
import Wire

/// The routes of all messages, for those who run messages of others.
struct MessageRouter: MessageRunning {
    /// A message's route, and the module it belongs to.
    struct Entry: Sendable {
        let route: MessageRoute
        let module: String
    }

    /// Makes a module that runs messages of others by the router it is given.
    typealias Recipe = @Sendable (MessageRouter) -> any Module

    private let modules: [any Module]
    private let entries: [String: Entry]
    private let recipes: [Recipe]

    /// Makes the router of `modules`, and of those that `recipes` make.
    init(_ modules: [any Module], running recipes: [Recipe]) {
        self.modules = modules
        entries = MessageRouter.entries(of: modules)
        self.recipes = recipes
    }

    /// The modules that run messages of others, in the order of their recipes.
    var runningModules: [any Module] { recipes.map { $0(self) } }

    /// The routes of `modules` by type URL. Two routes of one type are a mistake of the program.
    static func entries(of modules: [any Module]) -> [String: Entry] {
        var entries: [String: Entry] = [:]
        for module in modules {
            let name = type(of: module).name
            for route in module.messages {
                let old = entries.updateValue(
                    Entry(route: route, module: name), forKey: route.typeURL)
                precondition(old == nil, "message \(route.typeURL) has one route")
            }
        }
        return entries
    }

    private func entry(_ typeURL: String) throws(Failure) -> Entry {
        if let entry = entries[typeURL] { return entry }
        for module in runningModules {
            if let route = module.messages.first(where: { $0.typeURL == typeURL }) {
                return Entry(route: route, module: type(of: module).name)
            }
        }
        throw MessageRouter.unknown(typeURL)
    }

    static func unknown(_ typeURL: String) -> Failure {
        .sdk(.transactionParse, "unable to resolve type URL \(typeURL.prefix(200))")
    }

    var registry: WireRegistry {
        WireRegistry(
            (modules + runningModules).flatMap { module in
                module.messages.flatMap(\.types) + module.otherTypes
            })
    }

    func runs(_ typeURL: String) -> Bool { (try? entry(typeURL)) != nil }

    func check(_ message: AnyMessage) throws(Failure) { try check(message, depth: 1) }

    /// Checks `message` at `depth`, and what is inside it.
    private func check(_ message: AnyMessage, depth: Int) throws(Failure) {
        let route = try entry(message.typeURL).route
        _ = try route.check(message)
        try checkInner(route, message, depth: depth)
    }

    /// Checks what is inside `message`, which stands at `depth`.
    func checkInner(_ route: MessageRoute, _ message: AnyMessage, depth: Int) throws(Failure) {
        let inner = try route.inner(message)
        guard inner.isEmpty || depth < maximumMessageDepth else {
            throw .sdk(
                .invalidRequest, "messages are nested deeper than \(maximumMessageDepth)")
        }
        for message in inner { try check(message, depth: depth + 1) }
    }

    func signers(of message: AnyMessage) throws(Failure) -> [Address] {
        try entry(message.typeURL).route.check(message)
    }

    func run(_ message: AnyMessage, _ context: inout Context) throws(Failure) -> AnyMessage {
        try entry(message.typeURL).route.run(message, &context)
    }
}
