// A node reached over CometBFT's JSON-RPC.

public import Base
public import Blocks
import Foundation
import FoundationNetworking
public import Ledger
import Synchronization
import Wire

/// A node at an HTTP address.
public struct HTTPNodeClient: NodeClient {
    /// The address, such as `http://127.0.0.1:26657`.
    public let address: String
    /// Sends the body of a request and gives the body of its answer.
    private let send: @Sendable (Bytes) throws(NodeError) -> Bytes

    /// Makes a client of the node at `address` (`http://…`, `https://…`, or `tcp://…` as CometBFT
    /// writes it); `nil` when that is no address.
    public init?(address: String, timeoutSeconds: Int = 15) {
        let text =
            address.hasPrefix("tcp://")
            ? "http://" + address.dropFirst(6)
            : address.contains("://") ? address : "http://" + address
        guard let url = URL(string: text), url.host != nil else { return nil }
        let door = HTTPDoor(url, timeoutSeconds: timeoutSeconds)
        self.init(address: text) { (body) throws(NodeError) in try door.post(body) }
    }

    /// Makes a client that reaches the node through `send`.
    package init(
        address: String, send: @escaping @Sendable (Bytes) throws(NodeError) -> Bytes
    ) {
        self.address = address
        self.send = send
    }

    public func status() throws(NodeError) -> NodeStatus {
        let result = try call("status", [])
        return try read { () throws(CometJSONError) in
            let top = try CometJSON.Members(result, "status")
            let node = try top.members("node_info")
            let sync = try top.members("sync_info")
            var status = NodeStatus(
                chainID: try node.text("network"), moniker: try node.text("moniker"),
                latestHeight: try sync.integer("latest_block_height"),
                latestBlockHash: try sync.hex("latest_block_hash"),
                latestAppHash: try sync.hex("latest_app_hash"),
                latestTime: try sync.time("latest_block_time"),
                validator: try CometJSON.validator(top.json["validator_info"]))
            if let height = sync.json["earliest_block_height"]?.integer(as: Int64.self), height > 0
            {
                status.earliest = NodeStatus.BlockSummary(
                    height: height, hash: try sync.hex("earliest_block_hash"),
                    appHash: try sync.hex("earliest_app_hash"),
                    time: try sync.time("earliest_block_time"))
            }
            return status
        }
    }

    public func transactions(
        matching query: String, page: SearchPage
    ) throws(NodeError) -> SearchResult<TransactionRecord> {
        let result = try call(
            "tx_search",
            [
                JSONMember("query", .string(query)), JSONMember("prove", .bool(false)),
                JSONMember("page", .string(String(page.number))),
                JSONMember("per_page", .string(String(page.count))),
                JSONMember("order_by", .string(page.isDescending ? "desc" : "asc")),
            ])
        return try read { () throws(CometJSONError) in
            let top = try CometJSON.Members(result, "tx_search")
            return SearchResult(
                elements: try top.elements("txs").map { (element) throws(CometJSONError) in
                    try CometJSON.transaction(element)
                }, total: try top.integer("total_count"))
        }
    }

    public func broadcast(_ transaction: Bytes) throws(NodeError) -> BroadcastResult {
        let result = try call(
            "broadcast_tx_sync", [JSONMember("tx", .string(transaction.base64))])
        return try read { () throws(CometJSONError) in
            let top = try CometJSON.Members(result, "broadcast_tx_sync")
            guard let hash = Hash256(try top.hex("hash")) else { throw top.error("hash") }
            return BroadcastResult(
                code: try top.integer("code"), codespace: try top.text("codespace"),
                log: try top.text("log"), hash: hash)
        }
    }

    public func transaction(_ hash: Hash256) throws(NodeError) -> TransactionRecord {
        let result = try call("tx", [JSONMember("hash", .string(hash.bytes.base64))])
        return try read { () throws(CometJSONError) in try CometJSON.transaction(result) }
    }

    public func block(_ height: Int64?) throws(NodeError) -> Block {
        let result = try call("block", HTTPNodeClient.parameters(height))
        return try read { () throws(CometJSONError) in try CometJSON.block(result["block"]) }
    }

    public func signedHeader(_ height: Int64?) throws(NodeError) -> SignedHeader {
        let result = try call("commit", HTTPNodeClient.parameters(height))
        return try read { () throws(CometJSONError) in
            try CometJSON.signedHeader(result["signed_header"])
        }
    }

