"""What may enter a relay: every deposit checked as a stranger's, down to the packet's last value."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import rfc8785

from flows.web.relay.signatures import is_genuine
from pipeline.errors import DepositRefusedError, PacketRefusedError
from pipeline.packet.address import semantic_address
from pipeline.packet.lexicon import Lexicon
from pipeline.packet.validate import validate
from pipeline.packet.vocabulary import Vocabulary
from pipeline.routing import keys
from pipeline.routing.cases import VERDICTS
from pipeline.routing.check import check_deposit
from pipeline.routing.protocol import Deposit

_VERDICTS = {rfc8785.dumps({"verdict": verdict}) for verdict in VERDICTS}
_CODES = re.compile(r"deposit refused: ([a-z_]+)")


class EntryCheck:
    """Checks deposits on their way in; holds no state."""

    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon, *, newer_versions: bool) -> None:
        """`newer_versions`: take packets of a major version we cannot read (their conditions can't be generalised)."""
        self._vocabulary, self._lexicon = vocabulary, lexicon
        self._newer_versions = newer_versions

    def check(self, deposit: Deposit, today: dt.date) -> dict[str, Any] | None:
        """The fields of a version-1 packet, None for anything else that may enter.

        Raises DepositRefusedError whose message is one reason code.
        """
        try:
            check_deposit(deposit)
        except DepositRefusedError as error:
            code = _CODES.match(str(error))
            raise DepositRefusedError(code[1] if code else "shape") from None
        # A clock may be a day ahead at the turn of an epoch.
        if deposit.epoch > keys.epoch_of(today + dt.timedelta(days=1)):
            raise DepositRefusedError("epoch_in_future")
        fields = self._packet(deposit) if deposit.kind == "packet" else None
        if deposit.kind == "sighting" and deposit.payload not in _VERDICTS:
            raise DepositRefusedError("verdict")
        if not is_genuine(deposit):
            raise DepositRefusedError("signature")
        return fields

    def _packet(self, deposit: Deposit) -> dict[str, Any] | None:
        if self._newer_versions and _is_newer(deposit.payload):
            return None
        try:
            fields = validate(deposit.payload, self._vocabulary, self._lexicon)
        except PacketRefusedError as error:
            raise DepositRefusedError(error.reason) from None
        if semantic_address(fields["problem_type"], fields["symptom_pattern"]) != deposit.address:
            raise DepositRefusedError("address_of_another_topic")
        return fields


def _is_newer(payload: bytes) -> bool:
    try:
        fields = json.loads(payload.decode("utf-8"))
        version = fields.get("v") if isinstance(fields, dict) else None
        return type(version) is int and version > 1 and rfc8785.dumps(fields) == payload
    except (ValueError, RecursionError, rfc8785.CanonicalizationError):
        return False
