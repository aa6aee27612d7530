// How commands fail: a text with cause and way out, and an exit code that scripts can rely on. The
// codes are those of BSD's sysexits, plus 1 for "refused".

import Client
import Importers
import Machine
import Models
import Node
import Quantization
import Verification
import Wire

/// Exit codes, append-only; the README lists them.
enum ExitCode: Int32, Sendable {
    /// Done.
    case success = 0
    /// The chain refused, a run went over its limits, or what was checked does not hold.
    case refused = 1
    /// The command line is wrong.
    case usage = 64
    /// A file or input does not hold what it should.
    case malformedData = 65
    /// A file cannot be read.
    case noInput = 66
    /// The node does not answer.
    case unavailable = 69
    /// Something inside went wrong.
    case software = 70
    /// A file or home cannot be created.
    case cannotCreate = 73
    /// The disk or database failed.
    case inputOutput = 74
}

/// A failure with its exit code.
struct CommandFailure: Error, CustomStringConvertible {
    /// What is said on standard error.
    let description: String
    /// The code.
    let exitCode: ExitCode

    init(_ description: String, _ exitCode: ExitCode) {
        self.description = description
        self.exitCode = exitCode
    }
}

extension ExitCode {
    /// The code of any error a command may end with.
    static func of(_ error: any Error) -> ExitCode {
        switch error {
        case let failure as CommandFailure: failure.exitCode
        case is UsageError: .usage
        case ImportError.unreadable: .noInput
        case is ImportError: .malformedData
        case MachineError.gasLimitExceeded, MachineError.memoryLimitExceeded,
            MachineError.nodeLimitExceeded:
            .refused
        case is ModelError, is MachineError, is QuantizationError: .malformedData
        case let error as NodeError: error.exitCode
        case let error as NodeSetupError: error.exitCode
        case is ReceiptError: .refused
        case ReceiptBuildError.node(let error): error.exitCode
        case is ReceiptBuildError: .refused
        case is KeyStoreError: .refused
        case is WireError, is VerificationError: .malformedData
        default: .software
        }
    }
}

extension NodeError {
    fileprivate var exitCode: ExitCode {
        switch self {
        case .unreachable, .timedOut, .malformedAnswer: .unavailable
        case .refused, .notFound: .refused
        }
    }
}

extension NodeSetupError {
    fileprivate var exitCode: ExitCode {
        switch self {
        case .homeExists: .cannotCreate
        case .noHome: .noInput
        case .malformedFile, .wrongChain: .malformedData
        case .file, .database, .engine: .inputOutput
        case .listening: .unavailable
        }
    }
}
