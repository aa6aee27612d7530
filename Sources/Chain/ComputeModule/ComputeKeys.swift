// Where things lie in the store `compute`. The README draws the layout.

import Attestation
import Base
import Certificates
import Cryptography
import Ledger

/// Items and maps of the module's store.
enum ComputeKeys {
    static let parameters = StateItem<ComputeParameters>(Compute.name, prefix: 0x00)
    /// Whether the genesis allows roots for development.
    static let allowsDevelopment = StateItem<StoredNumber>(Compute.name, prefix: 0x01)
    static let tcbInfos = StateMap<StoredDocument>(Compute.name, prefix: 0x02)
    static let identities = StateMap<StoredDocument>(Compute.name, prefix: 0x03)
    /// Revocation lists by vendor and issuer.
    static let lists = StateMap<StoredBytes>(Compute.name, prefix: 0x04)
    /// Certificates of issuers by vendor and subject.
    static let issuers = StateMap<StoredBytes>(Compute.name, prefix: 0x05)
    /// Certificates of document signers by vendor and issuer.
    static let signers = StateMap<StoredBytes>(Compute.name, prefix: 0x06)
    static let policies = StateMap<AttestationPolicy>(Compute.name, prefix: 0x07)
    static let records = StateMap<AttestationRecord>(Compute.name, prefix: 0x08)
    /// Number of requests so far.
    static let requestCount = StateItem<StoredNumber>(Compute.name, prefix: 0x09)
    /// Open requests by number.
    static let requests = StateMap<AttestationRequest>(Compute.name, prefix: 0x0A)

    static func tcbInfo(_ id: String, fmspc: Bytes, pceID: Bytes) -> Bytes {
        Bytes(id.utf8) + fmspc + pceID
    }

    static func identity(_ id: String) -> Bytes { Bytes(id.utf8) }

    /// The number of a vendor in keys.
    static func number(of vendor: Vendor) -> UInt8 {
        switch vendor {
        case .intel: 1
        case .amd: 2
        case .aws: 3
        case .nvidia: 4
        }
    }

    /// The place of a name among a vendor's. Names alone would let a device of one vendor, broken
    /// by its owner, take the place of another vendor's issuer.
    static func name(_ vendor: Vendor, _ name: DistinguishedName) -> Bytes {
        [number(of: vendor)] + SHA256.hash(name.encoded).bytes
    }
}
