"""Where a finding is deposited: an address derived from its topic, which is problem type and symptom."""

from __future__ import annotations

import hashlib

from pipeline.packet.vocabulary import DOMAINS, Vocabulary


def semantic_address(problem_type: str, symptom_pattern: str) -> str:
    """First 16 hex digits of SHA-256("problem_type:symptom_pattern"). No secret: the topics can be enumerated."""
    return hashlib.sha256(f"{problem_type}:{symptom_pattern}".encode()).hexdigest()[:16]


def every_address(vocabulary: Vocabulary) -> list[str]:
    """The addresses of all topics of a vocabulary."""
    return [semantic_address(problem, symptom) for domain in DOMAINS for problem, symptom in vocabulary.topics(domain)]
