"""The engine: plan, process, deliver. No Prefect in here; `flows.ingest` is a thin flow over it."""

from __future__ import annotations

import json
import os
import random
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path

from flows.deliver import deliver_ready, new_deposit, tombstone_signer
from flows.settings import Settings
from flows.stages import Processed, Stages, WorkerSpec, process_in_worker, start_worker
from flows.wiring import open_ledger, policy_of, source_alias, source_spec
from pipeline.errors import ConfigurationError, QuarantinedError
from pipeline.ledger.lease import Lease
from pipeline.ledger.ledger import Item, Settled
from pipeline.ledger.states import State
from pipeline.packet.packet import Packet
from pipeline.routing.protocol import Deposit
from pipeline.sources.source import Candidate, Scan, scan, version_of

Progress = Callable[[int, int], None]
"""Called with (recordings done, recordings in all)."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What one ingest run is asked to do, beside the settings."""

    dry_run: bool = False
    reprocess: bool = False
    packets: Path | None = None


@dataclass(slots=True)
class RunReport:
    """What a run did, in counts: safe to log, to store in Prefect and to show."""

    batch: str
    states: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    masked: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    delivered: int = 0
    undelivered: int = 0

    @property
    def failed(self) -> bool:
        """True when something was quarantined or not delivered in this run (exit code 1)."""
        return bool(self.states["quarantined"]) or bool(self.undelivered)


@dataclass(frozen=True, slots=True)
class Line:
    """One recording's end for local output only: it names the recording."""

    recording: str
    state: str
    stage: str | None
    reason: str | None
    packet: Packet | None


