#!/usr/bin/env python3
"""Drives a running node with cosmpy, unpatched: what its users do, and how it must fail.

    cosmpy_client.py URL CHAIN_ID PRIVATE_KEY_HEX

URL is `grpc+http://HOST:PORT` or `rest+http://HOST:PORT`. The key's account needs coins. The node
asks for gas prices of at least 0.01ucgpt. Ends with status 0 and one line of JSON when everything
held; a broken expectation ends it with a traceback.
"""

import json
import sys
import time
from datetime import timedelta
from hashlib import sha256

import grpc
import requests
from cosmpy.aerial.client import LedgerClient
from cosmpy.aerial.client.utils import prepare_and_broadcast_basic_transaction
from cosmpy.aerial.config import NetworkConfig
from cosmpy.aerial.exceptions import (
    BroadcastError,
    InsufficientFeesError,
    NotFoundError,
    OutOfGasError,
    QueryTimeoutError,
)
from cosmpy.aerial.tx import SigningCfg, Transaction, TxFee
from cosmpy.aerial.wallet import LocalWallet
from cosmpy.crypto.address import Address
from cosmpy.crypto.keypairs import PrivateKey
from cosmpy.protos.cosmos.bank.v1beta1.query_pb2 import QueryBalanceRequest, QueryBalanceResponse
from cosmpy.protos.cosmos.bank.v1beta1.tx_pb2 import MsgSend
from cosmpy.protos.cosmos.base.v1beta1.coin_pb2 import Coin
from cosmpy.protos.cosmos.crypto.ed25519.keys_pb2 import PubKey as Ed25519Key
from cosmpy.protos.cosmos.gov.v1 import gov_pb2, query_pb2 as gov_queries, tx_pb2 as gov
from cosmpy.protos.cosmos.gov.v1.query_pb2_grpc import QueryStub as GovStub
from cosmpy.protos.cosmos.staking.v1beta1.query_pb2 import QueryPoolRequest, QueryValidatorRequest
from cosmpy.protos.cosmos.staking.v1beta1.staking_pb2 import CommissionRates, Description
from cosmpy.protos.cosmos.staking.v1beta1.tx_pb2 import MsgCreateValidator
from cosmpy.protos.cosmos.tx.v1beta1.service_pb2 import GetTxsEventRequest, SimulateRequest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.json_format import Parse

DENOM = "ucgpt"
MILLION = 1_000_000
HEIGHT = "x-cosmos-block-height"


def wallet(seed: bytes) -> LocalWallet:
    return LocalWallet(PrivateKey(sha256(seed).digest()), prefix="aivm")


def fails(kinds, words, body):
    """The error that `body` raises; it must be one of `kinds` and say all `words`."""
    try:
        body()
    except kinds as error:
        text = error.details() if isinstance(error, grpc.RpcError) else str(error)
        for word in words:
            assert word in text, f"{word!r} is not in {text!r}"
        return error
    raise AssertionError(f"nothing failed; expected {words}")


