// The module at the start of a chain (`app_state.compute`). Whether roots for development are
// allowed is said here and can never be changed later.

public import Attestation
public import Base
import Certificates
import Cryptography
public import Ledger
public import Wire

/// The module's part of a genesis.
public struct ComputeGenesis: WireMessage {
    /// Parameters; none means the standard ones.
    public var parameters: ComputeParameters?
    /// Whether roots for development are allowed. UNSAFE: on such a chain an attestation vouches
    /// for nothing.
    public var allowsDevelopment = false
    /// The registry: TCB info.
    public var tcbInfos: [StoredDocument] = []
    /// The registry: identities of enclaves.
    public var identities: [StoredDocument] = []
    /// The registry: DER revocation lists.
    public var lists: [VendorPiece] = []
    /// The registry: DER certificates of issuers and document signers.
    public var certificates: [VendorPiece] = []
    /// Policies of models.
    public var policies: [ModelPolicy] = []
    /// Accepted attestations.
    public var attestations: [AttestationRecord] = []
    /// Number of requests so far.
    public var requestCount: UInt64 = 0
    /// Open requests; their prices lie in the module's account.
    public var requests: [AttestationRequest] = []

    public static let wireName = "aivm.compute.v1.GenesisState"
    public static let wireFields: WireFields<ComputeGenesis> = [
        .message(1, "params", \.parameters),
        .bool(2, "allow_development", \.allowsDevelopment),
        .messages(3, "tcb_infos", \.tcbInfos),
        .messages(4, "identities", \.identities),
        .messages(5, "revocation_lists", \.lists),
        .messages(6, "certificates", \.certificates),
        .messages(7, "model_policies", \.policies),
        .messages(8, "attestations", \.attestations),
        .uint64(9, "request_count", \.requestCount),
        .messages(10, "requests", \.requests),
    ]

    public init() {}
}

/// A piece of the registry that is kept by vendor.
public struct VendorPiece: WireMessage {
    /// Name of the vendor whose root vouches for it.
    public var vendor = ""
    /// The piece, DER.
    public var value: Bytes = []

    public static let wireName = "aivm.compute.v1.VendorPiece"
    public static let wireFields: WireFields<VendorPiece> = [
        .string(1, "vendor", \.vendor),
        .bytes(2, "value", \.value),
    ]

    public init() {}

    init(key: Bytes, _ value: StoredBytes) {
        vendor = Vendor.allCases.first { ComputeKeys.number(of: $0) == key.first }?.rawValue ?? ""
        self.value = value.value
    }

    /// The key of a name among the piece's vendor's.
    func key(_ name: DistinguishedName) throws(Failure) -> Bytes {
        guard let vendor = Vendor(rawValue: vendor) else {
            throw .compute(.invalidGenesis, "no vendor \(vendor.prefix(40))")
        }
        return ComputeKeys.name(vendor, name)
    }
}

/// The policy of a model.
public struct ModelPolicy: WireMessage {
    /// ModelID, 32 bytes.
    public var modelID: Bytes = []
    /// The policy.
    public var policy = AttestationPolicy()

    public static let wireName = "aivm.compute.v1.ModelPolicy"
    public static let wireFields: WireFields<ModelPolicy> = [
        .bytes(1, "model_id", \.modelID),
        .message(2, "policy", \.policy),
    ]

    public init() {}
}

extension Compute {
    public func initialize(genesis: JSONValue, _ context: inout Context) throws(Failure) {
        var state = ComputeGenesis()
        if genesis != .null {
            do { state = try ComputeGenesis(json: genesis) } catch {
                throw .compute(.invalidGenesis, "\(error)")
            }
        }
        let parameters = state.parameters ?? .standard
        try parameters.check(allowsDevelopment: state.allowsDevelopment)
        try ComputeKeys.parameters.set(parameters, &context)
        if state.allowsDevelopment {
            try ComputeKeys.allowsDevelopment.set(StoredNumber(1), &context)
        }
        do { try restore(state, &context) } catch let failure as Failure {
            throw failure
        } catch {
            throw .compute(.invalidGenesis, "\(error)")
        }
    }

