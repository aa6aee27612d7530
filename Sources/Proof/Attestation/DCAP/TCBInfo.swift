// Intel's TCB info: which security versions of a platform have which status (Intel PCS API, TCB
// info versions 2 and 3). Levels stand in the order in which they are tried; the first that a
// platform reaches in every part is its level.

public import Base

/// The levels of a platform, with the document that says so.
public struct TCBInfo: Equatable, Sendable {
    /// The exact bytes and the signature over them.
    public let document: SignedDocument
    /// `SGX` or `TDX`.
    public let id: String
    /// When it was made, in seconds since 1970.
    public let issueDate: Int64
    /// When the next is due, in seconds since 1970.
    public let nextUpdate: Int64
    /// The platforms it is about, 6 bytes.
    public let fmspc: Bytes
    /// Identity of the provisioning enclave, 2 bytes.
    public let pceID: Bytes
    /// Number of Intel's assessment; a later one knows more holes.
    public let evaluationNumber: UInt32
    /// TDX modules of version 0, and of the versions that have an identity of their own.
    public let modules: [Module]
    /// The levels, first to be tried first.
    public let levels: [Level]

    /// What a TDX module must be.
    public struct Module: Equatable, Sendable {
        /// `TDX_` and the version in hexadecimal; empty for version 0.
        public let id: String
        /// The signer's hash, 48 bytes.
        public let mrSigner: Bytes
        /// What the masked attributes must be, 8 bytes.
        public let attributes: Bytes
        /// Which bits of the attributes count.
        public let attributesMask: Bytes
        /// Its levels, first to be tried first; none for version 0.
        public let levels: [EnclaveIdentity.Level]
    }

    /// A level of a platform.
    public struct Level: Equatable, Sendable {
        /// Least security versions of the 16 components.
        public let components: [UInt8]
        /// Least security version of the provisioning enclave.
        public let pceSVN: UInt16
        /// Least security versions of the 16 TDX components; `nil` for SGX.
        public let tdxComponents: [UInt8]?
        /// The status of platforms of this level.
        public let status: TCBStatus
        /// Advisories that apply.
        public let advisories: [String]
    }

    /// Reads a document.
    ///
    /// - Throws: `malformed` or `unsupported`.
    public init(_ document: SignedDocument) throws(AttestationError) {
        let reader = try document.parsed()
        self.document = document
        let version: UInt32 = try reader.number("version")
        guard version == 2 || version == 3 else {
            throw .unsupported("TCB info of version \(version)")
        }
        id = version == 2 ? "SGX" : try reader.text("id")
        guard id == "SGX" || id == "TDX" else { throw .unsupported("TCB info of \(id.prefix(20))") }
        issueDate = try reader.time("issueDate")
        nextUpdate = try reader.time("nextUpdate")
        fmspc = try reader.bytes("fmspc", 6)
        pceID = try reader.bytes("pceId", 2)
        let type: UInt32 = try reader.number("tcbType")
        guard type == 0 else { throw .unsupported("TCB type \(type)") }
        evaluationNumber = try reader.number("tcbEvaluationDataNumber")
        var modules: [Module] = []
        if id == "TDX" {
            modules.append(try Module(try reader.object("tdxModule"), id: "", levels: []))
            for entry in try reader.objects("tdxModuleIdentities", isOptional: true) {
                modules.append(
                    try Module(
                        entry, id: try entry.text("id"),
                        levels: try EnclaveIdentity.levels(entry)))
            }
        }
        self.modules = modules
        var levels: [Level] = []
        for entry in try reader.objects("tcbLevels") {
            levels.append(try Level(entry, version: version, isTDX: id == "TDX"))
        }
        self.levels = levels
    }

    /// The first level that a platform reaches; `nil` when it reaches none.
    ///
    /// - Parameter teeTCBSVN: the TDX security versions of a virtual machine; `nil` for SGX.
    public func level(of platform: PlatformCertificate, teeTCBSVN: Bytes?) -> Level? {
        levels.first { level in
            guard reaches(platform.components, level.components),
                platform.pceSVN >= level.pceSVN
            else { return false }
            guard let needed = level.tdxComponents, let actual = teeTCBSVN else {
                return level.tdxComponents == nil && teeTCBSVN == nil
            }
            // The module's own versions stand in the first two; from version 1 on they are judged
            // by the module's identity.
            let skipped = actual.count > 1 && actual[1] > 0 ? 2 : 0
            return reaches(actual.dropFirst(skipped), needed.dropFirst(skipped))
        }
    }

    /// Judges the TDX module of a report.
    ///
    /// - Throws: `wrongModule`, or `noMatchingLevel`.
    func moduleLevel(
        of report: TrustDomainReport
    ) throws(AttestationError) -> (status: TCBStatus, advisories: [String]) {
        let version = report.teeTCBSVN[1]
        let id = version == 0 ? "" : "TDX_" + [version].upperHex
        guard let module = modules.first(where: { $0.id.uppercased() == id }) else {
            throw .wrongModule("none of version \(version) is described")
        }
        guard report.mrSignerSeam == module.mrSigner else {
            throw .wrongModule("its signer is \(report.mrSignerSeam.hex)")
        }
        guard masked(report.seamAttributes, module.attributesMask) == module.attributes else {
            throw .wrongModule("its attributes are \(report.seamAttributes.hex)")
        }
        guard version > 0 else { return (.upToDate, []) }
        let securityVersion = UInt16(report.teeTCBSVN[0])
        guard let level = module.levels.first(where: { $0.securityVersion <= securityVersion })
        else { throw .noMatchingLevel("the TDX module's version \(securityVersion)") }
        return (level.status, level.advisories)
    }
}

/// Whether every version is at least what is needed.
private func reaches(_ actual: some Sequence<UInt8>, _ needed: some Sequence<UInt8>) -> Bool {
    zip(actual, needed).allSatisfy { $0 >= $1 }
}

/// The bits of `bytes` that `mask` lets through.
func masked(_ bytes: Bytes, _ mask: Bytes) -> Bytes { zip(bytes, mask).map { $0 & $1 } }

extension TCBInfo.Module {
    fileprivate init(
        _ reader: DocumentReader, id: String, levels: [EnclaveIdentity.Level]
    ) throws(AttestationError) {
        self.id = id
        self.levels = levels
        mrSigner = try reader.bytes("mrsigner", 48)
        attributes = try reader.bytes("attributes", 8)
        attributesMask = try reader.bytes("attributesMask", 8)
    }
}

extension TCBInfo.Level {
    fileprivate init(
        _ reader: DocumentReader, version: UInt32, isTDX: Bool
    ) throws(AttestationError) {
        let tcb = try reader.object("tcb")
        pceSVN = try tcb.number("pcesvn")
        if version == 2 {
            var components: [UInt8] = []
            for number in 1...16 {
                let digits = number < 10 ? "0\(number)" : "\(number)"
                components.append(try tcb.number("sgxtcbcomp\(digits)svn"))
            }
            self.components = components
        } else {
            components = try TCBInfo.Level.components(tcb, "sgxtcbcomponents")
        }
        tdxComponents = isTDX ? try TCBInfo.Level.components(tcb, "tdxtcbcomponents") : nil
        status = try reader.status("tcbStatus")
        advisories = try reader.texts("advisoryIDs")
    }

    private static func components(
        _ tcb: DocumentReader, _ name: String
    ) throws(AttestationError) -> [UInt8] {
        var components: [UInt8] = []
        for entry in try tcb.objects(name) { components.append(try entry.number("svn")) }
        guard components.count == 16 else {
            throw .malformed("\(name) has \(components.count) entries")
        }
        return components
    }
}
