// What an operator reads when RocksDB fails: the cause and the way out, then RocksDB's own words.

/// A message for RocksDB's error `text` about the database in `path`.
func rocksMessage(_ text: String, path: String) -> String {
    let advice =
        if text.contains("lock hold by current process") {
            "this process has the database open already"
        } else if text.contains("While lock file") {
            "another process has the database open; stop it first"
        } else if text.contains("No space left on device") {
            "the disk is full; free some space and start again"
        } else if text.contains("Disk quota exceeded") || text.contains("File too large") {
            "a limit on disk space or file size is reached; raise it and start again"
        } else if text.contains("Permission denied") || text.contains("Read-only file system") {
            "the folder is not writable or not readable for this user"
        } else if text.contains("Too many open files") {
            "this process may not open more files; raise its limit (ulimit -n)"
        } else if isDamage(text) {
            "the database is damaged; restore the folder from a checkpoint"
        } else {
            "the database failed"
        }
    return "\(path): \(advice) (\(text))"
}

/// Whether `text` speaks of wrong or missing file content.
private func isDamage(_ text: String) -> Bool {
    text.hasPrefix("Corruption") || text.contains("No such file or directory")
        || text.contains("Column family not found") || text.contains("checksum mismatch")
        || text.hasPrefix("Not implemented") || text.contains("Bad table magic number")
}
