import AIModule
import Base
import Blocks
import Client
import Cryptography
import Merkle
import Models
import Tensors
import TestSupport
import Testing
import Verification
import Wire

@Suite struct ReceiptVerifierTests {
    @Test func acceptsAnHonestReceipt() throws {
        let world = try ReceiptWorld()
        let receipt = try world.receipt()
        let report = try ReceiptVerifier.verify(receipt, trusting: world.trust)
        #expect(report.record == world.record)
        #expect(report.headerHeight == 8)
        #expect(report.blockHash == receipt.header.hash)
        #expect(report.isChainPinned && report.areValidatorsPinned && !report.wasRerun)
        #expect(report.warnings.isEmpty)
        let rerun = try ReceiptVerifier.verify(
            receipt, trusting: world.trust, rerunning: world.model)
        #expect(rerun.wasRerun)
    }

    @Test func saysWhatIsNotPinned() throws {
        let world = try ReceiptWorld()
        let report = try ReceiptVerifier.verify(try world.receipt())
        #expect(!report.isChainPinned && !report.areValidatorsPinned)
        #expect(report.warnings.count == 2)
        #expect(report.warnings[1].hasPrefix("validators not pinned"))
        #expect(report.warnings[1].contains(world.validators.hash.hex))
    }

    @Test func acceptsMoreThanTwoThirdsOnly() throws {
        let world = try ReceiptWorld()
        var receipt = try world.receipt()
        receipt.commit = try world.commit(receipt.header, signers: [0, 1])
        _ = try ReceiptVerifier.verify(receipt, trusting: world.trust)
        for signers in [[], [0], [1, 2], [2]] {
            receipt.commit = try world.commit(receipt.header, signers: signers)
            expect("insufficient-power", receipt)
        }
        // 5 + 2 of 10 is more than two thirds.
        receipt.commit = try world.commit(receipt.header, signers: [0, 2])
        _ = try ReceiptVerifier.verify(receipt, trusting: world.trust)
    }