class Run:
    """One ingest run. Call `plan`, then `process` for each batch, then `deliver`; `execute` does all three."""

    def __init__(self, settings: Settings, options: RunOptions) -> None:
        """Open ledger and source description; nothing is read yet. Raises ConfigurationError without a source."""
        if not settings.source.url:
            raise ConfigurationError("no source: name one on the command line or as [source] url")
        self.settings, self.options = settings, options
        self.report = RunReport(secrets.token_hex(4))
        self._source = source_spec(settings)
        self._alias = source_alias(settings)
        self._worker = WorkerSpec(self._source, policy_of(settings), settings.model, settings.accept)
        self._ledger = None if options.dry_run else open_ledger(settings)
        self._stages: Stages | None = None
        self._pool: ProcessPoolExecutor | None = None
        self._lease = Lease.of_this_process()
        self._made: set[str] = set()
        self._versions: dict[str, str] = {}
        if options.packets is not None:
            os.close(os.open(options.packets, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
            options.packets.chmod(0o600)

    def execute(self, on_progress: Progress | None = None) -> Iterator[Line]:
        """The whole run; yields the end of each recording once what could be delivered is delivered."""
        batches, lines = self.plan()
        total, done = sum(len(batch) for batch in batches), 0
        for batch in batches:
            lines += self.process(batch)
            done += len(batch)
            if on_progress is not None:
                on_progress(done, total)
        self.deliver()
        yield from self.final(lines)

    def plan(self) -> tuple[list[list[Candidate]], list[Line]]:
        """Scan the source, settle what is no recording, lease what needs work; returns batches and the lines settled."""
        found = scan(self._source)
        lines = self._settle_refused(found)
        versions = self._versions
        for candidate in found.candidates:
            try:
                versions[candidate.name] = version_of(self._source, candidate)
            except QuarantinedError as error:
                end = Settled(Item(candidate.name, "unreadable"), "quarantined", error.stage, error.reason)
                lines += self._end([(end, None)])
        wanted = [c for c in found.candidates if c.name in versions]
        if self._ledger is not None:
            items = [Item(c.name, versions[c.name]) for c in wanted]
            taken = {
                item.recording
                for item in self._ledger.lease(
                    self._alias,
                    items,
                    self._lease,
                    batch=self.report.batch,
                    reprocess=self.options.reprocess,
                    emitting=self.settings.emit_policy() != "off",
                )
            }
            self.report.unchanged = len(items) - len(taken)
            wanted = [c for c in wanted if c.name in taken]
        size = self.settings.batch_size
        return [wanted[i : i + size] for i in range(0, len(wanted), size)], lines

    def process(self, batch: Sequence[Candidate]) -> list[Line]:
        """Take one batch through all stages and write its ends and deposits to the ledger, in one transaction."""
        processed = self._run_stages(batch)
        policy = self.settings.emit_policy()
        ends: list[tuple[Settled, Packet | None]] = []
        deposits: list[Deposit] = []
        for result in processed:
            self.report.masked.update(result.masked or {})
            end = self._decide(result, policy)
            ends.append((end, result.packet))
            if end.state in {"pending", "awaiting_approval"} and result.packet is not None:
                deposits += new_deposit(self._ledger, result.packet) if self._ledger is not None else []
        random.SystemRandom().shuffle(deposits)
        return self._end(ends, deposits)

    def deliver(self) -> None:
        """Send what is ready. What the router does not take now stays pending and is counted as undelivered."""
        if self._ledger is None:
            return
        delivered, undelivered = deliver_ready(self._ledger, self.settings)
        self.report.delivered, self.report.undelivered = self.report.delivered + delivered, undelivered

    def final(self, lines: Sequence[Line]) -> list[Line]:
        """The lines with the states that delivery left: what was pending is emitted, or still pending, or refused."""
        if self._ledger is None:
            return list(lines)
        states = self._ledger.states_of_batch(self.report.batch)
        ended = [replace(line, state=states.get(line.recording, line.state)) for line in lines]
        self.report.states = Counter(line.state for line in ended)
        return ended

    def pseudonym(self, recording: str) -> str:
        """The recording's name in logs and artifacts."""
        return self._ledger.pseudonym(recording) if self._ledger is not None else ""

    def close(self) -> None:
        """Stop worker processes and close the ledger."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        if self._ledger is not None:
            self._ledger.close()

    def _run_stages(self, batch: Sequence[Candidate]) -> list[Processed]:
        workers = self.settings.workers
        if workers == 1:
            self._stages = self._stages or Stages(self._worker)
            return self._stages.process(batch)
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                workers, mp_context=get_context("spawn"), initializer=start_worker, initargs=(self._worker,)
            )
        shares = [batch[i::workers] for i in range(workers)]
        results = [result for share in self._pool.map(process_in_worker, shares) for result in share]
        by_name = {result.name: result for result in results}
        return [by_name[candidate.name] for candidate in batch]

    def _decide(self, result: Processed, policy: str) -> Settled:
        item = Item(result.name, self._versions[result.name])
        if result.state is not None:
            return Settled(item, result.state, result.stage, result.reason)
        packet = result.packet
        assert packet is not None
        if policy == "off":
            return Settled(item, "held", "emit", "emit_off")
        standing: State | None = None
        if packet.packet_id in self._made:
            standing = "duplicate"
        elif self._ledger is not None:
            standing = self._ledger.standing(self._alias, item, packet.packet_id)
        self._made.add(packet.packet_id)
        if standing is not None:
            return Settled(item, standing, packet_id=packet.packet_id)
        return Settled(item, "pending" if policy == "on" else "awaiting_approval", packet_id=packet.packet_id)

    def _settle_refused(self, found: Scan) -> list[Line]:
        ends = [(Settled(Item(r.name, "-"), r.state, "source", r.reason), None) for r in found.refused]
        if self._ledger is not None:
            fresh = {
                item.recording
                for item in self._ledger.lease(
                    self._alias, [end.item for end, _ in ends], self._lease, batch=self.report.batch
                )
            }
            self.report.unchanged += len(ends) - len(fresh)
            ends = [pair for pair in ends if pair[0].item.recording in fresh]
        return self._end(ends)

    def _end(self, ends: Sequence[tuple[Settled, Packet | None]], deposits: Sequence[Deposit] = ()) -> list[Line]:
        if self._ledger is not None:
            self._ledger.settle(
                self._alias,
                [end for end, _ in ends],
                deposits,
                ready=self.settings.emit_policy() == "on",
                tombstone=tombstone_signer(self._ledger),
            )
        for end, _ in ends:
            self.report.states[end.state] += 1
            if end.reason is not None:
                self.report.reasons[f"{end.stage}: {end.reason}"] += 1
        lines = [Line(e.item.recording, e.state, e.stage, e.reason, packet) for e, packet in ends]
        self._write_packets(lines)
        return lines

    def _write_packets(self, lines: Sequence[Line]) -> None:
        if self.options.packets is None:
            return
        with self.options.packets.open("a", encoding="utf-8") as file:
            for line in lines:
                if line.packet is not None:
                    file.write(json.dumps(packet_line(line.recording, line.packet)) + "\n")


def packet_line(recording: str, packet: Packet) -> dict[str, object]:
    """The `--packets` form of a packet."""
    return {
        "recording": recording,
        "packet_id": packet.packet_id,
        "semantic_address": packet.address,
        "packet": packet.fields,
        "bytes": len(packet.body),
    }
