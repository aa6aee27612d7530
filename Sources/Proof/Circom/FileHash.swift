// The hashes by which the files of public ceremonies are published: BLAKE2b-512 of all bytes. A
// name proves nothing; two public repositories carry other files under the name of a well-known
// one.

public import Base
import Cryptography

extension ByteSource {
    /// BLAKE2b-512 of all bytes.
    public func blake2b512() throws(CircomError) -> Bytes {
        let hasher = BLAKE2b512Hasher()
        try forEachPiece(of: 0..<byteCount, width: 1) { bytes throws(CircomError) in
            hasher.update(bytes)
        }
        return hasher.finalize()
    }

    /// Checks that BLAKE2b-512 of all bytes is `hexadecimal`, in either case. Throws
    /// ``CircomError/wrongHash(expected:actual:)``.
    public func checkHash(isExpected hexadecimal: String) throws(CircomError) {
        let actual = try blake2b512().hex
        let expected = hexadecimal.lowercased()
        guard actual == expected else { throw .wrongHash(expected: expected, actual: actual) }
    }
}
