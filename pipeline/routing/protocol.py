"""The router contract: what a transport stores and how it is asked. Every transport passes one conformance suite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal["packet", "sighting", "tombstone"]
KINDS: tuple[Kind, ...] = ("packet", "sighting", "tombstone")
MAX_PAYLOAD = 512


@dataclass(frozen=True, slots=True)
class Deposit:
    """One signed thing at one address.

    `payload`: a packet's canonical bytes (at most 512), a sighting's canonical `{"verdict": ...}`, or b"" for a tombstone.
    `source_tag` is the depositor's Ed25519 public key for this topic and epoch (64 hex digits); `signature` (64 bytes) covers
    all other fields, see `pipeline.routing.keys.signing_bytes`.
    """

    kind: Kind
    address: str
    packet_id: str
    payload: bytes
    source_tag: str
    epoch: str
    signature: bytes

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes a deposit the same deposit: (kind, packet_id, source_tag)."""
        return (self.kind, self.packet_id, self.source_tag)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of `since`: deposits in arrival order; `cursor` continues after the last of them (opaque; never None once anything was read)."""

    deposits: tuple[Deposit, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Scored:
    """A topic a query believes in. `score` is a non-negative integer, comparable within one query only."""

    problem_type: str
    symptom_pattern: str
    address: str
    score: int


class Router(Protocol):
    """A transport. Raises RouterUnavailableError when it cannot be reached, DepositRefusedError for what it never takes."""

    def put(self, deposit: Deposit) -> None:
        """Store, idempotent by `deposit.key`. The caller learns nothing about others' deposits."""

    def put_many(self, deposits: Sequence[Deposit]) -> None:
        """Store several; after an error any prefix may be stored, and putting all again is safe."""

    def get(self, addresses: Sequence[str], *, newest: int = 200) -> list[Deposit]:
        """For each address the newest `newest` deposits of each kind, newest first; addresses in the order asked."""

    def since(self, cursor: str | None, *, limit: int = 100) -> Page:
        """Everything in arrival order, after an opaque cursor (None: from the beginning)."""

    def search(self, topics: Sequence[Scored], top_k: int) -> list[Deposit] | None:
        """Native search: a superset of what `get` would contribute to the first `top_k`. None: there is none, use `get`."""

    def close(self) -> None:
        """Give connections and files back; the router is not used afterwards."""