class Session:
    """One client of one node, and what is true of both transports."""

    def __init__(self, url: str, chain_id: str, key: str):
        self.url, self.chain_id = url, chain_id
        self.is_rest = url.startswith("rest")
        self.base = url.split("+", 1)[1]
        self.channel = None if self.is_rest else grpc.insecure_channel(self.base.split("//")[1])
        self.client = LedgerClient(
            NetworkConfig(
                chain_id=chain_id, fee_minimum_gas_price=0.025, fee_denomination=DENOM,
                staking_denomination=DENOM, url=url),
            query_interval_secs=0.1, query_timeout_secs=20)
        self.rich = LocalWallet(PrivateKey(bytes.fromhex(key)), prefix="aivm")
        self.poor = wallet(b"poor" + url.encode())
        self.staker = wallet(b"staker" + url.encode())
        self.refusals = (RuntimeError, grpc.RpcError)
        self.done = []

    def balance(self, owner) -> int:
        return self.client.query_bank_balance(owner.address(), DENOM)

    def send(self, sender, receiver, amount, **options):
        return self.client.send_tokens(
            receiver.address(), amount, DENOM, sender, **options)

    def run(self, message, sender, fee=None):
        """Simulates (unless the fee is said), broadcasts and waits for one message."""
        transaction = Transaction()
        transaction.add_message(message)
        submitted = prepare_and_broadcast_basic_transaction(
            self.client, transaction, sender, fee=fee)
        return submitted.wait_to_complete().response

    def signed(self, message, sender, fee, skipped_sequences=0) -> Transaction:
        account = self.client.query_account(sender.address())
        transaction = Transaction()
        transaction.add_message(message)
        transaction.seal(
            SigningCfg.direct(sender.public_key(), account.sequence + skipped_sequences), fee=fee)
        transaction.sign(sender.signer(), self.chain_id, account.number)
        return transaction.complete()

    def transfer(self, sender, receiver, amount) -> MsgSend:
        return MsgSend(
            from_address=str(sender.address()), to_address=str(receiver.address()),
            amount=[Coin(amount=str(amount), denom=DENOM)])

    # The chain and its blocks

    def wait_for_block(self):
        """A new chain has no block for a moment, and says so."""
        deadline = time.monotonic() + 20
        while True:
            try:
                return self.client.query_latest_block()
            except self.refusals:
                assert time.monotonic() < deadline, "no block"
                time.sleep(0.1)

    def node(self):
        information = self.client.query_node_info()
        assert information.app_name == "aivm", information
        assert str(information.cosmos_sdk_version).startswith("0.50"), information
        assert self.client.query_chain_id() == self.chain_id
        latest = self.client.query_latest_block()
        assert latest.height >= 1 and latest.chain_id == self.chain_id
        assert self.client.query_block(latest.height).time == latest.time
        fails(self.refusals, ["height"], lambda: self.client.query_block(latest.height + 10_000))
        assert self.client.query_consensus_params().params.block.max_gas > 0

    # Coins

    def coins(self):
        before = self.balance(self.rich)
        assert [c.denom for c in self.client.query_bank_all_balances(self.rich.address())] == [DENOM]
        fails(self.refusals, ["not found"], lambda: self.client.query_account(self.poor.address()))
        submitted = self.send(self.rich, self.poor, 5 * MILLION, memo="for cosmpy")
        response = submitted.wait_to_complete().response
        assert response.is_successful() and response.height > 1 and response.timestamp
        assert 0 < response.gas_used <= response.gas_wanted, response
        assert response.hash == submitted.tx_hash
        assert response.events["transfer"]["amount"] == f"{5 * MILLION}{DENOM}", response.events
        assert self.balance(self.poor) == 5 * MILLION
        fee = int(response.events["tx"]["fee"].removesuffix(DENOM))
        assert self.balance(self.rich) == before - 5 * MILLION - fee
        assert submitted.tx_hash in self.client.query_block(response.height).tx_hashes
        self.send(self.rich, self.staker, 500 * MILLION).wait_to_complete()
        self.height_is_chosen(response.height)
        self.searches(submitted.tx_hash)

    def height_is_chosen(self, height):
        """Before the first transfer `poor` had nothing."""
        request = QueryBalanceRequest(address=str(self.poor.address()), denom=DENOM)
        named = {HEIGHT: str(height - 1)}
        if self.is_rest:
            url = f"{self.base}/cosmos/bank/v1beta1/balances/{self.poor.address()}/by_denom"
            answer = requests.get(url, params={"denom": DENOM}, headers=named, timeout=10)
            assert answer.json() == {"balance": {"denom": DENOM, "amount": "0"}}, answer.text
            assert answer.headers[HEIGHT] == str(height - 1), answer.headers
            return
        answer, call = self.client.bank.Balance.with_call(request, metadata=named.items())
        assert answer == QueryBalanceResponse(balance=Coin(denom=DENOM, amount="0")), answer
        assert dict(call.initial_metadata())[HEIGHT] == str(height - 1)

    def searches(self, hash_text):
        request = GetTxsEventRequest(
            events=[f"transfer.recipient='{self.poor.address()}'"], page=1, limit=10)
        request.query = request.events[0]
        found = self.client.txs.GetTxsEvent(request)
        assert [response.txhash for response in found.tx_responses] == [hash_text], found
        assert found.total == 1 and found.txs[0].body.memo == "for cosmpy"

    def polling(self):
        missing = "AB" * 32
        fails(NotFoundError, [], lambda: self.client.query_tx(missing))
        fails(
            QueryTimeoutError, [],
            lambda: self.client.wait_for_query_tx(missing, timeout=timedelta(seconds=0.5)))

    # Refusals

    def refused(self):
        fee = TxFee(amount=f"5000{DENOM}", gas_limit=200_000)
        message = self.transfer(self.poor, self.rich, 1)
        account = self.client.query_account(self.poor.address())
        fails(
            BroadcastError,
            [f"account sequence mismatch, expected {account.sequence}, got {account.sequence + 7}"],
            lambda: self.client.broadcast_tx(self.signed(message, self.poor, fee, 7)))
        too_much = 10**15
        fails(
            self.refusals, ["insufficient funds"],
            lambda: self.send(self.poor, self.rich, too_much))
        submitted = self.send(self.poor, self.rich, too_much, fee=fee)
        fails(BroadcastError, ["insufficient funds"], submitted.wait_to_complete)
        failed = self.client.query_tx(submitted.tx_hash)
        assert failed.code == 5 and failed.height > 0, failed
        fee = TxFee(amount=f"5000{DENOM}", gas_limit=3_000)
        error = fails(
            OutOfGasError, [],
            lambda: self.send(self.poor, self.rich, 1, fee=fee).wait_to_complete())
        assert error.gas_wanted == 3_000 and error.gas_used > 3_000, error
        fee = TxFee(amount=f"1{DENOM}", gas_limit=200_000)
        error = fails(
            InsufficientFeesError, [], lambda: self.send(self.poor, self.rich, 1, fee=fee))
        assert "minimum required: 2" in str(error), error

    def simulates(self):
        fee = TxFee(amount=[], gas_limit=0)
        transaction = self.signed(self.transfer(self.rich, self.poor, 1), self.rich, fee)
        gas = self.client.simulate_tx(transaction)
        request = SimulateRequest(tx_bytes=transaction.tx.SerializeToString())
        answer = self.client.txs.Simulate(request)
        assert 0 < gas == answer.gas_info.gas_used, (gas, answer.gas_info)
        assert any(event.type == "transfer" for event in answer.result.events)

    # Stake

    def second_validator(self) -> Address:
        """A validator with so little stake that blocks do not need it."""
        key = AnyMessage()
        key.Pack(Ed25519Key(key=sha256(b"key" + self.url.encode()).digest()), type_url_prefix="/")
        operator = Address(bytes(self.poor.address()), prefix="aivmvaloper")
        rate = str(10**17)
        # Not simulated: cosmpy's JSON has decimals in their scaled form, which no REST door reads.
        fee = TxFee(amount=f"10000{DENOM}", gas_limit=400_000)
        response = self.run(
            MsgCreateValidator(
                description=Description(moniker="second"),
                commission=CommissionRates(rate=rate, max_rate=rate, max_change_rate=rate),
                min_self_delegation="1", delegator_address=str(self.poor.address()),
                validator_address=str(operator), pubkey=key,
                value=Coin(amount=str(MILLION), denom=DENOM)),
            self.poor, fee)
        assert response.events["create_validator"]["validator"] == str(operator), response.events
        return operator

    def stakes(self):
        client, staker = self.client, self.staker
        first = next(v for v in client.query_validators() if v.moniker != "second").address
        second = self.second_validator()
        validators = {str(v.address): v.tokens for v in client.query_validators()}
        assert validators[str(second)] == MILLION, validators
        request = QueryValidatorRequest(validator_addr=str(second))
        validator = client.staking.Validator(request).validator
        assert validator.description.moniker == "second"
        assert validator.commission.commission_rates.rate in ("0.100000000000000000", str(10**17))
        assert int(client.staking.Pool(QueryPoolRequest()).pool.bonded_tokens) > MILLION

        assert client.query_staking_summary(staker.address()).current_positions == []
        client.delegate_tokens(first, 100 * MILLION, staker).wait_to_complete()
        client.delegate_tokens(second, 2 * MILLION, staker).wait_to_complete()
        client.undelegate_tokens(first, 10 * MILLION, staker).wait_to_complete()
        client.redelegate_tokens(first, second, MILLION, staker).wait_to_complete()
        summary = client.query_staking_summary(staker.address())
        positions = {str(p.validator): p.amount for p in summary.current_positions}
        assert positions == {str(first): 89 * MILLION, str(second): 3 * MILLION}, positions
        assert summary.total_staked == 92 * MILLION and summary.total_unbonding == 10 * MILLION
        self.claims(first)

    def claims(self, validator):
        client, staker = self.client, self.staker
        deadline = time.monotonic() + 30
        while client.query_staking_summary(staker.address()).total_rewards == 0:
            assert time.monotonic() < deadline, "no rewards"
            self.send(self.rich, self.poor, 1).wait_to_complete()
        before = self.balance(staker)
        response = client.claim_rewards(validator, staker).wait_to_complete().response
        reward = int(response.events["withdraw_rewards"]["amount"].removesuffix(DENOM) or 0)
        fee = int(response.events["tx"]["fee"].removesuffix(DENOM))
        assert reward > 0 and self.balance(staker) == before + reward - fee, response.events

    # Votes

    def votes(self):
        proposer = str(self.rich.address())
        response = self.run(
            gov.MsgSubmitProposal(
                messages=[], metadata="ipfs://question", title="A question", summary="Whether cosmpy is understood.",
                initial_deposit=[Coin(amount=str(MILLION), denom=DENOM)], proposer=proposer),
            self.rich)
        number = int(response.events["submit_proposal"]["proposal_id"])
        assert self.proposal(number).status == gov_pb2.PROPOSAL_STATUS_DEPOSIT_PERIOD
        self.run(
            gov.MsgDeposit(
                proposal_id=number, depositor=str(self.staker.address()),
                amount=[Coin(amount=str(9 * MILLION), denom=DENOM)]),
            self.staker)
        proposal = self.proposal(number)
        assert proposal.status == gov_pb2.PROPOSAL_STATUS_VOTING_PERIOD, proposal
        assert [(c.amount, c.denom) for c in proposal.total_deposit] == [(str(10 * MILLION), DENOM)]
        self.run(
            gov.MsgVote(
                proposal_id=number, voter=str(self.staker.address()),
                option=gov_pb2.VOTE_OPTION_YES),
            self.staker)
        votes = self.gov("Votes", f"/{number}/votes", proposal_id=number).votes
        assert [(v.voter, v.options[0].option) for v in votes] == [
            (str(self.staker.address()), gov_pb2.VOTE_OPTION_YES)], votes
        tally = self.gov("TallyResult", f"/{number}/tally", proposal_id=number).tally
        assert int(tally.yes_count) == 92 * MILLION, tally
        missing = number + 1000
        fails(self.refusals, [f"proposal {missing}"], lambda: self.proposal(missing))

    def proposal(self, number):
        return self.gov("Proposal", f"/{number}", proposal_id=number).proposal

    def gov(self, name, path, **fields):
        """cosmpy has no client for governance, but its messages and its REST session."""
        if not self.is_rest:
            request = getattr(gov_queries, f"Query{name}Request")(**fields)
            return getattr(GovStub(self.channel), name)(request)
        response = getattr(gov_queries, f"Query{name}Response")()
        text = self.client.bank._rest_api.get(f"/cosmos/gov/v1/proposals{path}")
        return Parse(text, response)

    # Doors

    def door(self):
        (self.rest_door if self.is_rest else self.grpc_door)()

    def grpc_door(self):
        def code(path, message=b""):
            call = self.channel.unary_unary(path)
            return fails(grpc.RpcError, [], lambda: call(message, timeout=10)).code()

        assert code("/cosmos.nothing.v1.Query/Nothing") == grpc.StatusCode.UNIMPLEMENTED
        assert code("/store/bank/key") == grpc.StatusCode.UNIMPLEMENTED
        balance = "/cosmos.bank.v1beta1.Query/Balance"
        assert code(balance, b"\x0a\xff") == grpc.StatusCode.INVALID_ARGUMENT
        assert code(balance, bytes(5 << 20)) == grpc.StatusCode.RESOURCE_EXHAUSTED

    def rest_door(self):
        def get(path, **options):
            return requests.get(self.base + path, timeout=10, **options)

        unknown = get("/ibc/apps/transfer/v1/params")
        assert unknown.status_code == 501, unknown
        assert unknown.json() == {"code": 12, "message": "Not Implemented", "details": []}
        malformed = get("/cosmos/bank/v1beta1/spendable_balances/test")
        assert malformed.status_code == 400 and malformed.json()["code"] == 3, malformed.text
        missing = get(f"/cosmos/tx/v1beta1/txs/{'AB' * 32}")
        assert missing.status_code == 404 and missing.json()["code"] == 5, missing.text
        information = get("/cosmos/base/tendermint/v1beta1/node_info").json()
        assert information["default_node_info"]["network"] == self.chain_id, information
        modules = {m["path"] for m in information["application_version"]["build_deps"]}
        assert "github.com/cosmos/cosmos-sdk" in modules, modules
        page = get("/cosmos/bank/v1beta1/supply", headers={"Origin": "https://wallet.example"})
        assert page.headers["Access-Control-Allow-Origin"] == "*", page.headers
        assert page.json()["supply"][0]["denom"] == DENOM
        description = get("/openapi.json").json()
        assert description["openapi"].startswith("3.")
        assert "/cosmos/bank/v1beta1/balances/{address}" in description["paths"]
        future = get("/cosmos/bank/v1beta1/supply", headers={HEIGHT: str(10**9)})
        assert future.status_code == 400, future.text

    def all(self):
        self.wait_for_block()
        for step in ["node", "coins", "polling", "refused", "simulates", "stakes", "votes", "door"]:
            start = time.monotonic()
            getattr(self, step)()
            self.done.append(step)
            print(f"{step}: {time.monotonic() - start:.1f} s", file=sys.stderr)
        print(json.dumps({"url": self.url, "steps": self.done}))


if __name__ == "__main__":
    Session(*sys.argv[1:]).all()
