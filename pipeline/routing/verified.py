"""Signatures checked before they count, once, then remembered."""

from __future__ import annotations

import hashlib

from pipeline.routing import keys
from pipeline.routing.protocol import Deposit


class RememberingVerifier:
    """A verifier that keeps its answers, up to `capacity` deposits, by a hash over all their fields."""

    def __init__(self, capacity: int = 100_000) -> None:
        """Start with nothing remembered."""
        self._capacity = capacity
        self._known: dict[bytes, bool] = {}

    def __call__(self, deposit: Deposit) -> bool:
        """True when the signature is right."""
        digest = hashlib.sha256(repr((*deposit.key, deposit.address, deposit.epoch)).encode() + deposit.payload)
        digest.update(deposit.signature)
        key = digest.digest()
        if key not in self._known:
            if len(self._known) >= self._capacity:
                self._known.clear()
            self._known[key] = keys.verify(deposit)
        return self._known[key]
