// What clients ask about stake (`cosmos.staking.v1beta1.Query`). Request and response types are in
// `StakingQueryMessages.swift`.

import Cryptography
public import Ledger
import Wire

extension Staking {
    public var queries: [QueryRoute] {
        validatorQueries + delegationQueries + unbondingQueries + settingQueries
    }

    /// How a query is reached over HTTP.
    private static func rest(_ template: String) -> [HTTPRule] {
        [HTTPRule(.get, "/cosmos/staking/v1beta1" + template)]
    }

    private static func path(_ method: String) -> String {
        "/cosmos.staking.v1beta1.Query/\(method)"
    }

    private var validatorQueries: [QueryRoute] {
        [
            QueryRoute(
                Self.path("Validators"), ValidatorsRequest.self, ValidatorsResponse.self,
                rest: Self.rest("/validators"),
                answer: validators),
            QueryRoute(
                Self.path("Validator"), ValidatorRequest.self, ValidatorResponse.self,
                rest: Self.rest("/validators/{validator_addr}")
            ) { (request, context) throws(Failure) in
                var response = ValidatorResponse()
                response.validator = try asked(request.validatorAddress, &context)
                return response
            },
            QueryRoute(
                Self.path("DelegatorValidators"), DelegatorValidatorsRequest.self,
                DelegatorValidatorsResponse.self,
                rest: Self.rest("/delegators/{delegator_addr}/validators")
            ) { (request, context) throws(Failure) in
                let delegator = try Address.parseArgument(request.delegatorAddress)
                let page = try StakingKeys.delegations.page(
                    keyPrefix: delegator.keyBytes, request.pagination, &context)
                var response = DelegatorValidatorsResponse()
                for entry in page.entries {
                    response.validators.append(
                        try asked(entry.value.validatorAddress, &context))
                }
                response.pagination = page.response
                return response
            },
            QueryRoute(
                Self.path("DelegatorValidator"), DelegatorValidatorRequest.self,
                DelegatorValidatorResponse.self,
                rest: Self.rest("/delegators/{delegator_addr}/validators/{validator_addr}")
            ) { (request, context) throws(Failure) in
                _ = try delegation(
                    request.delegatorAddress, request.validatorAddress, &context)
                var response = DelegatorValidatorResponse()
                response.validator = try asked(request.validatorAddress, &context)
                return response
            },
        ]
    }

    private var delegationQueries: [QueryRoute] {
        [
            QueryRoute(
                Self.path("ValidatorDelegations"), ValidatorDelegationsRequest.self,
                ValidatorDelegationsResponse.self,
                rest: Self.rest("/validators/{validator_addr}/delegations")
            ) { (request, context) throws(Failure) in
                let address = try asked(request.validatorAddress, &context).address()
                let page = try StakingKeys.delegators.page(
                    keyPrefix: address.keyBytes, request.pagination, &context)
                var response = ValidatorDelegationsResponse()
                for entry in page.entries {
                    let key = StakingKeys.pair(try entry.value.address(), address)
                    guard let found = try StakingKeys.delegations.get(key, &context) else {
                        continue
                    }
                    response.delegations.append(try valued(found, &context))
                }
                response.pagination = page.response
                return response
            },
            QueryRoute(
                Self.path("Delegation"), DelegationRequest.self, DelegationQueryResponse.self,
                rest: Self.rest("/validators/{validator_addr}/delegations/{delegator_addr}")
            ) { (request, context) throws(Failure) in
                var response = DelegationQueryResponse()
                response.delegation = try valued(
                    try delegation(
                        request.delegatorAddress, request.validatorAddress, &context), &context)
                return response
            },
            QueryRoute(
                Self.path("DelegatorDelegations"), DelegatorDelegationsRequest.self,
                DelegatorDelegationsResponse.self,
                rest: Self.rest("/delegations/{delegator_addr}")
            ) { (request, context) throws(Failure) in
                let delegator = try Address.parseArgument(request.delegatorAddress)
                let page = try StakingKeys.delegations.page(
                    keyPrefix: delegator.keyBytes, request.pagination, &context)
                var response = DelegatorDelegationsResponse()
                for entry in page.entries {
                    response.delegations.append(try valued(entry.value, &context))
                }
                response.pagination = page.response
                return response
            },
            QueryRoute(
                Self.path("Redelegations"), RedelegationsRequest.self,
                RedelegationsResponse.self,
                rest: Self.rest("/delegators/{delegator_addr}/redelegations"), answer: redelegations
            ),
        ]
    }

