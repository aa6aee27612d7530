// Fields that are filled from the files of Circom tools.

import Base
import Fields
import Plonk
import Verification
import Wire

extension FormKind {
    /// A verification key: verification_key.json, or the one in a .zkey.
    static let verificationKey = FormKind(name: "verification key") { path, _ in
        let key = try readAnyVerificationKey(path)
        warnIfUnsafe(key.isUnsafe)
        return .string(key.bytes.base64)
    }

    /// The name of a verification key: its id, or a file that holds it.
    static let verificationKeyID = FormKind(name: "verification key or its id") { text, reader in
        if let id = try hash.read(text, reader) { return id }
        let key = try readAnyVerificationKey(text)
        return .string(CircuitKey.id(of: key.bytes).bytes.base64)
    }

    /// public.json.
    static let publicSignals = FormKind(name: "list of public signals") { path, _ in
        .array(try readPublicSignals(path).map { .string($0.canonicalBigEndian.base64) })
    }

    /// proof.json.
    static let plonkProof = FormKind(name: "proof") { path, _ in
        .string(try readPlonkProof(path).bytes.base64)
    }

    /// A hash: 64 hexadecimal digits, or base64 as answers have it.
    static let hash = FormKind(name: "hash of 64 hexadecimal digits") { text, _ in
        guard let bytes = Bytes(hex: text) ?? Bytes(base64: text), bytes.count == 32 else {
            return nil
        }
        return .string(bytes.base64)
    }
}
