// The names of messages in Amino JSON, and which of their fields are written when empty. What a
// ledger device or an older wallet signs is compared with this, so an entry must be exactly the
// Cosmos SDK's. Source: options `amino.*` in the SDK's `.proto` files.

import Ledger

extension AminoForm {
    /// The messages that can be signed as Amino JSON, and what stands inside them.
    static let all: [AminoForm] = transfers + stake + votes + rights

    private static let transfers: [AminoForm] = [
        AminoForm("cosmos.bank.v1beta1.MsgSend", "cosmos-sdk/MsgSend", kept: ["amount"]),
        AminoForm(
            "cosmos.bank.v1beta1.MsgMultiSend", "cosmos-sdk/MsgMultiSend",
            kept: ["inputs", "outputs"]),
        AminoForm("cosmos.bank.v1beta1.Input", kept: ["coins"]),
        AminoForm("cosmos.bank.v1beta1.Output", kept: ["coins"]),
        AminoForm("cosmos.crypto.ed25519.PubKey", "tendermint/PubKeyEd25519"),
        AminoForm("cosmos.crypto.secp256k1.PubKey", "tendermint/PubKeySecp256k1"),
    ]

    private static let stake: [AminoForm] = [
        AminoForm("cosmos.staking.v1beta1.MsgDelegate", "cosmos-sdk/MsgDelegate"),
        AminoForm("cosmos.staking.v1beta1.MsgUndelegate", "cosmos-sdk/MsgUndelegate"),
        AminoForm("cosmos.staking.v1beta1.MsgBeginRedelegate", "cosmos-sdk/MsgBeginRedelegate"),
        AminoForm(
            "cosmos.staking.v1beta1.MsgCancelUnbondingDelegation",
            "cosmos-sdk/MsgCancelUnbondingDelegation"),
        AminoForm(
            "cosmos.distribution.v1beta1.MsgWithdrawDelegatorReward",
            "cosmos-sdk/MsgWithdrawDelegationReward"),
        AminoForm(
            "cosmos.distribution.v1beta1.MsgWithdrawValidatorCommission",
            "cosmos-sdk/MsgWithdrawValCommission"),
        AminoForm(
            "cosmos.distribution.v1beta1.MsgSetWithdrawAddress",
            "cosmos-sdk/MsgModifyWithdrawAddress"),
        AminoForm(
            "cosmos.distribution.v1beta1.MsgFundCommunityPool",
            "cosmos-sdk/MsgFundCommunityPool", kept: ["amount"]),
        AminoForm(
            "cosmos.slashing.v1beta1.MsgUnjail", "cosmos-sdk/MsgUnjail",
            kept: ["validator_addr"], renamed: ("validator_addr", "address")),
    ]

    private static let votes: [AminoForm] = [
        AminoForm(
            "cosmos.gov.v1.MsgSubmitProposal", "cosmos-sdk/v1/MsgSubmitProposal",
            kept: ["initial_deposit"]),
        AminoForm(
            "cosmos.gov.v1.MsgDeposit", "cosmos-sdk/v1/MsgDeposit",
            kept: ["proposal_id", "amount"]),
        AminoForm("cosmos.gov.v1.MsgVote", "cosmos-sdk/v1/MsgVote", kept: ["proposal_id"]),
        AminoForm(
            "cosmos.gov.v1.MsgVoteWeighted", "cosmos-sdk/v1/MsgVoteWeighted",
            kept: ["proposal_id"]),
    ]

    private static let rights: [AminoForm] = [
        AminoForm("cosmos.authz.v1beta1.MsgGrant", "cosmos-sdk/MsgGrant"),
        AminoForm("cosmos.authz.v1beta1.MsgRevoke", "cosmos-sdk/MsgRevoke"),
        AminoForm("cosmos.authz.v1beta1.MsgExec", "cosmos-sdk/MsgExec"),
        AminoForm(
            "cosmos.authz.v1beta1.GenericAuthorization", "cosmos-sdk/GenericAuthorization"),
        AminoForm(
            "cosmos.feegrant.v1beta1.MsgRevokeAllowance", "cosmos-sdk/MsgRevokeAllowance"),
    ]
}
