// Reading and writing addresses with the chain's own prefix takes a short way; it must agree with
// the long one.

import Base
import Cryptography
import TestSupport
import Testing

@Suite struct AddressTextTests {
    @Test func shortWayAgreesWithTheLongOne() throws {
        var random = SeededGenerator(seed: 3)
        for count in 1...80 {
            let bytes = random.bytes(count: count)
            let address = try #require(Address(bytes))
            let text = Bech32.encode(prefix: "aivm", bytes: bytes)
            #expect(address.description == text)
            #expect(try Address(bech32: text) == address)
            #expect(try Address(bech32: text.uppercased()) == address)
        }
    }

    @Test func damagedTextsAreRefusedTheSameWay() throws {
        var random = SeededGenerator(seed: 4)
        let address = try #require(Address(random.bytes(count: 20)))
        let text = Bytes(address.description.utf8)
        for index in text.indices {
            for byte in [0x20, 0x31, 0x41, 0x61, 0x62, 0x71, 0x7F, 0xC3] as [UInt8] {
                var damaged = text
                damaged[index] = byte
                if damaged == text { continue }
                let string = String(decoding: damaged, as: UTF8.self)
                #expect(throws: Bech32Error.self) { try Address(bech32: string) }
            }
            let cut = String(decoding: text[..<index], as: UTF8.self)
            #expect(throws: Bech32Error.self) { try Address(bech32: cut) }
        }
    }
}
