import AccountsModule
import App
import BankModule
import Base
import Cryptography
import Ledger
import TestSupport
import Testing
import Wire

/// What a transaction pays for, and what refuses it.
@Suite struct TransactionTests {
    @Test func sendMovesCoinsTakesTheFeeAndUsesTheSequence() throws {
        var chain = try TestChain()
        let result = try chain.deliver(Draft(chain.send(100)).signed(by: chain.alice))
        #expect(result.code == 0, "\(result.log)")
        #expect(result.gasWanted == 200_000)
        #expect((1...200_000).contains(result.gasUsed))
        #expect(try chain.balance(chain.alice.address) == 1_000_000_000 - 100 - 2500)
        #expect(try chain.balance(chain.bob.address) == 1_000_000_100)
        #expect(try chain.balance(.module("fee_collector")) == 2500)
        let data = try TransactionMessageData(decoding: result.data)
        #expect(
            data.messageResponses.map(\.typeURL) == ["/cosmos.bank.v1beta1.MsgSendResponse"])
        try chain.application.checkInvariants()
    }

    @Test func emitsTheEventsOfTheSDKInOrder() throws {
        var chain = try TestChain()
        let transaction = Draft(chain.send(100)).signed(by: chain.alice)
        let result = try chain.deliver(transaction)
        let (alice, bob) = (chain.alice.address.description, chain.bob.address.description)
        let collector = Address.module("fee_collector").description
        let signature = try #require(transaction.signatures.first).base64
        #expect(
            result.events == [
                Event("coin_spent", ["spender": alice, "amount": "2500ucgpt"]),
                Event("coin_received", ["receiver": collector, "amount": "2500ucgpt"]),
                Event(
                    "transfer",
                    ["recipient": collector, "sender": alice, "amount": "2500ucgpt"]),
                Event("message", ["sender": alice]),
                Event("tx", ["fee": "2500ucgpt", "fee_payer": alice]),
                Event("tx", ["acc_seq": "\(alice)/0"]),
                Event("tx", ["signature": signature]),
                Event(
                    "message",
                    [
                        "action": "/cosmos.bank.v1beta1.MsgSend", "sender": alice,
                        "module": "bank", "msg_index": "0",
                    ]),
                Event(
                    "coin_spent",
                    ["spender": alice, "amount": "100ucgpt", "msg_index": "0"]),
                Event(
                    "coin_received",
                    ["receiver": bob, "amount": "100ucgpt", "msg_index": "0"]),
                Event(
                    "transfer",
                    [
                        "recipient": bob, "sender": alice, "amount": "100ucgpt",
                        "msg_index": "0",
                    ]),
                Event("message", ["sender": alice, "msg_index": "0"]),
            ])
    }

    @Test func failedMessageKeepsFeeAndSequenceAndNothingElse() throws {
        var chain = try TestChain()
        let draft = Draft(chain.send(100), chain.send(2_000_000_000))
        let result = try chain.deliver(draft.signed(by: chain.alice))
        #expect(result.code == 5)
        #expect(result.codespace == "sdk")
        #expect(
            result.log
                == "failed to execute message; message index: 1: spendable balance 999997400ucgpt "
                + "is smaller than 2000000000ucgpt: insufficient funds")
        #expect(result.data.isEmpty)
        #expect(!result.events.contains { $0["msg_index"] != nil })
        #expect(try chain.balance(chain.alice.address) == 1_000_000_000 - 2500)
        #expect(try chain.balance(chain.bob.address) == 1_000_000_000)
        chain.alice.sequence = 1
        #expect(try chain.deliver(Draft(chain.send()).signed(by: chain.alice)).code == 0)
        try chain.application.checkInvariants()
    }

    @Test func feeAboveTheBalanceIsRefusedAndUsesNoSequence() throws {
        var chain = try TestChain()
        var draft = Draft(chain.send())
        draft.fee.amount = [Coin(Amount(1_000_000_001), "ucgpt")]
        let result = try chain.deliver(draft.signed(by: chain.alice))
        #expect(result.code == 5)
        #expect(result.log.hasSuffix("insufficient funds"))
        #expect(result.events.isEmpty)
        #expect(try chain.deliver(Draft(chain.send()).signed(by: chain.alice)).code == 0)
    }

    @Test func wrongSequenceHasTheTextThatClientsParse() throws {
        var chain = try TestChain()
        chain.alice.sequence = 5
        for result in [
            try chain.check(Draft(chain.send()).signed(by: chain.alice)),
            try chain.deliver(Draft(chain.send()).signed(by: chain.alice)),
        ] {
            #expect(result.code == 32)
            #expect(
                result.log
                    == "account sequence mismatch, expected 0, got 5: incorrect account sequence")
        }
        #expect(try chain.balance(chain.alice.address) == 1_000_000_000)
    }

    @Test func replayedTransactionIsRefused() throws {
        var chain = try TestChain()
        let transaction = Draft(chain.send()).signed(by: chain.alice)
        let results = try chain.deliver([transaction.encoded(), transaction.encoded()]).results
        #expect(results.map(\.code) == [0, 32])
        #expect(try chain.deliver(transaction).code == 32)
        #expect(try chain.check(transaction).code == 32)
        #expect(try chain.balance(chain.bob.address) == 1_000_000_100)
    }

    @Test func signatureForAnotherChainIsRefused() throws {
        var chain = try TestChain()
        var draft = Draft(chain.send())
        draft.chainID = "aivm-2"
        let result = try chain.check(draft.signed(by: chain.alice))
        #expect(result.code == 4)
        #expect(
            result.log
                == "signature verification failed; please verify account number (0), sequence (0) "
                + "and chain-id (aivm-1): unauthorized")
    }

    @Test func signatureForAnotherAccountNumberIsRefused() throws {
        var chain = try TestChain()
        let impostor = try Signer("aivm test vector", number: 3)
        #expect(try chain.check(Draft(chain.send()).signed(by: impostor)).code == 4)
    }

    @Test func everyFlippedBitOfTheSignatureIsRefused() throws {
        var chain = try TestChain()
        let transaction = Draft(chain.send()).signed(by: chain.alice)
        for bit in stride(from: 0, to: 512, by: 7) {
            var copy = transaction
            copy.signatures[0][bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(try chain.check(copy).code == 4)
        }
        for count in [0, 63, 65] {
            var copy = transaction
            copy.signatures[0] = Bytes(repeating: 1, count: count)
            #expect(try chain.check(copy).code == 4)
        }
    }

    @Test func changedBodyOrAuthInfoBreaksTheSignature() throws {
        var chain = try TestChain()
        let transaction = Draft(chain.send()).signed(by: chain.alice)
        var richer = Draft(chain.send(101)).signed(by: chain.alice)
        richer.signatures = transaction.signatures
        #expect(try chain.check(richer).code == 4)
        var cheaper = Draft(chain.send())
        cheaper.fee.amount = []
        var copy = cheaper.signed(by: chain.alice)
        copy.signatures = transaction.signatures
        #expect(try chain.check(copy).code == 4)
    }

    @Test func keyOfSomeoneElseIsRefused() throws {
        var chain = try TestChain()
        let result = try chain.check(Draft(chain.send()).signed(by: chain.bob))
        #expect(result.code == 8)
        #expect(result.log.contains("pubKey does not match signer address"))
    }

    @Test func firstTransactionMustShowTheKeyAndLaterOnesMayNot() throws {
        var chain = try TestChain()
        var draft = Draft(chain.send())
        draft.showsKey = false
        #expect(try chain.deliver(draft.signed(by: chain.alice)).code == 8)
        #expect(try chain.deliver(Draft(chain.send()).signed(by: chain.alice)).code == 0)
        chain.alice.sequence = 1
        #expect(try chain.deliver(draft.signed(by: chain.alice)).code == 0)
        let account = try chain.query(
            "/cosmos.auth.v1beta1.Query/AccountInfo", AccountRequest(chain.alice.address),
            AccountInfoResponse.self)
        #expect(account.info?.sequence == 2)
        #expect(account.info?.publicKey != nil)
    }

    @Test func gasLimitTooLowIsOutOfGasWithTheTextThatClientsParse() throws {
        var chain = try TestChain()
        var draft = Draft(chain.send())
        draft.fee.gasLimit = 1500
        let early = try chain.deliver(draft.signed(by: chain.alice))
        #expect(early.code == 11)
        #expect(early.log.hasPrefix("out of gas in location: txSize; gasWanted: 1500, gasUsed: "))
        #expect(early.log.hasSuffix(": out of gas"))
        #expect(try chain.balance(chain.alice.address) == 1_000_000_000)

        #expect(try chain.deliver(Draft(chain.send()).signed(by: chain.alice)).code == 0)
        chain.alice.sequence = 1
        let probe = try chain.deliver(Draft(chain.send()).signed(by: chain.alice))
        #expect(probe.code == 0)
        chain.alice.sequence = 2
        draft.fee.gasLimit = UInt64(probe.gasUsed) - 1000
        let late = try chain.deliver(draft.signed(by: chain.alice))
        #expect(late.code == 11)
        #expect(late.gasUsed > late.gasWanted)
        // Admission was within the limit: the fee is paid, the sequence used, nothing moved.
        #expect(try chain.balance(chain.alice.address) == 1_000_000_000 - 200 - 7500)
        chain.alice.sequence = 3
        #expect(try chain.deliver(Draft(chain.send()).signed(by: chain.alice)).code == 0)
    }

    @Test func refusesGasLimitsOfZeroAndAboveTheBlock() throws {
        var chain = try TestChain(maximumGas: 1_000_000)
        var draft = Draft(chain.send())
        draft.fee.gasLimit = 0
        #expect(try chain.check(draft.signed(by: chain.alice)).code == 41)
        draft.fee.gasLimit = 1_000_001
        let result = try chain.check(draft.signed(by: chain.alice))
        #expect(result.code == 41)
        #expect(
            result.log
                == "tx gas limit 1000001 exceeds block max gas 1000000: invalid gas limit")
        draft.fee.gasLimit = .max
        #expect(try chain.check(draft.signed(by: chain.alice)).code == 41)
    }

    @Test func minimumGasPriceIsAskedByTheMempoolOnly() throws {
        let price = try #require(GasPrice("0.025ucgpt"))
        var chain = try TestChain(options: ApplicationOptions(minimumGasPrices: [price]))
        var draft = Draft(chain.send())
        draft.fee.amount = [Coin(Amount(4999), "ucgpt")]
        let result = try chain.check(draft.signed(by: chain.alice))
        #expect(result.code == 13)
        #expect(
            result.log
                == "insufficient fees; got: 4999ucgpt required: 5000ucgpt: insufficient fee")
        draft.fee.amount = []
        #expect(try chain.check(draft.signed(by: chain.alice)).code == 13)
        draft.fee.amount = [Coin(Amount(5000), "ucgpt")]
        #expect(try chain.check(draft.signed(by: chain.alice)).code == 0)
        draft.fee.amount = []
        #expect(try chain.deliver(draft.signed(by: chain.alice)).code == 0)
    }

    @Test func payerSignsAndPays() throws {
        var chain = try TestChain()
        var draft = Draft(chain.send(100))
        draft.fee.payer = chain.bob.address.description
        #expect(try chain.check(draft.signed(by: chain.alice)).code == 4)
        let result = try chain.deliver(draft.signed(by: chain.alice, chain.bob))
        #expect(result.code == 0, "\(result.log)")
        #expect(try chain.balance(chain.alice.address) == 1_000_000_000 - 100)
        #expect(try chain.balance(chain.bob.address) == 1_000_000_000 + 100 - 2500)
    }

    @Test func refusesWhatTheSDKRefusesWithItsCodes() throws {
        var chain = try TestChain()
        func code(_ change: (inout Draft) -> Void) throws -> UInt32 {
            var draft = Draft(chain.send())
            change(&draft)
            return try chain.check(draft.signed(by: chain.alice)).code
        }
        #expect(try code { $0.messages = [] } == 18)
        #expect(try code { $0.messages[0].typeURL = "/cosmos.bank.v1beta1.MsgNothing" } == 2)
        #expect(try code { $0.messages[0].value = [0xFF] } == 2)
        #expect(try code { $0.memo = String(repeating: "x", count: 257) } == 12)
        #expect(try code { $0.fee.amount = [Coin(Amount(1), "x")] } == 13)
        #expect(try code { $0.fee.granter = chain.bob.address.description } == 38)
        #expect(try code { $0.fee.payer = "aivm1" } == 7)
        #expect(try code { $0.mode = .textual } == 37)
        #expect(try code { $0.change = { $0.unordered = true } } == 37)
        #expect(
            try code {
                $0.change = { $0.extensionOptions = [AnyMessage(MsgSendResponse())] }
            } == 31)
        var noSignature = Draft(chain.send()).signed(by: chain.alice)
        noSignature.signatures = []
        #expect(try chain.check(noSignature).code == 15)
        #expect(try chain.check(Draft(chain.send()).signed(by: chain.alice, chain.bob)).code == 4)
        #expect(try code { $0.memo = String(repeating: "x", count: 256) } == 0)
    }

    @Test func timeoutHeightIsTheLastHeight() throws {
        var chain = try TestChain()
        var draft = Draft(chain.send())
        draft.timeoutHeight = 1
        let transaction = draft.signed(by: chain.alice)
        #expect(try chain.check(transaction).code == 0)
        try chain.deliver([])
        let result = try chain.check(transaction)
        #expect(result.code == 30)
        #expect(result.log == "block height: 2, timeout height: 1: tx timeout height")
        #expect(try chain.deliver(transaction).code == 30)
    }

    @Test func unknownPayerIsRefused() throws {
        var chain = try TestChain()
        let stranger = try Signer("stranger", number: 9)
        let message = MsgSend(
            from: stranger.address.description, to: chain.bob.address.description,
            [Coin(Amount(1), "ucgpt")])
        let result = try chain.check(Draft(message).signed(by: stranger))
        #expect(result.code == 9)
        #expect(result.log.hasSuffix("does not exist: unknown address"))
    }

    @Test func coinsCannotBeSentToModules() throws {
        var chain = try TestChain()
        let message = MsgSend(
            from: chain.alice.address.description, to: Address.module("fee_collector").description,
            [Coin(Amount(1), "ucgpt")])
        #expect(try chain.deliver(Draft(message).signed(by: chain.alice)).code == 4)
    }
}
