// Small committed test vectors, shared by every language in the repository. Each JSON file has a
// `provenance` member that names source, version and how the values were made.

public import Base
import Foundation

/// The files of `Tests/Vectors`.
public enum Vectors {
    /// The path of the vector file `name`, for example `bip39.json`. The file need not exist.
    public static func path(_ name: String) -> String { PackageRoot.path("Tests/Vectors/\(name)") }

    /// The content of the vector file `name`. Throws what Foundation throws when it cannot be read.
    public static func bytes(_ name: String) throws -> Bytes {
        Bytes(try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// The JSON file `name` as a `Value`. Throws what Foundation throws when it does not fit.
    public static func decode<Value: Decodable>(_ type: Value.Type, from name: String) throws
        -> Value
    {
        let data = try Data(contentsOf: URL(fileURLWithPath: path(name)))
        return try JSONDecoder().decode(type, from: data)
    }
}
