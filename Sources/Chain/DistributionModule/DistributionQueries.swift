// What clients ask about rewards (`cosmos.distribution.v1beta1.Query`). What is earned is worked
// out as if it were withdrawn now, on a state that is thrown away.

import Cryptography
public import Ledger
import Wire

extension Distribution {
    public var queries: [QueryRoute] { validatorQueries + delegatorQueries + poolQueries }

    /// How a query is reached over HTTP.
    private static func rest(_ template: String) -> [HTTPRule] {
        [HTTPRule(.get, "/cosmos/distribution/v1beta1" + template)]
    }

    private static func path(_ method: String) -> String {
        "/cosmos.distribution.v1beta1.Query/\(method)"
    }

    private var validatorQueries: [QueryRoute] {
        [
            QueryRoute(
                Self.path("ValidatorDistributionInfo"), ValidatorDistributionRequest.self,
                ValidatorDistributionResponse.self,
                rest: Self.rest("/validators/{validator_address}")
            ) { (request, context) throws(Failure) in
                let validator = try asked(request.validatorAddress, &context)
                let address = validator.operatorAddress
                var response = ValidatorDistributionResponse()
                response.operatorAddress = address.description
                if try validators.delegationShares(of: address, with: address, &context) != nil {
                    response.selfBondRewards = try earned(address, validator, &context)
                }
                response.commission =
                    try DistributionKeys.commissions.get(address.bytes, &context)?.commission
                    ?? []
                return response
            },
            QueryRoute(
                Self.path("ValidatorOutstandingRewards"), OutstandingRewardsRequest.self,
                OutstandingRewardsResponse.self,
                rest: Self.rest("/validators/{validator_address}/outstanding_rewards")
            ) { (request, context) throws(Failure) in
                let key = try asked(request.validatorAddress, &context).operatorAddress.bytes
                var response = OutstandingRewardsResponse()
                response.rewards =
                    try DistributionKeys.outstanding.get(key, &context) ?? OutstandingRewards()
                return response
            },
            QueryRoute(
                Self.path("ValidatorCommission"), ValidatorCommissionRequest.self,
                ValidatorCommissionResponse.self,
                rest: Self.rest("/validators/{validator_address}/commission")
            ) { (request, context) throws(Failure) in
                let key = try asked(request.validatorAddress, &context).operatorAddress.bytes
                var response = ValidatorCommissionResponse()
                response.commission =
                    try DistributionKeys.commissions.get(key, &context)
                    ?? AccumulatedCommission()
                return response
            },
            QueryRoute(
                Self.path("ValidatorSlashes"), ValidatorSlashesRequest.self,
                ValidatorSlashesResponse.self,
                rest: Self.rest("/validators/{validator_address}/slashes"), answer: slashes),
        ]
    }

    private var delegatorQueries: [QueryRoute] {
        [
            QueryRoute(
                Self.path("DelegationRewards"), DelegationRewardsRequest.self,
                DelegationRewardsResponse.self,
                rest: Self.rest("/delegators/{delegator_address}/rewards/{validator_address}")
            ) { (request, context) throws(Failure) in
                let delegator = try Address.parseArgument(request.delegatorAddress)
                let validator = try asked(request.validatorAddress, &context)
                let address = validator.operatorAddress
                guard
                    try validators.delegationShares(of: delegator, with: address, &context)
                        != nil
                else { throw .notFound("delegation does not exist") }
                var response = DelegationRewardsResponse()
                response.rewards = try earned(delegator, validator, &context)
                return response
            },
            QueryRoute(
                Self.path("DelegationTotalRewards"), DelegationTotalRewardsRequest.self,
                DelegationTotalRewardsResponse.self,
                rest: Self.rest("/delegators/{delegator_address}/rewards")
            ) { (request, context) throws(Failure) in
                let delegator = try Address.parseArgument(request.delegatorAddress)
                var response = DelegationTotalRewardsResponse()
                for address in try operators(of: delegator, &context) {
                    let validator = try asked(address.operatorText, &context)
                    var reward = DelegatorReward()
                    reward.validatorAddress = address.operatorText
                    reward.reward = try earned(delegator, validator, &context)
                    response.total = try response.total.adding(reward.reward)
                    response.rewards.append(reward)
                }
                return response
            },
            QueryRoute(
                Self.path("DelegatorValidators"), RewardingValidatorsRequest.self,
                RewardingValidatorsResponse.self,
                rest: Self.rest("/delegators/{delegator_address}/validators")
            ) { (request, context) throws(Failure) in
                let delegator = try Address.parseArgument(request.delegatorAddress)
                var response = RewardingValidatorsResponse()
                response.validators = try operators(of: delegator, &context).map(\.operatorText)
                return response
            },
            QueryRoute(
                Self.path("DelegatorWithdrawAddress"), WithdrawAddressRequest.self,
                WithdrawAddressResponse.self,
                rest: Self.rest("/delegators/{delegator_address}/withdraw_address")
            ) { (request, context) throws(Failure) in
                let delegator = try Address.parseArgument(request.delegatorAddress)
                var response = WithdrawAddressResponse()
                response.withdrawAddress =
                    try withdrawAddress(of: delegator, &context).description
                return response
            },
        ]
    }

    private var poolQueries: [QueryRoute] {
        [
            QueryRoute(
                Self.path("Params"), DistributionParametersRequest.self,
                DistributionParametersResponse.self,
                rest: Self.rest("/params")
            ) { (_, context) throws(Failure) in
                var response = DistributionParametersResponse()
                response.parameters = try parameters(&context)
                return response
            },
            QueryRoute(
                Self.path("CommunityPool"), CommunityPoolRequest.self,
                CommunityPoolResponse.self,
                rest: Self.rest("/community_pool")
            ) { (_, context) throws(Failure) in
                var response = CommunityPoolResponse()
                response.pool = try DistributionKeys.pool.get(&context)?.communityPool ?? []
                return response
            },
        ]
    }

    @Sendable private func slashes(
        _ request: ValidatorSlashesRequest, _ context: inout Context
    ) throws(Failure) -> ValidatorSlashesResponse {
        let address = try asked(request.validatorAddress, &context).operatorAddress
        let page = try DistributionKeys.slashes.page(
            keyPrefix: address.keyBytes, request.pagination, &context)
        var response = ValidatorSlashesResponse()
        for entry in page.entries {
            var reader = KeyReader(entry.key)
            _ = try reader.address()
            let height = try reader.number()
            guard height >= request.startingHeight,
                request.endingHeight == 0 || height <= request.endingHeight
            else { continue }
            response.slashes.append(entry.value)
        }
        response.pagination = page.response
        return response
    }

    private func earned(
        _ delegator: Address, _ validator: ValidatorView, _ context: inout Context
    ) throws(Failure) -> [DecimalCoin] {
        let period = try endPeriod(of: validator, &context)
        return try rewards(of: delegator, with: validator, through: period, &context)
    }

    private func operators(
        of delegator: Address, _ context: inout Context
    ) throws(Failure) -> [Address] {
        try validators.delegatedOperators(of: delegator, limit: 1000, &context)
    }

    private func asked(
        _ text: String, _ context: inout Context
    ) throws(Failure) -> ValidatorView {
        let address = try Address.parseOperatorArgument(text)
        guard let validator = try validators.validator(operator: address, &context) else {
            throw .notFound("validator \(address.operatorText) does not exist")
        }
        return validator
    }
}
