// AWS's stand-in: the root, one issuer below it, an enclave; documents, the counterpart of
// `NitroDocument`.

import Attestation
public import Base
public import Certificates
import Cryptography

/// What a document of a Nitro enclave is to say.
public struct NitroRecipe: Sendable {
    /// Registers by number.
    public var registers: [(number: UInt8, value: Bytes)] = (0..<5).map {
        ($0, Bytes(repeating: 0xB0 + $0, count: 48))
    }
    /// Data that is signed with it; `nil` for none.
    public var userData: Bytes?
    /// When it is made, in milliseconds since 1970.
    public var timestampMilliseconds: UInt64 = 1_700_000_000_000
    /// Validity of the leaf; `nil` for the stand-in's.
    public var leafValidity: ClosedRange<Int64>?
    /// Whether the tag of COSE stands before it.
    public var isTagged = false
    /// The bundle, root first; `nil` for the stand-in's.
    public var bundle: [Certificate]?

    /// Makes the standard document.
    public init() {}
}

/// Signs documents of Nitro enclaves.
public struct NitroAuthority: Sendable {
    /// The root.
    public let root: Issuer
    /// The issuers below it: region, zone, instance.
    public let issuers: [Issuer]
    let leafKey: SigningKey
    let validity: ClosedRange<Int64>

    /// Makes the stand-in of a seed.
    public init(seed: Bytes, validity: ClosedRange<Int64>) {
        self.validity = validity
        func key(_ label: String) -> SigningKey { SigningKey(.p384, seed: seed, "nitro " + label) }
        root = Issuer(
            root: CertificateTemplate(
                "UNSAFE development root for AWS Nitro", validity: validity, isAuthority: true),
            key: key("root"))
        var issuers: [Issuer] = []
        for name in ["region", "zone", "instance"] {
            issuers.append(
                (issuers.last ?? root).issue(
                    CertificateTemplate(
                        "development " + name, serial: [2], validity: validity,
                        isAuthority: true), key: key(name)))
        }
        self.issuers = issuers
        leafKey = key("enclave")
    }

    /// A signed document.
    public func document(_ recipe: NitroRecipe) -> Bytes {
        guard let instance = issuers.last else { preconditionFailure("there are three issuers") }
        let leaf = instance.issue(
            CertificateTemplate(
                "development enclave", serial: [9], validity: recipe.leafValidity ?? validity),
            key: leafKey)
        let bundle = recipe.bundle ?? [root.certificate] + issuers.map(\.certificate)
        var payload = CBORWriter.head(5, recipe.userData == nil ? 6 : 7)
        payload += CBORWriter.text("module_id") + CBORWriter.text("i-development-enc0")
        payload += CBORWriter.text("digest") + CBORWriter.text("SHA384")
        payload += CBORWriter.text("timestamp") + [0x1B]
        payload.appendBigEndian(recipe.timestampMilliseconds)
        payload += CBORWriter.text("pcrs") + CBORWriter.head(5, recipe.registers.count)
        for register in recipe.registers {
            payload += CBORWriter.head(0, Int(register.number)) + CBORWriter.bytes(register.value)
        }
        payload += CBORWriter.text("certificate") + CBORWriter.bytes(leaf.certificate.encoded)
        payload += CBORWriter.text("cabundle") + CBORWriter.head(4, bundle.count)
        for certificate in bundle { payload += CBORWriter.bytes(certificate.encoded) }
        if let userData = recipe.userData {
            payload += CBORWriter.text("user_data") + CBORWriter.bytes(userData)
        }
        let protected: Bytes = [0xA1, 0x01, 0x38, 0x22]
        let signature = leafKey.signature(
            of: NitroDocument.signedBytes(protected: protected, payload: payload))
        return (recipe.isTagged ? [0xD2] : []) + [0x84] + CBORWriter.bytes(protected) + [0xA0]
            + CBORWriter.bytes(payload) + CBORWriter.bytes(signature)
    }
}
