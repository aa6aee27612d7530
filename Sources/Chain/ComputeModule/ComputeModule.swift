// Attestations on the chain: a registry of collateral that anyone fills with what makers signed,
// and verdicts on quotes by it alone. `README.md` in this folder is the specification.

import Attestation
import Cryptography
public import Ledger

/// Attestations, and the collateral that they are judged by.
public struct Compute: Module {
    public static let name = "compute"

    let models: any ModelOwning
    let bank: any BalanceMoving

    /// Makes the module.
    ///
    /// - Parameters:
    ///   - models: knows who owns models.
    ///   - bank: moves the prices of requests.
    public init(models: any ModelOwning, bank: any BalanceMoving) {
        self.models = models
        self.bank = bank
    }

    public var messages: [MessageRoute] {
        [
            MessageRoute(
                MsgSubmitCollateral.self, MsgSubmitCollateralResponse.self,
                signers: { [$0.submitter] },
                validate: { (message) throws(Failure) in try message.check() },
                handle: submitCollateral),
            MessageRoute(
                MsgSetModelPolicy.self, MsgSetModelPolicyResponse.self, signers: { [$0.owner] },
                validate: { (message) throws(Failure) in
                    guard message.modelID.count == 32 else {
                        throw .compute(.modelNotFound, "a ModelID has 32 bytes")
                    }
                    if let problem = message.policy?.problem {
                        throw .compute(.invalidParameters, problem)
                    }
                },
                handle: setModelPolicy),
            MessageRoute(
                MsgSubmitAttestation.self, MsgSubmitAttestationResponse.self,
                signers: { [$0.submitter] },
                validate: { (message) throws(Failure) in try message.check() },
                handle: submitAttestation),
            MessageRoute(
                MsgRequestAttestation.self, MsgRequestAttestationResponse.self,
                signers: { [$0.requester] },
                validate: { (message) throws(Failure) in try message.check() },
                handle: requestAttestation),
            MessageRoute(
                MsgCancelAttestationRequest.self, MsgCancelAttestationRequestResponse.self,
                signers: { [$0.requester] }, validate: { (_) throws(Failure) in },
                handle: cancelRequest),
            MessageRoute(
                MsgUpdateComputeParams.self, MsgUpdateComputeParamsResponse.self,
                signers: { [$0.authority] },
                validate: { (message) throws(Failure) in
                    // Whether development is allowed is a question of state.
                    try message.parameters.check(allowsDevelopment: true)
                },
                handle: { (message, context) throws(Failure) in
                    try Address.checkAuthority(message.authority)
                    try message.parameters.check(
                        allowsDevelopment: try allowsDevelopment(&context))
                    try ComputeKeys.parameters.set(message.parameters, &context)
                    return MsgUpdateComputeParamsResponse()
                }),
        ]
    }
}
