"""Ed25519 by libsodium: half the time of OpenSSL's, which is what bounds a relay. The same keys, bytes and signatures."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from functools import lru_cache

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import CryptoError

from pipeline.routing.keys import signing_bytes
from pipeline.routing.protocol import Deposit, Kind

_NAME = "signing"
_SIGNATURE_BYTES = 64


def is_genuine(deposit: Deposit) -> bool:
    """True when the signature is the source tag's over all other fields (as pipeline.routing.keys.verify)."""
    message = signing_bytes(
        deposit.kind, deposit.address, deposit.packet_id, deposit.payload, deposit.source_tag, deposit.epoch
    )
    try:
        crypto_sign_open(deposit.signature + message, bytes.fromhex(deposit.source_tag))
    except (CryptoError, ValueError):
        return False
    return True


class Signer:
    """Signs what the relay releases in the name of a pseudonym: one key each, so that distinct sources stay countable."""

    def __init__(self, database: sqlite3.Connection) -> None:
        """Read the relay's secret, made on first use."""
        database.execute("INSERT OR IGNORE INTO secrets (name, value) VALUES (?, ?)", (_NAME, secrets.token_bytes(32)))
        row = database.execute("SELECT value FROM secrets WHERE name = ?", (_NAME,)).fetchone()
        self._secret: bytes = row["value"]
        self._key = lru_cache(maxsize=50_000)(self._derive)

    def sign(self, kind: Kind, address: str, payload: bytes, packet_id: str | None, epoch: str, who: bytes) -> Deposit:
        """A deposit in a pseudonym's name; the packet id is the payload's hash where none is given."""
        key, tag = self._key(who)
        packet_id = packet_id or hashlib.sha256(payload).hexdigest()
        signed = crypto_sign(signing_bytes(kind, address, packet_id, payload, tag, epoch), key)
        return Deposit(kind, address, packet_id, payload, tag, epoch, signed[:_SIGNATURE_BYTES])

    def _derive(self, pseudonym: bytes) -> tuple[bytes, str]:
        seed = hmac.digest(self._secret, b"loomroute/relay/1/" + pseudonym, "sha256")
        public, key = crypto_sign_seed_keypair(seed)
        return key, public.hex()
