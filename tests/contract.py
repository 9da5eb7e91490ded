"""Holds every answer of an emulator to the contract of its operation."""

from pydantic import ValidationError

from modelarts_emulator import Emulator
from modelarts_emulator.contracts import CONTRACTS
from modelarts_emulator.documents.training_job import TrainingError
from modelarts_emulator.journal import LARGEST_BODY, Exchange
from modelarts_emulator.shape import adapter, unknown

GOOD = range(200, 300)


def violations(emulator: Emulator) -> list[str]:
    """What is wrong with the answers in the journal, one line for each; those that a fault spoiled do not count."""
    return [
        f"{exchange.method} {exchange.path} {exchange.status}: {problem}"
        for exchange in emulator.journal.exchanges()
        if exchange.fault is None
        for problem in _problems(exchange)
    ]


def _problems(exchange: Exchange) -> list[str]:
    contract = CONTRACTS.get(exchange.operation or "")
    good = exchange.status in GOOD
    if contract is not None and good and exchange.status != contract.status:
        return [f"a good answer has status {contract.status}"]
    kind = (contract.answer if contract else None) if good else TrainingError
    if kind is None:
        return [] if exchange.response is None else ["a body is in no contract"]
    if exchange.response is None:
        return [] if int(exchange.response_headers.get("content-length", LARGEST_BODY)) >= LARGEST_BODY else ["no body"]
    try:
        adapter(kind).validate_python(exchange.response, strict=True)
    except ValidationError as error:
        return [f"{item['loc']}: {item['msg']}" for item in error.errors()]
    return [f"{path} is in no contract" for path in unknown(kind, exchange.response, kept_too=False)]
