// The Lagrange basis that rows are committed in.

import Commitments
import Fields
import Sumcheck
import Testing

@testable import SumcheckProver

@Suite struct RowKeyTests {
    /// Out of the powers, by a transform of points, comes what knowing tau gives at once.
    @Test(arguments: [4, 7], [1, 2, 3])
    func theBasisOfAStringIsThatOfItsTau(rowBits: Int, threads: Int) throws {
        let tau = Fr(0x5EED)
        let string = StructuredReferenceString.forDevelopment(
            tau: tau, count: RowKey.powerCount(rowBits: rowBits))
        let key = try RowKey(string, rowBits: rowBits, threads: threads)
        let expected = try RowKey.forDevelopment(tau: tau, rowBits: rowBits)
        #expect(key.lagrange == expected.lagrange)
    }
}