    private var unbondingQueries: [QueryRoute] {
        [
            QueryRoute(
                Self.path("ValidatorUnbondingDelegations"), ValidatorUnbondingRequest.self,
                ValidatorUnbondingResponse.self,
                rest: Self.rest("/validators/{validator_addr}/unbonding_delegations")
            ) { (request, context) throws(Failure) in
                let address = try asked(request.validatorAddress, &context).address()
                let page = try StakingKeys.unbondingDelegators.page(
                    keyPrefix: address.keyBytes, request.pagination, &context)
                var response = ValidatorUnbondingResponse()
                for entry in page.entries {
                    let key = StakingKeys.pair(try entry.value.address(), address)
                    if let found = try StakingKeys.unbonding.get(key, &context) {
                        response.unbonding.append(found)
                    }
                }
                response.pagination = page.response
                return response
            },
            QueryRoute(
                Self.path("UnbondingDelegation"), UnbondingDelegationRequest.self,
                UnbondingDelegationResponse.self,
                rest: Self.rest(
                    "/validators/{validator_addr}/delegations/{delegator_addr}"
                        + "/unbonding_delegation")
            ) { (request, context) throws(Failure) in
                let delegator = try Address.parseArgument(request.delegatorAddress)
                let address = try Address.parseOperatorArgument(request.validatorAddress)
                guard
                    let found = try StakingKeys.unbonding.get(
                        StakingKeys.pair(delegator, address), &context)
                else {
                    throw .notFound(
                        "unbonding delegation with delegator \(delegator) not found for "
                            + "validator \(address.operatorText)")
                }
                var response = UnbondingDelegationResponse()
                response.unbonding = found
                return response
            },
            QueryRoute(
                Self.path("DelegatorUnbondingDelegations"), DelegatorUnbondingRequest.self,
                DelegatorUnbondingResponse.self,
                rest: Self.rest("/delegators/{delegator_addr}/unbonding_delegations")
            ) { (request, context) throws(Failure) in
                let delegator = try Address.parseArgument(request.delegatorAddress)
                let page = try StakingKeys.unbonding.page(
                    keyPrefix: delegator.keyBytes, request.pagination, &context)
                var response = DelegatorUnbondingResponse()
                response.unbonding = page.entries.map(\.value)
                response.pagination = page.response
                return response
            },
        ]
    }

    private var settingQueries: [QueryRoute] {
        [
            QueryRoute(
                Self.path("Pool"), PoolRequest.self, PoolResponse.self,
                rest: Self.rest("/pool")
            ) {
                (_, context) throws(Failure) in
                let denom = try parameters(&context).bondDenomination
                var response = PoolResponse()
                response.pool.bondedTokens = try bank.balance(
                    of: Staking.bondedPool, denom: denom, &context)
                response.pool.notBondedTokens = try bank.balance(
                    of: Staking.notBondedPool, denom: denom, &context)
                return response
            },
            QueryRoute(
                Self.path("Params"), StakingParametersRequest.self,
                StakingParametersResponse.self,
                rest: Self.rest("/params")
            ) { (_, context) throws(Failure) in
                var response = StakingParametersResponse()
                response.parameters = try parameters(&context)
                return response
            },
            QueryRoute(
                Self.path("HistoricalInfo"), HistoricalInfoRequest.self,
                HistoricalInfoResponse.self,
                rest: Self.rest("/historical_info/{height}")
            ) { (request, _) throws(Failure) in
                throw .notFound("historical info for height \(request.height) not found")
            },
        ]
    }

    // MARK: Answers

    @Sendable private func validators(
        _ request: ValidatorsRequest, _ context: inout Context
    ) throws(Failure) -> ValidatorsResponse {
        var response = ValidatorsResponse()
        guard !request.status.isEmpty, request.status != BondStatus.unspecified.wireLabel else {
            let page = try StakingKeys.validators.page(request.pagination, &context)
            response.validators = page.entries.map(\.value)
            response.pagination = page.response
            return response
        }
        guard let status = BondStatus.allCases.first(where: { $0.wireLabel == request.status })
        else { throw .invalidArgument("invalid validator status \(request.status.prefix(50))") }
        let page = try StakingKeys.validators.page(request.pagination, &context) {
            (validator, _) in validator.status == status
        }
        response.validators = page.entries.map(\.value)
        response.pagination = page.response
        return response
    }

    @Sendable private func redelegations(
        _ request: RedelegationsRequest, _ context: inout Context
    ) throws(Failure) -> RedelegationsResponse {
        let delegator = try Address.parseArgument(request.delegatorAddress)
        let page = try StakingKeys.redelegations.page(
            keyPrefix: delegator.keyBytes, request.pagination, &context
        ) { (record, _) in
            (request.sourceAddress.isEmpty || record.sourceAddress == request.sourceAddress)
                && (request.destinationAddress.isEmpty
                    || record.destinationAddress == request.destinationAddress)
        }
        var response = RedelegationsResponse()
        for entry in page.entries {
            var answer = RedelegationResponse()
            answer.redelegation = entry.value
            answer.redelegation.entries = []
            let target = try find(
                try Address.parseOperator(entry.value.destinationAddress), &context)
            for moved in entry.value.entries {
                var part = RedelegationEntryResponse()
                part.entry = moved
                part.balance =
                    try target?.tokens(for: moved.destinationShares).truncated() ?? .zero
                answer.entries.append(part)
            }
            response.redelegations.append(answer)
        }
        response.pagination = page.response
        return response
    }

    /// The validator a query asks for.
    private func asked(_ text: String, _ context: inout Context) throws(Failure) -> Validator {
        let address = try Address.parseOperatorArgument(text)
        guard let validator = try find(address, &context) else {
            throw .notFound("validator \(address.operatorText) not found")
        }
        return validator
    }

    private func delegation(
        _ delegator: String, _ operatorAddress: String, _ context: inout Context
    ) throws(Failure) -> Delegation {
        let delegator = try Address.parseArgument(delegator)
        let address = try Address.parseOperatorArgument(operatorAddress)
        guard
            let found = try StakingKeys.delegations.get(
                StakingKeys.pair(delegator, address), &context)
        else {
            // CosmJS takes a text with `key not found` for no delegation.
            throw .notFound(
                "delegation with delegator \(delegator) not found for validator "
                    + address.operatorText)
        }
        return found
    }

    private func valued(
        _ delegation: Delegation, _ context: inout Context
    ) throws(Failure) -> DelegationResponse {
        let validator = try asked(delegation.validatorAddress, &context)
        var response = DelegationResponse()
        response.delegation = delegation
        response.balance = Coin(
            try validator.tokens(for: delegation.shares).truncated(),
            try parameters(&context).bondDenomination)
        return response
    }
}
