"""Where a finding is deposited: an address derived from its topic, which is problem type and symptom."""

from __future__ import annotations

import hashlib


def semantic_address(problem_type: str, symptom_pattern: str) -> str:
    """First 16 hex digits of SHA-256("problem_type:symptom_pattern"). No secret: the topics can be enumerated."""
    return hashlib.sha256(f"{problem_type}:{symptom_pattern}".encode()).hexdigest()[:16]
