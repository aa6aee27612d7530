import App
import AuthzModule
import BankModule
import Base
import Cryptography
import FeegrantModule
import Ledger
import TestSupport
import Testing
import Wire

/// Transactions whose fee another pays, and messages run for another, through the whole pipeline.
@Suite struct GrantTransactionTests {
    private func allowance(
        _ chain: TestChain, _ text: String, for types: [String]? = nil
    ) throws -> MsgGrantAllowance {
        let basic = BasicAllowance(spendLimit: [try #require(Coin(text: text))])
        let (alice, bob) = (chain.alice.address.description, chain.bob.address.description)
        guard let types else { return MsgGrantAllowance(granter: alice, grantee: bob, basic) }
        return MsgGrantAllowance(
            granter: alice, grantee: bob, AllowedMsgAllowance(basic, for: types))
    }

    private func bobSends(_ chain: TestChain) -> MsgSend {
        MsgSend(
            from: chain.bob.address.description, to: chain.alice.address.description,
            [Coin(Amount(1), "ucgpt")])
    }

    @Test func granterPaysTheFeeAndTheAllowanceCountsIt() throws {
        var chain = try TestChain()
        let grant = Draft(try allowance(chain, "4000ucgpt")).signed(by: chain.alice)
        #expect(try chain.deliver(grant).code == 0)
        let before = (
            try chain.balance(chain.alice.address), try chain.balance(chain.bob.address)
        )
        var draft = Draft(bobSends(chain))
        draft.fee.granter = chain.alice.address.description
        let checked = try chain.check(draft.signed(by: chain.bob))
        #expect(checked.code == 0, "\(checked.log)")
        let result = try chain.deliver(draft.signed(by: chain.bob))
        #expect(result.code == 0, "\(result.log)")
        #expect(try chain.balance(chain.alice.address) == before.0 - 2500 + 1)
        #expect(try chain.balance(chain.bob.address) == before.1 - 1)
        #expect(
            result.events.first { $0.type == "tx" }?["fee_payer"]
                == chain.alice.address.description)
        #expect(result.events.first?.type == "use_feegrant")
        // 1500 are left, 2500 are asked.
        chain.bob.sequence = 1
        let second = try chain.deliver(draft.signed(by: chain.bob))
        #expect(second.code == 2)
        #expect(second.codespace == "feegrant")
        #expect(
            second.log
                == "\(chain.alice.address) does not allow to pay fees for \(chain.bob.address): "
                + "basic allowance: fee limit exceeded")
        try chain.application.checkInvariants()
    }

    @Test func failedMessageStillUsesTheAllowance() throws {
        var chain = try TestChain()
        _ = try chain.deliver(Draft(try allowance(chain, "4000ucgpt")).signed(by: chain.alice))
        var message = bobSends(chain)
        message.amount = [Coin(Amount(5_000_000_000), "ucgpt")]
        var draft = Draft(message)
        draft.fee.granter = chain.alice.address.description
        #expect(try chain.deliver(draft.signed(by: chain.bob)).code == 5)
        chain.bob.sequence = 1
        #expect(try chain.deliver(draft.signed(by: chain.bob)).codespace == "feegrant")
    }

    @Test func withoutAnAllowanceTheGranterDoesNotPay() throws {
        var chain = try TestChain()
        var draft = Draft(bobSends(chain))
        draft.fee.granter = chain.alice.address.description
        let result = try chain.deliver(draft.signed(by: chain.bob))
        #expect(result.code == 38)
        #expect(result.log.hasSuffix("fee-grant not found: not found"))
        draft.fee.granter = "nobody"
        #expect(try chain.deliver(draft.signed(by: chain.bob)).code == 7)
        // Who pays alone needs no allowance.
        draft.fee.granter = chain.bob.address.description
        #expect(try chain.deliver(draft.signed(by: chain.bob)).code == 0)
    }

    @Test func allowanceForOtherMessagesIsRefused() throws {
        var chain = try TestChain()
        let grant = try allowance(chain, "9000ucgpt", for: [MsgMultiSend.typeURL])
        #expect(try chain.deliver(Draft(grant).signed(by: chain.alice)).code == 0)
        var draft = Draft(bobSends(chain))
        draft.fee.granter = chain.alice.address.description
        let result = try chain.deliver(draft.signed(by: chain.bob))
        #expect(result.codespace == "feegrant")
        #expect(result.code == 7)
    }

