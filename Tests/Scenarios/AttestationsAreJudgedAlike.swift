// Attestations on a chain, from end to end through the real binary: a model with its owner's
// policy, collateral that anybody submits, quotes of a machine and its GPU judged in blocks, a
// request with its policy answered and paid, refusals with their own codes, collateral that runs
// out and comes anew. Then other nodes execute the same blocks in other worlds, with another clock,
// time zone, trust store and configuration of OpenSSL, and must come to the same app hashes.

import ABCI
import AIModule
import AccountsModule
import Attestation
import Base
import Certificates
import Client
import ComputeModule
import Cryptography
import DevelopmentAuthority
import EngineDouble
import Foundation
import Ledger
import Models
import Node
import Tensors
import TestSupport
import Testing
import Verification
import Wire

@Suite struct AttestationsAreJudgedAlike {
    @Test func everyNodeComesToTheSameVerdicts() throws {
        let folder = try TemporaryDirectory()
        let story = try AttestationStory(in: folder)
        var engine = FakeEngine(genesis: story.genesis)
        let first = try ServedProcess(
            home: try story.home(0), socket: folder.path("abci0.sock"))
        try engine.connect(to: first.address)
        try story.tell(to: &engine)
        engine.disconnect()
        #expect(first.stop() == 0)

        let codes = engine.blocks.map(\.codes)
        #expect(codes == (try story.expectedCodes))
        let clocks = try ClockShim(in: folder)
        for (index, world) in story.worlds(clocks).enumerated() {
            let socket = folder.path("abci\(index + 1).sock")
            let node = try ServedProcess(
                home: try story.home(index + 1), socket: socket, environment: world)
            let before = engine.replayedCount
            // The engine's handshake executes every block and compares every app hash.
            try engine.connect(to: node.address)
            #expect(engine.replayedCount == before + codes.count)
            engine.disconnect()
            #expect(node.stop() == 0)
        }
    }
}

/// The chain, its people and what they send.
private struct AttestationStory {
    static let start: Int64 = 1_700_000_000
    let folder: TemporaryDirectory
    let genesis: InitializeChainRequest
    let test: TestHome
    let roots = DevelopmentRoots(
        seed: [0x5C], validity: start...start + 200_000_000, products: ["Milan"])
    let model: Model
    let statement: Statement
    let output: TensorSet

    init(in folder: TemporaryDirectory) throws {
        self.folder = folder
        test = try TestHome(in: folder.path("home0"), seed: 77)
        var builder = ProgramBuilder(opset: 17, name: "perceptron")
        let x = builder.addInput("x", TensorType(.float32, [1, 3]))
        let w = builder.addConstant(
            "w", Tensor([1, -1, 2, 0.5, -3, 4] as [Float], shape: [3, 2]))
        let product = builder.addNode("MatMul", [x, w])
        builder.addOutput("y", builder.addNode("Relu", [product[0]])[0])
        model = try builder.build()
        let engine = InferenceEngine()
        let inference = try engine.run(
            try engine.prepare(model),
            on: TensorSet([
                NamedTensor(name: "x", tensor: Tensor([1, 2, 3] as [Float], shape: [1, 3]))
            ]), gasLimit: .max)
        (statement, output) = (inference.statement, inference.output)
        genesis = try AttestationStory.genesis(test, roots)
    }

    /// The test's genesis with roots for development, and a policy of the chain that takes them.
    private static func genesis(
        _ test: TestHome, _ roots: DevelopmentRoots
    ) throws -> InitializeChainRequest {
        var parameters = ComputeParameters.standard
        parameters.roots = roots.trusted
        parameters.policy.acceptsDevelopment = true
        parameters.policy.acceptedOmissions = Omission.allCases.map(\.rawValue)
        var compute = ComputeGenesis()
        compute.allowsDevelopment = true
        compute.parameters = parameters
        let file = try JSONValue(
            parsing: Bytes(
                try Data(
                    contentsOf: URL(fileURLWithPath: test.home.path + "/config/genesis.json"))))
        guard case .object(var members) = file,
            let place = members.firstIndex(where: { $0.name == "app_state" }),
            case .object(var modules) = members[place].value
        else { throw WireError.invalidJSON(offset: 0, reason: "no genesis") }
        modules.removeAll { $0.name == Compute.name }
        modules.append(JSONMember(Compute.name, try compute.json()))
        members[place].value = .object(modules)
        return try InitializeChainRequest(genesis: .object(members))
    }

    /// A home of the same chain; number 0 is the first node's.
    func home(_ number: Int) throws -> String {
        let path = folder.path("home\(number)")
        if number > 0 { _ = try TestHome(in: path, seed: 77) }
        return path
    }

    // MARK: What is sent

    private var sender: String { test.address.description }

    private func collateral(_ validity: ClosedRange<Int64>) throws -> MsgSubmitCollateral {
        MsgSubmitCollateral(
            submitter: sender,
            try roots.intel.collateral(
                IntelAuthority.Levels(validity: validity), validity: validity))
    }

