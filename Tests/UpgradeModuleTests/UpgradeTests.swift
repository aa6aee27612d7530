import Base
import Cryptography
import Ledger
import TestSupport
import Testing
import UpgradeModule
import Wire

func makeContext(height: Int64) -> Context {
    Context(
        state: State(over: SortedStore()), gasLimit: nil,
        block: BlockInfo(chainID: "aivm-1", height: height, time: Timestamp()), mode: .finalize)
}

/// The same state in another block.
func moved(_ context: Context, to height: Int64) -> Context {
    var later = makeContext(height: height)
    later.state = context.state
    return later
}

/// The code of the rejection that `body` ends with, such as `sdk/5`; `nil` when it succeeds.
func code(_ body: () throws -> Void) throws -> String? {
    do { try body() } catch let failure as Failure {
        guard case .rejected(let rejection) = failure else { throw failure }
        return "\(rejection.codespace)/\(rejection.code)"
    }
    return nil
}

@Suite struct UpgradeTests {
    let old = Upgrade()
    let new = Upgrade(known: ["v2"])
    let governance = Address.module("gov").description

    private func run(_ message: some WireMessage, _ context: inout Context) throws {
        let any = AnyMessage(message)
        let route = try #require(old.messages.first { $0.typeURL == any.typeURL })
        _ = try route.check(any)
        _ = try route.run(any, &context)
    }

    private func query<Response: WireMessage>(
        _ method: String, _ request: some WireMessage, _ type: Response.Type,
        _ context: inout Context
    ) throws -> Response {
        let path = "/cosmos.upgrade.v1beta1.Query/" + method
        let route = try #require(old.queries.first { $0.path == path })
        return try Response(decoding: try route.answer(request.encoded(), &context))
    }

    private func planned() throws -> Context {
        var context = makeContext(height: 5)
        try run(
            MsgSoftwareUpgrade(
                authority: governance, UpgradePlan("v2", height: 10, info: "get it")), &context)
        return context
    }

    @Test func oldProgramStopsAtThePlansHeightAndChangesNothing() throws {
        let planned = try planned()
        for height in [Int64(6), 9] {
            var context = moved(planned, to: height)
            try old.beginBlock(&context)
        }
        for height in [Int64(10), 11] {
            var context = moved(planned, to: height)
            #expect(
                throws: Failure.storage(
                    StorageFailure("UPGRADE \"v2\" NEEDED at height: 10: get it"))
            ) { try old.beginBlock(&context) }
            #expect(context.state.changes.map(\.value) == planned.state.changes.map(\.value))
        }
    }

    @Test func newProgramGoesOnAtThePlansHeightAndNotBefore() throws {
        let planned = try planned()
        var early = moved(planned, to: 9)
        #expect(throws: Failure.self) { try new.beginBlock(&early) }
        var context = moved(planned, to: 10)
        try new.beginBlock(&context)
        #expect(
            try query("CurrentPlan", CurrentPlanRequest(), CurrentPlanResponse.self, &context)
                .plan == nil)
        #expect(
            try query("AppliedPlan", AppliedPlanRequest("v2"), AppliedPlanResponse.self, &context)
                .height == 10)
        context = moved(context, to: 11)
        try new.beginBlock(&context)
        try old.beginBlock(&context)
        // A name is used once.
        let again = MsgSoftwareUpgrade(authority: governance, UpgradePlan("v2", height: 20))
        #expect(try code { try run(again, &context) } == "sdk/18")
    }

    @Test func cancelledPlanStopsNobody() throws {
        var context = try planned()
        #expect(
            try query("CurrentPlan", CurrentPlanRequest(), CurrentPlanResponse.self, &context)
                .plan == UpgradePlan("v2", height: 10, info: "get it"))
        try run(MsgCancelUpgrade(authority: governance), &context)
        try run(MsgCancelUpgrade(authority: governance), &context)
        context = moved(context, to: 10)
        try old.beginBlock(&context)
    }

    @Test func refusesEveryFailureOfTheSpecification() throws {
        var context = makeContext(height: 5)
        func code(
            _ authority: String, _ change: (inout UpgradePlan) -> Void
        ) throws -> String? {
            var plan = UpgradePlan("v2", height: 10)
            change(&plan)
            let message = MsgSoftwareUpgrade(authority: authority, plan)
            return try UpgradeModuleTests.code { try run(message, &context) }
        }
        #expect(try code(Address.module("alice").description) { _ in } == "gov/13")
        #expect(try code(governance) { $0.name = "" } == "sdk/18")
        #expect(try code(governance) { $0.name = String(repeating: "x", count: 141) } == "sdk/18")
        #expect(try code(governance) { $0.height = 0 } == "sdk/18")
        #expect(try code(governance) { $0.height = -1 } == "sdk/18")
        #expect(try code(governance) { $0.height = 5 } == "sdk/18")
        #expect(try code(governance) { $0.time = Timestamp(seconds: 9) } == "sdk/18")
        #expect(try code(governance) { $0.upgradedClientState = AnyMessage() } == "sdk/18")
        #expect(try code(governance) { $0.time = Timestamp() } == nil)
        #expect(
            try UpgradeModuleTests.code {
                try run(MsgCancelUpgrade(authority: "x"), &context)
            } == "sdk/7")
    }

    @Test func genesisComesBackAsItWas() throws {
        var context = moved(try planned(), to: 10)
        try new.beginBlock(&context)
        try run(
            MsgSoftwareUpgrade(authority: governance, UpgradePlan("v3", height: 90)), &context)
        let exported = try old.exportGenesis(&context)
        var second = makeContext(height: 0)
        try old.initialize(genesis: exported, &second)
        #expect(try old.exportGenesis(&second) == exported)
        let twice = try JSONValue(
            parsing: """
                {"applied": [{"name": "a", "height": "1"}, {"name": "a", "height": "2"}]}
                """)
        var third = makeContext(height: 0)
        #expect(try code { try old.initialize(genesis: twice, &third) } == "sdk/18")
    }
}
