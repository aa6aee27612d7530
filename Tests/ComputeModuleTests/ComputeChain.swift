// The module alone, with one model, balances of its own and a development authority.

import Attestation
import Base
import Certificates
import ComputeModule
import Cryptography
import DevelopmentAuthority
import Ledger
import TestSupport
import Testing
import Verification
import Wire

let validity: ClosedRange<Int64> = 1_700_000_000...1_900_000_000
let authority = DevelopmentRoots(seed: [0xC0], validity: validity, products: ["Milan"])
let now: Int64 = 1_800_000_000
let submitter = Address.module("submitter").description

/// One model with one owner.
struct OneModel: ModelOwning {
    static let modelID = Bytes(repeating: 7, count: 32)
    static let owner = Address.module("owner")

    func owner(
        ofModel modelID: Bytes, _ context: inout Context
    ) throws(Failure) -> Address? {
        modelID == OneModel.modelID ? OneModel.owner : nil
    }
}

/// Balances in a store of their own.
struct OneBank: BalanceMoving {
    private static let balances = StateMap<StoredText>("bank", prefix: 0)

    private static func key(_ address: Address, _ denom: String) -> Bytes {
        address.bytes + Bytes(denom.utf8)
    }

    func balance(
        of address: Address, denom: String, _ context: inout Context
    ) throws(Failure) -> Amount {
        let stored = try Self.balances.get(Self.key(address, denom), &context)
        return stored.flatMap { Amount($0.value) } ?? .zero
    }

    func set(_ address: Address, _ coin: Coin, _ context: inout Context) throws(Failure) {
        try Self.balances.set(
            Self.key(address, coin.denom), StoredText(coin.amount), &context)
    }

    func move(
        _ coins: [Coin], from sender: Address, to recipient: Address, _ context: inout Context
    ) throws(Failure) {
        for coin in coins {
            let had = try balance(of: sender, denom: coin.denom, &context)
            guard let left = had.subtracting(try coin.value()) else {
                throw .sdk(.insufficientFunds, "spendable balance is smaller")
            }
            try set(sender, Coin(left, coin.denom), &context)
            let old = try balance(of: recipient, denom: coin.denom, &context)
            try set(recipient, Coin(try old.adding(try coin.value()), coin.denom), &context)
        }
    }
}

struct Chain {
    let module = Compute(models: OneModel(), bank: OneBank())
    var context: Context

    init(development: Bool = true, at time: Int64 = now) throws {
        context = Chain.context(over: SortedStore(), at: time)
        var genesis = ComputeGenesis()
        genesis.allowsDevelopment = development
        if development {
            var parameters = ComputeParameters.standard
            parameters.roots = authority.trusted
            parameters.policy.acceptsDevelopment = true
            parameters.policy.acceptedOmissions = Omission.allCases.map(\.rawValue)
            parameters.policy.technologies = ["tdx", "sgx", "nvidia-gpu"]
            parameters.policy.measurements = [
                MeasurementRule(.tdx, "mrtd", [Bytes(repeating: 0xD1, count: 48)])
            ]
            genesis.parameters = parameters
        }
        try module.initialize(genesis: try genesis.json(), &context)
    }

    static func context(over store: SortedStore, at time: Int64) -> Context {
        Context(
            state: State(over: store), gasLimit: nil,
            block: BlockInfo(
                chainID: "aivm-1", height: 5, time: Timestamp(seconds: time)), mode: .finalize)
    }

    /// The same state in a block of another time.
    mutating func move(to time: Int64) {
        var later = Chain.context(over: SortedStore(), at: time)
        later.state = context.state
        context = later
    }

    /// The code of the refusal of `message`, such as `compute/3`; `nil` when it is accepted.
    mutating func code(_ message: some WireMessage) throws -> String? {
        let any = AnyMessage(message)
        let route = try #require(module.messages.first { $0.typeURL == any.typeURL })
        do throws(Failure) {
            _ = try route.check(any)
            _ = try context.transaction { (context) throws(Failure) in
                try route.run(any, &context)
            }
            return nil
        } catch {
            guard case .rejected(let rejection) = error else { throw error }
            return "\(rejection.codespace)/\(rejection.code)"
        }
    }

    mutating func query<Response: WireMessage>(
        _ method: String, _ request: some WireMessage, _: Response.Type
    ) throws -> Response {
        let route = try #require(
            module.queries.first { $0.path == "/aivm.compute.v1.Query/\(method)" })
        return try Response(decoding: try route.answer(request.encoded(), &context))
    }

    func checkInvariants() throws {
        var copy = context
        for invariant in module.invariants { try invariant.check(&copy) }
    }
}

func statement() -> Statement {
    var statement = Statement()
    statement.modelID = OneModel.modelID
    statement.arithmeticVersion = 1
    statement.inputCommitment = Bytes(repeating: 1, count: 32)
    statement.outputCommitment = Bytes(repeating: 2, count: 32)
    return statement
}

/// An attestation of ``statement()`` by a virtual machine of TDX.
func attestation(
    policy: AttestationPolicy? = nil, challenge: Bytes = [],
    _ change: (inout TrustDomainRecipe) -> Void = { _ in }
) throws -> MsgSubmitAttestation {
    var claim = AttestationEvidence()
    claim.challenge = challenge
    var recipe = TrustDomainRecipe()
    recipe.reportData = claim.reportData(for: statement())
    change(&recipe)
    claim.machine = AttestedQuote(try Quote(authority.intel.quote(DCAPRecipe(tdx: recipe))))
    return MsgSubmitAttestation(
        submitter: submitter, statement: statement(), attestation: claim, policy: policy)
}

func collateral(
    validity: ClosedRange<Int64> = validity, evaluation: Int = 17
) throws -> MsgSubmitCollateral {
    var levels = IntelAuthority.Levels(validity: validity)
    levels.evaluationNumber = evaluation
    return MsgSubmitCollateral(
        submitter: submitter,
        try authority.intel.collateral(levels, validity: validity))
}
