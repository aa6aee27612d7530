// Quotes of Intel's stand-in, the counterpart of `DCAPQuote`.

public import Base
public import Certificates
import Cryptography

/// What the report of an enclave is to say.
public struct EnclaveRecipe: Sendable {
    /// Attributes, 16 bytes.
    public var attributes: Bytes = [5, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0]
    /// Hash of the enclave's code and data.
    public var mrEnclave = Bytes(repeating: 0xE1, count: 32)
    /// Hash of the key that signed the enclave.
    public var mrSigner = Bytes(repeating: 0x51, count: 32)
    /// Number of the product.
    public var productID: UInt16 = 3
    /// Security version.
    public var securityVersion: UInt16 = 7
    /// What is signed with it, 64 bytes.
    public var reportData = Bytes(repeating: 0, count: 64)

    /// Makes the standard enclave.
    public init() {}

    /// The quoting enclave of the stand-in.
    public static let quoting: EnclaveRecipe = {
        var recipe = EnclaveRecipe()
        recipe.attributes = [0x11] + Bytes(repeating: 0, count: 15)
        recipe.mrSigner = Bytes(repeating: 0x0E, count: 32)
        recipe.productID = 1
        recipe.securityVersion = 4
        return recipe
    }()

    var bytes: Bytes {
        var bytes = Bytes(repeating: 0, count: 384)
        bytes.put(Bytes(repeating: 5, count: 16), at: 0)
        bytes.put(attributes, at: 48)
        bytes.put(mrEnclave, at: 64)
        bytes.put(mrSigner, at: 128)
        bytes.put(littleEndian16(productID) + littleEndian16(securityVersion), at: 256)
        bytes.put(reportData, at: 320)
        return bytes
    }
}

/// What the report of a virtual machine of TDX is to say.
public struct TrustDomainRecipe: Sendable {
    /// Security versions; the module's version is the second, its security version the first.
    public var teeTCBSVN: Bytes = [4, 1] + Bytes(repeating: 5, count: 14)
    /// Attributes, 8 bytes; the first byte is for debugging.
    public var attributes: Bytes = [0, 0, 0, 0x10, 0, 0, 0, 0]
    /// Hash of the first content.
    public var mrTD = Bytes(repeating: 0xD1, count: 48)
    /// Hash of the key that signed the module.
    public var mrSignerSeam = Bytes(repeating: 0, count: 48)
    /// What is signed with it, 64 bytes.
    public var reportData = Bytes(repeating: 0, count: 64)
    /// Whether the report is of version 1.5.
    public var isVersion15 = false

    /// Makes the standard virtual machine.
    public init() {}

    var bytes: Bytes {
        var bytes = Bytes(repeating: 0, count: isVersion15 ? 648 : 584)
        bytes.put(teeTCBSVN, at: 0)
        bytes.put(Bytes(repeating: 0x5E, count: 48), at: 16)
        bytes.put(mrSignerSeam, at: 64)
        bytes.put(attributes, at: 120)
        bytes.put([0xE7, 0, 6, 0, 0, 0, 0, 0], at: 128)
        bytes.put(mrTD, at: 136)
        for index in 0..<4 {
            bytes.put(Bytes(repeating: UInt8(0xA0 + index), count: 48), at: 328 + 48 * index)
        }
        bytes.put(reportData, at: 520)
        if isVersion15 { bytes.put(teeTCBSVN, at: 584) }
        return bytes
    }
}

/// What a quote of SGX or TDX is to be.
public struct DCAPRecipe: Sendable {
    /// What it is about.
    public var body: Body
    /// Version of the layout: 3 for SGX only, 4, 5.
    public var version: UInt16
    /// The quoting enclave; its report data is replaced by the key's hash.
    public var quotingEnclave = EnclaveRecipe.quoting
    /// Certificates in the quote, in this order; `nil` for leaf, CA, root.
    public var chain: [Certificate]?
    /// The platform.
    public var platform = IntelAuthority.Platform()
    /// Data that the quoting enclave vouches for.
    public var authenticationData = Bytes((0..<32).map { UInt8($0) })
    /// Bytes after the quote.
    public var leftover: Bytes = []

    /// What a quote is about.
    public enum Body: Sendable {
        /// An enclave.
        case enclave(EnclaveRecipe)
        /// A virtual machine.
        case trustDomain(TrustDomainRecipe)
    }

    /// A quote of SGX.
    public init(sgx enclave: EnclaveRecipe = EnclaveRecipe(), version: UInt16 = 3) {
        body = .enclave(enclave)
        self.version = version
    }

    /// A quote of TDX.
    public init(tdx machine: TrustDomainRecipe = TrustDomainRecipe(), version: UInt16 = 4) {
        body = .trustDomain(machine)
        self.version = version
    }
}

extension IntelAuthority {
    /// A signed quote.
    public func quote(_ recipe: DCAPRecipe) -> Bytes {
        let isTDX: Bool
        var kind: UInt16 = 1
        let body: Bytes
        switch recipe.body {
        case .enclave(let enclave): (isTDX, body) = (false, enclave.bytes)
        case .trustDomain(let machine):
            (isTDX, body) = (true, machine.bytes)
            kind = machine.isVersion15 ? 3 : 2
        }
        var signed = littleEndian16(recipe.version) + littleEndian16(2)
        signed += isTDX ? [0x81, 0, 0, 0] : [0, 0, 0, 0]
        signed += recipe.version == 3 ? [8, 0, 13, 0] : [0, 0, 0, 0]
        signed += [
            0x93, 0x9A, 0x72, 0x33, 0xF7, 0x9C, 0x4C, 0xA9, 0x94, 0x0A, 0x0D, 0xB3, 0x95, 0x7F,
            0x06, 0x07,
        ]
        signed += Bytes(repeating: 0x0D, count: 20)
        if recipe.version == 5 { signed += littleEndian16(kind) + littleEndian32(body.count) }
        signed += body

        let section = section(for: recipe, signed: signed)
        return signed + littleEndian32(section.count) + section + recipe.leftover
    }

    private func section(for recipe: DCAPRecipe, signed: Bytes) -> Bytes {
        let platform = platformCertificate(recipe.platform)
        let key = attestationKey.coordinates
        var enclave = recipe.quotingEnclave
        enclave.reportData =
            SHA256.hash(concatenating: [key, recipe.authenticationData]).bytes
            + Bytes(repeating: 0, count: 32)
        let report = enclave.bytes
        let chain =
            recipe.chain ?? [platform.certificate, platformCA.certificate, root.certificate]
        let text = chain.map { PEM.text($0.encoded) }.joined()
        let data = Bytes(text.utf8)
        var certification = report + platform.key.signature(of: report)
        certification += littleEndian16(UInt16(recipe.authenticationData.count))
        certification += recipe.authenticationData + littleEndian16(5)
        certification += littleEndian32(data.count) + data
        let head = attestationKey.signature(of: signed) + key
        if recipe.version == 3 { return head + certification }
        return head + littleEndian16(6) + littleEndian32(certification.count) + certification
    }
}

func littleEndian16(_ value: UInt16) -> Bytes {
    [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)]
}

func littleEndian32(_ value: Int) -> Bytes {
    var bytes = Bytes()
    bytes.appendLittleEndian(UInt32(truncatingIfNeeded: value))
    return bytes
}

extension Bytes {
    /// Overwrites the bytes from `offset` on; they must lie within.
    mutating func put(_ bytes: Bytes, at offset: Int) {
        replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }
}
