// aivm tx sign | multisign | encode | decode | broadcast: transactions as documents, on machines
// that may never see a node.

import Base
import Client
import Cryptography
import Ledger
import Wire

extension CommandLineInterface {
    static let documentCommands = [
        signCommand, multisignCommand, broadcastCommand, encodeCommand, decodeCommand,
    ]

    private static let fileArgument = Argument(
        name: "FILE", help: "A transaction, or - for standard input.")

    private static let signCommand = Command(
        name: "sign", summary: "Sign a transaction made with --generate-only.",
        discussion: """
            For a threshold key, each member signs the same document with --multisig KEY; the
            signatures are joined with 'aivm tx multisign'. Members sign as Amino JSON, which does
            not cover who else signs; for messages without that form, name all who will sign with
            --signers, and they sign in direct mode.
            """,
        arguments: [fileArgument],
        options: ChainSession.signingOptions + TransactionSession.offlineOptions + [
            .option("multisig", "WHO", "Sign as a member of this threshold key."),
            .option("signers", "NAMES", "Sign in direct mode, together with these members."),
            .option("sign-mode", "MODE", "direct or amino-json.", fallback: "direct"),
            .flag("signature-only", "Print the signature only."),
            TransactionSession.documentOption,
        ],
        run: sign)

    private static func sign(_ invocation: Invocation) throws {
        var document = try TransactionDocument(path: invocation.arguments[0])
        let session = try ChainSession(invocation)
        let store = ChainSession.keyStore(invocation)
        let name = try invocation.required("from")
        if let owner = invocation.option("multisig") {
            let multisig = try store.multisig(name: owner)
            let context = try SigningContext(invocation, session, address: multisig.address)
            let positions = try invocation.option("signers").map {
                try self.positions(of: $0, multisig, store)
            }
            if let positions {
                document.prepare(multisig, positions, .direct, sequence: context.sequence)
            }
            let key = try store.open(
                name: name, password: try ChainSession.password(invocation))
            guard let position = multisig.members.firstIndex(of: key.publicKey),
                positions?.contains(position) ?? true
            else {
                throw CommandFailure("\(name) is not among those that sign", .usage)
            }
            let mode: SignMode = positions == nil ? .legacyAminoJSON : .direct
            let signature = key.signature(for: try document.digest(mode, context))
            let json = memberSignature(key.publicKey, signature, positions, context)
            return try TransactionDocument.write(json, invocation)
        }
        let address = try store.show(name: name).address
        let context = try SigningContext(invocation, session, address: address)
        let key = try store.open(name: name, password: try ChainSession.password(invocation))
        try document.sign(with: key, context, mode: try mode(invocation))
        guard invocation.flag("signature-only") else { return try document.write(invocation) }
        let signature = document.transaction.signatures.first ?? []
        try TransactionDocument.write(
            memberSignature(key.publicKey, signature, nil, context), invocation)
    }

    private static func mode(_ invocation: Invocation) throws -> SignMode {
        switch invocation.option("sign-mode") ?? "direct" {
        case "direct": return .direct
        case "amino-json": return .legacyAminoJSON
        case let name:
            throw UsageError(
                message: "--sign-mode takes direct or amino-json, not '\(name)'",
                path: invocation.pathText)
        }
    }

    private static func memberSignature(
        _ key: Secp256k1.PublicKey, _ signature: Bytes, _ positions: [Int]?,
        _ context: SigningContext
    ) -> JSONValue {
        .object([
            "public_key": .string(key.bytes.base64), "signature": .string(signature.base64),
            "sequence": .string(String(context.sequence)),
            "account_number": .string(String(context.accountNumber)),
            "chain_id": .string(context.chainID),
            "signers": positions.map { .array($0.map { .number(String($0)) }) } ?? .null,
        ])
    }

    /// The positions of members named by keys or addresses.
    private static func positions(
        of text: String, _ multisig: MultisigKey, _ store: KeyStore
    ) throws -> [Int] {
        let positions = try text.split(separator: ",").map { part in
            let address =
                try (try? Address(bech32: String(part), prefix: "aivm"))
                ?? store.show(name: String(part)).address
            let found = multisig.members.firstIndex { Address(publicKey: $0) == address }
            guard let found else {
                throw CommandFailure("\(part) is no member of the threshold key", .usage)
            }
            return found
        }
        guard Set(positions).count >= multisig.threshold else {
            throw CommandFailure("\(multisig.threshold) members must sign", .usage)
        }
        return Set(positions).sorted()
    }

    private static let multisignCommand = Command(
        name: "multisign", summary: "Join members' signatures of a threshold key.",
        arguments: [
            fileArgument, Argument(name: "KEY", help: "Name of the threshold key."),
            Argument(
                name: "SIGNATURE", help: "Files made with 'aivm tx sign --multisig'.",
                isRest: true),
        ],
        options: [
            .option("home", "DIR", "Folder of the keys (default: $AIVM_HOME or ~/.aivm)."),
            TransactionSession.documentOption,
        ],
        run: { invocation in
            var document = try TransactionDocument(path: invocation.arguments[0])
            let multisig = try ChainSession.keyStore(invocation).multisig(
                name: invocation.arguments[1])
            let parts = try invocation.arguments.dropFirst(2).map {
                try MemberSignature(path: $0)
            }
            try document.join(parts, multisig)
            try document.write(invocation)
        })

