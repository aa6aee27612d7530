// Why a node cannot be set up or started: each case says what to do.

/// A failure before a node runs.
public enum NodeSetupError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The home holds a node already.
    case homeExists(String)
    /// The home holds no node.
    case noHome(String)
    /// A file cannot be read or written.
    case file(String, reason: String)
    /// A file does not hold what it should.
    case malformedFile(String, reason: String)
    /// The database cannot be opened.
    case database(String)
    /// The port is taken, or the address cannot be bound.
    case listening(String)
    /// The chain in the database is not the genesis's.
    case wrongChain(expected: String, actual: String)
    /// The engine or the application refused to start.
    case engine(String)

    public var description: String {
        switch self {
        case .homeExists(let path):
            "\(path) holds a node already; choose another --home or remove it"
        case .noHome(let path): "\(path) holds no node; run 'aivm node init' first"
        case .file(let path, let reason): "\(path): \(reason)"
        case .malformedFile(let path, let reason): "\(path) is malformed: \(reason)"
        case .database(let text): text
        case .listening(let text): text
        case .wrongChain(let expected, let actual):
            "the database is of chain \(actual), the genesis of \(expected)"
        case .engine(let text): text
        }
    }
}
