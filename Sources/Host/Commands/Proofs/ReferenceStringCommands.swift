// aivm srs new | verify

import Base
import Circom
import Commitments
import Fields
import Wire

extension CommandLineInterface {
    static let referenceStringCommand = Command(
        name: "srs", summary: "Make and check reference strings (powers of tau).",
        discussion: """
            Every PLONK key is made from the powers of a number that nobody may know. Ceremonies
            publish such powers as .ptau files, with their hash; check one before you use it:

                aivm srs verify powers.ptau --hash 55c77ce8562366c91e…
            """,
        children: [newStringCommand, verifyStringCommand])

    private static let newStringCommand = Command(
        name: "new", summary: "Make an UNSAFE reference string, for development.",
        discussion: """
            Whoever makes a string alone can forge every proof made with it. The file says so, and
            so does every key made from it; a chain refuses such keys unless its genesis allows
            them. snarkjs reads the file as any other.
            """,
        arguments: [
            Argument(
                name: "POWER", help: "The file serves circuits of up to 2^POWER rows: 1 to 26."),
            Argument(name: "POWERS.ptau", help: "Where to write."),
        ],
        options: [threadsOption], run: newString)

    private static func newString(_ invocation: Invocation) throws {
        let path = invocation.arguments[1]
        guard let power = Int(invocation.arguments[0]), (1...26).contains(power) else {
            throw UsageError(
                message: "POWER must be 1 to 26, not '\(invocation.arguments[0])'",
                path: invocation.pathText)
        }
        warnIfUnsafe(true)
        let bar = ProgressBar("powers", invocation)
        try describing(path) {
            // The secrets live in this call only.
            let sink = try PowersOfTauFile.writeForDevelopment(
                power: power, .random(), to: try FileSink(path), threads: try threads(invocation)
            ) { bar.show(Int($0 * 1000), of: 1000) }
            try sink.finish()
        }
        let count = 2 << power - 1
        Output(invocation).show([
            "file": .string(path), "power": .number("\(power)"),
            "powers": .number("\(count)"), "unsafe": .bool(true),
        ]) { "\(path): \(grouped(count)) powers of tau, for development only" }
    }

    private static let verifyStringCommand = Command(
        name: "verify", summary: "Check a reference string: its hash, its powers, its ceremony.",
        discussion: """
            With --hash the BLAKE2b-512 hash of the file is compared with the published one. The
            powers are checked by a pairing: all points are powers of one number. Each
            contribution must have multiplied that number by what its key says. Who knew it, no
            check can tell: that is what the hash of a well-known ceremony is for.
            """,
        arguments: [Argument(name: "POWERS.ptau", help: "The reference string.")],
        options: [
            threadsOption, .option("hash", "HEX", "The published hash, 128 hexadecimal digits."),
            .option("powers", "N", "Check the first N powers only (default: all)."),
        ],
        run: verifyString)

    private static func verifyString(_ invocation: Invocation) throws {
        let path = invocation.arguments[0]
        let threads = try threads(invocation)
        let source = try describing(path) { try FileSource(path) }
        if let hash = invocation.option("hash") {
            try describing(path) { try source.checkHash(isExpected: hash) }
        }
        let file = try describing(path) { try PowersOfTauFile(source) }
        let count = try invocation.integer("powers", in: 2...file.powerCount) ?? file.powerCount
        try describing(path) {
            try file.structuredReferenceString(count: count).check(threads: threads)
            if file.contributionCount > 0 { try file.verifyContributions() }
        }
        warnIfUnsafe(file.isUnsafe)
        let hash = invocation.option("hash") == nil ? "not compared" : "as published"
        Output(invocation).show([
            "valid": .bool(true), "powers": .number("\(count)"), "hash": .string(hash),
            "contributions": .number("\(file.contributionCount)"),
            "unsafe": .bool(file.isUnsafe),
        ]) {
            """
            \(path): \(grouped(count)) powers of one tau, \(file.contributionCount) \
            contributions, hash \(hash)
            """
        }
    }
}
