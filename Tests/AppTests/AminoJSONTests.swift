import App
import BankModule
import Base
import Cryptography
import Ledger
import StakingModule
import Testing
import Wire

/// Transactions that devices sign: the JSON is that of other tools, byte for byte.
@Suite struct AminoJSONTests {
    private let amino = Modules().amino

    private func text(
        _ messages: any WireMessage..., memo: String = "", fee: Fee = Fee([], gasLimit: 0),
        timeout: UInt64 = 0
    ) throws -> String {
        let body = TxBody(
            messages.map { AnyMessage($0) }, memo: memo, timeoutHeight: timeout)
        return String(
            decoding: try amino.signBytes(
                bodyBytes: body.encoded(), fee: fee, chainID: "aivm-1", accountNumber: 7,
                sequence: 3), as: UTF8.self)
    }

    @Test func writesATransferAsWalletsDo() throws {
        let send = MsgSend(from: "aivm1a", to: "aivm1b", [Coin(Amount(100), "ucgpt")])
        let fee = Fee([Coin(Amount(2500), "ucgpt")], gasLimit: 100_000)
        let expected =
            #"{"account_number":"7","chain_id":"aivm-1","#
            + #""fee":{"amount":[{"amount":"2500","denom":"ucgpt"}],"gas":"100000"},"#
            + #""memo":"a \u003c b \u0026 c","msgs":[{"type":"cosmos-sdk/MsgSend","#
            + #""value":{"amount":[{"amount":"100","denom":"ucgpt"}],"#
            + #""from_address":"aivm1a","to_address":"aivm1b"}}],"sequence":"3"}"#
        #expect(try text(send, memo: "a < b & c", fee: fee) == expected)
    }

    @Test func leavesZerosOutExceptWhereTheyAreKept() throws {
        let empty = try text(MsgSend(from: "", to: "", []))
        #expect(empty.contains(#""value":{"amount":[]}"#))
        #expect(empty.contains(#""fee":{"amount":[],"gas":"0"}"#))
        var delegation = MsgDelegate()
        delegation.validatorAddress = "aivmvaloper1x"
        let delegated = try text(delegation, timeout: 9)
        #expect(delegated.contains(#""type":"cosmos-sdk/MsgDelegate""#))
        #expect(!delegated.contains("delegator_address"))
        #expect(delegated.contains(#""timeout_height":"9""#))
    }

    @Test func refusesWhatHasNoName() {
        var message = AnyMessage()
        message.typeURL = "/aivm.ai.v1.MsgRegisterModel"
        #expect(throws: (any Error).self) {
            try amino.signBytes(
                bodyBytes: TxBody([message]).encoded(), fee: Fee(), chainID: "", accountNumber: 0,
                sequence: 0)
        }
        #expect(throws: (any Error).self) {
            try amino.signBytes(
                bodyBytes: [0xFF, 1], fee: Fee(), chainID: "", accountNumber: 0, sequence: 0)
        }
    }

    @Test func theChainTakesSuchSignaturesAndNoOthers() throws {
        var chain = try TestChain()
        func transfer(_ amount: UInt128, signed signedAmount: UInt128, sequence: UInt64) throws
            -> TxRaw
        {
            func body(_ amount: UInt128) -> TxBody { TxBody([AnyMessage(chain.send(amount))]) }
            let fee = Fee([Coin(Amount(2500), "ucgpt")], gasLimit: 200_000)
            let key = AnyMessage(Secp256k1KeyMessage(chain.alice.key.publicKey.bytes))
            var info = SignerInfo(publicKey: key, sequence: sequence)
            info.modeInfo = ModeInfo(single: .legacyAminoJSON)
            let bytes = try amino.signBytes(
                bodyBytes: body(signedAmount).encoded(), fee: fee, chainID: "aivm-1",
                accountNumber: chain.alice.number, sequence: sequence)
            return TxRaw(
                bodyBytes: body(amount).encoded(),
                authInfoBytes: AuthInfo(signerInfos: [info], fee: fee).encoded(),
                signatures: [chain.alice.key.signature(for: SHA256.hash(bytes))])
        }
        let forged = try transfer(101, signed: 100, sequence: 0)
        #expect(try chain.check(forged).code == 4)
        #expect(try chain.deliver(forged).code == 4)
        let good = try transfer(100, signed: 100, sequence: 0)
        #expect(try chain.check(good).code == 0)
        #expect(try chain.deliver(good).code == 0)
        // A direct signature is none in this mode.
        var draft = Draft(chain.send())
        draft.mode = .legacyAminoJSON
        chain.alice.sequence = 1
        #expect(try chain.check(draft.signed(by: chain.alice)).code == 4)
    }
}
