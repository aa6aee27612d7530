// Intel's identity of one of its enclaves: the quoting enclaves of SGX (`QE`) and TDX (`TD_QE`),
// and the enclave that verifies quotes (`QVE`) (Intel PCS API, enclave identity version 2).

import Base

/// What an enclave of Intel must be, with the document that says so.
public struct EnclaveIdentity: Equatable, Sendable {
    /// The exact bytes and the signature over them.
    public let document: SignedDocument
    /// `QE`, `TD_QE` or `QVE`.
    public let id: String
    /// When it was made, in seconds since 1970.
    public let issueDate: Int64
    /// When the next is due, in seconds since 1970.
    public let nextUpdate: Int64
    /// Number of Intel's assessment; a later one knows more holes.
    public let evaluationNumber: UInt32
    private let miscSelect: Bytes
    private let miscSelectMask: Bytes
    private let attributes: Bytes
    private let attributesMask: Bytes
    private let mrSigner: Bytes
    private let productID: UInt16
    /// The levels, first to be tried first.
    public let levels: [Level]

    /// A level of an enclave.
    public struct Level: Equatable, Sendable {
        /// Least security version.
        public let securityVersion: UInt16
        /// The status of enclaves of this level.
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
        guard version == 2 else { throw .unsupported("an identity of version \(version)") }
        id = try reader.text("id")
        issueDate = try reader.time("issueDate")
        nextUpdate = try reader.time("nextUpdate")
        evaluationNumber = try reader.number("tcbEvaluationDataNumber")
        // In the order of a report's bytes.
        miscSelect = try reader.bytes("miscselect", 4)
        miscSelectMask = try reader.bytes("miscselectMask", 4)
        attributes = try reader.bytes("attributes", 16)
        attributesMask = try reader.bytes("attributesMask", 16)
        mrSigner = try reader.bytes("mrsigner", 32)
        productID = try reader.number("isvprodid")
        levels = try EnclaveIdentity.levels(reader)
    }

    static func levels(_ reader: DocumentReader) throws(AttestationError) -> [Level] {
        var levels: [Level] = []
        for entry in try reader.objects("tcbLevels") {
            levels.append(
                Level(
                    securityVersion: try entry.object("tcb").number("isvsvn"),
                    status: try entry.status("tcbStatus"),
                    advisories: try entry.texts("advisoryIDs")))
        }
        return levels
    }

    /// The level of the enclave that `report` is about.
    ///
    /// - Throws: `wrongQuotingEnclave` when it is another enclave, `noMatchingLevel`.
    public func level(of report: EnclaveReport) throws(AttestationError) -> Level {
        guard report.mrSigner == mrSigner else {
            throw .wrongQuotingEnclave("its signer is \(report.mrSigner.hex)")
        }
        guard report.productID == productID else {
            throw .wrongQuotingEnclave("its product number is \(report.productID)")
        }
        guard masked(report.miscSelect, miscSelectMask) == masked(miscSelect, miscSelectMask) else {
            throw .wrongQuotingEnclave("its MISCSELECT is \(report.miscSelect.hex)")
        }
        guard masked(report.attributes, attributesMask) == masked(attributes, attributesMask) else {
            throw .wrongQuotingEnclave("its attributes are \(report.attributes.hex)")
        }
        let version = report.securityVersion
        guard let level = levels.first(where: { $0.securityVersion <= version }) else {
            throw .noMatchingLevel("the quoting enclave's version \(version)")
        }
        return level
    }
}
