// From messages to the bytes that a node takes: body, auth info, sign document, signature
// (SIGN_MODE_DIRECT of the Cosmos SDK, one signer).

public import Base
public import Cryptography
public import Ledger
public import Wire

/// Signs transactions of one account.
public struct TransactionBuilder: Sendable {
    /// Chain the transaction is for.
    public var chainID: String
    /// The signer's account number.
    public var accountNumber: UInt64
    /// The signer's next sequence number.
    public var sequence: UInt64
    /// What the signer pays, and the gas limit.
    public var fee: Fee
    /// A note, public.
    public var memo: String
    /// Last height at which the transaction may run; 0 for none.
    public var timeoutHeight: UInt64

    /// Makes a builder.
    public init(
        chainID: String, accountNumber: UInt64, sequence: UInt64, fee: Fee, memo: String = "",
        timeoutHeight: UInt64 = 0
    ) {
        self.chainID = chainID
        self.accountNumber = accountNumber
        self.sequence = sequence
        self.fee = fee
        self.memo = memo
        self.timeoutHeight = timeoutHeight
    }

    /// The transaction that does `messages`, signed by `key`. The same arguments give the same
    /// bytes.
    public func sign(_ messages: [any WireMessage], with key: Secp256k1.PrivateKey) -> TxRaw {
        let document = signDocument(of: messages, publicKey: key.publicKey)
        let signature = key.signature(for: SHA256.hash(document.encoded()))
        return TxRaw(
            bodyBytes: document.bodyBytes, authInfoBytes: document.authInfoBytes,
            signatures: [signature])
    }

    /// What the signature covers: the SHA-256 of this document's bytes.
    public func signDocument(
        of messages: [any WireMessage], publicKey: Secp256k1.PublicKey
    ) -> SignDoc {
        let body = TxBody(
            messages.map { AnyMessage(erasing: $0) }, memo: memo, timeoutHeight: timeoutHeight)
        let signer = SignerInfo(
            publicKey: AnyMessage(Secp256k1KeyMessage(publicKey.bytes)), sequence: sequence)
        let authInfo = AuthInfo(signerInfos: [signer], fee: fee)
        return SignDoc(
            bodyBytes: body.encoded(), authInfoBytes: authInfo.encoded(), chainID: chainID,
            accountNumber: accountNumber)
    }

    /// The name of a transaction: the SHA-256 of its bytes.
    public static func hash(of transaction: Bytes) -> Hash256 { SHA256.hash(transaction) }
}

extension AnyMessage {
    fileprivate init(erasing message: any WireMessage) { self.init(message) }
}
