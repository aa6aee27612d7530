import Fields
import TestSupport
import Testing

@Suite struct FieldLawTests {
    @Test func productMatches() {
        let a = Fr(7), b = Fr(9)
        #expect((a * b).decimal == "63")
        #expect((-Fr.one).decimal == "21888242871839275222246405745257275088548364400416034343698204186575808495616")
    }
}
