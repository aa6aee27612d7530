// The list of modules: the only place where they meet. A new module is one line in `all`, and one
// property when others use its capabilities.

import AIModule
public import AccountsModule
public import BankModule
public import ConsensusModule
import Cryptography
import DistributionModule
public import Ledger
import MintModule
import SlashingModule
public import StakingModule
public import Wire

/// The modules of the chain and their routes; a class, because every transaction hands them on.
public final class Modules: Sendable {
    /// Accounts, which the pipeline of transactions reads and advances.
    public let accounts: Accounts
    /// Coins, from which it takes fees.
    public let bank: Bank
    /// Stake, which chooses the first validators.
    public let staking: Staking
    /// Parameters of consensus, which the engine is told of.
    public let consensus: ConsensusParameters
    /// All modules, in the order of genesis and of block hooks.
    public let all: [any Module]

    /// A message's route, and the module it belongs to.
    struct Entry: Sendable {
        let route: MessageRoute
        let module: String
    }

    private let entriesByTypeURL: [String: Entry]
    private let routesByPath: [String: QueryRoute]

    /// Name of the module account that takes fees.
    public static let feeCollector = "fee_collector"
    /// Its address.
    static let feeCollectorAddress = Address.module(feeCollector)

    /// Makes the modules and hands each the capabilities it needs.
    public init() {
        accounts = Accounts()
        let feeCollector = Address.module(Modules.feeCollector)
        bank = Bank(
            accounts: accounts,
            blocked: [
                feeCollector, Staking.bondedPool, Staking.notBondedPool, Distribution.account,
                AI.escrowAddress, .governance,
            ])
        consensus = ConsensusParameters()
        // Staking tells distribution and slashing of changes, and they read it: the value they read
        // has no hooks, because reading calls none.
        let stake = Staking(bank: bank, hooks: [])
        let distribution = Distribution(
            bank: bank, validators: stake, feeCollector: feeCollector)
        // Slashing changes stake, so distribution must hear of it.
        let slashing = Slashing(validators: Staking(bank: bank, hooks: [distribution]))
        staking = Staking(bank: bank, hooks: [distribution, slashing])
        let mint = Mint(bank: bank, validators: stake, recipient: feeCollector)
        // The order of hooks: new coins and fees are shared before votes are judged, and the set of
        // validators is chosen after everything that changes stake.
        all = [
            accounts, bank, consensus, mint, distribution, slashing, staking,
            AI(bank: bank, treasury: distribution),
        ]
        entriesByTypeURL = Modules.messageRoutes(of: all)
        routesByPath = Modules.queryRoutes(of: all)
    }

    private static func messageRoutes(of modules: [any Module]) -> [String: Entry] {
        var entries: [String: Entry] = [:]
        for module in modules {
            let name = type(of: module).name
            for route in module.messages {
                let old = entries.updateValue(
                    Entry(route: route, module: name), forKey: route.typeURL)
                precondition(old == nil, "message \(route.typeURL) has one route")
            }
        }
        return entries
    }

    private static func queryRoutes(of modules: [any Module]) -> [String: QueryRoute] {
        var routes: [String: QueryRoute] = [:]
        for route in modules.flatMap(\.queries) {
            let old = routes.updateValue(route, forKey: route.path)
            precondition(old == nil, "query \(route.path) has one route")
        }
        return routes
    }

    /// Names of the stores, ascending.
    public var storeNames: [String] { all.map { type(of: $0).name }.sorted() }

    /// The route of messages of type `typeURL`, or `nil`.
    func message(_ typeURL: String) -> Entry? { entriesByTypeURL[typeURL] }

    /// The route of queries of `path`, or `nil`.
    func query(_ path: String) -> QueryRoute? { routesByPath[path] }

    /// Paths of all queries of modules, ascending.
    public var queryPaths: [String] { all.flatMap { $0.queries.map(\.path) }.sorted() }

    /// Type URLs of all messages, ascending.
    public var messageTypeURLs: [String] { all.flatMap { $0.messages.map(\.typeURL) }.sorted() }

    /// Every message of the chain by type URL, for JSON.
    public var registry: WireRegistry {
        let kit: [any WireMessage.Type] = [
            DecodedTransaction.self, TxRaw.self, TxBody.self, AuthInfo.self, SimulateRequest.self,
            SimulateResponse.self, NodeConfigurationRequest.self, NodeConfigurationResponse.self,
        ]
        let modules = all.flatMap { module in
            module.messages.flatMap(\.types) + module.queries.flatMap(\.types) + module.otherTypes
        }
        return WireRegistry(kit + modules)
    }
}
