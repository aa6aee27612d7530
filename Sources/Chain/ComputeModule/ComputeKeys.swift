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
    static let lists = StateMap<StoredBytes>(Compute.name, prefix: 0x04)
    /// Certificates of issuers by subject.
    static let issuers = StateMap<StoredBytes>(Compute.name, prefix: 0x05)
    /// Certificates of document signers by issuer.
    static let signers = StateMap<StoredBytes>(Compute.name, prefix: 0x06)
    static let policies = StateMap<AttestationPolicy>(Compute.name, prefix: 0x07)
    static let records = StateMap<AttestationRecord>(Compute.name, prefix: 0x08)

    static func tcbInfo(_ id: String, fmspc: Bytes, pceID: Bytes) -> Bytes {
        Bytes(id.utf8) + fmspc + pceID
    }

    static func identity(_ id: String) -> Bytes { Bytes(id.utf8) }

    static func name(_ name: DistinguishedName) -> Bytes { SHA256.hash(name.encoded).bytes }
}