    /// Puts the registry, policies and records in their places. The registry of a genesis is not
    /// judged: it may be out of date already, and every verdict judges it again.
    private func restore(_ state: ComputeGenesis, _ context: inout Context) throws {
        for stored in state.tcbInfos {
            let info = try TCBInfo(stored.document)
            let key = ComputeKeys.tcbInfo(info.id, fmspc: info.fmspc, pceID: info.pceID)
            try ComputeKeys.tcbInfos.set(key, stored, &context)
        }
        for stored in state.identities {
            let key = ComputeKeys.identity(try EnclaveIdentity(stored.document).id)
            try ComputeKeys.identities.set(key, stored, &context)
        }
        for piece in state.lists {
            let key = try piece.key(try RevocationList(piece.value).issuer)
            try ComputeKeys.lists.set(key, StoredBytes(piece.value), &context)
        }
        for piece in state.certificates {
            let certificate = try Certificate(piece.value)
            let (map, name) =
                certificate.isDocumentSigner
                ? (ComputeKeys.signers, certificate.issuer)
                : (ComputeKeys.issuers, certificate.subject)
            try map.set(try piece.key(name), StoredBytes(piece.value), &context)
        }
        for entry in state.policies {
            guard entry.modelID.count == 32, entry.policy.problem == nil else {
                throw Failure.compute(.invalidGenesis, "a policy of a model")
            }
            try ComputeKeys.policies.set(entry.modelID, entry.policy, &context)
        }
        if state.requestCount > 0 {
            try ComputeKeys.requestCount.set(StoredNumber(state.requestCount), &context)
        }
        for request in state.requests {
            guard (1...max(1, state.requestCount)).contains(request.id), state.requestCount > 0,
                request.policy.problem == nil,
                try !ComputeKeys.requests.contains(request.id.keyBytes, &context)
            else { throw Failure.compute(.invalidGenesis, "a request") }
            try request.price.checkCoins()
            try ComputeKeys.requests.set(request.id.keyBytes, request, &context)
        }
        for record in state.attestations {
            let key = Compute.recordKey(record.statement) + record.quoteHash
            guard record.quoteHash.count == 32, try !ComputeKeys.records.contains(key, &context)
            else { throw Failure.compute(.invalidGenesis, "an attestation") }
            try ComputeKeys.records.set(key, record, &context)
        }
    }

    public func exportGenesis(_ context: inout Context) throws(Failure) -> JSONValue {
        var state = ComputeGenesis()
        state.parameters = try currentParameters(&context)
        state.allowsDevelopment = try allowsDevelopment(&context)
        try ComputeKeys.tcbInfos.forEach(&context) { (_, value) in state.tcbInfos.append(value) }
        try ComputeKeys.identities.forEach(&context) { (_, value) in
            state.identities.append(value)
        }
        try ComputeKeys.lists.forEach(&context) { (key, value) in
            state.lists.append(VendorPiece(key: key, value))
        }
        for map in [ComputeKeys.signers, ComputeKeys.issuers] {
            try map.forEach(&context) { (key, value) in
                state.certificates.append(VendorPiece(key: key, value))
            }
        }
        try ComputeKeys.policies.forEach(&context) { (key, value) in
            var entry = ModelPolicy()
            entry.modelID = key
            entry.policy = value
            state.policies.append(entry)
        }
        try ComputeKeys.records.forEach(&context) { (_, value) in
            state.attestations.append(value)
        }
        state.requestCount = try ComputeKeys.requestCount.get(&context)?.value ?? 0
        try ComputeKeys.requests.forEach(&context) { (_, value) in state.requests.append(value) }
        do { return try state.json() } catch {
            throw .sdk(.logic, "genesis of compute: \(error)")
        }
    }
}
