// Many changes at once. Setting keys one by one copies the upper levels of the tree once a key;
// saving with a list of changes copies every page on their paths once.
//
// The result is that of the changes one by one. Only new keys and removals change the shape of the
// tree; setting keys that are there replaces leaves in place. A node of the result has the new
// version exactly when it is on the path of a changed key or was made by a rotation, whichever came
// first: so keys that are there are set first, and the others in ascending order after them.

public import Base

extension IAVLTree {
    /// A new value of a key, or `nil` to remove it.
    public typealias Change = (key: Bytes, value: Bytes?)

    static func requireAscending(_ changes: [Change]) {
        precondition(
            zip(changes, changes.dropFirst())
                .allSatisfy { $0.key.lexicographicallyPrecedes($1.key) },
            "changed keys ascend")
    }

    /// Sets and removes keys in the order given, in the working tree.
    public mutating func applyOneByOne(_ changes: [Change]) throws(StorageFailure) {
        for change in changes {
            if let value = change.value {
                try set(change.key, value)
            } else {
                _ = try remove(change.key)
            }
        }
    }
}