    private func policy() -> MsgSetModelPolicy {
        var message = MsgSetModelPolicy()
        message.owner = sender
        message.modelID = model.modelID.bytes
        var policy = AttestationPolicy.strict
        policy.technologies = ["tdx", "nvidia-gpu"]
        policy.measurements = [
            MeasurementRule(.tdx, "mrtd", [Bytes(repeating: 0xD1, count: 48)])
        ]
        policy.products = ["GH100"]
        policy.acceptsDevelopment = true
        policy.acceptedOmissions = Omission.allCases.map(\.rawValue)
        policy.requiresDevice = true
        message.policy = policy
        return message
    }

    /// A request for an attestation of the statement.
    private func request() -> MsgRequestAttestation {
        var message = MsgRequestAttestation()
        message.requester = sender
        message.modelID = model.modelID.bytes
        message.inputCommitment = statement.inputCommitment
        message.price = [Coin(Amount(1000), "ucgpt")]
        message.deadline = Timestamp(seconds: AttestationStory.start + 3)
        var policy = AttestationPolicy.strict
        policy.acceptsDevelopment = true
        policy.acceptedOmissions = Omission.allCases.map(\.rawValue)
        policy.minimumVersions = [VersionRule(.tdx, "tdx-module", "1.4")]
        message.policy = policy
        return message
    }

    /// What answers request 1.
    private func answer() throws -> MsgSubmitAttestation {
        var message = try attestation(
            challenge: AttestationBinding.requestChallenge(
                chainID: "aivm-1", id: 1, submitter: test.address.bytes))
        message.requestID = 1
        message.output = output
        return message
    }

    private func attestation(
        _ challenge: UInt8, policy: AttestationPolicy? = nil, device: UInt8? = nil,
        _ change: (inout DCAPRecipe, inout TrustDomainRecipe) -> Void = { _, _ in }
    ) throws -> MsgSubmitAttestation {
        try attestation(challenge: [challenge], policy: policy, device: device, change)
    }

    /// An attestation of the statement by a virtual machine and a GPU.
    private func attestation(
        challenge: Bytes, policy: AttestationPolicy? = nil, device: UInt8? = nil,
        _ change: (inout DCAPRecipe, inout TrustDomainRecipe) -> Void = { _, _ in }
    ) throws -> MsgSubmitAttestation {
        var claim = AttestationEvidence()
        claim.challenge = challenge
        var machine = TrustDomainRecipe()
        machine.reportData = claim.reportData(for: statement)
        var recipe = DCAPRecipe(tdx: machine)
        change(&recipe, &machine)
        recipe.body = .trustDomain(machine)
        claim.machine = AttestedQuote(try Quote(roots.intel.quote(recipe)))
        var gpu = GPURecipe()
        gpu.challenge = AttestationBinding.deviceChallenge(
            for: device.map { Bytes(repeating: $0, count: 64) }
                ?? claim.reportData(for: statement))
        claim.devices = [
            AttestedQuote(
                try Quote(
                    roots.nvidia.report(gpu), certificates: roots.nvidia.chain(gpu)))
        ]
        return MsgSubmitAttestation(
            submitter: sender, statement: statement, attestation: claim, policy: policy)
    }

    /// Blocks of messages with the code that each must end with.
    private func blocks() throws -> [[(message: any WireMessage, code: UInt32)]] {
        let now = AttestationStory.start
        var caller = AttestationPolicy.strict
        caller.acceptsDevelopment = true
        caller.acceptedOmissions = Omission.allCases.map(\.rawValue)
        caller.minimumVersions = [VersionRule(.tdx, "tdx-module", "2")]
        let register = MsgRegisterModel(
            owner: sender, name: "m", program: model.programBytes, weights: model.weights,
            price: [])
        var alone = try attestation(2)
        alone.evidence.attestation?.devices = []
        var other = try attestation(1)
        other.statement.outputCommitment[0] ^= 1
        var forged = try attestation(1)
        forged.evidence.attestation?.machine.quote[200] ^= 1
        return [
            [
                (try attestation(1), 7), (register, 0), (policy(), 0), (try attestation(1), 1008),
                (try collateral(now...now + 3), 0),
            ],
            [
                (try attestation(1), 0), (try attestation(1), 10), (alone, 1052), (other, 1051),
                (forged, 1004), (try attestation(2, device: 9), 1051),
                (try attestation(2) { $1.mrTD[0] ^= 1 }, 1046),
                (try attestation(2) { $1.attributes[0] = 1 }, 1042),
                (try attestation(2) { recipe, _ in recipe.platform.components[3] = 4 }, 1041),
                (try attestation(2) { recipe, _ in recipe.leftover = [1] }, 1045),
                (try attestation(2, policy: caller), 1047),
                (try collateral(now...now + 3), 3), (try attestation(2), 0), (request(), 0),
            ], [(try attestation(3, policy: caller), 1047), (try answer(), 0)],
            [(try answer(), 13), (request(), 14)],
            // The collateral ran out with the third second.
            [
                (try attestation(3), 1010), (try collateral(now...now + 3), 1010),
                (try collateral(now + 4...now + 1000), 0), (try attestation(3), 0),
            ],
        ]
    }

