"""The outcome packet, version 1: canonical JSON (RFC 8785) of at most 512 bytes, made from an Outcome."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import rfc8785

from pipeline.errors import PacketRefusedError
from pipeline.packet.address import semantic_address
from pipeline.packet.lexicon import Lexicon
from pipeline.packet.outcome import CONDITION_ENUMS, MAX_RULED_OUT, MAX_STACK, MAX_TRIED, Conditions, Outcome
from pipeline.packet.validate import MAX_BYTES, common_first, validate_fields
from pipeline.packet.vocabulary import Vocabulary

PACKET_VERSION = 1


@dataclass(frozen=True, slots=True)
class Packet:
    """A packed finding: its canonical bytes and what is derived from them."""

    body: bytes
    fields: dict[str, Any]

    @property
    def packet_id(self) -> str:
        """SHA-256 of the canonical bytes (64 hex digits)."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def address(self) -> str:
        """Semantic address (16 hex digits) of the packet's topic."""
        return semantic_address(self.fields["problem_type"], self.fields["symptom_pattern"])


def pack(outcome: Outcome, vocabulary: Vocabulary, lexicon: Lexicon) -> Packet:
    """Make the packet of a finding; sheds `versions`, `ruled_out`, `tried`, then `stack` from its end until it fits.

    Raises PacketRefusedError for an unknown id or term, two domains, or a finding that does not fit even then.
    """
    fields = _fields(outcome, vocabulary, lexicon)
    validate_fields(fields, vocabulary, lexicon)
    body = rfc8785.dumps(fields)
    while len(body) > MAX_BYTES:
        if not _shed(fields):
            raise PacketRefusedError("too_large")
        body = rfc8785.dumps(fields)
    return Packet(body, fields)


def _fields(outcome: Outcome, vocabulary: Vocabulary, lexicon: Lexicon) -> dict[str, Any]:
    if outcome.problem_type not in vocabulary.problem_types:
        raise PacketRefusedError("unknown_problem_type")
    domain = vocabulary.domain(outcome.problem_type)
    return {
        "v": PACKET_VERSION,
        "vocabulary": vocabulary.version,
        "problem_type": outcome.problem_type,
        "symptom_pattern": outcome.symptom_pattern,
        "resolution_pattern": outcome.resolution_pattern,
        "secondary_problem_type": outcome.secondary_problem_type,
        "outcome": outcome.outcome,
        "fix_scope": outcome.fix_scope,
        "ruled_out": sorted(set(outcome.ruled_out))[:MAX_RULED_OUT],
        "tried": sorted(set(outcome.tried))[:MAX_TRIED],
        "conditions": _conditions(outcome.conditions, domain, lexicon),
        "confidence": round(outcome.confidence, 2),
    }


def _conditions(conditions: Conditions, domain: str, lexicon: Lexicon) -> dict[str, Any]:
    unknown = [term for term in (*conditions.stack, *conditions.versions) if term not in lexicon.terms]
    if unknown:
        raise PacketRefusedError("unknown_term")
    fields: dict[str, Any] = {"stack": common_first(conditions.stack, lexicon)[:MAX_STACK]}
    if domain == "engineering":
        fields["versions"] = dict(sorted(conditions.versions.items()))
    for name in CONDITION_ENUMS[domain]:
        fields[name] = getattr(conditions, name)
    return fields


def _shed(fields: dict[str, Any]) -> bool:
    conditions = fields["conditions"]
    if conditions.get("versions"):
        conditions["versions"] = {}
    elif fields["ruled_out"]:
        fields["ruled_out"] = []
    elif fields["tried"]:
        fields["tried"] = []
    elif conditions["stack"]:
        conditions["stack"] = conditions["stack"][:-1]
    else:
        return False
    return True
