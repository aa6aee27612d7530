// Who owns models, for modules that let owners decide.

public import Base
public import Cryptography

/// Knows the owners of models.
public protocol ModelOwning: Sendable {
    /// The owner of the registration that answers for a ModelID; `nil` when none does.
    func owner(ofModel modelID: Bytes, _ context: inout Context) throws(Failure) -> Address?
}
