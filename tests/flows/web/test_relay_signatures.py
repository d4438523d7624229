"""The relay's signatures are those of everybody else."""

import base64
import dataclasses

import hypothesis
import hypothesis.strategies as st
import pytest
import rfc8785

from flows.web.relay.database import open_database
from flows.web.relay.signatures import Signer, is_genuine
from pipeline.routing import keys
from tests.flows.web.samples import packet, sighting

GOOD = packet("alder")
CHANGES = [
    {},
    {"signature": bytes(64)},
    {"signature": b"short"},
    {"payload": b"{}"},
    {"epoch": "2026-Q3"},
    {"kind": "sighting"},
    {"source_tag": "00" * 32},
    {"source_tag": "ab"},
    {"source_tag": "no hex"},
    {"source_tag": packet("birch").source_tag},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_both_libraries_agree_on_what_is_genuine(change):
    deposit = dataclasses.replace(GOOD, **change)
    assert is_genuine(deposit) is keys.verify(deposit) is (change == {})


def test_what_a_relay_signs_is_genuine_to_readers_and_the_same_after_a_restart(tmp_path):
    tags = set()
    for _ in range(2):
        database = open_database(tmp_path)
        signer = Signer(database)
        signed = signer.sign("packet", GOOD.address, GOOD.payload, None, GOOD.epoch, b"somebody")
        assert signed.packet_id == GOOD.packet_id
        assert keys.verify(signed)
        seen = sighting("cedar", GOOD)
        assert keys.verify(signer.sign("sighting", seen.address, seen.payload, seen.packet_id, seen.epoch, b"somebody"))
        tags.add(signed.source_tag)
        database.close()
    assert len(tags) == 1


@hypothesis.given(fields=st.tuples(*[st.text()] * 5), payload=st.binary(max_size=60))
def test_the_signed_bytes_are_canonical_json(fields, payload):
    kind, address, packet_id, tag, epoch = fields
    written = {"kind": kind, "address": address, "packet_id": packet_id, "source_tag": tag, "epoch": epoch}
    expected = rfc8785.dumps(written | {"payload": base64.b64encode(payload).decode()})
    assert keys.signing_bytes(kind, address, packet_id, payload, tag, epoch) == b"loomroute-deposit-1\n" + expected
