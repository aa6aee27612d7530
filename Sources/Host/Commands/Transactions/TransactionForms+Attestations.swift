// Messages about attestations: the registry of collateral, policies, requests and their answers.

import Attestation
import Base
import Certificates
import Wire

extension TransactionForm {
    static let attestations: [TransactionForm] = [
        TransactionForm(
            "compute", "submit-collateral", "Add what makers of trusted hardware published.",
            "aivm.compute.v1.MsgSubmitCollateral", .account("submitter"),
            [
                .argument(
                    "DIR", "tcb_infos", .collateral,
                    "Folder of TCB info, identities, lists, certificates.")
            ],
            // The folder fills several fields.
            shape: { form, _ in form["tcb_infos"] ?? form }),
        TransactionForm(
            "compute", "set-model-policy", "Say what attestations of a model must satisfy.",
            "aivm.compute.v1.MsgSetModelPolicy", .account("owner"),
            [
                .argument("MODEL", "model_id", .hash, "ModelID."),
                .option(
                    "policy", "FILE", "policy", .file,
                    "An AttestationPolicy in JSON; without it the model has none."),
            ]),
        TransactionForm(
            "compute", "request-attestation", "Ask for an attestation, and pay for it.",
            "aivm.compute.v1.MsgRequestAttestation", .account("requester"),
            [
                .argument("MODEL", "model_id", .hash, "ModelID."),
                .argument("INPUT", "input_commitment", .hash, "Commitment to the input."),
                .option("price", "COINS", "price", .coins, "What an attestation is paid."),
                .option(
                    "deadline", "TIME", "deadline", .time, "Last moment to answer.",
                    fallback: "2100-01-01T00:00:00Z"),
                .option(
                    "policy", "FILE", "policy", .file,
                    "What quotes must satisfy (default: the strict policy)."),
            ]),
        TransactionForm(
            "compute", "cancel-request", "Take the price of a request back after its deadline.",
            "aivm.compute.v1.MsgCancelAttestationRequest", .account("requester"),
            [.argument("REQUEST", "id", .integer, "Number of the request.")]),
        TransactionForm(
            "compute", "submit-attestation", "Have quotes judged, and what they attest recorded.",
            "aivm.compute.v1.MsgSubmitAttestation", .account("submitter"),
            [
                .argument("STATEMENT", "statement", .file, "The statement in JSON."),
                .argument(
                    "EVIDENCE", "evidence.attestation", .file,
                    "Quotes of the machine and its devices, and the challenge, in JSON."),
                .option("request", "N", "request_id", .integer, "The request that this answers."),
                .option("output", "FILE", "output", .file, "The output in JSON, for a request."),
                .option("policy", "FILE", "policy", .file, "What else quotes must satisfy."),
            ]),
    ]
}

extension QueryForm {
    private static let computePackage = "aivm.compute.v1"

    static let attestations: [QueryForm] = [
        QueryForm("compute", "params", "Parameters.", computePackage, "Params"),
        QueryForm(
            "compute", "collateral", "The registry of collateral.", computePackage, "Collateral"),
        QueryForm(
            "compute", "model-policy", "What attestations of a model must satisfy.", computePackage,
            "ModelPolicy", [.argument("MODEL", "model_id", .hash, "ModelID.")]),
        QueryForm(
            "compute", "attestations", "What was attested of a statement.", computePackage,
            "Attestations",
            [.argument("STATEMENT", "statement", .file, "The statement in JSON.")] + pages),
        QueryForm(
            "compute", "requests", "The open requests for attestations.", computePackage,
            "Requests", pages),
    ]
}

extension FormKind {
    /// Everything of a folder of collateral, as the fields of the message.
    static let collateral = FormKind(name: "folder of collateral") { path, _ in
        func documents(_ documents: [SignedDocument]) -> JSONValue {
            .array(
                documents.map { document in
                    .object([
                        "body": .string(document.body.base64),
                        "signature": .string(document.signature.base64),
                    ])
                })
        }
        let pile = try CollateralFolder.read(path)
        return .object([
            "certificates": .array(pile.certificates.map { .string($0.encoded.base64) }),
            "tcb_infos": documents(pile.tcbInfos.map(\.document)),
            "identities": documents(pile.identities.map(\.document)),
            "revocation_lists": .array(pile.lists.map { .string($0.encoded.base64) }),
        ])
    }
}
