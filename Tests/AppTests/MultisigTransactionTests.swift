import AccountsModule
import App
import BankModule
import Base
import Cryptography
import Ledger
import Testing
import Wire

/// Accounts of threshold keys: they spend when enough members sign, and never otherwise.
@Suite struct MultisigTransactionTests {
    /// An account of 2 of 3 keys with coins.
    private struct Family {
        var chain: TestChain
        let members: [Secp256k1.PrivateKey]
        let key: MultisigKey
        var number: UInt64 = 0
        var sequence: UInt64 = 0

        init() throws {
            chain = try TestChain()
            members = (1...3).compactMap { Secp256k1.PrivateKey(Bytes(repeating: $0, count: 32)) }
            key = try #require(MultisigKey(threshold: 2, members: members.map(\.publicKey)))
            let gift = MsgSend(
                from: chain.alice.address.description, to: key.address.description,
                [Coin(Amount(1_000_000), "ucgpt")])
            #expect(try chain.deliver(Draft(gift).signed(by: chain.alice)).code == 0)
            chain.alice.sequence += 1
            var request = AccountInfoRequest()
            request.address = key.address.description
            let answer = try chain.query(
                "/cosmos.auth.v1beta1.Query/AccountInfo", request, AccountInfoResponse.self)
            number = try #require(answer.info).accountNumber
        }

        /// A transfer by the members at `positions`; `change` may spoil it before it is signed.
        func transfer(
            _ positions: [Int], sequence: UInt64? = nil, number: UInt64? = nil,
            signers: [Int]? = nil, change: (inout SignerInfo) -> Void = { _ in }
        ) -> TxRaw {
            let send = MsgSend(
                from: key.address.description, to: chain.bob.address.description,
                [Coin(Amount(5), "ucgpt")])
            var modes = ModeInfo.MultiMode()
            modes.bitArray = CompactBitArray(count: 3, set: positions)
            modes.modeInfos = positions.map { _ in ModeInfo(single: .direct) }
            var info = SignerInfo(publicKey: key.packed, sequence: sequence ?? self.sequence)
            info.modeInfo = ModeInfo()
            info.modeInfo?.multi = modes
            change(&info)
            let fee = Fee([Coin(Amount(2500), "ucgpt")], gasLimit: 200_000)
            var raw = TxRaw(
                bodyBytes: TxBody([AnyMessage(send)]).encoded(),
                authInfoBytes: AuthInfo(signerInfos: [info], fee: fee).encoded(), signatures: [])
            let document = SignDoc(
                bodyBytes: raw.bodyBytes, authInfoBytes: raw.authInfoBytes, chainID: "aivm-1",
                accountNumber: number ?? self.number)
            let digest = SHA256.hash(document.encoded())
            let parts = (signers ?? positions).map { members[$0].signature(for: digest) }
            raw.signatures = [MultiSignature(parts).encoded()]
            return raw
        }
    }

    @Test func enoughMembersSpend() throws {
        var family = try Family()
        for positions in [[0, 1], [0, 2], [1, 2], [0, 1, 2]] {
            let raw = family.transfer(positions)
            #expect(try family.chain.check(raw).code == 0)
            let result = try family.chain.deliver(raw)
            #expect(result.code == 0, "\(positions): \(result.log)")
            family.sequence += 1
        }
        // The key is known now and need not be shown.
        let silent = family.transfer([0, 2]) { $0.publicKey = nil }
        #expect(try family.chain.deliver(silent).code == 0)
    }

