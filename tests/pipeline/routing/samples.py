"""Deposits for the transport tests: valid packets of real topics, signed, reproducible from a name and a number."""

from __future__ import annotations

import functools
import hashlib
import itertools
import random
from pathlib import Path

from classifiers import resources
from pipeline.packet.outcome import Conditions, Outcome
from pipeline.packet.packet import Packet, pack
from pipeline.routing.keys import sign
from pipeline.routing.open import RouterContext
from pipeline.routing.protocol import Deposit, Kind, Router

NOW = "2026-Q4"


def context(state: Path | None) -> RouterContext:
    """What a transport may need; the token for a relay lies beside the folders of its organisations."""
    token = state.parent / "token" if state else None
    admitted = token.read_text() if token and token.exists() else None
    return RouterContext(resources.vocabulary(), resources.lexicon(), resources.nearness(), state, admitted)


def secret(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


@functools.cache
def topics() -> tuple[tuple[str, str], ...]:
    vocabulary = resources.vocabulary()
    return tuple(
        topic for domain in ("engineering", "customer_success", "research") for topic in vocabulary.topics(domain)
    )


def packet(number: int, topic: tuple[str, str] | None = None) -> Packet:
    """A valid packet; another `number` gives other bytes at the same topic."""
    vocabulary, lexicon = resources.vocabulary(), resources.lexicon()
    chance = random.Random(number)
    problem, symptom = topic or topics()[0]
    domain = vocabulary.domain(problem)
    resolutions = [term.id for term in vocabulary.resolutions.values() if term.domain == domain]
    return pack(
        Outcome(
            problem,
            symptom,
            chance.choice([*resolutions, None]),
            chance.choice(("resolved", "workaround", "unresolved", "negative")),
            chance.randrange(101) / 100,
            conditions=Conditions(
                tuple(chance.sample(sorted(lexicon.terms), 3)),
                load_profile=chance.choice(("peak", "steady", "unspecified")),
                segment=chance.choice(("smb", "enterprise", "unspecified")),
                trials=chance.choice(("1", "2-4", "unspecified")),
            ),
        ),
        vocabulary,
        lexicon,
    )


def packet_deposit(number: int, name: str = "one", topic: tuple[str, str] | None = None, epoch: str = NOW) -> Deposit:
    made = packet(number, topic)
    return sign(secret(name), "packet", made.address, made.packet_id, made.body, epoch)


def about(deposit: Deposit, kind: Kind, name: str = "one", payload: bytes = b"") -> Deposit:
    """A sighting or a tombstone of a deposited packet."""
    return sign(secret(name), kind, deposit.address, deposit.packet_id, payload, deposit.epoch)


def batch(name: str, count: int) -> list[Deposit]:
    """`count` packet deposits of one organisation, spread over five topics."""
    start = int.from_bytes(secret(name)[:6], "big")
    chosen = itertools.cycle(topics()[:5])
    return [packet_deposit(start + number, name, topic) for number, topic in zip(range(count), chosen, strict=False)]


def everything(router: Router, limit: int = 100) -> list[Deposit]:
    """All pages of `since`."""
    read: list[Deposit] = []
    cursor = None
    while True:
        page = router.since(cursor, limit=limit)
        if not page.deposits:
            return read
        read += page.deposits
        cursor = page.cursor
