import Base
import Cryptography
import Fields
import Forgery
import Ledger
import Plonk
import TestSupport
import Testing
import Verification
import Wire

@testable import AIModule

/// The registry of verification keys.
@Suite struct VerificationKeyTests {
    @Test(arguments: PlonkCase.committed)
    func aKeyOfSnarkjsIsFoundUnderItsID(_ sample: PlonkCase) throws {
        var chain = try TestChain.circuits()
        let key = try sample.key()
        let outcome = try chain.deliver(
            registration(key, name: sample.name, description: "shows something"))
        let response = try outcome.unpacked(MsgRegisterVerificationKeyResponse.self)
        #expect(response.number == 1)
        #expect(
            response.keyID
                == SHA256.hash(Bytes("AIVM/verification-key/1".utf8) + key.bytes).bytes)
        var request = QueryVerificationKeyRequest()
        request.keyID = response.keyID
        let answer = try chain.query(
            "VerificationKey", request, QueryVerificationKeyResponse.self)
        #expect(answer.verificationKey.key == key.bytes)
        #expect(answer.verificationKey.publicSignalCount == UInt32(key.publicCount))
        #expect(answer.verificationKey.registeredHeight == 1)
        #expect(answer.description == "shows something")
        #expect(outcome.events.map(\.type) == ["register_verification_key"])
        request.keyID[0] ^= 1
        #expect(try chain.queryRefusal("VerificationKey", request) == "ai/29")
        try chain.checkInvariants()
    }

    @Test func keysAreListedByPagesAndByOwner() throws {
        let keys = try (0..<5).map { try ForgeableKey("key \($0)").key }
        var chain = try TestChain.circuits(keys)
        var other = registration(try ForgeableKey("of bob").key)
        other.owner = TestChain.bob.bech32()
        try chain.deliver(other)
        var request = QueryVerificationKeysRequest()
        request.pagination = PageRequest()
        request.pagination?.limit = 4
        var page = try chain.query(
            "VerificationKeys", request, QueryVerificationKeysResponse.self)
        #expect(page.verificationKeys.map(\.number) == [1, 2, 3, 4])
        request.pagination?.key = page.pagination.nextKey
        page = try chain.query("VerificationKeys", request, QueryVerificationKeysResponse.self)
        #expect(page.verificationKeys.map(\.number) == [5, 6])
        request = QueryVerificationKeysRequest()
        request.owner = other.owner
        page = try chain.query("VerificationKeys", request, QueryVerificationKeysResponse.self)
        #expect(page.verificationKeys.map(\.key) == [other.key])
    }

    @Test func aKeyIsRegisteredOnce() throws {
        let key = try ForgeableKey("key").key
        var chain = try TestChain.circuits([key])
        var again = registration(key, name: "another-name")
        again.owner = TestChain.bob.bech32()
        #expect(try chain.deliver(again).refusal == "ai/30")
    }

    @Test func aKeyForDevelopmentNeedsAGenesisThatAllowsIt() throws {
        let forgeable = try ForgeableKey("key", isUnsafe: true)
        var strict = try TestChain.circuits()
        #expect(try strict.deliver(registration(forgeable.key)).refusal == "ai/28")
        var lenient = try TestChain.circuits(allowsUnsafe: true)
        let outcome = try lenient.deliver(registration(forgeable.key))
        #expect(outcome.refusal == nil, "\(outcome.log)")
        #expect(outcome.events.first?.attributes.last?.value == "true")
        #expect(try lenient.deliver(submission(forgeable, 1)).refusal == nil)
        // What governance takes back, it takes back from registered keys too.
        var update = MsgUpdateParams()
        update.authority = Address.governance.bech32()
        update.parameters = .standard
        #expect(try lenient.deliver(update).refusal == nil)
        #expect(try lenient.deliver(submission(forgeable, 2)).refusal == "ai/28")
    }

    @Test func aChainMayTrustCertainReferenceStringsOnly() throws {
        let (trusted, other) = (
            try ForgeableKey("key", setup: "ceremony"), try ForgeableKey("key", setup: "another")
        )
        var chain = try TestChain { genesis in
            genesis.parameters.trustedReferenceStrings = [
                (try? CircuitKey(bytes: trusted.key.bytes))?.srsID.bytes ?? []
            ]
        }
        #expect(try chain.deliver(registration(trusted.key)).refusal == nil)
        #expect(try chain.deliver(registration(other.key)).refusal == "ai/28")
    }

    @Test func refusesWhatIsNoKey() throws {
        var chain = try TestChain.circuits()
        let key = try PlonkCase.committed[0].key()
        var message = registration(key)
        message.key = []
        #expect(try chain.deliver(message).refusal == "ai/27")
        message.key = key.bytes + [0]
        #expect(try chain.deliver(message).refusal == "ai/27")
        message.key = Bytes(key.bytes.dropLast())
        #expect(try chain.deliver(message).refusal == "ai/27")
        // A point of the key leaves the curve, tau the group; another version.
        for index in [0, 100, 600, 710] {
            message = registration(key)
            message.key[index] ^= 0x80
            #expect(try chain.deliver(message).refusal == "ai/27", "byte \(index)")
        }
        // More rows than the field has roots of unity.
        message = registration(key)
        message.key[2] = 29
        #expect(try chain.deliver(message).refusal == "ai/27")
        message = registration(key, name: "Not a name")
        #expect(try chain.deliver(message).refusal == "ai/2")
        message = registration(key, description: String(repeating: "x", count: 9000))
        #expect(try chain.deliver(message).refusal == "ai/23")
        let wide = try ForgeableKey("wide", publicCount: 1025, power: 11).key
        #expect(try chain.deliver(registration(wide)).refusal == "ai/27")
        let silent = try ForgeableKey("silent", publicCount: 0).key
        #expect(try chain.deliver(registration(silent)).refusal == "ai/27")
        #expect(try chain.deliver(registration(key), gasLimit: 50_000).refusal == "sdk/11")
        try chain.checkInvariants()
    }

    @Test(
        arguments: [
            { $0.trustedReferenceStrings = [[1, 2]] },
            {
                $0.trustedReferenceStrings = [
                    Bytes(repeating: 2, count: 32), Bytes(repeating: 1, count: 32),
                ]
            },
            { $0.proofGas = .max }, { $0.proofGasPerSignal = 1 << 21 },
            { $0.maximumPublicSignals = 1 << 17 },
        ] as [@Sendable (inout AIParameters) -> Void])
    func refusesParametersBeyondTheirRules(
        _ change: @Sendable (inout AIParameters) -> Void
    ) throws {
        var parameters = AIParameters.standard
        change(&parameters)
        #expect(throws: Failure.self) { try parameters.check() }
    }
}
