from __future__ import annotations

import pytest

from pipeline.redaction.patterns import account_number

# A true case marks what is to be found: «...».
FOUND = [
    "a wallet ending «four f a seven» granite",
    "a real one ending «4406» and",
    "do not renew contract «4471» at the end",
    "registered as «TPU-RCT-19», the code",
    "IBAN «GB82 WEST 1234 5698 7654 32»",
    "card «4111 1111 1111 1111»",
    "account number «nine nine oh two one seven»",
    "invoice «INV-20418»",
    "customer number «88213»",
    "policy «PA-66-20418»",
    "order «26-999999»",
    "invoice «inv two oh four one eight»",
    "order number «gv 20071 b» they",
    "customer «26-999999»",
    "member id «a 4410 2»",
    "«123-45-6789» leaked",
    "circuit «LF-773-20418», for",
    "contract number is «eight eight two one»",
    "claim «CLM-0091-X»",
    "account ending in «4471»",
    "reference «5391512345674»",
]
KEPT = [
    "ending in two days",
    "ending one by one",
    "the contract 2024 was signed",
    "policy 42 of them",
    "account two",
    "order 5 items",
    "customer 360",
    "order of magnitude",
    "contract 12 months",
    "10000000 rows",
    "2147483647",
    "policy 30 days",
    "customer 500 errors",
    "in order to",
    "1234567890 bytes",
    "accounts are locked",
    "AES-256-GCM",
    "invoice processing",
    "20 000 000",
    "order by 1",
    "patient zero",
]


@pytest.mark.parametrize("marked", FOUND)
def test_finds_exactly(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    start, end = marked.index("«"), marked.index("»") - 1
    spans = account_number.find(text)
    assert [(span.start, span.end, span.type) for span in spans] == [(start, end, "ACCOUNT_NUMBER")]
    assert all(span.recognizer == account_number.NAME and 0 < span.score <= 1 for span in spans)


@pytest.mark.parametrize("text", KEPT)
def test_keeps(text: str) -> None:
    assert account_number.find(text) == []