    public func validators(_ height: Int64?) throws(NodeError) -> [Validator] {
        var validators: [Validator] = []
        // A set has at most 10,000 validators, a page 100.
        for page in 1...ValidatorSet.maximumCount / 100 {
            let result = try call(
                "validators",
                HTTPNodeClient.parameters(height) + [
                    JSONMember("page", .string(String(page))),
                    JSONMember("per_page", .string("100")),
                ])
            let (found, total) = try read { () throws(CometJSONError) in
                let top = try CometJSON.Members(result, "validators")
                var found: [Validator] = []
                for element in try top.elements("validators") {
                    found.append(try CometJSON.validator(element))
                }
                return (found, try top.integer("total", as: Int.self))
            }
            validators += found
            if found.isEmpty || validators.count >= total { break }
        }
        return validators
    }

    public func results(_ height: Int64?) throws(NodeError) -> [TransactionResult] {
        let result = try call("block_results", HTTPNodeClient.parameters(height))
        return try read { () throws(CometJSONError) in
            var results: [TransactionResult] = []
            for element in try CometJSON.Members(result, "block_results").elements("txs_results") {
                results.append(try CometJSON.result(element))
            }
            return results
        }
    }

    public func query(_ query: StateQuery) throws(NodeError) -> StateQueryResult {
        let result = try call(
            "abci_query",
            [
                JSONMember("path", .string(query.path)),
                JSONMember("data", .string(query.data.hex)),
                JSONMember("height", .string(String(query.height))),
                JSONMember("prove", .bool(query.wantsProof)),
            ])
        return try read { () throws(CometJSONError) in
            try CometJSON.queryResult(result["response"])
        }
    }

    private static func parameters(_ height: Int64?) -> [JSONMember] {
        height.map { [JSONMember("height", .string(String($0)))] } ?? []
    }

    private func read<Value>(
        _ body: () throws(CometJSONError) -> Value
    ) throws(NodeError) -> Value {
        do { return try body() } catch { throw .malformedAnswer("\(address): \(error)") }
    }

    private func call(
        _ method: String, _ parameters: [JSONMember]
    ) throws(NodeError) -> JSONValue {
        let body = JSONValue.object([
            "jsonrpc": "2.0", "id": .number("1"), "method": .string(method),
            "params": .object(parameters),
        ])
        let answer = try send(Bytes(body.compactText.utf8))
        guard let json = try? JSONValue(parsing: answer) else {
            throw .malformedAnswer("\(address) did not answer with JSON; is it an AIVM node?")
        }
        if let error = json["error"], error != .null {
            let data = error["data"]?.text ?? ""
            let text = data.isEmpty ? error["message"]?.text ?? "" : data
            // CometBFT has one code for all refusals; only the text tells what is merely absent.
            let isMissing =
                text.contains("not found") && error["code"]?.integer(as: Int.self) == -32_603
            throw isMissing ? .notFound(text) : .refused(text)
        }
        guard let result = json["result"] else {
            throw .malformedAnswer("\(address): the answer has no result")
        }
        return result
    }
}

/// One HTTP address that takes POST requests.
private struct HTTPDoor: Sendable {
    let url: URL
    let timeoutSeconds: Int
    let session: URLSession

    init(_ url: URL, timeoutSeconds: Int) {
        self.url = url
        self.timeoutSeconds = timeoutSeconds
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = TimeInterval(timeoutSeconds)
        configuration.timeoutIntervalForResource = TimeInterval(timeoutSeconds)
        // A node is reached directly: the environment's proxy is not for it.
        configuration.connectionProxyDictionary = [:]
        session = URLSession(configuration: configuration)
    }

    func post(_ body: Bytes) throws(NodeError) -> Bytes {
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.httpBody = Data(body)
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        let outcome = Mutex<Result<Bytes, NodeError>?>(nil)
        let done = DispatchSemaphore(value: 0)
        let (address, seconds) = (url.absoluteString, timeoutSeconds)
        session.dataTask(with: request) { data, _, error in
            let result: Result<Bytes, NodeError>
            if let data, error == nil {
                result = .success(Bytes(data))
            } else if (error as? URLError)?.code == .timedOut {
                result = .failure(.timedOut(address: address, seconds: seconds))
            } else {
                let reason = error?.localizedDescription ?? "no answer"
                result = .failure(.unreachable(address: address, reason: reason))
            }
            outcome.withLock { $0 = result }
            done.signal()
        }.resume()
        done.wait()
        guard let result = outcome.withLock({ $0 }) else {
            throw .unreachable(address: address, reason: "no answer")
        }
        return try result.get()
    }
}
