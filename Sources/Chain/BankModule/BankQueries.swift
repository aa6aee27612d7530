// What clients ask about coins (`cosmos.bank.v1beta1.Query`). Request and response types are in
// `BankQueryMessages.swift`.

import Base
import Cryptography
public import Ledger

extension Bank {
    public var queries: [QueryRoute] { balanceQueries + supplyQueries + settingQueries }

    private var balanceQueries: [QueryRoute] {
        [
            QueryRoute(
                "/cosmos.bank.v1beta1.Query/Balance", BalanceRequest.self, BalanceResponse.self,
                rest: ["/cosmos/bank/v1beta1/balances/{address}/by_denom"]
            ) { (request, context) throws(Failure) in
                BalanceResponse(try coin(request.address, request.denom, &context))
            },
            QueryRoute(
                "/cosmos.bank.v1beta1.Query/AllBalances", AllBalancesRequest.self,
                AllBalancesResponse.self,
                rest: ["/cosmos/bank/v1beta1/balances/{address}"]
            ) { (request, context) throws(Failure) in
                let page = try coins(request.address, request.pagination, &context)
                return AllBalancesResponse(page.coins, page.response)
            },
            QueryRoute(
                "/cosmos.bank.v1beta1.Query/SpendableBalances", SpendableBalancesRequest.self,
                SpendableBalancesResponse.self,
                rest: ["/cosmos/bank/v1beta1/spendable_balances/{address}"]
            ) { (request, context) throws(Failure) in
                let page = try coins(request.address, request.pagination, &context)
                return SpendableBalancesResponse(page.coins, page.response)
            },
            QueryRoute(
                "/cosmos.bank.v1beta1.Query/SpendableBalanceByDenom",
                SpendableBalanceRequest.self, SpendableBalanceResponse.self,
                rest: ["/cosmos/bank/v1beta1/spendable_balances/{address}/by_denom"]
            ) { (request, context) throws(Failure) in
                SpendableBalanceResponse(try coin(request.address, request.denom, &context))
            },
        ]
    }

    private var supplyQueries: [QueryRoute] {
        [
            QueryRoute(
                "/cosmos.bank.v1beta1.Query/TotalSupply", TotalSupplyRequest.self,
                TotalSupplyResponse.self,
                rest: ["/cosmos/bank/v1beta1/supply"]
            ) { (request, context) throws(Failure) in
                let page = try BankKeys.supply.page(request.pagination, &context)
                var response = TotalSupplyResponse()
                for entry in page.entries {
                    let denom = String(decoding: entry.key, as: UTF8.self)
                    response.supply.append(Coin(try Bank.amount(entry.value), denom))
                }
                response.pagination = page.response
                return response
            },
            QueryRoute(
                "/cosmos.bank.v1beta1.Query/SupplyOf", SupplyOfRequest.self, SupplyOfResponse.self,
                rest: [
                    "/cosmos/bank/v1beta1/supply/by_denom", "/cosmos/bank/v1beta1/supply/{denom}",
                ]
            ) { (request, context) throws(Failure) in
                try Bank.checkArgument(denom: request.denom)
                return SupplyOfResponse(
                    Coin(try supply(of: request.denom, &context), request.denom))
            },
        ]
    }

    private var settingQueries: [QueryRoute] {
        [
            QueryRoute(
                "/cosmos.bank.v1beta1.Query/Params", BankParametersRequest.self,
                BankParametersResponse.self,
                rest: ["/cosmos/bank/v1beta1/params"]
            ) { (_, context) throws(Failure) in
                BankParametersResponse(try parameters(&context))
            },
            QueryRoute(
                "/cosmos.bank.v1beta1.Query/DenomMetadata", DenomMetadataRequest.self,
                DenomMetadataResponse.self,
                rest: ["/cosmos/bank/v1beta1/denoms_metadata/{denom=**}"]
            ) { (request, context) throws(Failure) in
                try Bank.checkArgument(denom: request.denom)
                guard
                    let metadata = try BankKeys.metadata.get(Bytes(request.denom.utf8), &context)
                else { throw .notFound("client metadata for denom \(request.denom)") }
                return DenomMetadataResponse(metadata)
            },
            QueryRoute(
                "/cosmos.bank.v1beta1.Query/DenomsMetadata", DenomsMetadataRequest.self,
                DenomsMetadataResponse.self,
                rest: ["/cosmos/bank/v1beta1/denoms_metadata"]
            ) { (request, context) throws(Failure) in
                let page = try BankKeys.metadata.page(request.pagination, &context)
                var response = DenomsMetadataResponse()
                response.metadatas = page.entries.map(\.value)
                response.pagination = page.response
                return response
            },
        ]
    }

    private static func checkArgument(denom: String) throws(Failure) {
        guard Coin.isValid(denom: denom) else {
            throw .invalidArgument("invalid denom: \(denom.prefix(130))")
        }
    }

    private func coin(
        _ text: String, _ denom: String, _ context: inout Context
    ) throws(Failure) -> Coin {
        try Bank.checkArgument(denom: denom)
        let address = try Address.parseArgument(text)
        return Coin(try balance(of: address, denom: denom, &context), denom)
    }

    private func coins(
        _ text: String, _ request: PageRequest?, _ context: inout Context
    ) throws(Failure) -> (coins: [Coin], response: PageResponse) {
        let address = try Address.parseArgument(text)
        let page = try BankKeys.balances.page(
            keyPrefix: address.keyBytes, request, &context)
        var coins: [Coin] = []
        for entry in page.entries {
            coins.append(
                Coin(try Bank.amount(entry.value), try BankKeys.parts(entry.key).denom))
        }
        return (coins, page.response)
    }
}
