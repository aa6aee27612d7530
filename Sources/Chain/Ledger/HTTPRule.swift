// How a query is reached over HTTP: one line beside its route, from which the REST door and the
// OpenAPI description are made.
//
// A template is a path whose parts are words or names of fields in braces; `{denom=**}` takes all
// parts that are left. Fields that the template does not name come from the query string, or, for
// POST, from the body. Source: google.api.HttpRule, of which this is the part that Cosmos uses.

public import Wire

/// A method and a path template.
public struct HTTPRule: Equatable, Sendable, ExpressibleByStringLiteral {
    /// What a request does.
    public enum Method: String, Sendable {
        /// Reads; fields come from the path and the query string.
        case get = "GET"
        /// Sends the request message as JSON in the body.
        case post = "POST"
    }

    /// One part of a template.
    public enum Part: Equatable, Sendable {
        /// A word that must stand there.
        case word(String)
        /// The value of the field at this path of names, such as `model.owner`.
        case field(String)
        /// The value of a field that takes all parts that are left.
        case rest(String)
    }

    /// The method.
    public let method: Method
    /// The template, such as `/cosmos/bank/v1beta1/balances/{address}`.
    public let template: String

    /// A rule that reads.
    public init(stringLiteral template: String) {
        self.init(.get, template)
    }

    /// Makes a rule.
    public init(_ method: Method, _ template: String) {
        precondition(template.hasPrefix("/"), "a template begins with a slash")
        self.method = method
        self.template = template
    }

    /// A rule that sends.
    public static func post(_ template: String) -> HTTPRule { HTTPRule(.post, template) }

    /// The template's parts, in order.
    public var parts: [Part] {
        template.split(separator: "/").map { text in
            guard text.hasPrefix("{"), text.hasSuffix("}") else { return .word(String(text)) }
            let name = String(text.dropFirst().dropLast())
            guard name.hasSuffix("=**") else { return .field(name) }
            return .rest(String(name.dropLast(3)))
        }
    }
}

/// A call that a node answers, for doors and generators.
public struct CallDescription: Sendable {
    /// Path as gRPC names it: `/cosmos.bank.v1beta1.Query/Balance`.
    public let path: String
    /// What it takes.
    public let request: any WireMessage.Type
    /// What it answers.
    public let response: any WireMessage.Type
    /// How it is reached over HTTP; none when it is not.
    public let rules: [HTTPRule]

    /// Describes a call.
    public init(
        _ path: String, _ request: any WireMessage.Type, _ response: any WireMessage.Type,
        _ rules: [HTTPRule] = []
    ) {
        self.path = path
        self.request = request
        self.response = response
        self.rules = rules
    }
}