    private static let broadcastCommand = Command(
        name: "broadcast", summary: "Send a signed transaction.", arguments: [fileArgument],
        options: ChainSession.nodeOptions + [.flag("no-wait", "Do not wait for the block.")],
        run: { invocation in
            let document = try TransactionDocument(path: invocation.arguments[0])
            try TransactionSession(invocation).send(document.raw.encoded())
        })

    private static let encodeCommand = Command(
        name: "encode", summary: "Print a transaction's bytes as base64.",
        arguments: [fileArgument],
        run: { invocation in
            let document = try TransactionDocument(path: invocation.arguments[0])
            Terminal.print(document.raw.encoded().base64)
        })

    private static let decodeCommand = Command(
        name: "decode", summary: "Print the transaction that base64 or hexadecimal bytes hold.",
        arguments: [Argument(name: "BYTES", help: "Base64, or hexadecimal with --hex.")],
        options: [.flag("hex", "The bytes are hexadecimal."), TransactionSession.documentOption],
        run: { invocation in
            let text = invocation.arguments[0]
            let bytes = invocation.flag("hex") ? Bytes(hex: text) : Bytes(base64: text)
            guard let bytes else {
                throw UsageError(message: "the bytes are malformed", path: invocation.pathText)
            }
            do { try TransactionDocument(bytes: bytes).write(invocation) } catch let error
                as WireError
            {
                throw CommandFailure("no transaction: \(error)", .malformedData)
            }
        })
}

/// One member's signature, from its file.
struct MemberSignature {
    let key: Secp256k1.PublicKey
    let signature: Bytes
    /// Who signs, where the signature covers it.
    let positions: [Int]?
    let context: SigningContext

    init(path: String) throws {
        let json: JSONValue
        do { json = try JSONValue(parsing: readFile(path, limit: 1 << 20)) } catch let error
            as WireError
        {
            throw CommandFailure("\(path): \(error)", .malformedData)
        }
        guard let key = json["public_key"]?.text.flatMap({ Bytes(base64: $0) }),
            let publicKey = Secp256k1.PublicKey(key),
            let signature = json["signature"]?.text.flatMap({ Bytes(base64: $0) }),
            let sequence = json["sequence"]?.integer(as: UInt64.self),
            let number = json["account_number"]?.integer(as: UInt64.self),
            let chainID = json["chain_id"]?.text
        else { throw CommandFailure("\(path) is no signature", .malformedData) }
        self.key = publicKey
        self.signature = signature
        context = SigningContext(
            chainID: chainID, accountNumber: number, sequence: sequence)
        positions = json["signers"]?.elements?.compactMap { $0.integer(as: Int.self) }
    }
}

extension TransactionDocument {
    /// Names the threshold key and its members at `positions` as the signers.
    mutating func prepare(
        _ multisig: MultisigKey, _ positions: [Int], _ mode: SignMode, sequence: UInt64
    ) {
        var modes = ModeInfo.MultiMode()
        modes.bitArray = CompactBitArray(count: multisig.members.count, set: positions)
        modes.modeInfos = positions.map { _ in ModeInfo(single: mode) }
        var info = SignerInfo(publicKey: multisig.packed, sequence: sequence)
        info.modeInfo = ModeInfo()
        info.modeInfo?.multi = modes
        transaction.authInfo?.signerInfos = [info]
        transaction.signatures = []
    }

    /// Joins members' signatures into the transaction's one.
    mutating func join(_ parts: [MemberSignature], _ multisig: MultisigKey) throws {
        guard let first = parts.first else { throw CommandFailure("no signatures", .usage) }
        guard parts.allSatisfy({ $0.positions == first.positions && $0.context == first.context })
        else {
            throw CommandFailure(
                "the signatures cover different signers, accounts or sequence numbers",
                .malformedData)
        }
        let mode: SignMode = first.positions == nil ? .legacyAminoJSON : .direct
        let present = multisig.members.indices.filter { position in
            parts.contains { $0.key == multisig.members[position] }
        }
        let positions = first.positions ?? present
        guard positions.count >= multisig.threshold else {
            throw CommandFailure("\(multisig.threshold) members must sign", .usage)
        }
        prepare(multisig, positions, mode, sequence: first.context.sequence)
        let digest = try digest(mode, first.context)
        var signatures: [Bytes] = []
        for position in positions where multisig.members.indices.contains(position) {
            let member = multisig.members[position]
            guard let part = parts.first(where: { $0.key == member }) else {
                throw CommandFailure(
                    "the signature of \(Address(publicKey: member)) is missing", .usage)
            }
            guard member.isValid(signature: part.signature, for: digest) else {
                throw CommandFailure(
                    "the signature of \(Address(publicKey: member)) is not of this transaction",
                    .malformedData)
            }
            signatures.append(part.signature)
        }
        transaction.signatures = [MultiSignature(signatures).encoded()]
    }
}
