import Attestation
import Base
import Certificates
import Circom
import Cryptography
import DevelopmentAuthority
import Fields
import Foundation
import Ledger
import Node
import Plonk
import TestSupport
import Testing
import Verification
import Wire

@testable import Commands

/// Words of the command line become the messages that the chain knows.
@Suite struct TransactionFormTests {
    private static let sender = Address.module("sender")
    private static let other = Address.module("other").bech32(prefix: "aivm")
    private static let third = Address.module("third").bech32(prefix: "aivm")
    private static let operatorAddress = Address.module("other").bech32(prefix: "aivmvaloper")
    private static let ownOperator = sender.bech32(prefix: "aivmvaloper")

    /// The form that `words` (after `tx`) name, and their invocation.
    private func parse(_ words: [String]) throws -> (TransactionForm, Invocation) {
        guard
            case .run(let invocation) = try CommandLineInterface.root.parse(["tx"] + words)
        else { throw UsageError(message: "help") }
        let form = try #require(
            TransactionForm.all.first { $0.module == words[0] && $0.name == words[1] })
        return (form, invocation)
    }

    private func message(_ words: [String]) throws -> JSONValue {
        let (form, invocation) = try parse(words)
        let packed = try form.message(invocation, sender: Self.sender)
        #expect(packed.typeURL == "/" + form.type)
        return try packed.json(
            JSONEncoding(writesDefaults: false, registry: ChainTypes.registry))
    }

    @Test(arguments: TransactionForm.all.map(\.type))
    func everyFormNamesAMessageOfTheChain(_ type: String) {
        #expect(ChainTypes.registry.type(for: "/" + type) != nil)
    }

    @Test(arguments: QueryForm.all.map { [$0.request, $0.response] })
    func everyQueryNamesMessagesOfTheChain(_ names: [String]) {
        for name in names { #expect(ChainTypes.registry.type(for: "/" + name) != nil, "\(name)") }
    }

    /// Every field of every form exists in its message, however deep.
    @Test func everyFieldExists() {
        func check(_ path: String, _ type: String) {
            guard var descriptor = ChainTypes.registry.type(for: "/" + type)?.wireDescriptor else {
                return
            }
            for part in path.split(separator: ".") {
                guard let field = descriptor.fields.first(where: { $0.name == part }) else {
                    Issue.record("\(type) has no \(path)")
                    return
                }
                if case .message(let inner) = field.type { descriptor = inner() }
                // What stands inside `Any` is another message's business.
                if descriptor.name == "google.protobuf.Any" { return }
            }
        }
        let shaped = ["multi-send", "submit-proposal", "request-result", "submit-result"]
        for form in TransactionForm.all where !shaped.contains(form.name) {
            guard form.module != "feegrant" else { continue }
            for field in form.form.fields { check(field.path, form.type) }
            switch form.signer {
            case .account(let name), .validator(let name): check(name, form.type)
            case nil: break
            }
        }
        for query in QueryForm.all {
            for field in query.form.fields { check(field.path, query.request) }
        }
    }

    @Test func fillsTransfers() throws {
        let send = try message(["bank", "send", Self.other, "7ucgpt,5atom", "--from", "x"])
        #expect(send["from_address"]?.text == Self.sender.description)
        #expect(send["to_address"]?.text == Self.other)
        // Denominations ascend, as the chain wants them.
        #expect(send["amount"]?.elements?.map { $0["denom"] } == ["atom", "ucgpt"])
        let many = try message(["bank", "multi-send", "3ucgpt", Self.other, Self.third])
        #expect(many["inputs"]?.elements?.first?["coins"]?.elements?.first?["amount"] == "6")
        #expect(many["outputs"]?.elements?.map { $0["address"]?.text } == [Self.other, Self.third])
        #expect(many["outputs"]?.elements?[1]["coins"]?.elements?.first?["amount"] == "3")
    }

    @Test func fillsStaking() throws {
        let delegation = try message(["staking", "delegate", Self.operatorAddress, "5ucgpt"])
        #expect(delegation["validator_address"]?.text == Self.operatorAddress)
        #expect(delegation["delegator_address"]?.text == Self.sender.description)
        // An account's address stands for its operator address.
        let byAccount = try message(["staking", "undelegate", Self.other, "5ucgpt"])
        #expect(byAccount["validator_address"]?.text == Self.operatorAddress)
        let cancelled = try message([
            "staking", "cancel-unbonding", Self.operatorAddress, "5ucgpt", "17",
        ])
        #expect(cancelled["creation_height"] == "17")
        let key = Bytes(repeating: 7, count: 32).base64
        let made = try message([
            "staking", "create-validator", "9ucgpt", "--pubkey", key, "--moniker", "me",
            "--commission-rate", "0.1",
        ])
        #expect(made["validator_address"]?.text == Self.ownOperator)
        #expect(made["pubkey"]?["key"]?.text == key)
        #expect(made["description"]?["moniker"] == "me")
        #expect(made["commission"]?["rate"] == "0.100000000000000000")
        #expect(made["commission"]?["max_rate"] == "0.200000000000000000")
        let edited = try message(["staking", "edit-validator", "--moniker", "new"])
        #expect(edited["description"]?["moniker"] == "new")
        #expect(edited["description"]?["details"] == "[do-not-modify]")
        #expect(edited["commission_rate"] == nil)
        let unjailed = try message(["slashing", "unjail"])
        #expect(unjailed["validator_addr"]?.text == Self.ownOperator)
        let fund = try message(["distribution", "fund-community-pool", "4ucgpt"])
        #expect(fund["depositor"]?.text == Self.sender.description)
    }

    @Test func fillsRights() throws {
        let granted = try message([
            "authz", "grant", Self.other, "/cosmos.gov.v1.MsgVote", "--expiration",
            "2027-01-31T00:00:00Z",
        ])
        let authorization = granted["grant"]?["authorization"]
        #expect(
            authorization?["@type"]?.text == "/cosmos.authz.v1beta1.GenericAuthorization")
        #expect(authorization?["msg"] == "/cosmos.gov.v1.MsgVote")
        #expect(granted["grant"]?["expiration"] == "2027-01-31T00:00:00Z")
        let limited = try message(["authz", "grant-send", Self.other, "50ucgpt"])
        #expect(
            limited["grant"]?["authorization"]?["@type"]?.text
                == "/cosmos.bank.v1beta1.SendAuthorization")
        let basic = try message(["feegrant", "grant", Self.other, "--spend-limit", "50ucgpt"])
        #expect(
            basic["allowance"]?["@type"]?.text == "/cosmos.feegrant.v1beta1.BasicAllowance")
        let periodic = try message([
            "feegrant", "grant", Self.other, "--period", "3600", "--period-limit", "1ucgpt",
            "--allowed-messages", "/cosmos.bank.v1beta1.MsgSend",
        ])
        let filter = periodic["allowance"]
        #expect(filter?["@type"]?.text == "/cosmos.feegrant.v1beta1.AllowedMsgAllowance")
        #expect(filter?["allowed_messages"]?.elements == ["/cosmos.bank.v1beta1.MsgSend"])
        #expect(filter?["allowance"]?["period"] == "3600s")
    }

    @Test func fillsProofsFromTheFilesOfCircomTools() throws {
        let sample = try #require(PlonkCase.committed.first)
        let folder = try TemporaryDirectory()
        func file(_ name: String, _ bytes: Bytes) throws -> String {
            try Data(bytes).write(to: URL(fileURLWithPath: folder.path(name)))
            return folder.path(name)
        }
        let key = try file("verification_key.json", sample.verificationKey)
        let signals = try file("public.json", sample.publicSignals)
        let proof = try file("proof.json", sample.proof)
        let registered = try message([
            "ai", "register-verification-key", key, "voting", "--description", "one vote",
        ])
        let keyBytes = try VerificationKey(json: sample.verificationKey).bytes
        #expect(registered["owner"]?.text == Self.sender.description)
        #expect(registered["key"]?.text == keyBytes.base64)
        #expect(registered["description"] == "one vote")
        let id = CircuitKey.id(of: keyBytes)
        let submitted = try message(["ai", "submit-proof", key, signals, proof])
        #expect(submitted["key_id"]?.text == id.bytes.base64)
        #expect(submitted["proof"]?.text == (try PlonkProof(json: sample.proof)).bytes.base64)
        let values = try PublicSignals.read(json: sample.publicSignals)
        #expect(
            submitted["public_signals"]?.elements?.map(\.text)
                == values.map(\.canonicalBigEndian.base64))
        // An id stands for the key, in hexadecimal or as answers have it.
        for text in [id.hex, id.bytes.base64] {
            #expect(try message(["ai", "submit-proof", text, signals, proof]) == submitted)
        }
        #expect(throws: CommandFailure.self) {
            try message(["ai", "submit-proof", key, signals, signals])
        }
    }

    @Test func aFolderOfCollateralFillsItsMessage() throws {
        let folder = try TemporaryDirectory()
        let roots = DevelopmentRoots(
            seed: [1], validity: 1_700_000_000...1_900_000_000, products: [])
        let pile = try roots.intel.collateral()
        func write(_ name: String, _ bytes: Bytes) throws {
            try Data(bytes).write(to: URL(fileURLWithPath: folder.path(name)))
        }
        try write("a.json", pile.tcbInfos[0].document.answer(member: "tcbInfo"))
        try write("b.json", pile.identities[0].document.answer(member: "enclaveIdentity"))
        try write("c.der", pile.certificates[0].encoded)
        try write("d.der", pile.lists[0].encoded)
        let sent = try message(["compute", "submit-collateral", folder.path("")])
        #expect(
            sent["tcb_infos"]?.elements?.first?["body"]?.text
                == pile.tcbInfos[0].document.body.base64)
        #expect(
            sent["identities"]?.elements?.first?["signature"]?.text
                == pile.identities[0].document.signature.base64)
        #expect(
            sent["certificates"] == .array([.string(pile.certificates[0].encoded.base64)]))
        #expect(sent["revocation_lists"] == .array([.string(pile.lists[0].encoded.base64)]))
        #expect(sent["submitter"]?.text == Self.sender.bech32(prefix: "aivm"))
        let hash = String(repeating: "ab", count: 32)
        let request = try message([
            "compute", "request-attestation", hash, hash, "--price", "5ucgpt",
        ])
        #expect(request["price"]?.elements?.count == 1)
        #expect(request["deadline"]?.text == "2100-01-01T00:00:00Z")
        #expect(throws: CommandFailure.self) {
            try message(["compute", "submit-collateral", folder.path("none")])
        }
    }

    @Test(arguments: [
        ["bank", "send", "nobody", "5ucgpt"], ["bank", "send", third, "5"],
        ["bank", "send", third, "5.5ucgpt"], ["bank", "multi-send", "5ucgpt"],
        ["staking", "delegate", third + "x", "5ucgpt"],
        ["staking", "create-validator", "5ucgpt", "--pubkey", "AAAA"],
        ["staking", "create-validator", "5ucgpt", "--commission-rate", "1.2.3"],
        ["authz", "grant", third, "cosmos.gov.v1.MsgVote"],
        ["authz", "grant", third, "/x", "--expiration", "tomorrow"],
        ["feegrant", "grant", third, "--period", "5"],
    ])
    func refusesWordsOfAnotherKind(_ words: [String]) throws {
        let (form, invocation) = try parse(words)
        #expect(throws: (any Error).self) {
            try form.message(invocation, sender: Self.sender)
        }
    }

    @Test func decimalsHaveEighteenPlaces() throws {
        let reader = FormReader(
            invocation: Invocation(
                path: [], options: [], arguments: [], command: Command(name: "", summary: "")))
        func decimal(_ text: String) throws -> String? {
            try FormKind.decimal.read(text, reader)?.text
        }
        #expect(try decimal("0.05") == "0.050000000000000000")
        #expect(try decimal("1") == "1.000000000000000000")
        #expect(try FormKind.scaledDecimal.read("0.05", reader) == "50000000000000000")
        #expect(try FormKind.scaledDecimal.read("0", reader) == "0")
        for wrong in ["", ".5", "-1", "1e3", "0.0000000000000000001"] {
            #expect(try decimal(wrong) == nil, "\(wrong)")
        }
        let votes = try FormKind.weightedVote.read("yes=0.6,no=0.4", reader)
        #expect(votes?.elements?.first?["option"] == "VOTE_OPTION_YES")
        #expect(votes?.elements?.last?["weight"] == "0.400000000000000000")
        #expect(try FormKind.weightedVote.read("yes:1", reader) == nil)
    }
}
