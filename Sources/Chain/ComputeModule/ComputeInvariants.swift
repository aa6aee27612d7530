// What always holds of the store `compute`.

import Attestation
import Base
import Certificates
public import Ledger

extension Compute {
    public var invariants: [Invariant] {
        [
            Invariant("compute/registry") { (context) throws(Failure) in
                try ComputeKeys.tcbInfos.forEach(&context) { (key, value) throws(Failure) in
                    guard let info = try? TCBInfo(value.document),
                        key
                            == ComputeKeys.tcbInfo(
                                info.id, fmspc: info.fmspc, pceID: info.pceID)
                    else { throw .sdk(.logic, "TCB info is stored elsewhere") }
                }
                try ComputeKeys.identities.forEach(&context) { (key, value) throws(Failure) in
                    guard let identity = try? EnclaveIdentity(value.document),
                        key == ComputeKeys.identity(identity.id)
                    else { throw .sdk(.logic, "an identity is stored elsewhere") }
                }
                try ComputeKeys.lists.forEach(&context) { (key, value) throws(Failure) in
                    guard let list = try? RevocationList(value.value),
                        Compute.isPlace(key, of: list.issuer)
                    else { throw .sdk(.logic, "a revocation list is stored elsewhere") }
                }
                for (map, isSigners) in [
                    (ComputeKeys.issuers, false), (ComputeKeys.signers, true),
                ] {
                    try map.forEach(&context) { (key, value) throws(Failure) in
                        guard let certificate = try? Certificate(value.value),
                            certificate.isDocumentSigner == isSigners,
                            Compute.isPlace(
                                key, of: isSigners ? certificate.issuer : certificate.subject)
                        else { throw .sdk(.logic, "a certificate is stored elsewhere") }
                    }
                }
            },
            Invariant("compute/requests") { (context) throws(Failure) in
                try checkRequests(&context)
            },
            Invariant("compute/development") { (context) throws(Failure) in
                try currentParameters(&context).check(
                    allowsDevelopment: try allowsDevelopment(&context))
                let isAllowed = try allowsDevelopment(&context)
                try ComputeKeys.records.forEach(&context) { (key, record) throws(Failure) in
                    guard key == Compute.recordKey(record.statement) + record.quoteHash else {
                        throw .sdk(.logic, "an attestation is stored elsewhere")
                    }
                    guard isAllowed || !record.isDevelopment else {
                        throw .sdk(.logic, "a development root attests on a chain without them")
                    }
                }
            },
        ]
    }

    /// Open requests are of numbers that were given, and the module's account holds their prices.
    private func checkRequests(_ context: inout Context) throws(Failure) {
        let count = try ComputeKeys.requestCount.get(&context)?.value ?? 0
        var sums: [Coin] = []
        try ComputeKeys.requests.forEach(&context) { (key, request) throws(Failure) in
            guard key == request.id.keyBytes, (1...max(1, count)).contains(request.id), count > 0
            else { throw .sdk(.logic, "request \(request.id) is stored elsewhere") }
            for coin in request.price {
                let amount = try coin.value()
                if let place = sums.firstIndex(where: { $0.denom == coin.denom }) {
                    sums[place] = Coin(try sums[place].value().adding(amount), coin.denom)
                } else {
                    sums.append(coin)
                }
            }
        }
        for coin in sums {
            let held = try bank.balance(
                of: Compute.escrowAddress, denom: coin.denom, &context)
            guard try held >= coin.value() else {
                throw .sdk(.logic, "prices of requests are missing in \(coin.denom)")
            }
        }
    }

    /// Whether a key is the place of a name among some vendor's.
    private static func isPlace(_ key: Bytes, of name: DistinguishedName) -> Bool {
        Vendor.allCases.contains { ComputeKeys.name($0, name) == key }
    }
}
