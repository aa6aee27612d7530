// What commands print: answers on standard output, progress and complaints on standard error.

import Foundation
import Synchronization

/// Standard output and standard error of a command.
enum Terminal {
    /// Writes `text` and a line break to standard output.
    static func print(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    /// Writes `text` and a line break to standard error.
    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// Whether standard output is a terminal.
    static var hasTerminalOutput: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether standard error is a terminal.
    static var hasTerminalErrors: Bool { isatty(STDERR_FILENO) == 1 }

    /// Reads a secret without showing it; `nil` at the end of input.
    static func readSecret(_ prompt: String) -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return readLine() }
        FileHandle.standardError.write(Data(prompt.utf8))
        var settings = termios()
        unsafe tcgetattr(STDIN_FILENO, &settings)
        let shown = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        defer {
            var restored = shown
            unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &restored)
            FileHandle.standardError.write(Data("\n".utf8))
        }
        return readLine()
    }
}

/// A progress bar on standard error; silent when that is not a terminal or `--quiet` is given.
final class ProgressBar: Sendable {
    private let title: String
    private let isVisible: Bool
    private let lastPercent = Mutex(-1)

    /// Makes a bar.
    init(_ title: String, _ invocation: Invocation) {
        self.title = title
        isVisible = Terminal.hasTerminalErrors && !invocation.flag("quiet")
    }

    /// Shows that `done` of `total` steps are done.
    func show(_ done: Int, of total: Int) {
        guard isVisible, total > 0 else { return }
        let percent = min(100, done * 100 / total)
        let isNew = lastPercent.withLock { last in
            defer { last = percent }
            return last != percent
        }
        guard isNew else { return }
        let filled = String(repeating: "█", count: percent / 4)
        let empty = String(repeating: "░", count: 25 - percent / 4)
        FileHandle.standardError.write(Data("\r\(title) \(filled)\(empty) \(percent)%".utf8))
        if percent == 100 { FileHandle.standardError.write(Data("\n".utf8)) }
    }
}
