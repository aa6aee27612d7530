// The transcript: values computed by an independent Keccak, and no two conversations alike.

import Base
import Fields
import Plonkish
import Testing

@Suite struct TranscriptTests {
    @Test func challengesAreThoseOfAnotherImplementation() {
        // pycryptodome 3.24: Crypto.Hash.keccak, the bytes written out by hand from section 3 of
        // Documentation/plonk-native.md.
        var transcript = ProofTranscript.native
        transcript.append("key", Bytes(0..<32))
        transcript.append("public", [Fr(1), -Fr.one])
        #expect(
            transcript.challenge("beta").decimal
                == "2641214831143413011524362270122193058670481507092270696666392648988666502977")
        #expect(
            transcript.challenge("gamma").decimal
                == "11507374156096556799689278639763504711586582138649784957851514272177057834872")
        transcript.append("advice", [G1Affine.generator, -G1Affine.generator])
        #expect(
            transcript.challenge("y").decimal
                == "19106522541788518462359157757417146300211591811574906281762299386463000457063")
    }

    @Test func conversationsThatDifferDrawDifferently() {
        var drawn: [Fr] = []
        func draw(_ body: (inout ProofTranscript) -> Void) {
            var transcript = ProofTranscript(domain: "test")
            body(&transcript)
            drawn.append(transcript.challenge("c"))
        }
        draw { _ in }
        draw { $0.append("a", Bytes()) }
        draw { $0.append("", Bytes("a".utf8)) }
        draw { $0.append("a", [0]) }
        draw { $0.append("a", [0, 0]) }
        draw {
            $0.append("a", [0])
            $0.append("a", [0])
        }
        draw { $0.append("b", [0]) }
        draw { _ = $0.challenge("c") }
        draw { _ = $0.challenge("d") }
        draw { $0.append("a", [Fr.zero]) }
        for (index, challenge) in drawn.enumerated() {
            #expect(!drawn[..<index].contains(challenge))
        }
        var other = ProofTranscript(domain: "test2")
        #expect(!drawn.contains(other.challenge("c")))
    }
}
