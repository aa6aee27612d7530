// Transactions as documents: the JSON that Cosmos tools write and read (`cosmos.tx.v1beta1.Tx`), so
// that one machine makes a transaction, another signs it, and a third sends it.

import Base
import Client
import Cryptography
import Foundation
import Ledger
import Node
import Wire

/// A transaction as a document.
struct TransactionDocument {
    var transaction: DecodedTransaction

    /// An unsigned transaction.
    init(_ body: TxBody, _ fee: Fee) {
        transaction = DecodedTransaction()
        transaction.body = body
        transaction.authInfo = AuthInfo(signerInfos: [], fee: fee)
    }

    /// The transaction with these bytes.
    init(bytes: Bytes) throws {
        let raw = try TxRaw(decoding: bytes)
        transaction = DecodedTransaction()
        transaction.body = try TxBody(decoding: raw.bodyBytes)
        transaction.authInfo = try AuthInfo(decoding: raw.authInfoBytes)
        transaction.signatures = raw.signatures
    }

    /// The document in a file, or on standard input when the path is `-`.
    init(path: String) throws {
        let bytes =
            path == "-"
            ? Bytes(FileHandle.standardInput.readDataToEndOfFile())
            : try readFile(path, limit: 16 << 20)
        do {
            transaction = try DecodedTransaction(
                json: try JSONValue(parsing: bytes), registry: ChainTypes.registry)
        } catch { throw CommandFailure("\(path) is no transaction: \(error)", .malformedData) }
        guard transaction.body != nil, transaction.authInfo != nil else {
            throw CommandFailure("\(path) has no body or no auth_info", .malformedData)
        }
    }

    var body: TxBody { transaction.body ?? TxBody() }
    var authInfo: AuthInfo { transaction.authInfo ?? AuthInfo() }

    /// The document.
    func json() throws -> JSONValue {
        do { return try transaction.json(JSONEncoding(registry: ChainTypes.registry)) } catch {
            throw CommandFailure("the transaction has no JSON form: \(error)", .malformedData)
        }
    }

    /// The bytes that are signed and broadcast.
    var raw: TxRaw {
        TxRaw(
            bodyBytes: body.encoded(), authInfoBytes: authInfo.encoded(),
            signatures: transaction.signatures)
    }

    /// Writes the document to the file that the invocation names, or to standard output.
    func write(_ invocation: Invocation) throws {
        try TransactionDocument.write(try json(), invocation)
    }

    static func write(_ json: JSONValue, _ invocation: Invocation) throws {
        guard let path = invocation.option("output-document") else {
            return Terminal.print(json.prettyText)
        }
        try writeFile(path, Bytes((json.prettyText + "\n").utf8))
    }
}
