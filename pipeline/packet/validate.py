"""What a packet may hold, checked value by value: vocabulary ids, lexicon terms, enums and bounded numbers, nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import rfc8785

from pipeline.errors import PacketRefusedError
from pipeline.packet.lexicon import Lexicon
from pipeline.packet.outcome import CONDITION_ENUMS, FIX_SCOPES, MAX_RULED_OUT, MAX_STACK, MAX_TRIED, OUTCOMES
from pipeline.packet.vocabulary import Vocabulary

MAX_BYTES = 512
KEYS = frozenset(
    {
        "v",
        "vocabulary",
        "problem_type",
        "symptom_pattern",
        "resolution_pattern",
        "secondary_problem_type",
        "outcome",
        "fix_scope",
        "ruled_out",
        "tried",
        "conditions",
        "confidence",
    }
)
_MAJOR = re.compile(r"[0-9]{1,4}")


def validate(body: bytes, vocabulary: Vocabulary, lexicon: Lexicon) -> dict[str, Any]:
    """Parse and check a packet's bytes; returns its fields.

    Raises PacketRefusedError for anything that is not the canonical form of a valid packet of this vocabulary version.
    """
    if len(body) > MAX_BYTES:
        _refuse("too_large")
    try:
        fields = json.loads(body.decode("utf-8"))
        canonical = body if _plainly_canonical(fields, body) else rfc8785.dumps(fields)
    except (ValueError, RecursionError, rfc8785.CanonicalizationError):
        raise PacketRefusedError("not_canonical_json") from None
    if canonical != body:
        _refuse("not_canonical_json")
    if not isinstance(fields, dict):
        _refuse("not_an_object")
    validate_fields(fields, vocabulary, lexicon)
    return fields


def _plainly_canonical(fields: object, body: bytes) -> bool:
    """A quick yes for what every packet is; anything else is for rfc8785 to judge.

    Python's compact JSON with sorted keys differs from RFC 8785 in keys beyond ASCII and in some numbers. `validate_fields` lets
    neither through, but for the confidence, which both write alike unless it is a whole number written as a float.
    """
    if not isinstance(fields, dict):
        return False
    confidence = fields.get("confidence")
    if isinstance(confidence, float) and confidence.is_integer():
        return False
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == body


def validate_fields(fields: Mapping[str, Any], vocabulary: Vocabulary, lexicon: Lexicon) -> None:
    """Check every key and value of a packet. Raises PacketRefusedError with a text-free reason."""
    if set(fields) != KEYS:
        _refuse("keys")
    _require(type(fields["v"]) is int and fields["v"] == 1, "packet_version")
    _require(fields["vocabulary"] == vocabulary.version, "vocabulary_version")
    _require(_known(fields["problem_type"], vocabulary.problem_types), "unknown_problem_type")
    _require(_known(fields["symptom_pattern"], vocabulary.symptoms), "unknown_symptom_pattern")
    domain = vocabulary.domain(fields["problem_type"])
    _require(vocabulary.symptoms[fields["symptom_pattern"]].domain == domain, "two_domains")
    _optional(fields["resolution_pattern"], vocabulary.resolutions, "unknown_resolution_pattern")
    _optional(fields["secondary_problem_type"], vocabulary.problem_types, "unknown_secondary_problem_type")
    _require(fields["outcome"] in OUTCOMES, "outcome")
    _require(fields["fix_scope"] in FIX_SCOPES, "fix_scope")
    _ids(fields["ruled_out"], vocabulary.problem_types, MAX_RULED_OUT, "ruled_out")
    _ids(fields["tried"], vocabulary.resolutions, MAX_TRIED, "tried")
    _conditions(fields["conditions"], domain, lexicon)
    _confidence(fields["confidence"])


def common_first(terms: Iterable[str], lexicon: Lexicon) -> list[str]:
    """Distinct terms in the order a packet lists them: most common first, ties by id, so that the rarest is shed first."""
    return sorted(set(terms), key=lambda term: (-lexicon.terms[term].commonness, term))


def _conditions(conditions: object, domain: str, lexicon: Lexicon) -> None:
    enums = CONDITION_ENUMS[domain]
    expected = {"stack", *enums} | ({"versions"} if domain == "engineering" else set())
    if not isinstance(conditions, dict) or set(conditions) != expected:
        _refuse("conditions")
    stack = conditions["stack"]
    _require(isinstance(stack, list) and len(stack) <= MAX_STACK, "stack")
    _require(all(_known(term, lexicon.terms) for term in stack), "unknown_term")
    _require(stack == common_first(stack, lexicon), "stack_order")
    for name, allowed in enums.items():
        _require(isinstance(conditions[name], str) and conditions[name] in allowed, name)
    if domain == "engineering":
        versions = conditions["versions"]
        _require(isinstance(versions, dict) and len(versions) <= MAX_STACK, "versions")
        for term, major in versions.items():
            _require(_known(term, lexicon.terms), "unknown_term")
            _require(isinstance(major, str) and _MAJOR.fullmatch(major) is not None, "versions")


def _ids(value: object, known: Mapping[str, object], most: int, reason: str) -> None:
    if not isinstance(value, list) or len(value) > most or not all(_known(item, known) for item in value):
        _refuse(reason)
    _require(value == sorted(set(value)), reason)


def _optional(value: object, known: Mapping[str, object], reason: str) -> None:
    _require(value is None or _known(value, known), reason)


def _known(value: object, known: Mapping[str, object]) -> bool:
    return isinstance(value, str) and value in known


def _confidence(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse("confidence")
    _require(0 <= value <= 1 and round(value, 2) == value, "confidence")


def _require(condition: bool, reason: str) -> None:
    if not condition:
        _refuse(reason)


def _refuse(reason: str) -> NoReturn:
    raise PacketRefusedError(reason)
