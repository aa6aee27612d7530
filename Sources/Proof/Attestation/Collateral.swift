// What makers publish about their platforms: TCB info and identities (Intel), revocation lists, and
// the certificates that sign them. A pile in any order; each judgement takes what fits.

public import Certificates

/// Material that vouches for platforms, as it was read; nothing in it is believed yet.
public struct Collateral: Equatable, Sendable {
    /// TCB info of Intel platforms.
    public var tcbInfos: [TCBInfo]
    /// Identities of Intel's enclaves.
    public var identities: [EnclaveIdentity]
    /// Certificates of signers and of issuers, in any order.
    public var certificates: [Certificate]
    /// Revocation lists of any issuers.
    public var lists: [RevocationList]

    /// Makes a pile.
    public init(
        tcbInfos: [TCBInfo] = [], identities: [EnclaveIdentity] = [],
        certificates: [Certificate] = [], lists: [RevocationList] = []
    ) {
        self.tcbInfos = tcbInfos
        self.identities = identities
        self.certificates = certificates
        self.lists = lists
    }

    /// Refuses chains of which a certificate is revoked, as far as the lists tell.
    ///
    /// - Returns: for each chain the places, counted from the leaf, of certificates below the root
    ///   whose issuer has no list.
    func checkRevocation(
        of paths: [CertificatePath], atSeconds time: Int64
    ) throws(AttestationError) -> [[Int]] {
        do throws(CertificateError) {
            return try CertificatePath.checkRevocation(of: paths, by: lists, atSeconds: time)
        } catch {
            throw AttestationError(error)
        }
    }
}
