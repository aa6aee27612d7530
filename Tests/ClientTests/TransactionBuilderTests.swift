import Base
import Client
import Cryptography
import Ledger
import Testing
import Wire

/// `cosmos.bank.v1beta1.MsgSend`, as the golden vector has it.
private struct Send: WireMessage {
    var from = ""
    var to = ""
    var amount: [Coin] = []
    static let wireName = "cosmos.bank.v1beta1.MsgSend"
    static let wireFields: WireFields<Send> = [
        .string(1, "from_address", \.from),
        .string(2, "to_address", \.to),
        .messages(3, "amount", \.amount),
    ]
}

@Suite struct TransactionBuilderTests {
    /// Made with cosmpy 0.12.2: key SHA-256("aivm test vector"), deterministic signature.
    @Test func matchesTheTransactionOfCosmpy() throws {
        let key = try #require(
            Secp256k1.PrivateKey(SHA256.hash(Bytes("aivm test vector".utf8)).bytes))
        var send = Send()
        send.from = Address(publicKey: key.publicKey).bech32()
        send.to = "aivm1vutw4fkeaa82yryg6x82pjj7aqxg74lslrcuw0"
        send.amount = [Coin(Amount(100), "uaivm")]
        let builder = TransactionBuilder(
            chainID: "aivm-1", accountNumber: 7, sequence: 3,
            fee: Fee([Coin(Amount(2500), "uaivm")], gasLimit: 100_000), memo: "hi")
        let document = builder.signDocument(of: [send], publicKey: key.publicKey)
        #expect(
            document.bodyBytes.hex == """
                0a88010a1c2f636f736d6f732e62616e6b2e763162657461312e4d736753656e6412680a2b61\
                69766d31766d61637a656a7679647472727a667a6e397771676734337733787973356d377239\
                67776a34122b6169766d317675747734666b65616138327972796736783832706a6a37617178\
                6737346c736c72637577301a0c0a05756169766d120331303012026869
                """)
        #expect(
            document.authInfoBytes.hex == """
                0a500a460a1f2f636f736d6f732e63727970746f2e736563703235366b312e5075624b657912\
                230a21037e914849c2786ba5a0a463516f2ff89121e9cf599ac250b4ae7d20a1d07470881204\
                0a020801180312130a0d0a05756169766d12043235303010a08d06
                """)
        #expect(
            SHA256.hash(document.encoded()).hex
                == "9426f17eaa037e02b4ef71a8521eb5b05af88e67f75c8eff2b955e5066290a15")
        let transaction = builder.sign([send], with: key)
        #expect(
            transaction.signatures.map(\.hex) == [
                """
                5e8bc6e6c7fc9519948430f16f6222629f1e86b4a9af4491bcb420aa605018612e32fe776d2f\
                6b105e5207e9099f8a8f5152992a42bd43ebe36d3332e4d8875c
                """
            ])
        #expect(
            TransactionBuilder.hash(of: transaction.encoded()).bytes.upperHex
                == "BA188B3A8B8228548182C76D483349722D9580258EFA57ED5D0D9CAB0DE0F548")
    }

    @Test func signsEveryFieldOfTheDocument() throws {
        let key = try #require(Secp256k1.PrivateKey(Bytes(repeating: 1, count: 32)))
        let plain = TransactionBuilder(
            chainID: "aivm-1", accountNumber: 0, sequence: 0, fee: Fee([], gasLimit: 1))
        let changes: [(inout TransactionBuilder) -> Void] = [
            { $0.chainID = "aivm-2" }, { $0.accountNumber = 1 }, { $0.sequence = 1 },
            { $0.fee.gasLimit = 2 }, { $0.memo = "x" }, { $0.timeoutHeight = 1 },
        ]
        var signatures = [plain.sign([Send()], with: key).signatures]
        signatures.append(plain.sign([], with: key).signatures)
        for change in changes {
            var builder = plain
            change(&builder)
            signatures.append(builder.sign([Send()], with: key).signatures)
        }
        #expect(Set(signatures).count == signatures.count)
    }
}
