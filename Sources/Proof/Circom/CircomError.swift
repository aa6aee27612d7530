// Why a file of Circom or snarkjs was refused. Numbers are stable and append-only: they stand in
// exit codes, logs and other programs. The texts are for the person who has the file.

/// A refusal of a Circom file, or of what was to be written into one.
public enum CircomError: Error, Equatable, Sendable {
    /// 1: the file cannot be opened, read or written.
    case unreadable(path: String, reason: String)
    /// 2: the file starts with other letters than files of its kind.
    case wrongKind(expected: String, actual: String)
    /// 3: the file's version is not the one this program knows.
    case unsupportedVersion(expected: UInt32, actual: UInt32)
    /// 4: the file ends inside a part of it. Both are counts of bytes.
    case truncated(part: String, needed: UInt64, left: Int)
    /// 5: bytes follow the last part.
    case trailingBytes(part: String, count: Int)
    /// 6: a section occurs twice.
    case duplicateSection(UInt32)
    /// 7: a section is not there.
    case missingSection(UInt32, name: String)
    /// 8: files of this kind have no such section.
    case unknownSection(UInt32)
    /// 9: a section is longer or shorter than the header says. Both are counts of bytes.
    case wrongSectionSize(name: String, expected: UInt64, actual: UInt64)
    /// 10: there is more of something than can be.
    case tooMany(String, limit: UInt64, actual: UInt64)
    /// 11: the file is about another curve than BN254, which Circom calls bn128.
    case wrongCurve(String)
    /// 12: a number is not below the prime of its field.
    case notCanonical(String, index: Int)
    /// 13: something refers to a wire that does not exist.
    case wireOutOfRange(String, index: Int, wire: UInt32, count: UInt32)
    /// 14: a linear combination names a wire twice.
    case repeatedWire(constraint: Int, wire: UInt32)
    /// 15: a point is not on the curve.
    case pointOffCurve(String, index: Int)
    /// 16: a point of the second group is on the curve but not in the group.
    case pointOutsideGroup(String, index: Int)
    /// 17: a point is infinity where none may be.
    case pointAtInfinity(String, index: Int)
    /// 18: the key is of another proof system.
    case wrongProtocol(expected: String, actual: String)
    /// 19: the file uses something that this program does not support.
    case unsupported(String)
    /// 20: two statements of the file contradict each other.
    case contradiction(String)
    /// 21: a JSON file does not have the form it must have.
    case wrongJSON(file: String, reason: String)
    /// 22: the structured reference string is too short. Both are counts of powers of tau.
    case tooFewPowers(needed: Int, available: Int)
    /// 23: the file is not the one that was meant: its hash differs. Both are hexadecimal.
    case wrongHash(expected: String, actual: String)
    /// 24: a contribution to a ceremony does not follow from the one before it.
    case brokenContribution(index: Int, reason: String)

    /// The stable number of the case.
    public var code: UInt32 {
        switch self {
        case .unreadable: 1
        case .wrongKind: 2
        case .unsupportedVersion: 3
        case .truncated: 4
        case .trailingBytes: 5
        case .duplicateSection: 6
        case .missingSection: 7
        case .unknownSection: 8
        case .wrongSectionSize: 9
        case .tooMany: 10
        case .wrongCurve: 11
        case .notCanonical: 12
        case .wireOutOfRange: 13
        case .repeatedWire: 14
        case .pointOffCurve: 15
        case .pointOutsideGroup: 16
        case .pointAtInfinity: 17
        case .wrongProtocol: 18
        case .unsupported: 19
        case .contradiction: 20
        case .wrongJSON: 21
        case .tooFewPowers: 22
        case .wrongHash: 23
        case .brokenContribution: 24
        }
    }
}

extension CircomError {
    /// What the person who has the file can do about it.
    public var advice: String {
        switch self {
        case .unreadable: "check the path, the permissions and the space on the disk"
        case .wrongKind: "check the order of the files on the command line"
        case .unsupportedVersion, .unsupported:
            "make the file again with snarkjs 0.7.6 or circom 2"
        case .truncated, .trailingBytes, .wrongSectionSize:
            "the file was cut or damaged: copy or download it again and compare its hash"
        case .duplicateSection, .missingSection, .unknownSection, .contradiction, .tooMany,
            .notCanonical, .wireOutOfRange, .repeatedWire:
            "the file is damaged or was made by something else: make it again"
        case .wrongCurve: "compile the circuit for the curve bn128, circom's default"
        case .pointOffCurve, .pointOutsideGroup, .pointAtInfinity, .brokenContribution:
            "do not use this file: take one whose hash is published"
        case .wrongProtocol: "use a key made by `plonk setup`"
        case .wrongJSON: "compare the file with one that snarkjs 0.7.6 writes"
        case .tooFewPowers: "take a larger .ptau file"
        case .wrongHash: "do not use this file: download it again from where its hash is published"
        }
    }
}

extension CircomError: CustomStringConvertible {
    public var description: String { "\(problem); \(advice)" }

    private var problem: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read or write \(path): \(reason)"
        case .wrongKind(let expected, let actual):
            "not a .\(expected) file: it starts with \"\(actual)\""
        case .unsupportedVersion(let expected, let actual):
            "version \(actual) is not supported, only \(expected) is"
        case .truncated(let part, let needed, let left):
            "\(part) needs \(needed) bytes, \(left) are left"
        case .trailingBytes(let part, let count): "\(count) bytes follow \(part)"
        case .duplicateSection(let type): "section \(type) occurs twice"
        case .missingSection(let type, let name): "section \(type) (\(name)) is missing"
        case .unknownSection(let type): "section \(type) is not known"
        case .wrongSectionSize(let name, let expected, let actual):
            "section \(name) has \(actual) bytes, the header asks for \(expected)"
        case .tooMany(let what, let limit, let actual): "\(actual) \(what); at most \(limit) can be"
        case .wrongCurve(let reason): "not for BN254: \(reason)"
        case .notCanonical(let what, let index): "\(what) \(index) is not below its prime"
        case .wireOutOfRange(let what, let index, let wire, let count):
            "\(what) \(index) names wire \(wire), of \(count)"
        case .repeatedWire(let constraint, let wire):
            "a linear combination of constraint \(constraint) names wire \(wire) twice"
        case .pointOffCurve(let what, let index): "\(what) \(index) is not on the curve"
        case .pointOutsideGroup(let what, let index): "\(what) \(index) is not in its group"
        case .pointAtInfinity(let what, let index): "\(what) \(index) is infinity"
        case .wrongProtocol(let expected, let actual): "a key for \(actual), not for \(expected)"
        case .unsupported(let what): "\(what) is not supported"
        case .contradiction(let what): what
        case .wrongJSON(let file, let reason): "\(file): \(reason)"
        case .tooFewPowers(let needed, let available):
            "\(needed) powers of tau are needed, the file has \(available)"
        case .wrongHash(let expected, let actual):
            "the file's hash is \(actual), not \(expected)"
        case .brokenContribution(let index, let reason): "contribution \(index): \(reason)"
        }
    }
}