    /// Someone who can sign for nobody makes up a chain of the same name with his own validators.
    @Test func rejectsAMadeUpChainOncePinned() throws {
        let world = try ReceiptWorld()
        let forged = try ReceiptWorld(seed: 99)
        let receipt = try forged.receipt()
        _ = try ReceiptVerifier.verify(receipt)
        #expect(
            throws: ReceiptError.untrustedValidators(
                trusted: world.validators.hash, actual: forged.validators.hash)
        ) { try ReceiptVerifier.verify(receipt, trusting: world.trust) }
        #expect(throws: ReceiptError.untrustedChain(trusted: "other-1", actual: "aivm-test-1")) {
            try ReceiptVerifier.verify(receipt, trusting: ReceiptTrust(chainID: "other-1"))
        }
    }

    /// The same bytes elsewhere in the state, honestly proven: a note of a user, say.
    @Test func rejectsARecordAtAnotherPlaceOfTheState() throws {
        var world = try ReceiptWorld()
        let value = world.record.encoded()
        let key = AI.inferenceStoreKey(world.record.id)
        world.stores["bank"]?.append(KeyValuePair(key, value))
        world.stores["ai"]?.append(KeyValuePair([0x0B, 1], value))
        for place in [
            StateEntry(store: "bank", key: key, value: value),
            StateEntry(store: "ai", key: [0x0B, 1], value: value),
        ] {
            let receipt = try world.receipt(proving: place)
            expect("wrong-state-key", receipt)
        }
    }

    @Test func rejectsAHeaderThatCannotCoverTheRecord() throws {
        var world = try ReceiptWorld()
        for height: Int64 in [7, 6] {
            world.headerHeight = height
            expect("wrong-height", try world.receipt())
        }
        world.headerHeight = 1_000_000
        _ = try ReceiptVerifier.verify(try world.receipt())
    }

    @Test func rejectsEveryAlteredField() throws {
        let honest = try ReceiptWorld().receipt()
        for (name, code, change) in Self.changes {
            var receipt = honest
            change(&receipt)
            #expect(receipt != honest, "\(name)")
            expect(code, receipt, "\(name)")
            // It is refused as a file too, for whatever reason comes first.
            #expect(throws: ReceiptError.self, "\(name)") {
                try ReceiptVerifier.verify(Receipt(parsing: receipt.fileBytes))
            }
        }
    }

    typealias Change = (name: String, code: String, change: @Sendable (inout Receipt) -> Void)

    static let changes: [Change] = [
        ("chain id", "wrong-chain", { $0.chainID = "aivm-test-2" }),
        ("model id", "wrong-statement", { $0.statement.modelID[3] ^= 1 }),
        ("arithmetic version", "wrong-statement", { $0.statement.arithmeticVersion = 2 }),
        ("input commitment", "wrong-statement", { $0.statement.inputCommitment[0] ^= 1 }),
        ("output commitment", "wrong-statement", { $0.statement.outputCommitment[31] ^= 1 }),
        ("input data", "wrong-input", { $0.input.tensors[0].data[5] ^= 1 }),
        ("input name", "wrong-input", { $0.input.tensors[0].name = "z" }),
        ("input shape", "wrong-input", { $0.input.tensors[0].dimensions = [3, 1] }),
        ("input type", "wrong-input", { $0.input.tensors[0].elementType = 6 }),
        ("input left out", "wrong-input", { $0.input.tensors = [] }),
        ("input twice", "wrong-input", { $0.input.tensors.append($0.input.tensors[0]) }),
        ("output data", "wrong-output", { $0.output.tensors[0].data[0] ^= 0x80 }),
        ("output name", "wrong-output", { $0.output.tensors[0].name = "x" }),
        ("output shape", "wrong-output", { $0.output.tensors[0].dimensions.append(1) }),
        ("store", "wrong-state-key", { $0.entry.store = "bank" }),
        ("key", "wrong-state-key", { $0.entry.key[8] ^= 1 }),
        ("value cut", "malformed-record", { $0.entry.value.removeLast() }),
        ("value empty", "malformed-record", { $0.entry.value = [] }),
        ("value of another id", "wrong-state-key", { $0.entry.value[1] ^= 1 }),
        (
            "value of another payer", "invalid-proof",
            { receipt in
                guard
                    var record = try? InferenceRecord(
                        decoding: receipt.entry.value, rules: .canonical)
                else { return }
                record.requester = "aivm1other"
                receipt.entry.value = record.encoded()
            }
        ),
        ("proof empty", "invalid-proof", { $0.proof.ops = [] }),
        ("proof without stores", "invalid-proof", { $0.proof.ops.removeLast() }),
        ("proof reversed", "invalid-proof", { $0.proof.ops.reverse() }),
        ("proof with a third step", "invalid-proof", { $0.proof.ops.append($0.proof.ops[1]) }),
        ("proof type", "invalid-proof", { $0.proof.ops[0].type = "ics23:simple" }),
        ("proof key", "invalid-proof", { $0.proof.ops[0].key[1] ^= 1 }),
        ("proof store", "invalid-proof", { $0.proof.ops[1].key = Bytes("bank".utf8) }),
        ("proof cut", "invalid-proof", { $0.proof.ops[0].data.removeLast() }),
        (
            "proof byte", "invalid-proof",
            { $0.proof.ops[1].data[$0.proof.ops[1].data.count - 1] ^= 1 }
        ),
        ("header version", "invalid-header", { $0.header.version.block = 12 }),
        ("header app version", "wrong-block", { $0.header.version.application = 2 }),
        ("header chain", "wrong-chain", { $0.header.chainID = "aivm-test-2" }),
        ("header height", "wrong-commit-height", { $0.header.height = 9 }),
        ("header time", "wrong-block", { $0.header.time.nanoseconds += 1 }),
        ("header time", "invalid-header", { $0.header.time.nanoseconds = -1 }),
        ("header last block", "wrong-block", { $0.header.lastBlockID.hash[0] ^= 1 }),
        ("header last parts", "wrong-block", { $0.header.lastBlockID.partSetHeader.total = 2 }),
        ("header last commit", "wrong-block", { $0.header.lastCommitHash[0] ^= 1 }),
        ("header data", "wrong-block", { $0.header.dataHash[0] ^= 1 }),
        ("header validators", "wrong-validators", { $0.header.validatorsHash[0] ^= 1 }),
        ("header next validators", "wrong-block", { $0.header.nextValidatorsHash[0] ^= 1 }),
        ("header consensus", "wrong-block", { $0.header.consensusHash[0] ^= 1 }),
        ("header app hash", "wrong-block", { $0.header.appHash[0] ^= 1 }),
        ("header app hash cut", "wrong-block", { $0.header.appHash.removeLast() }),
        ("header results", "wrong-block", { $0.header.lastResultsHash[0] ^= 1 }),
        ("header evidence", "wrong-block", { $0.header.evidenceHash[0] ^= 1 }),
        ("header proposer", "wrong-block", { $0.header.proposerAddress[0] ^= 1 }),
        ("header hash cut", "invalid-header", { $0.header.dataHash.removeLast() }),
        ("commit height", "wrong-commit-height", { $0.commit.height = 9 }),
        ("commit round", "invalid-signature", { $0.commit.round = 0 }),
        ("commit round", "invalid-commit", { $0.commit.round = -1 }),
        ("commit block", "wrong-block", { $0.commit.blockID.hash[0] ^= 1 }),
        ("commit parts", "invalid-signature", { $0.commit.blockID.partSetHeader.hash[0] ^= 1 }),
        ("commit parts", "invalid-signature", { $0.commit.blockID.partSetHeader.total = 2 }),
        ("signature", "invalid-signature", { $0.commit.signatures[2].signature[0] ^= 1 }),
        ("signature s", "invalid-signature", { $0.commit.signatures[0].signature[63] ^= 0x40 }),
        ("signature cut", "invalid-commit", { $0.commit.signatures[1].signature.removeLast() }),
        ("signature time", "invalid-signature", { $0.commit.signatures[0].timestamp.seconds += 1 }),
        ("signature flag", "invalid-signature", { $0.commit.signatures[0].flag = .none }),
        ("signature flag", "invalid-commit", { $0.commit.signatures[0].flag = .absent }),
        ("signer", "wrong-address", { $0.commit.signatures[0].validatorAddress[0] ^= 1 }),
        ("signers swapped", "wrong-address", { $0.commit.signatures.swapAt(0, 1) }),
        (
            "signer counted twice", "wrong-address",
            { $0.commit.signatures[1] = $0.commit.signatures[0] }
        ),
        ("signature left out", "wrong-signature-count", { $0.commit.signatures.removeLast() }),
        (
            "signature added", "wrong-signature-count",
            { $0.commit.signatures.append(ReceiptWorld.absent) }
        ),
        ("power", "wrong-validators", { $0.validators.validators[0].votingPower = 6 }),
        ("power zero", "invalid-validators", { $0.validators.validators[2].votingPower = 0 }),
        ("power huge", "invalid-validators", { $0.validators.validators[0].votingPower = .max }),
        (
            "validator address", "invalid-validators",
            { $0.validators.validators[1].address[0] ^= 1 }
        ),
        (
            "validator key", "invalid-validators",
            { $0.validators.validators[1].publicKey.ed25519?[0] ^= 1 }
        ),
        ("validators swapped", "invalid-validators", { $0.validators.validators.swapAt(0, 1) }),
        ("validator left out", "wrong-validators", { $0.validators.validators.removeLast() }),
        ("no validators", "invalid-validators", { $0.validators.validators = [] }),
        (
            "validator twice", "invalid-validators",
            { $0.validators.validators.append($0.validators.validators[2]) }
        ),
    ]

    @Test func rejectsAnotherModel() throws {
        let world = try ReceiptWorld()
        var builder = ProgramBuilder(opset: 13, name: "other")
        builder.addOutput("y", builder.addInput("x", TensorType(.float32, try Shape([1, 3]))))
        let other = try builder.build()
        expect("wrong-model", try world.receipt(), rerunning: other)
    }

    /// Validators who lie together: only who runs the model again notices.
    @Test func rejectsAWrongAnswerWhenTheModelIsRunAgain() throws {
        var world = try ReceiptWorld()
        world.inference.output.tensors[0].data[3] ^= 0x80
        world.inference.statement.outputCommitment = world.inference.output.commitment.bytes
        world.record.statement = world.inference.statement
        world.record.output.inline = world.inference.output
        let receipt = try world.receipt()
        _ = try ReceiptVerifier.verify(receipt, trusting: world.trust)
        expect("output-mismatch", receipt, rerunning: world.model)
    }

    @Test func rejectsAWrongTraceWhenTheModelIsRunAgain() throws {
        var world = try ReceiptWorld()
        world.record.evidence.reexecution?.traceRoot[0] ^= 1
        expect("trace-mismatch", try world.receipt(), rerunning: world.model)
        world.record.evidence = EvidenceMessage()
        expect("unsupported-evidence", try world.receipt(), rerunning: world.model)
    }

    @Test func namesEveryReasonOnce() {
        let reasons: [ReceiptError] = [
            .notJSON(.tooDeep(limit: 1)), .notAReceipt, .unsupportedVersion("2"),
            .malformed(member: "x"), .notCanonical, .untrustedChain(trusted: "a", actual: "b"),
            .untrustedValidators(trusted: .zero, actual: .zero),
            .wrongStateKey(store: "", key: []), .malformedRecord(.tooDeep(limit: 1)),
            .wrongHeight(record: 1, header: 1), .proof(.empty), .wrongStatement,
        ]
        #expect(Set(reasons.map(\.code)).count == reasons.count)
        for reason in reasons { #expect(!reason.description.isEmpty) }
    }

    func expect(
        _ code: String, _ receipt: Receipt, _ comment: Comment? = nil,
        rerunning model: Model? = nil, _ location: SourceLocation = #_sourceLocation
    ) {
        do {
            _ = try ReceiptVerifier.verify(receipt, rerunning: model)
            Issue.record(comment ?? "accepted", sourceLocation: location)
        } catch {
            #expect(error.code == code, comment, sourceLocation: location)
        }
    }
}
