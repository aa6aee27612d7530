// aivm node snapshot create | list | restore

import ABCI
import Base
import Ledger
import Node
import Wire

extension CommandLineInterface {
    static let snapshotCommand = Command(
        name: "snapshot", summary: "Copies of a node's state, which other nodes can start from.",
        children: [createSnapshotCommand, listSnapshotsCommand, restoreSnapshotCommand])

    private static let engineOption = Option.option(
        "consensus", "NAME", "Whose state: embedded, or cometbft.", fallback: "embedded")
    private static let homeOption = Option.option(
        "home", "DIR", "Folder of the node (default: $AIVM_HOME or ~/.aivm).")

    /// The engine that the invocation names.
    static func engine(_ invocation: Invocation) throws -> NodeEngine {
        switch invocation.option("consensus") ?? "embedded" {
        case "embedded": return .embedded
        case "cometbft": return .cometBFT
        case let name:
            throw UsageError(
                message: "--consensus takes embedded or cometbft, not '\(name)'",
                path: invocation.pathText)
        }
    }

    private static func text(_ entry: NodeSnapshots.Entry) -> String {
        "height \(entry.height)  \(entry.chunkCount) chunks  "
            + "\(sizeText(Int(clamping: entry.byteCount)))  app hash "
            + (entry.appHash?.upperHex ?? "unknown")
    }

    private static let createSnapshotCommand = Command(
        name: "create", summary: "Make a snapshot of the state after the last block.",
        discussion: "The node may be running: it is not held up.",
        options: [homeOption, engineOption],
        run: { invocation in
            let entry = try NodeSnapshots.create(
                home: ChainSession.home(invocation), engine: try engine(invocation))
            Output(invocation).show(entry.json) { text(entry) }
        })

    private static let listSnapshotsCommand = Command(
        name: "list", summary: "List the snapshots, newest first.",
        options: [homeOption, engineOption],
        run: { invocation in
            let entries = try NodeSnapshots.list(
                home: ChainSession.home(invocation), engine: try engine(invocation))
            Output(invocation).show(.array(entries.map(\.json))) {
                entries.isEmpty
                    ? "no snapshots" : entries.map(text).joined(separator: "\n")
            }
        })

    private static let restoreSnapshotCommand = Command(
        name: "restore", summary: "Start a home that has no blocks yet from a snapshot.",
        discussion: """
            The home must be set up with the genesis of the chain. Without --app-hash the one
            noted beside the snapshot is taken: right for a copy of one's own, not for one from a
            stranger.
            """,
        options: [
            homeOption, engineOption,
            .option("from", "DIR", "Folder of the snapshots."),
            .option("height", "N", "Which snapshot (default: the newest)."),
            .option("app-hash", "HEX", "What the state must hash to, from a source you trust."),
        ],
        run: { invocation in
            var appHash: Bytes?
            if let hex = invocation.option("app-hash") {
                guard let bytes = Bytes(hex: hex), bytes.count == 32 else {
                    throw UsageError(
                        message: "--app-hash takes 64 hexadecimal digits",
                        path: invocation.pathText)
                }
                appHash = bytes
            }
            let entry = try NodeSnapshots.restore(
                home: ChainSession.home(invocation), engine: try engine(invocation),
                from: try invocation.required("from"),
                height: try invocation.integer("height", in: 1...Int64.max), appHash: appHash)
            Output(invocation).show(entry.json) { "restored: " + text(entry) }
        })
}