    @Test func otherwiseNobodySpends() throws {
        var family = try Family()
        let good = family.transfer([0, 2])
        var torn = good
        torn.signatures[0].removeLast()
        var swapped = good
        swapped.signatures[0] = MultiSignature(
            try MultiSignature(decoding: good.signatures[0]).signatures.reversed()
        ).encoded()
        var doubled = good
        doubled.signatures[0] = MultiSignature(
            try MultiSignature(decoding: good.signatures[0]).signatures + [[1]]
        ).encoded()
        let stranger = try #require(
            MultisigKey(threshold: 1, members: [family.members[0].publicKey]))
        let single = AnyMessage(Secp256k1KeyMessage(family.members[0].publicKey.bytes))
        let cases: [(name: String, raw: TxRaw, code: UInt32)] = [
            ("one of two", family.transfer([1]), 4),
            ("nobody", family.transfer([]), 4),
            ("one member twice", family.transfer([0, 1], signers: [0, 0]), 4),
            ("another member than named", family.transfer([0, 1], signers: [0, 2]), 4),
            ("fewer signatures than named", family.transfer([0, 1], signers: [0]), 4),
            ("torn", torn, 4), ("swapped", swapped, 4), ("one too many", doubled, 4),
            ("another sequence", family.transfer([0, 1], sequence: 7), 32),
            ("another number", family.transfer([0, 1], number: 999), 4),
            (
                "more bits than members",
                family.transfer([0, 1]) {
                    $0.modeInfo?.multi?.bitArray = CompactBitArray(count: 4, set: [0, 1])
                }, 4
            ),
            (
                "contradicting bits",
                family.transfer([0, 1]) { $0.modeInfo?.multi?.bitArray?.extraBitsStored = 200 }, 4
            ),
            ("no bits", family.transfer([0, 1]) { $0.modeInfo?.multi?.bitArray = nil }, 4),
            ("modes of none", family.transfer([0, 1]) { $0.modeInfo?.multi?.modeInfos = [] }, 4),
            (
                "another mode",
                family.transfer([0, 1]) {
                    $0.modeInfo?.multi?.modeInfos[0] = ModeInfo(single: .textual)
                }, 37
            ),
            (
                "a single mode",
                family.transfer([0, 1]) { $0.modeInfo = ModeInfo(single: .direct) }, 4
            ),
            (
                "another threshold key",
                family.transfer([0, 1]) { $0.publicKey = stranger.packed }, 8
            ),
            ("a member's own key", family.transfer([0, 1]) { $0.publicKey = single }, 8),
            ("no key", family.transfer([0, 1]) { $0.publicKey = nil }, 8),
        ]
        for wrong in cases {
            let result = try family.chain.check(wrong.raw)
            #expect(result.code == wrong.code, "\(wrong.name): \(result.code) \(result.log)")
            #expect(try family.chain.deliver(wrong.raw).code == wrong.code, "\(wrong.name)")
        }
        #expect(try family.chain.deliver(good).code == 0)
    }

    @Test func allMembersCountTowardsTheLimit() throws {
        var family = try Family()
        let keys = (1...8).compactMap { Secp256k1.PrivateKey(Bytes(repeating: $0, count: 32)) }
        let large = try #require(MultisigKey(threshold: 1, members: keys.map(\.publicKey)))
        let gift = MsgSend(
            from: family.chain.alice.address.description, to: large.address.description,
            [Coin(Amount(1_000_000), "ucgpt")])
        let sent = try family.chain.deliver(Draft(gift).signed(by: family.chain.alice))
        #expect(sent.code == 0)
        let raw = family.transfer([0, 1]) { $0.publicKey = large.packed }
        // Another account's key is told first.
        #expect(try family.chain.check(raw).code == 8)
        let send = MsgSend(
            from: large.address.description, to: family.chain.bob.address.description,
            [Coin(Amount(5), "ucgpt")])
        var info = SignerInfo(publicKey: large.packed, sequence: 0)
        info.modeInfo = ModeInfo()
        info.modeInfo?.multi = ModeInfo.MultiMode()
        let spend = TxRaw(
            bodyBytes: TxBody([AnyMessage(send)]).encoded(),
            authInfoBytes: AuthInfo(
                signerInfos: [info], fee: Fee([], gasLimit: 200_000)
            ).encoded(), signatures: [[]])
        #expect(try family.chain.check(spend).code == 14)
    }
}
