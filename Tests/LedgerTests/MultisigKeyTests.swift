import Base
import Cryptography
import Testing
import Wire

@testable import Ledger

@Suite struct MultisigKeyTests {
    private func keys(_ count: Int) -> [Secp256k1.PublicKey] {
        (1...count).compactMap {
            Secp256k1.PrivateKey(Bytes(repeating: UInt8($0), count: 32))?.publicKey
        }
    }

    @Test func travelsAndComesBack() throws {
        let key = try #require(MultisigKey(threshold: 2, members: keys(3)))
        #expect(MultisigKey(key.packed) == key)
        #expect(key.address.bytes.count == 20)
        let other = try #require(MultisigKey(threshold: 3, members: keys(3)))
        #expect(other.address != key.address)
        let turned = try #require(MultisigKey(threshold: 2, members: keys(3).reversed()))
        #expect(turned.address != key.address)
    }

    /// Addresses that terra.js and a Go client of the Cosmos SDK publish in their tests.
    @Test(arguments: [
        (
            "terra1gufrav46pnpwf03yu7xz76ylkmatsxtplrxnmc", "terra",
            [
                "A/PwvW/JLEnhb0/o5g+AnOqMN+FFT24gjJfDtA1tBsBv",
                "A9XR3uRxAD5L9kkYotz094hH6ye92YLraSO/sGhWalxb",
                "AyETa9Y9ihObzeRPWMP0MBAa0Mqune3I+5KonOCPTtkv",
            ]
        ),
        (
            "umee1y2jtwhxu82t5n6wl5uqjqwwcpg8et4drkr2hvn", "umee",
            [
                "AkUmEavWWVrv7BiJoCRMKOvreOH6SQ4dYfavHz13Iomd",
                "AkUmEavWWVrv7BiJoCRMKOvreOH6SQ4dYfavHz13Iomd",
            ]
        ),
    ])
    func hasTheAddressThatOthersCompute(
        _ address: String, _ prefix: String, _ texts: [String]
    ) throws {
        let members = texts.compactMap { Bytes(base64: $0).flatMap { Secp256k1.PublicKey($0) } }
        let key = try #require(MultisigKey(threshold: 2, members: members))
        #expect(key.address.bech32(prefix: prefix) == address)
    }

    @Test func refusesThresholdsThatDoNotFit() {
        #expect(MultisigKey(threshold: 0, members: keys(2)) == nil)
        #expect(MultisigKey(threshold: 3, members: keys(2)) == nil)
        #expect(MultisigKey(threshold: 1, members: []) == nil)
        var message = MultisigKeyMessage()
        message.threshold = 1
        message.publicKeys = [AnyMessage(MultisigKeyMessage())]
        #expect(MultisigKey(AnyMessage(message)) == nil)
        message.publicKeys = [AnyMessage(Secp256k1KeyMessage([2, 3]))]
        #expect(MultisigKey(AnyMessage(message)) == nil)
        #expect(MultisigKey(AnyMessage(Secp256k1KeyMessage([2]))) == nil)
    }

    @Test func keepsBitsInTheOrderOfMembers() {
        for count in 1...20 {
            for position in 0..<count {
                let bits = CompactBitArray(count: count, set: [position])
                #expect(bits.count == count)
                #expect((0..<count).filter { bits[$0] } == [position])
                #expect(!bits[count + 1])
            }
        }
        #expect(CompactBitArray().count == 0)
        var odd = CompactBitArray(count: 3, set: [0])
        odd.extraBitsStored = 9
        #expect(odd.count == 0)
        #expect(!odd[0])
        #expect(CompactBitArray(count: 5, set: [0, 2]).elements == [0xA0])
    }
}
