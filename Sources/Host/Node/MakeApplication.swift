// The application as this node runs it.

import App
public import Base
public import Ledger
import Store

/// Bytes for transactions between the mempool and a block: some 18,000 transfers.
private let rememberedTransactionByteCount = 64 << 20

/// The application over the state in `reading`, with the operator's choices.
///
/// - Throws: ``NodeSetupError`` when a choice is malformed or the state cannot be read.
public func makeApplication(
    reading: any KeyValueReading, _ configuration: NodeConfiguration
) throws(NodeSetupError) -> any Application {
    var prices: [GasPrice] = []
    for text in configuration.minimumGasPrices.split(separator: ",") {
        guard let price = GasPrice(String(text)) else {
            throw .malformedFile(
                "node.json", reason: "minimum_gas_prices: '\(text)' is no price such as 0.025ucgpt")
        }
        prices.append(price)
    }
    do {
        return try AIVMApplication(
            reading: reading,
            options: ApplicationOptions(
                minimumGasPrices: prices, retainedVersions: configuration.retainedVersions,
                moniker: configuration.moniker,
                memory: BoundedMemory(byteCount: rememberedTransactionByteCount)))
    } catch { throw .database(error.message) }
}
