"""The reviewer's desk: what waits for a person, one recording read again and scrubbed on demand, and what was decided."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from flows.deliver import deliver_ready, new_deposit, tombstone_signer
from flows.settings import Settings
from flows.stages import Examined, Stages, WorkerSpec
from flows.web.review.decision import Decision, outcome_of
from flows.wiring import open_ledger, policy_of, source_alias, source_spec
from pipeline.errors import ConfigurationError, ReviewRefusedError
from pipeline.ledger.lease import Lease
from pipeline.ledger.ledger import REVIEW, Item, Ledger, Row, Settled
from pipeline.ledger.states import State
from pipeline.packet.packet import Packet
from pipeline.sources.source import Candidate, scan, version_of


@dataclass(frozen=True, slots=True)
class Opened:
    """A recording on the desk: its ledger row, its scrubbed and labelled form, and the fields of a packet that waits."""

    row: Row
    examined: Examined
    waiting: dict[str, Any] | None


class Desk:
    """One reviewing session over one source and one ledger. Nothing of a recording is kept between two calls."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is read yet. Raises ConfigurationError without a source."""
        if not settings.source.url:
            raise ConfigurationError("no source: name one on the command line or as [source] url")
        self.settings = settings
        self.batch = secrets.token_hex(4)
        self._source = source_spec(settings)
        self._alias = source_alias(settings)
        self._worker = WorkerSpec(self._source, policy_of(settings), settings.model, settings.accept)
        self._stages: Stages | None = None

    def rows(self) -> list[Row]:
        """What waits for a person, newest first, one row a recording."""
        with self._ledger() as ledger:
            return ledger.to_review(self._alias)

    def elsewhere(self) -> int:
        """How many recordings of other sources wait for a person."""
        with self._ledger() as ledger:
            rows = ledger.rows("held") + ledger.rows("awaiting_approval")
        return sum(row.source != self._alias for row in rows)

    def open(self, key: str) -> Opened:
        """Read a recording again by its pseudonym, scrub and label it.

        Raises ReviewRefusedError `not_waiting`, `gone` or `changed`, and QuarantinedError where it cannot be read or scrubbed.
        """
        with self._ledger() as ledger:
            return self._open(ledger, key)

    def packet(self, opened: Opened, decision: Decision) -> Packet:
        """The packet that a decision leads to. Raises PacketRefusedError."""
        outcome = outcome_of(decision, opened.examined.classification)
        return self._the_stages().seal(outcome, opened.examined.scrubbing.identifiers)

    def accept(self, key: str, version: str, decision: Decision) -> State:
        """Settle the version that the reviewer saw with the packet of the decision, and send it where the policy lets it.

        Returns the state it is in now. Raises ReviewRefusedError (`busy` and `emit_off` too), PacketRefusedError,
        QuarantinedError; the ledger is unchanged then.
        """
        policy = self.settings.emit_policy()
        if policy == "off":
            raise ReviewRefusedError("emit_off")
        with self._ledger() as ledger:
            opened = self._open(ledger, key)
            _same(opened.examined.version, version)
            packet = self.packet(opened, decision)
            item = Item(opened.row.recording, version)
            if not ledger.lease(self._alias, [item], Lease.of_this_process(), batch=self.batch, by_reviewer=True):
                raise ReviewRefusedError("busy")
            made: State = "pending" if policy == "on" else "awaiting_approval"
            state = ledger.standing(self._alias, item, packet.packet_id) or made
            ledger.settle(
                self._alias,
                [Settled(item, state, REVIEW, packet_id=packet.packet_id)],
                new_deposit(ledger, packet),
                ready=policy == "on",
                tombstone=tombstone_signer(ledger),
            )
            deliver_ready(ledger, self.settings)
            return cast("State", ledger.states_of_batch(self.batch)[item.recording])

    def reject(self, key: str, version: str) -> None:
        """Reject the version that the reviewer saw. Raises ReviewRefusedError."""
        with self._ledger() as ledger:
            rows, candidate = self._find(ledger, key)
            _same(version_of(self._source, candidate), version)
            ledger.reject(self._alias, Item(_row(rows, version).recording, version))

    def _open(self, ledger: Ledger, key: str) -> Opened:
        rows, candidate = self._find(ledger, key)
        _row(rows, version_of(self._source, candidate))
        examined = self._the_stages().examine(candidate)
        row = _row(rows, examined.version)
        live = ledger.outbox.live(row.packet_id) if row.packet_id is not None else []
        return Opened(row, examined, json.loads(live[0].payload) if live else None)

    def _find(self, ledger: Ledger, key: str) -> tuple[list[Row], Candidate]:
        rows = [row for row in ledger.to_review(self._alias) if row.pseudonym == key]
        if not rows:
            raise ReviewRefusedError("not_waiting")
        for candidate in scan(self._source).candidates:
            if candidate.name == rows[0].recording:
                return rows, candidate
        raise ReviewRefusedError("gone")

    def _the_stages(self) -> Stages:
        if self._stages is None:
            self._stages = Stages(self._worker)
        return self._stages

    @contextmanager
    def _ledger(self) -> Iterator[Ledger]:
        ledger = open_ledger(self.settings)
        try:
            yield ledger
        finally:
            ledger.close()


def _row(rows: list[Row], version: str) -> Row:
    for row in rows:
        if row.version == version:
            return row
    raise ReviewRefusedError("changed")


def _same(version: str, seen: str) -> None:
    if version != seen:
        raise ReviewRefusedError("changed")
