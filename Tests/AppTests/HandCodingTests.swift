// The messages that are written and read by hand, against their tables: the same bytes, the same
// values, the same refusals, on samples and on thousands of damaged copies.

import AccountsModule
import BankModule
import Base
import Ledger
import TestSupport
import Testing
import Wire

@Suite struct HandCodingTests {
    private func compare<Message: WireMessage>(_ samples: [Message], seed: UInt64) {
        #expect(handCodingDifferences(samples, seed: seed) == [])
    }

    private let coins = [Coin(Amount(7), "uaivm"), Coin(Amount(1 << 70), "ucgpt")]

    private func any(_ count: Int) -> AnyMessage {
        var any = AnyMessage()
        any.typeURL = "/a.b.C"
        any.value = Bytes(repeating: 9, count: count)
        return any
    }

    @Test func transactions() {
        var body = TxBody([any(3), any(200)], memo: "a note", timeoutHeight: 1 << 40)
        body.unordered = true
        body.timeoutTimestamp = Timestamp(seconds: 5, nanoseconds: 6)
        body.extensionOptions = [any(1)]
        body.nonCriticalExtensionOptions = [any(0), any(2)]
        compare([body, TxBody([any(1)]), TxBody()], seed: 1)
        var fee = Fee(coins, gasLimit: 200_000)
        (fee.payer, fee.granter) = ("payer", "granter")
        var infos = [SignerInfo(publicKey: any(35), sequence: 9)]
        infos.append(SignerInfo(publicKey: nil, sequence: 0))
        infos[1].modeInfo = ModeInfo()
        infos[1].modeInfo?.multi = ModeInfo.MultiMode()
        infos[1].modeInfo?.multi?.modeInfos = [ModeInfo(single: .direct)]
        var auth = AuthInfo(signerInfos: infos, fee: fee)
        compare([auth, AuthInfo()], seed: 2)
        auth.tip = Tip()
        auth.tip?.amount = coins
        compare([auth], seed: 3)
        compare([fee, Fee([], gasLimit: 0)], seed: 4)
        compare(infos, seed: 5)
        compare([ModeInfo(single: .direct), ModeInfo(single: .legacyAminoJSON)], seed: 6)
        compare(
            [TxRaw(bodyBytes: [1, 2], authInfoBytes: [3], signatures: [[4], [], [5]]), TxRaw()],
            seed: 7)
        compare([Secp256k1KeyMessage(Bytes(repeating: 2, count: 33))], seed: 8)
        compare(
            [SignDoc(bodyBytes: [1], authInfoBytes: [2], chainID: "c", accountNumber: 300)],
            seed: 9)
        compare([any(0), any(127), any(128), any(20_000)], seed: 10)
    }

    @Test func values() {
        compare(coins + [Coin()], seed: 11)
        compare([StoredNumber(0), StoredNumber(.max)], seed: 12)
        compare([StoredText(""), StoredText("12345678901234567890")], seed: 13)
        var account = BaseAccount()
        account.address = "aivm1vmaczejvydtrrzfzn9wqgg43w3xys5m7r9gwj4"
        account.publicKey = any(35)
        (account.accountNumber, account.sequence) = (12, 1 << 50)
        compare([account, BaseAccount()], seed: 14)
        compare([AccountsParameters.standard, AccountsParameters()], seed: 15)
        var bank = BankParameters.standard
        bank.sendEnabled = [SendEnabled("ucgpt", isEnabled: true)]
        compare([bank, BankParameters()], seed: 16)
        compare([MsgSend(from: "a", to: "b", coins), MsgSend()], seed: 17)
    }

    @Test func results() {
        let events = [
            Event("transfer", ["sender": "a", "amount": String(repeating: "1", count: 300)]),
            Event("message", [:]),
        ]
        var result = TransactionResult()
        (result.code, result.data, result.log, result.info) = (5, [1, 2], "log", "info")
        (result.gasWanted, result.gasUsed, result.codespace) = (-1, 1 << 40, "sdk")
        result.events = events
        compare([result, TransactionResult()], seed: 18)
        compare(events, seed: 19)
        compare(events[0].attributes, seed: 20)
        compare([TransactionMessageData([any(3), any(300)])], seed: 21)
    }
}
