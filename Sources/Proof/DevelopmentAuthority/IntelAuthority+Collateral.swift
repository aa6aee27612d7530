// TCB info, identities and lists of Intel's stand-in (Intel PCS API, version 3 and 2).

public import Attestation
public import Base
import Certificates

extension IntelAuthority {
    /// What TCB info is to say.
    public struct Levels: Sendable {
        /// Family, model and platform.
        public var fmspc = Platform().fmspc
        /// Identity of the provisioning enclave.
        public var pceID = Platform().pceID
        /// Least security version of every component, and the status; first to be tried first.
        public var levels: [(version: UInt8, status: String, advisories: [String])] = [
            (5, "UpToDate", []), (3, "OutOfDate", ["INTEL-SA-00001"]), (0, "Revoked", []),
        ]
        /// Least security version of the TDX module of version 1, and the status.
        public var moduleLevels: [(version: UInt8, status: String)] = [
            (4, "UpToDate"), (2, "OutOfDate"),
        ]
        /// Number of the assessment.
        public var evaluationNumber = 17
        /// When it is made and when the next is due.
        public var validity: ClosedRange<Int64>

        /// Makes the standard levels.
        public init(validity: ClosedRange<Int64>) { self.validity = validity }
    }

    /// The text of TCB info.
    public func tcbInfoText(_ levels: Levels, isTDX: Bool) -> String {
        func components(_ version: UInt8) -> String {
            let entries = Array(repeating: "{\"svn\":\(version)}", count: 16)
            return "[" + entries.joined(separator: ",") + "]"
        }
        let entries = levels.levels.map { level in
            let advisories = level.advisories.map { "\"\($0)\"" }.joined(separator: ",")
            return "{\"tcb\":{\"sgxtcbcomponents\":\(components(level.version)),\"pcesvn\":5"
                + (isTDX ? ",\"tdxtcbcomponents\":\(components(level.version))" : "")
                + "},\"tcbDate\":\"2025-01-01T00:00:00Z\",\"tcbStatus\":\"\(level.status)\""
                + (advisories.isEmpty ? "" : ",\"advisoryIDs\":[\(advisories)]") + "}"
        }
        let module =
            "\"mrsigner\":\"\(Bytes(repeating: 0, count: 48).hex)\","
            + "\"attributes\":\"0000000000000000\",\"attributesMask\":\"FFFFFFFFFFFFFFFF\""
        let moduleLevels = levels.moduleLevels.map { level in
            "{\"tcb\":{\"isvsvn\":\(level.version)},\"tcbDate\":\"2025-01-01T00:00:00Z\","
                + "\"tcbStatus\":\"\(level.status)\"}"
        }
        return "{\"id\":\"\(isTDX ? "TDX" : "SGX")\",\"version\":3,"
            + "\"issueDate\":\"\(timeText(levels.validity.lowerBound))\","
            + "\"nextUpdate\":\"\(timeText(levels.validity.upperBound))\","
            + "\"fmspc\":\"\(levels.fmspc.upperHex)\",\"pceId\":\"\(levels.pceID.hex)\","
            + "\"tcbType\":0,\"tcbEvaluationDataNumber\":\(levels.evaluationNumber),"
            + (isTDX
                ? "\"tdxModule\":{\(module)},\"tdxModuleIdentities\":[{\"id\":\"TDX_01\",\(module),"
                    + "\"tcbLevels\":[\(moduleLevels.joined(separator: ","))]}]," : "")
            + "\"tcbLevels\":[\(entries.joined(separator: ","))]}"
    }

    /// The text of the identity of the quoting enclave that ``EnclaveRecipe/quoting`` describes.
    public func identityText(
        _ id: String, validity: ClosedRange<Int64>,
        levels: [(version: UInt16, status: String)] = [(4, "UpToDate"), (2, "OutOfDate")]
    ) -> String {
        let entries = levels.map { level in
            "{\"tcb\":{\"isvsvn\":\(level.version)},\"tcbDate\":\"2025-01-01T00:00:00Z\","
                + "\"tcbStatus\":\"\(level.status)\"}"
        }
        let enclave = EnclaveRecipe.quoting
        return "{\"id\":\"\(id)\",\"version\":2,"
            + "\"issueDate\":\"\(timeText(validity.lowerBound))\","
            + "\"nextUpdate\":\"\(timeText(validity.upperBound))\","
            + "\"tcbEvaluationDataNumber\":17,\"miscselect\":\"00000000\","
            + "\"miscselectMask\":\"FFFFFFFF\",\"attributes\":\"\(enclave.attributes.upperHex)\","
            + "\"attributesMask\":\"FBFFFFFFFFFFFFFF0000000000000000\","
            + "\"mrsigner\":\"\(enclave.mrSigner.upperHex)\","
            + "\"isvprodid\":\(enclave.productID),"
            + "\"tcbLevels\":[\(entries.joined(separator: ","))]}"
    }

    /// Everything that quotes of the standard platform need.
    ///
    /// - Parameters:
    ///   - levels: what TCB info says.
    ///   - revoked: serial numbers of revoked platforms.
    ///   - validity: of documents and lists.
    public func collateral(
        _ levels: Levels? = nil, revoked: [Bytes] = [], validity: ClosedRange<Int64>? = nil
    ) throws -> Collateral {
        let validity = validity ?? self.validity
        let levels = levels ?? Levels(validity: validity)
        return Collateral(
            tcbInfos: [
                try TCBInfo(sign(tcbInfoText(levels, isTDX: false))),
                try TCBInfo(sign(tcbInfoText(levels, isTDX: true))),
            ],
            identities: [
                try EnclaveIdentity(sign(identityText("QE", validity: validity))),
                try EnclaveIdentity(sign(identityText("TD_QE", validity: validity))),
            ],
            certificates: [documentSigner.certificate, root.certificate, platformCA.certificate],
            lists: [
                try RevocationList(root.revocationList(validity: validity)),
                try RevocationList(platformCA.revocationList(revoked, validity: validity)),
            ])
    }
}