    /// Codes of every transaction, block by block.
    var expectedCodes: [[UInt32]] {
        get throws { [[]] + (try blocks()).map { $0.map(\.code) } }
    }

    /// Sends everything and asks what was kept.
    func tell(to engine: inout FakeEngine) throws {
        try engine.makeBlock([])
        var request = AccountInfoRequest()
        request.address = sender
        var query = QueryRequest()
        (query.path, query.data) = ("/cosmos.auth.v1beta1.Query/AccountInfo", request.encoded())
        let account = try #require(
            try AccountInfoResponse(decoding: try engine.ask(query).value, rules: .tolerant).info)
        var sequence = account.sequence
        for block in try blocks() {
            let transactions = block.map { entry in
                defer { sequence += 1 }
                let gas: UInt64 = entry.message is MsgRegisterModel ? 20_000_000 : 5_000_000
                let builder = TransactionBuilder(
                    chainID: "aivm-1", accountNumber: account.accountNumber, sequence: sequence,
                    fee: Fee([Coin(Amount(100_000), "ucgpt")], gasLimit: gas))
                return builder.sign([entry.message], with: test.account).encoded()
            }
            try engine.makeBlock(transactions)
        }
        var question = QueryAttestationsRequest()
        question.statement = statement
        (query.path, query.data) = ("/aivm.compute.v1.Query/Attestations", question.encoded())
        let records = try QueryAttestationsResponse(
            decoding: try engine.ask(query).value, rules: .tolerant
        ).attestations
        #expect(records.count == 4)
        #expect(records.allSatisfy { $0.technology == "tdx" && $0.status == "UpToDate" })
        #expect(records.allSatisfy { $0.deviceCount == 1 && $0.isDevelopment })
        #expect(records.map(\.height).sorted() == [3, 3, 4, 6])
        #expect(records.filter { $0.requestID == 1 }.map(\.height) == [4])
    }

    /// Environments of other nodes.
    func worlds(_ clocks: ClockShim?) -> [[String: String]] {
        var worlds = [
            [
                "TZ": "Pacific/Kiritimati", "SSL_CERT_DIR": "/nonexistent",
                "SSL_CERT_FILE": "/dev/null", "LANG": "tr_TR.UTF-8",
            ],
            [
                "TZ": "America/St_Johns", "SSL_CERT_FILE": folder.path("home0/config/genesis.json"),
                "OPENSSL_CONF": "/dev/null", "OPENSSL_ia32cap": "0",
            ],
        ]
        guard let clocks else { return worlds }
        for (index, years) in [-40, 60].enumerated() {
            worlds[index].merge(clocks.shifted(years)) { $1 }
        }
        return worlds
    }
}

/// A library that shifts the clock of a process by years; made by the compiler of the tests.
struct ClockShim {
    let path: String

    private static let source = """
        #define _GNU_SOURCE
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>
        static long shift(void) {
            const char *text = getenv("AIVM_TEST_CLOCK_SHIFT");
            return text ? atol(text) : 0;
        }
        int clock_gettime(clockid_t clock, struct timespec *result) {
            long status = syscall(SYS_clock_gettime, clock, result);
            if (status == 0 && clock == CLOCK_REALTIME) result->tv_sec += shift();
            return (int)status;
        }
        int gettimeofday(struct timeval *result, void *zone) {
            struct timespec now;
            (void)zone;
            clock_gettime(CLOCK_REALTIME, &now);
            result->tv_sec = now.tv_sec;
            result->tv_usec = now.tv_nsec / 1000;
            return 0;
        }
        time_t time(time_t *result) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (result) *result = now.tv_sec;
            return now.tv_sec;
        }
        """

    /// `nil`, and a line that says so, where there is no compiler of C.
    init?(in folder: TemporaryDirectory) throws {
        let file = folder.path("clock.c")
        path = folder.path("clock.so")
        try Data(ClockShim.source.utf8).write(to: URL(fileURLWithPath: file))
        let compiler = ["/usr/bin/cc", "/opt/swift/usr/bin/clang", "/usr/bin/clang"].first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        guard let compiler else {
            SkipNotice.print("no compiler of C, so nodes with other clocks are not tried")
            return nil
        }
        let made = try ClockShim.run(compiler, ["-shared", "-fPIC", "-o", path, file], [:])
        try #require(made.status == 0)
        // It works: a program that shows the year sees another one.
        let here = try ClockShim.run("/bin/date", ["+%Y"], [:]).output
        let there = try ClockShim.run("/bin/date", ["+%Y"], shifted(60)).output
        let years = [here, there].compactMap { Int($0.filter(\.isNumber)) }
        try #require(years.count == 2 && years[1] - years[0] >= 59)
    }

    /// The environment of a process whose clock is off by so many years.
    func shifted(_ years: Int) -> [String: String] {
        ["LD_PRELOAD": path, "AIVM_TEST_CLOCK_SHIFT": String(years * 31_557_600)]
    }

    private static func run(
        _ program: String, _ words: [String], _ environment: [String: String]
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }
}
