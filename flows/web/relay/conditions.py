"""k-anonymity of conditions: which circumstances of a packet enough sources share, and the packet without the others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.packet.lexicon import Lexicon
from pipeline.packet.validate import MAX_BYTES, common_first

Value = tuple[str, str]
"""One circumstance: ("stack", term), ("versions", "term:major") or (condition, value); "unspecified" is none."""


def values_of(fields: Mapping[str, Any]) -> list[Value]:
    """A packet's circumstances: stack as listed (most common first), then the other conditions by name, then versions."""
    conditions = fields["conditions"]
    values = [("stack", term) for term in conditions["stack"]]
    for name in sorted(set(conditions) - {"stack", "versions"}):
        if conditions[name] != "unspecified":
            values.append((name, conditions[name]))
    values += [("versions", f"{term}:{major}") for term, major in sorted(conditions.get("versions", {}).items())]
    return values


class Generaliser:
    """Takes circumstances out of packets."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Generalise stack terms along the parents of this lexicon."""
        self._lexicon = lexicon
        self._categories = {term.parent for term in lexicon.terms.values()}

    def generalise(self, fields: Mapping[str, Any], released: Iterable[Value]) -> bytes:
        """The packet's canonical bytes with only the `released` circumstances; other stack terms become their parents.

        A term without a parent stays where it is a category itself and goes where it is not.
        """
        shown = set(released)
        conditions = dict(fields["conditions"])
        terms = [term if ("stack", term) in shown else self._broader(term) for term in conditions["stack"]]
        conditions["stack"] = common_first([term for term in terms if term is not None], self._lexicon)
        for name in set(conditions) - {"stack", "versions"}:
            if (name, conditions[name]) not in shown:
                conditions[name] = "unspecified"
        if "versions" in conditions:
            majors = conditions["versions"].items()
            conditions["versions"] = {term: major for term, major in majors if ("versions", f"{term}:{major}") in shown}
        body = _canonical({**fields, "conditions": conditions})
        while len(body) > MAX_BYTES:  # a parent's id may be longer than the term's
            conditions["stack"] = conditions["stack"][:-1]
            body = _canonical({**fields, "conditions": conditions})
        return body

    def _broader(self, term: str) -> str | None:
        return self._lexicon.terms[term].parent or (term if term in self._categories else None)


def _canonical(fields: Mapping[str, Any]) -> bytes:
    # ASCII keys and ids, and a number that was read from canonical JSON: this is what rfc8785 writes, at a tenth of the time.
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode("ascii")


class Support:
    """Which circumstances occur together at one topic, and with how many distinct voters. A set of packets is an int of bits."""

    def __init__(self) -> None:
        """Start with no packet."""
        self._voters: list[bytes] = []
        self._packets_of: dict[bytes, int] = {}
        self._packets_with: dict[Value, int] = {}

    def add(self, voter: bytes, values: Sequence[Value]) -> None:
        """Count one packet of a voter."""
        bit = 1 << len(self._voters)
        self._voters.append(voter)
        self._packets_of[voter] = self._packets_of.get(voter, 0) | bit
        for value in values:
            self._packets_with[value] = self._packets_with.get(value, 0) | bit

    def shared(self, values: Sequence[Value], k: int) -> list[Value]:
        """A largest-first choice of `values` that stand together in packets of at least `k` voters.

        Greedy in the order given: a value is taken when k voters still have all that was taken before and this one.
        """
        if k <= 1:
            return list(values)
        taken: list[Value] = []
        packets = (1 << len(self._voters)) - 1
        for value in values:
            narrowed = packets & self._packets_with.get(value, 0)
            if self._at_least(narrowed, k):
                taken.append(value)
                packets = narrowed
        return taken

    def _at_least(self, packets: int, k: int) -> bool:
        for _ in range(k):
            if not packets:
                return False
            packets &= ~self._packets_of[self._voters[packets.bit_length() - 1]]
        return True
