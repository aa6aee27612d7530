// The queries about verification keys and proven statements.

import Base
import Cryptography
import Ledger
import Verification

extension AI {
    func verificationKey(
        _ request: QueryVerificationKeyRequest, _ context: inout Context
    ) throws(Failure) -> QueryVerificationKeyResponse {
        guard let record = try AIKeys.verificationKeys.get(request.keyID, &context) else {
            throw .ai(.verificationKeyNotFound, request.keyID.hex)
        }
        var response = QueryVerificationKeyResponse()
        response.verificationKey = record
        response.description =
            try AIKeys.verificationKeyTexts.get(request.keyID, &context)?.value ?? ""
        return response
    }

    func verificationKeys(
        _ request: QueryVerificationKeysRequest, _ context: inout Context
    ) throws(Failure) -> QueryVerificationKeysResponse {
        let page =
            if request.owner.isEmpty {
                try AIKeys.verificationKeysByNumber.page(request.pagination, &context)
            } else {
                try AIKeys.verificationKeysByOwner.page(
                    keyPrefix: Address.parse(request.owner).keyBytes, request.pagination,
                    &context)
            }
        var response = QueryVerificationKeysResponse()
        for entry in page.entries {
            response.verificationKeys.append(try keyRecord(entry.value.value, &context))
        }
        response.pagination = page.response
        return response
    }

    func provenStatement(
        _ request: QueryProvenStatementRequest, _ context: inout Context
    ) throws(Failure) -> QueryProvenStatementResponse {
        var id = request.statementID
        if id.isEmpty {
            try checkSignals(request.publicSignals)
            guard let key = Hash256(request.keyID) else {
                throw .ai(
                    .verificationKeyNotFound, "a key id of \(request.keyID.count) bytes")
            }
            id =
                CircuitProof.statementID(
                    key: key, signals: CircuitProof.signalsHash(request.publicSignals)
                ).bytes
        }
        guard let record = try AIKeys.statements.get(id, &context) else {
            throw .ai(.notProven, id.hex)
        }
        var response = QueryProvenStatementResponse()
        response.statement = record
        return response
    }

    func provenStatements(
        _ request: QueryProvenStatementsRequest, _ context: inout Context
    ) throws(Failure) -> QueryProvenStatementsResponse {
        let page =
            if request.keyID.isEmpty {
                try AIKeys.statementsByNumber.page(request.pagination, &context)
            } else {
                try AIKeys.statementsByKey.page(
                    keyPrefix: request.keyID, request.pagination, &context)
            }
        var response = QueryProvenStatementsResponse()
        for entry in page.entries {
            response.statements.append(try statement(entry.value.value, &context))
        }
        response.pagination = page.response
        return response
    }
}
