// Questions to the modules of the chain, with typed answers: the query messages of
// `/<package>.Query/<Method>` over any node client.

public import AccountsModule
public import Base
public import Cryptography
public import Ledger
public import Wire

extension NodeClient {
    /// The answer to a query of a module.
    ///
    /// - Parameters:
    ///   - path: `/package.Service/Method`.
    ///   - height: height of the state to ask, or 0 for the newest.
    /// - Throws: `notFound` when the module says so, `refused` with its words for another refusal,
    ///   `malformedAnswer` when the answer does not decode.
    public func ask<Response: WireMessage>(
        _ path: String, _ request: some WireMessage, as response: Response.Type = Response.self,
        height: Int64 = 0
    ) throws(NodeError) -> Response {
        let bytes = try ask(path, request.encoded(), height: height)
        // A node may be newer than this program, so fields it does not know are passed over.
        do { return try Response(decoding: bytes, rules: .tolerant) } catch {
            throw .malformedAnswer("\(path): \(error)")
        }
    }

    /// The answer to a query of a module, both as bytes.
    public func ask(
        _ path: String, _ request: Bytes, height: Int64 = 0
    ) throws(NodeError) -> Bytes {
        var question = StateQuery(path: path, data: request)
        question.height = height
        let answer = try query(question)
        guard answer.code == 0 else {
            let isMissing =
                answer.codespace == "sdk"
                && [SDKCode.keyNotFound, .notFound].map(\.rawValue).contains(answer.code)
            throw isMissing
                ? .notFound(answer.log)
                : .refused("\(answer.log) (\(answer.codespace) \(answer.code))")
        }
        return answer.value
    }

    /// The account of `address`: its number and next sequence number.
    ///
    /// - Throws: `notFound` when nothing was ever sent to the address.
    public func account(of address: Address) throws(NodeError) -> BaseAccount {
        var request = AccountInfoRequest()
        request.address = address.bech32()
        let answer = try ask(
            "/cosmos.auth.v1beta1.Query/AccountInfo", request, as: AccountInfoResponse.self)
        guard let account = answer.info, account.address == request.address else {
            throw .malformedAnswer("the account is not that of \(address)")
        }
        return account
    }

    /// The gas that a transaction would use now. Its signature is not checked.
    public func simulate(_ transaction: Bytes) throws(NodeError) -> GasInfo {
        let answer = try ask(
            "/cosmos.tx.v1beta1.Service/Simulate", SimulateRequest(transaction),
            as: SimulateResponse.self)
        guard let gas = answer.gasInfo else {
            throw .malformedAnswer("a simulation without gas")
        }
        return gas
    }
}
