// The queries about committed models and requests for results.

import Base
import Cryptography
import Ledger
import Verification
import Wire

extension AI {
    func request(
        _ request: QueryRequestRequest, _ context: inout Context
    ) throws(Failure) -> QueryRequestResponse {
        var response = QueryRequestResponse()
        response.request = try requestRecord(request.number, &context)
        response.input = try response.request.input.load(&context)
        return response
    }

    func requests(
        _ request: QueryRequestsRequest, _ context: inout Context
    ) throws(Failure) -> QueryRequestsResponse {
        var response = QueryRequestsResponse()
        guard request.model != nil || !request.requester.isEmpty else {
            let page = try AIKeys.requests.page(request.pagination, &context)
            response.requests = page.entries.map(\.value)
            response.pagination = page.response
            return response
        }
        let page =
            if let model = request.model {
                try AIKeys.openRequestsByModel.page(
                    keyPrefix: find(model, &context).registration.keyBytes, request.pagination,
                    &context)
            } else {
                try AIKeys.requestsByRequester.page(
                    keyPrefix: Address.parse(request.requester).keyBytes, request.pagination,
                    &context)
            }
        for entry in page.entries {
            let record = try requestRecord(entry.value.value, &context)
            if request.requester.isEmpty || request.requester == record.requester {
                response.requests.append(record)
            }
        }
        response.pagination = page.response
        return response
    }

    func committedModel(
        _ request: QueryCommittedModelRequest, _ context: inout Context
    ) throws(Failure) -> QueryCommittedModelResponse {
        let record = try find(request.model, &context)
        guard record.isCommitted else { throw .ai(.modelNotCommitted, record.text) }
        let bytes = try programBytes(of: record, &context)
        var response = QueryCommittedModelResponse()
        do throws(WireError) {
            response.model = try CommittedModel(decoding: bytes, rules: .canonical)
        } catch {
            throw .storage(StorageFailure("model \(record.text) does not decode: \(error)"))
        }
        return response
    }

    private func requestRecord(
        _ number: UInt64, _ context: inout Context
    ) throws(Failure) -> RequestRecord {
        guard let record = try AIKeys.requests.get(number.keyBytes, &context) else {
            throw .ai(.requestNotFound, "\(number)")
        }
        return record
    }
}
