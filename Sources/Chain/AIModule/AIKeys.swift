// The layout of the store `ai`: the only place where its raw keys are made.
//
//     00                                        parameters
//     01                                        number of registrations so far
//     02                                        number of inferences so far
//     03 registration                           ModelRecord
//     04 registration                           ModelDetails
//     05 registration, u32 chunk index          ChunkRecord
//     06 owner, name                            NameRecord
//     07 owner, name, u64 version               registration
//     08 ModelID, registration                  registration, once it is active
//     09 ModelID                                registration that answers for the ModelID
//     0A inference id                           InferenceRecord
//     0B requester, inference id                inference id
//     0C                                        number of verification keys so far
//     0D                                        number of proven statements so far
//     0E key id                                 VerificationKeyRecord
//     0F key id                                 description of a verification key
//     10 key number                             key id
//     11 owner, key number                      key id
//     12 statement id                           ProvenStatement
//     13 statement number                       statement id
//     14 key id, statement number               statement id
//     15                                        number of requests for results so far
//     16 request number                         RequestRecord
//     17 requester, request number              request number
//     18 registration, request number           request number, while it is open
//
// Numbers are big-endian, eight bytes unless said otherwise, so keys sort as numbers; addresses and
// names have a length byte in front, so none is a prefix of another.

public import Base
import Cryptography
import Ledger

/// Items and maps of the module's store.
enum AIKeys {
    static let parameters = StateItem<AIParameters>(AI.name, prefix: 0x00)
    static let registrationCount = StateItem<StoredNumber>(AI.name, prefix: 0x01)
    static let inferenceCount = StateItem<StoredNumber>(AI.name, prefix: 0x02)
    static let models = StateMap<ModelRecord>(AI.name, prefix: 0x03)
    static let details = StateMap<ModelDetails>(AI.name, prefix: 0x04)
    static let chunks = StateMap<ChunkRecord>(AI.name, prefix: 0x05)
    static let names = StateMap<NameRecord>(AI.name, prefix: 0x06)
    static let versions = StateMap<StoredNumber>(AI.name, prefix: 0x07)
    static let registrationsByModelID = StateMap<StoredNumber>(AI.name, prefix: 0x08)
    static let primaries = StateMap<StoredNumber>(AI.name, prefix: 0x09)
    static let inferences = StateMap<InferenceRecord>(AI.name, prefix: 0x0A)
    static let inferencesByRequester = StateMap<StoredNumber>(AI.name, prefix: 0x0B)

    static let verificationKeyCount = StateItem<StoredNumber>(AI.name, prefix: 0x0C)
    static let statementCount = StateItem<StoredNumber>(AI.name, prefix: 0x0D)
    static let verificationKeys = StateMap<VerificationKeyRecord>(AI.name, prefix: 0x0E)
    static let verificationKeyTexts = StateMap<StoredText>(AI.name, prefix: 0x0F)
    static let verificationKeysByNumber = StateMap<StoredBytes>(AI.name, prefix: 0x10)
    static let verificationKeysByOwner = StateMap<StoredBytes>(AI.name, prefix: 0x11)
    static let statements = StateMap<ProvenStatement>(AI.name, prefix: 0x12)
    static let statementsByNumber = StateMap<StoredBytes>(AI.name, prefix: 0x13)
    static let statementsByKey = StateMap<StoredBytes>(AI.name, prefix: 0x14)

    static let requestCount = StateItem<StoredNumber>(AI.name, prefix: 0x15)
    static let requests = StateMap<RequestRecord>(AI.name, prefix: 0x16)
    static let requestsByRequester = StateMap<StoredNumber>(AI.name, prefix: 0x17)
    static let openRequestsByModel = StateMap<StoredNumber>(AI.name, prefix: 0x18)

    static func chunk(_ registration: UInt64, _ index: UInt32) -> Bytes {
        var key = registration.keyBytes
        key.appendBigEndian(index)
        return key
    }

    static func name(_ owner: Address, _ name: String) -> Bytes {
        owner.keyBytes + lengthPrefixed(Bytes(name.utf8))
    }

    static func version(_ owner: Address, _ name: String, _ version: UInt64) -> Bytes {
        self.name(owner, name) + version.keyBytes
    }

    /// `bytes` are at most 255: addresses are by type, names by ``ModelReference/isValid(name:)``.
    private static func lengthPrefixed(_ bytes: Bytes) -> Bytes {
        precondition(bytes.count <= 255, "the length fits a byte")
        return [UInt8(bytes.count)] + bytes
    }
}

extension AI {
    /// The key in store ``name`` under which the ``InferenceRecord`` of inference `id` stands: what
    /// a receipt proves.
    public static func inferenceStoreKey(_ id: UInt64) -> Bytes {
        AIKeys.inferences.storeKey(id.keyBytes)
    }

    /// The key in store ``name`` under which the ``ProvenStatement`` called `id` stands, once it is
    /// proven: with `CircuitProof.statementID`, whoever knows key and public signals finds it.
    public static func statementStoreKey(_ id: Hash256) -> Bytes {
        AIKeys.statements.storeKey(id.bytes)
    }

    /// The key in store ``name`` under which the ``VerificationKeyRecord`` called `id` stands.
    public static func verificationKeyStoreKey(_ id: Hash256) -> Bytes {
        AIKeys.verificationKeys.storeKey(id.bytes)
    }

    /// The key in store ``name`` under which the ``RequestRecord`` of request `number` stands.
    public static func requestStoreKey(_ number: UInt64) -> Bytes {
        AIKeys.requests.storeKey(number.keyBytes)
    }

    /// The key in store ``name`` under which the ``ModelRecord`` of a registration stands.
    public static func modelStoreKey(_ registration: UInt64) -> Bytes {
        AIKeys.models.storeKey(registration.keyBytes)
    }
}
