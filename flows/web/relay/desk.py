"""The relay's counter: takes deposits from members, gives each source one vote, releases what may be released."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flows.web.relay.book import Book, Entry
from flows.web.relay.conditions import Generaliser, Support, Value, values_of
from flows.web.relay.database import open_database, transaction
from flows.web.relay.entry_check import EntryCheck
from flows.web.relay.members import Member, spend_deposits
from flows.web.relay.pseudonyms import EpochKeys
from flows.web.relay.settings import RelaySettings
from flows.web.relay.signatures import Signer
from flows.web.relay.storage import Storage
from pipeline.errors import DepositRefusedError
from pipeline.packet.lexicon import Lexicon
from pipeline.packet.vocabulary import Vocabulary
from pipeline.routing.protocol import Deposit

_MAX_TOPICS_IN_MEMORY = 5_000
_MAX_COUNTS_IN_MEMORY = 100_000


class BatchRefusedError(DepositRefusedError):
    """Some deposits of a request can never be taken, so none was; `refused` lists (index, reason code)."""

    def __init__(self, refused: Sequence[tuple[int, str]]) -> None:
        """Say which and why."""
        super().__init__("batch refused")
        self.refused = tuple(refused)


class Desk:
    """Everything that writes. Safe to call from several threads of one process."""

    def __init__(self, settings: RelaySettings, storage: Storage, vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        """Open the relay's database; what an earlier process left in the outbox goes out with the first `flush`."""
        self._settings, self._storage = settings, storage
        self._db = open_database(settings.state)
        self._lock = threading.Lock()
        self._check = EntryCheck(vocabulary, lexicon, newer_versions=settings.k <= 1)
        self._book, self._signer = Book(self._db), Signer(self._db)
        self._names = EpochKeys(self._db, settings.retention_days)
        self._generaliser = Generaliser(lexicon)
        self._support: dict[str, Support] = {}
        self._counts: dict[bytes, int] = {}
        self._waiting = set(self._book.incomplete())
        self._sent = self._forgotten = 0
        self._flushing = threading.Lock()
        self._written, self._flushed = 1, 0
        self.unsent = threading.Event()
        self.unsent.set()

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def deposit(self, member: Member, deposits: Sequence[Deposit]) -> None:
        """Take deposits, all or none; those already here change nothing. They are on disk then, and in the outbox.

        Raises BatchRefusedError or QuotaSpentError.
        """
        today = _today()
        checked = self._checked(deposits, today)
        refused: list[tuple[int, str]] = []
        with self._lock, self._writing():
            spend_deposits(self._db, member.id, len(deposits), self._settings.deposits_per_day)
            for index, (deposit, fields) in enumerate(checked):
                try:
                    self._accept(member, deposit, fields, today)
                except DepositRefusedError as error:
                    refused.append((index, str(error)))
            if refused:
                raise BatchRefusedError(refused)

    def flush(self) -> None:
        """Send the outbox on to the storage. Raises RouterUnavailableError; what is in the outbox stays there then.

        Readers call this first, so that everybody sees what was acknowledged; between them a thread does, so that many
        deposits share one write.
        """
        if self._flushed == self._written:
            return
        with self._flushing:
            self.unsent.clear()
            with self._lock:
                written = self._written
                deposits, last = self._book.outbox(self._sent)
            try:
                if deposits:
                    self._storage.put_many(deposits)
            except BaseException:
                self.unsent.set()
                raise
            with self._lock:
                # Deleted with the next transaction: sending again after a crash changes nothing.
                self._sent = last
                self._flushed = written

    def release_shared(self) -> None:
        """Release the circumstances that enough sources share by now, topic by topic in random order."""
        with self._lock:
            waiting = sorted(self._waiting)
        secrets.SystemRandom().shuffle(waiting)
        for address in waiting:
            with self._lock, self._writing():
                self._upgrade(address)
                self._waiting.discard(address)

    def maintain(self) -> None:
        """Delete vote keys past their time and counters of past days, for good."""
        today = _today()
        with self._lock:
            self._db.execute("PRAGMA secure_delete = ON")
            with transaction(self._db):
                self._names.delete_expired(today)
                self._db.execute("DELETE FROM usage WHERE day < ?", (today.isoformat(),))
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._db.execute("PRAGMA secure_delete = OFF")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        sent = self._sent
        try:
            with transaction(self._db):
                if sent > self._forgotten:
                    self._book.sent(sent)
                yield
        except BaseException:
            # What was rolled back may be in memory still.
            self._support.clear()
            self._counts.clear()
            self._names.forget()
            raise
        self._forgotten = sent
        self._written += 1
        self.unsent.set()

    def _checked(self, deposits: Sequence[Deposit], today: dt.date) -> list[tuple[Deposit, dict[str, Any] | None]]:
        checked: list[tuple[Deposit, dict[str, Any] | None]] = []
        refused: list[tuple[int, str]] = []
        for index, deposit in enumerate(deposits):
            try:
                checked.append((deposit, self._check.check(deposit, today)))
            except DepositRefusedError as error:
                refused.append((index, str(error)))
        if refused:
            raise BatchRefusedError(refused)
        return checked

    def _accept(self, member: Member, deposit: Deposit, fields: dict[str, Any] | None, today: dt.date) -> None:
        here = self._book.kinds(deposit.packet_id, deposit.source_tag)
        if deposit.kind in here:
            return
        names = self._names.pseudonyms(member, deposit.address, deposit.source_tag, today)
        voter = self._book.known_voter(names)
        if not member.gateway:
            self._spend_topic(names[0], voter)
        entry = Entry(0, deposit, voter, names[0], deposit.packet_id, member.gateway)
        if deposit.kind == "packet":
            self._accept_packet(entry, fields, withdrawn="tombstone" in here)
        elif deposit.kind == "sighting":
            self._accept_sighting(entry)
        else:
            self._accept_tombstone(entry)

    def _spend_topic(self, pseudonym: bytes, voter: bytes) -> None:
        count = self._counts.get(pseudonym)
        if count is None:
            if len(self._counts) >= _MAX_COUNTS_IN_MEMORY:
                self._counts.clear()
            count = self._book.count(pseudonym, voter)
        if count >= self._settings.deposits_per_topic:
            raise DepositRefusedError("topic_quota")
        self._counts[pseudonym] = count + 1

    def _accept_packet(self, entry: Entry, fields: dict[str, Any] | None, *, withdrawn: bool) -> None:
        deposit = entry.deposit
        values: list[Value] = [] if fields is None else values_of(fields)
        shared: list[Value] = []
        if values and not withdrawn:
            support = self._support_at(deposit.address)
            support.add(entry.voter, values)
            shared = support.shared(values, self._settings.k)
        entry = replace(
            entry,
            subject=entry.subject if entry.gateway or fields is None else fields["resolution_pattern"] or "",
            detail=len(shared),
            complete=len(shared) == len(values),
            withdrawn=withdrawn,
        )
        self._book.add(entry, None if withdrawn else self._form(entry, fields, shared))
        if values:
            self._waiting.add(deposit.address)

    def _accept_sighting(self, entry: Entry) -> None:
        deposit = entry.deposit
        if not entry.gateway and not self._book.is_released(deposit.address, deposit.packet_id):
            raise DepositRefusedError("unknown_packet")
        self._book.add(entry, deposit if entry.gateway else self._sighting(entry, deposit.packet_id))

    def _accept_tombstone(self, entry: Entry) -> None:
        deposit = entry.deposit
        self._book.add(entry)
        if entry.gateway:
            self._book.send(deposit)
        packet = self._book.find("packet", deposit.packet_id, deposit.source_tag)
        if packet is None or packet.withdrawn or packet.deposit.address != deposit.address:
            return
        for form in self._book.withdraw(packet):
            if form.source_tag != deposit.source_tag:
                who, what = form.pseudonym, form.packet_id
                self._book.send(self._signer.sign("tombstone", deposit.address, b"", what, deposit.epoch, who))
        self._support.pop(deposit.address, None)
        self._waiting.add(deposit.address)

    def _upgrade(self, address: str) -> None:
        entries = self._book.packets_at(address)
        newest = {(entry.voter, entry.subject): entry.seq for entry in entries}
        support = self._support_at(address)
        for entry in entries:
            if entry.complete or newest[entry.voter, entry.subject] != entry.seq:
                continue
            fields = json.loads(entry.deposit.payload)
            values = values_of(fields)
            shared = support.shared(values, self._settings.k)
            if len(shared) > entry.detail:
                shown = replace(entry, detail=len(shared), complete=len(shared) == len(values))
                form = self._form(shown, fields, shared)
                self._book.release_again(shown, form)
                self._carry_sightings(entry, form.packet_id)

    def _carry_sightings(self, entry: Entry, packet_id: str) -> None:
        """What was seen of the general form holds for the form that takes its place."""
        if entry.form_id is None or entry.form_id == packet_id:
            return
        for sighting in self._book.sightings_of(entry.deposit.address, entry.form_id):
            carried = self._sighting(sighting, packet_id)
            if self._book.find(*carried.key) is None:
                copy = Entry(0, carried, sighting.voter, sighting.pseudonym, packet_id, sighting.gateway)
                self._book.add(copy, carried)

    def _form(self, entry: Entry, fields: dict[str, Any] | None, shared: Sequence[Value]) -> Deposit:
        deposit = entry.deposit
        body = deposit.payload
        if fields is not None and not entry.complete:
            body = self._generaliser.generalise(fields, shared)
        if entry.gateway and body == deposit.payload:
            return deposit
        return self._signer.sign("packet", deposit.address, body, None, deposit.epoch, entry.pseudonym)

    def _sighting(self, entry: Entry, packet_id: str) -> Deposit:
        deposit = entry.deposit
        who = entry.pseudonym
        return self._signer.sign("sighting", deposit.address, deposit.payload, packet_id, deposit.epoch, who)

    def _support_at(self, address: str) -> Support:
        if address not in self._support:
            if len(self._support) >= _MAX_TOPICS_IN_MEMORY:
                self._support.clear()
            support = self._support[address] = Support()
            for entry in self._book.packets_at(address):
                fields = json.loads(entry.deposit.payload)
                if fields["v"] == 1:
                    support.add(entry.voter, values_of(fields))
        return self._support[address]


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
