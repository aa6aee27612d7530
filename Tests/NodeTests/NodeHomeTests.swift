import Base
import Blocks
import Consensus
import Cryptography
import Foundation
import Ledger
import TestSupport
import Testing
import Wire

@testable import Node

@Suite struct NodeHomeTests {
    private let key = Ed25519.PrivateKey(seed: Bytes(repeating: 7, count: 32))!

    private func genesis(_ chainID: String = "aivm-1") -> Genesis {
        .singleValidator(
            chainID: chainID, key: key.publicKey, time: Timestamp(seconds: 1_790_000_000),
            balances: [(Address.module("someone"), Coin(Amount(5), "ucgpt"))])
    }

    @Test func readsBackWhatItWrote() throws {
        let folder = try TemporaryDirectory()
        let home = NodeHome(path: folder.path("home"))
        var configuration = NodeConfiguration()
        configuration.moniker = "node of the test"
        configuration.minimumGasPrices = "0.025ucgpt"
        #expect(!home.exists)
        try home.create(genesis: genesis(), validatorKey: key, configuration: configuration)
        #expect(home.exists)
        #expect(try home.genesis() == genesis())
        #expect(try home.configuration() == configuration)
        #expect(try home.validatorKey().seed == key.seed)
    }

    @Test func theEngineIsToldEveryParameterThatTheGenesisNames() throws {
        var genesis = genesis()
        genesis.parameters.evidence?.maximumAge = WireDuration(seconds: 90, nanoseconds: 1)
        genesis.parameters.abci?.voteExtensionsHeight = 7
        let read = try Genesis(json: genesis.json)
        #expect(read == genesis)
        let told = read.engineGenesis.parameters
        #expect(told == genesis.parameters)
        #expect(told.validator?.publicKeyTypes == ["ed25519"] && told.version?.application == 1)
        #expect(told.evidence?.maximumAgeInBlocks == 100_000)
    }

    @Test func keepsTheValidatorKeyFromOthers() throws {
        let folder = try TemporaryDirectory()
        let home = NodeHome(path: folder.path("home"))
        try home.create(
            genesis: genesis(), validatorKey: key, configuration: NodeConfiguration())
        let attributes = try FileManager.default.attributesOfItem(atPath: home.validatorKeyPath)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func neverTouchesAHomeThatExists() throws {
        let folder = try TemporaryDirectory()
        let home = NodeHome(path: folder.path("home"))
        let configuration = NodeConfiguration()
        try home.create(genesis: genesis(), validatorKey: key, configuration: configuration)
        #expect(throws: NodeSetupError.homeExists(home.path)) {
            try home.create(
                genesis: genesis("other-2"), validatorKey: key, configuration: configuration)
        }
        #expect(try home.genesis().chainID == "aivm-1")
    }

    @Test func refusesADamagedKey() throws {
        let folder = try TemporaryDirectory()
        let home = NodeHome(path: folder.path("home"))
        try home.create(
            genesis: genesis(), validatorKey: key, configuration: NodeConfiguration())
        let text = try String(contentsOfFile: home.validatorKeyPath, encoding: .utf8)
        for wrong in [
            "", "{}", text.replacingOccurrences(of: "BwcHBwcH", with: "CAcHBwcH"),
            String(text.dropLast(10)),
        ] {
            try wrong.write(toFile: home.validatorKeyPath, atomically: true, encoding: .utf8)
            #expect(throws: NodeSetupError.self) { try home.validatorKey() }
        }
    }

    @Test(arguments: ["aivm-1", "a-0", "my-chain-42"])
    func acceptsChainIDs(_ text: String) { #expect(Genesis.isValid(chainID: text)) }

    @Test(arguments: ["", "aivm", "-1", "aivm-", "aivm-x", "AIVM-1", "a b-1", "ä-1"])
    func refusesChainIDs(_ text: String) { #expect(!Genesis.isValid(chainID: text)) }

    @Test func refusesGenesisDocumentsThatCannotStartAChain() throws {
        let good = genesis().json
        guard case .object(let members) = good else { return }
        #expect(try Genesis(json: good) == genesis())
        for member in members
        where !["app_hash", "app_state"].contains(member.name) {
            let without = members.filter { $0.name != member.name }
            #expect(throws: NodeSetupError.self, "\(member.name)") {
                try Genesis(json: .object(without))
            }
        }
        #expect(throws: NodeSetupError.self) { try Genesis(json: .null) }
    }
}

@Suite struct NodeConfigurationTests {
    @Test(arguments: [
        #"{"port": 70000}"#, #"{"port": -1}"#, #"{"moniker": 5}"#, #"{"prot": 26657}"#,
        #"{"retained_versions": 1}"#, #"{"gathering_milliseconds": 10001}"#, "[]",
    ])
    func refuses(_ text: String) throws {
        let json = try JSONValue(parsing: text)
        #expect(throws: NodeSetupError.self) { try NodeConfiguration(json: json) }
    }

    @Test func keepsDefaultsForWhatIsNotSaid() throws {
        var expected = NodeConfiguration()
        expected.port = 1234
        #expect(
            try NodeConfiguration(json: try JSONValue(parsing: #"{"port": 1234}"#)) == expected)
    }

    @Test func refusesGasPricesThatAreNone() throws {
        var configuration = NodeConfiguration()
        configuration.minimumGasPrices = "cheap"
        #expect(throws: NodeSetupError.self) {
            _ = try makeApplication(reading: SortedStore(), configuration)
        }
    }
}