    @Test func authorizedSendMovesTheGrantersCoins() throws {
        var chain = try TestChain()
        let (alice, bob) = (chain.alice.address, chain.bob.address)
        let grant = MsgGrant(
            granter: alice.description, grantee: bob.description,
            Grant(SendAuthorization(spendLimit: [Coin(Amount(150), "ucgpt")])))
        #expect(try chain.deliver(Draft(grant).signed(by: chain.alice)).code == 0)
        let before = try chain.balance(alice)
        let execute = MsgExec(grantee: bob.description, [AnyMessage(chain.send(100))])
        let result = try chain.deliver(Draft(execute).signed(by: chain.bob))
        #expect(result.code == 0, "\(result.log)")
        #expect(try chain.balance(alice) == before - 100)
        let transfer = try #require(
            result.events.first { $0.type == "transfer" && $0["authz_msg_index"] == "0" })
        #expect(transfer["msg_index"] == "0")
        #expect(transfer["sender"] == alice.description)
        let data = try TransactionMessageData(decoding: result.data)
        let response = try data.messageResponses.first?.unpack(MsgExecResponse.self)
        #expect(response?.results == [[]])
        chain.bob.sequence = 1
        let second = try chain.deliver(Draft(execute).signed(by: chain.bob))
        #expect(second.code == 5)
        #expect(try chain.balance(alice) == before - 100)
        try chain.application.checkInvariants()
    }

    /// `message` inside `MsgExec` inside `MsgExec` …, `levels` times.
    private func nested(_ message: AnyMessage, _ levels: Int, _ grantee: Address) -> AnyMessage {
        var message = message
        for _ in 0..<levels {
            message = AnyMessage(MsgExec(grantee: grantee.description, [message]))
        }
        return message
    }

    @Test func nestingIsRunToItsBoundAndRefusedBeyond() throws {
        var chain = try TestChain()
        let own = AnyMessage(bobSends(chain))
        func run(_ levels: Int) throws -> TransactionResult {
            var draft = Draft()
            draft.messages = [nested(own, levels, chain.bob.address)]
            let result = try chain.deliver(draft.signed(by: chain.bob))
            if result.code == 0 { chain.bob.sequence += 1 }
            return result
        }
        for levels in [1, 2, maximumMessageDepth - 1] {
            let result = try run(levels)
            #expect(result.code == 0, "\(result.log)")
        }
        for levels in [maximumMessageDepth, 100, 5000] {
            let result = try run(levels)
            #expect(result.code == 18)
            #expect(result.log == "messages are nested deeper than 8: invalid request")
        }
    }

    @Test func innerMessagesPassTheirOwnChecksBeforeAnythingIsCharged() throws {
        var chain = try TestChain()
        try chain.deliver([Bytes]())
        let before = try chain.balance(chain.bob.address)
        func run(_ inner: AnyMessage) throws -> UInt32 {
            let message = MsgExec(grantee: chain.bob.address.description, [inner])
            return try chain.deliver(Draft(message).signed(by: chain.bob)).code
        }
        var unknown = AnyMessage(Coin())
        #expect(try run(unknown) == 2)
        unknown.typeURL = MsgSend.typeURL
        unknown.value = [0xFF]
        #expect(try run(unknown) == 2)
        var empty = bobSends(chain)
        empty.amount = []
        #expect(try run(AnyMessage(empty)) == 10)
        #expect(try chain.balance(chain.bob.address) == before)
    }

    /// Transactions of every message of this file, with bytes of their body changed or cut off,
    /// signed anew: each gets a code, and nothing breaks.
    @Test(arguments: [UInt64(1), 2, 3])
    func damagedMessagesGetCodes(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var chain = try TestChain()
        let (alice, bob) = (chain.alice.address, chain.bob.address)
        var stake = StakeAuthorization()
        stake.kind = .redelegate
        stake.allowList = .init(["v"])
        var periodic = PeriodicAllowance()
        periodic.periodSpendLimit = [Coin(Amount(5), "ucgpt")]
        let messages = [
            AnyMessage(try allowance(chain, "4000ucgpt", for: [MsgSend.typeURL])),
            AnyMessage(
                MsgGrantAllowance(granter: bob.description, grantee: alice.description, periodic)),
            AnyMessage(
                MsgGrant(
                    granter: bob.description, grantee: alice.description,
                    Grant(stake, expiration: Timestamp(seconds: 1_800_000_000)))),
            nested(AnyMessage(bobSends(chain)), 3, bob),
        ]
        var codes: [UInt32] = []
        for _ in 0..<150 {
            var message = generator.element(of: messages)
            for _ in 0..<generator.int(in: 1...3) where !message.value.isEmpty {
                let place = generator.int(in: 0...(message.value.count - 1))
                if generator.int(in: 0..<6) == 0 {
                    message.value.removeSubrange(place...)
                } else {
                    message.value[place] = UInt8(generator.int(in: 0...255))
                }
            }
            var draft = Draft()
            draft.messages = [message]
            let result = try chain.deliver(draft.signed(by: chain.bob))
            // A damaged fee payer aside, what got as far as its messages used a sequence.
            if result.gasUsed > 0, !result.events.isEmpty { chain.bob.sequence += 1 }
            codes.append(result.code)
        }
        #expect(codes.contains { $0 != 0 })
        try chain.application.checkInvariants()
    }
}
