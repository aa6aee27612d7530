import App
import Base
import Cryptography
import Ledger
import TestSupport
import Testing
import Wire

/// Transactions that cosmpy signed are taken as they are.
@Suite struct GoldenTransactionTests {
    // Source: cosmpy 0.12.2, key SHA-256("aivm test vector"), RFC 6979 signature.
    private let body =
        "0a88010a1c2f636f736d6f732e62616e6b2e763162657461312e4d736753656e6412680a2b6169766d31766d"
        + "61637a656a7679647472727a667a6e397771676734337733787973356d37723967776a34122b6169766d31"
        + "7675747734666b65616138327972796736783832706a6a376171786737346c736c72637577301a0c0a0575"
        + "6169766d120331303012026869"
    private let authInfo =
        "0a500a460a1f2f636f736d6f732e63727970746f2e736563703235366b312e5075624b657912230a21037e91"
        + "4849c2786ba5a0a463516f2ff89121e9cf599ac250b4ae7d20a1d074708812040a020801180312130a0d0a"
        + "05756169766d12043235303010a08d06"
    private let signature =
        "5e8bc6e6c7fc9519948430f16f6222629f1e86b4a9af4491bcb420aa605018612e32fe776d2f6b105e5207e9"
        + "099f8a8f5152992a42bd43ebe36d3332e4d8875c"
    private let hash = "BA188B3A8B8228548182C76D483349722D9580258EFA57ED5D0D9CAB0DE0F548"

    private var transaction: Bytes {
        get throws {
            try #require(Bytes(hex: "0a8f01\(body)1267\(authInfo)1a40\(signature)"))
        }
    }

    private func makeChain() throws -> TestChain {
        try TestChain(
            genesis: """
                {"auth": {"accounts": [{"@type": "/cosmos.auth.v1beta1.BaseAccount",
                   "address": "aivm1vmaczejvydtrrzfzn9wqgg43w3xys5m7r9gwj4",
                   "account_number": "7", "sequence": "3"}]},
                 "bank": {"balances": [{"address": "aivm1vmaczejvydtrrzfzn9wqgg43w3xys5m7r9gwj4",
                   "coins": [{"denom": "uaivm", "amount": "10000"}]}]}}
                """)
    }

    @Test func hasTheHashThatClientsShow() throws {
        #expect(SHA256.hash(try transaction).bytes.upperHex == hash)
    }

    @Test func decodesToTheSameBytes() throws {
        let raw = try TxRaw(decoding: try transaction, rules: .canonical)
        #expect(raw.encoded() == (try transaction))
        let decoded = try TxBody(decoding: raw.bodyBytes, rules: .canonical)
        #expect(decoded.memo == "hi")
        #expect(decoded.encoded() == raw.bodyBytes)
        let info = try AuthInfo(decoding: raw.authInfoBytes, rules: .canonical)
        #expect(info.fee?.gasLimit == 100_000)
        #expect(info.signerInfos.map(\.sequence) == [3])
    }

    @Test func runsOnAChainWithItsAccount() throws {
        var chain = try makeChain()
        #expect(
            try chain.application.checkTransaction(try transaction, recheck: false).code == 0)
        let result = try #require(try chain.deliver([try transaction]).results.first)
        #expect(result.code == 0, "\(result.log)")
        #expect(try chain.balance(chain.alice.address, "uaivm") == 10000 - 100 - 2500)
        #expect(try chain.balance(chain.bob.address, "uaivm") == 100)
    }

    @Test(.enabled(if: PythonOracle.require()))
    func takesWhatCosmpySigns() throws {
        let script = """
            import hashlib, sys
            from cosmpy.aerial.tx import Transaction, SigningCfg, TxFee
            from cosmpy.aerial.wallet import LocalWallet
            from cosmpy.aerial.client.bank import create_bank_send_msg
            from cosmpy.crypto.keypairs import PrivateKey
            wallets = [LocalWallet(PrivateKey(hashlib.sha256(text).digest()), prefix="aivm")
                       for text in (b"aivm test vector", b"aivm test vector 2")]
            for sequence in range(3):
                tx = Transaction()
                for amount in range(1, sequence + 2):
                    tx.add_message(create_bank_send_msg(
                        wallets[0].address(), wallets[1].address(), amount, "ucgpt"))
                tx.seal(SigningCfg.direct(wallets[0].public_key(), sequence),
                        TxFee("2500ucgpt", 300000), memo="from cosmpy" * sequence,
                        timeout_height=sequence * 100)
                tx.sign(wallets[0].signer(), "aivm-1", 0).complete()
                print(tx.tx.SerializeToString().hex())
            """
        let output = String(decoding: try PythonOracle.run(script), as: UTF8.self)
        let transactions = try output.split(separator: "\n").map { try #require(Bytes(hex: $0)) }
        #expect(transactions.count == 3)
        var chain = try TestChain()
        for transaction in transactions {
            let check = try chain.application.checkTransaction(transaction, recheck: false)
            #expect(check.code == 0, "\(check.log)")
        }
        #expect(try chain.deliver(transactions).results.map(\.code) == [0, 0, 0])
        #expect(try chain.balance(chain.bob.address) == 1_000_000_000 + 1 + 3 + 6)
    }
}
