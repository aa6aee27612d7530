// The list of modules: the only place where they meet. A new module is one line in `all`, and one
// property when others use its capabilities.

import AIModule
public import AccountsModule
import AuthzModule
public import BankModule
import ComputeModule
public import ConsensusModule
import Cryptography
import DistributionModule
import FeegrantModule
import GovModule
public import Ledger
import MintModule
import SlashingModule
public import StakingModule
import UpgradeModule
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
    /// Allowances to pay fees for others.
    let fees: any FeeAllowing
    /// Messages inside messages.
    let router: MessageRouter
    /// All modules, in the order of genesis and of block hooks.
    public let all: [any Module]

    /// Writes what SIGN_MODE_LEGACY_AMINO_JSON signs.
    public let amino: AminoJSON

    private let entriesByTypeURL: [String: MessageRouter.Entry]
    private let routesByPath: [String: QueryRoute]

    /// Names of the upgrades that this program carries out; see the module `upgrade`.
    static let upgrades: [String] = []

    /// Name of the module account that takes fees.
    public static let feeCollector = "fee_collector"
    /// Its address.
    static let feeCollectorAddress = Address.module(feeCollector)

    /// Makes the modules and hands each the capabilities it needs.
    public init() {
        accounts = Accounts(modules: [
            ModuleAccountDeclaration(Modules.feeCollector),
            ModuleAccountDeclaration(Distribution.name),
            ModuleAccountDeclaration("bonded_tokens_pool", permissions: ["burner", "staking"]),
            ModuleAccountDeclaration(
                "not_bonded_tokens_pool", permissions: ["burner", "staking"]),
            ModuleAccountDeclaration("gov", permissions: ["burner"]),
            ModuleAccountDeclaration(AI.name),
            ModuleAccountDeclaration(Compute.name),
        ])
        let feeCollector = Address.module(Modules.feeCollector)
        bank = Bank(
            accounts: accounts,
            blocked: [
                feeCollector, Staking.bondedPool, Staking.notBondedPool, Distribution.account,
                AI.escrowAddress, Compute.escrowAddress, .governance,
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
        let feegrant = Feegrant(accounts: accounts)
        fees = feegrant
        let upgrade = Upgrade(known: Modules.upgrades)
        let ai = AI(bank: bank, treasury: distribution)
        let compute = Compute(models: ai, bank: bank)
        let makeAuthz: MessageRouter.Recipe = { [accounts] router in
            Authz(accounts: accounts, router: router)
        }
        let makeGov: MessageRouter.Recipe = { [bank] router in
            Gov(
                bank: bank, stake: stake, pool: distribution, poolAddress: Distribution.account,
                router: router)
        }
        router = MessageRouter(
            [
                upgrade, accounts, bank, consensus, mint, distribution, slashing, staking,
                feegrant, ai, compute,
            ], running: [makeAuthz, makeGov])
        // The order of hooks: a planned upgrade stops the node before anything changes, new coins
        // and fees are shared before votes are judged, and the set of validators is chosen after
        // everything that changes stake.
        all = [
            upgrade, accounts, bank, consensus, mint, distribution, slashing, makeGov(router),
            staking, feegrant, makeAuthz(router), ai, compute,
        ]
        entriesByTypeURL = MessageRouter.entries(of: all)
        routesByPath = Modules.queryRoutes(of: all)
        amino = AminoJSON(AminoForm.all, registry: Modules.registry(of: all))
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
    func message(_ typeURL: String) -> MessageRouter.Entry? { entriesByTypeURL[typeURL] }

    /// The route of queries of `path`, or `nil`.
    func query(_ path: String) -> QueryRoute? { routesByPath[path] }

    /// Paths of all queries of modules, ascending.
    public var queryPaths: [String] { all.flatMap { $0.queries.map(\.path) }.sorted() }

    /// Everything that clients may ask the application by name: queries of modules, and services.
    public var calls: [CallDescription] {
        all.flatMap { $0.queries.map(\.description) } + AIVMApplication.serviceCalls
    }

    /// Type URLs of all messages, ascending.
    public var messageTypeURLs: [String] { all.flatMap { $0.messages.map(\.typeURL) }.sorted() }

    /// Every message of the chain by type URL, for JSON.
    public var registry: WireRegistry { Modules.registry(of: all) }

    private static func registry(of all: [any Module]) -> WireRegistry {
        let kit: [any WireMessage.Type] = [
            DecodedTransaction.self, TxRaw.self, TxBody.self, AuthInfo.self, Ed25519KeyMessage.self,
        ]
        let services = AIVMApplication.serviceCalls.flatMap { [$0.request, $0.response] }
        let modules = all.flatMap { module in
            module.messages.flatMap(\.types) + module.queries.flatMap(\.types) + module.otherTypes
        }
        return WireRegistry(kit + services + modules)
    }
}
