"""From raw deposits to cases: packets that are valid, signed and not withdrawn, with the distinct sources behind each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from pipeline.errors import PacketRefusedError
from pipeline.packet.address import semantic_address
from pipeline.packet.lexicon import Lexicon
from pipeline.packet.validate import validate
from pipeline.packet.vocabulary import Vocabulary
from pipeline.routing import keys
from pipeline.routing.protocol import Deposit

VERDICTS = ("worked", "did_not", "not_applicable")


class Verifier(Protocol):
    """Says whether a deposit's signature is right; an implementation may remember its answers."""

    def __call__(self, deposit: Deposit) -> bool:
        """True when the signature is the source tag's."""


@dataclass(slots=True)
class Case:
    """One packet with everything deposited about it.

    `sources`: source tag to the epoch of its deposit; `verdicts`: source tag of a sighting to its verdict, and `confirmed` the
    epochs of the sightings that say it worked.
    """

    packet_id: str
    address: str
    packet: dict[str, Any]
    sources: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    confirmed: list[str] = field(default_factory=list)

    @property
    def newest_epoch(self) -> str:
        """The latest epoch in which it was deposited or confirmed."""
        return max([*self.sources.values(), *self.confirmed])


def collect_cases(
    deposits: Iterable[Deposit], vocabulary: Vocabulary, lexicon: Lexicon, verify: Verifier = keys.verify
) -> list[Case]:
    """Group deposits by packet, in the order first seen.

    What does not count: a deposit whose signature is wrong, a packet that is not valid (an unknown major version among them)
    or lies at another topic's address, a packet that its own source withdrew, a sighting of a packet that is not there.
    """
    distinct = {deposit.key: deposit for deposit in deposits}
    genuine = [deposit for deposit in distinct.values() if verify(deposit)]
    withdrawn = {(d.packet_id, d.source_tag) for d in genuine if d.kind == "tombstone"}
    cases: dict[str, Case] = {}
    for deposit in genuine:
        if deposit.kind != "packet" or (deposit.packet_id, deposit.source_tag) in withdrawn:
            continue
        case = cases.get(deposit.packet_id) or _case(deposit, vocabulary, lexicon)
        if case is not None and case.address == deposit.address:
            cases[deposit.packet_id] = case
            case.sources[deposit.source_tag] = deposit.epoch
    for deposit in genuine:
        if deposit.kind == "sighting" and deposit.packet_id in cases:
            _add_sighting(cases[deposit.packet_id], deposit)
    return list(cases.values())


def _case(deposit: Deposit, vocabulary: Vocabulary, lexicon: Lexicon) -> Case | None:
    try:
        packet = validate(deposit.payload, vocabulary, lexicon)
    except PacketRefusedError:
        return None
    return Case(deposit.packet_id, semantic_address(packet["problem_type"], packet["symptom_pattern"]), packet)


def _add_sighting(case: Case, deposit: Deposit) -> None:
    try:
        verdict = json.loads(deposit.payload).get("verdict")
    except (ValueError, AttributeError):
        return
    if verdict in VERDICTS:
        case.verdicts[deposit.source_tag] = verdict
        if verdict == "worked":
            case.confirmed.append(deposit.epoch)
