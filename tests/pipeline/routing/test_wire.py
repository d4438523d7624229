"""The compact form of a deposit: everything comes back, and foreign bytes are refused, never believed."""

import dataclasses
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DepositRefusedError
from pipeline.routing.protocol import Deposit
from pipeline.routing.wire import decode_deposit, encode_deposit, key_bytes


def hexed(size):
    return st.binary(min_size=size, max_size=size).map(bytes.hex)


sightings = st.builds(
    Deposit,
    st.just("sighting"),
    hexed(8),
    hexed(32),
    st.binary(max_size=512),
    hexed(32),
    st.builds("{:04}-Q{}".format, st.integers(0, 9999), st.integers(1, 4)),
    st.binary(min_size=64, max_size=64),
)
packets = sightings.map(
    lambda d: dataclasses.replace(d, kind="packet", packet_id=hashlib.sha256(d.payload).hexdigest())
)
tombstones = sightings.map(lambda d: dataclasses.replace(d, kind="tombstone", payload=b""))


@given(st.one_of(packets, sightings, tombstones))
def test_what_is_encoded_comes_back(deposit):
    body = encode_deposit(deposit)
    assert decode_deposit(body) == deposit
    assert len(body) == len(deposit.payload) + (109 if deposit.kind == "packet" else 141)


@given(st.binary(max_size=700))
def test_foreign_bytes_are_refused_or_a_deposit(body):
    try:
        deposit = decode_deposit(body)
    except DepositRefusedError:
        return
    assert encode_deposit(deposit) == body


@given(sightings, st.integers(0, 140))
def test_a_truncated_deposit_is_refused(deposit, size):
    with pytest.raises(DepositRefusedError):
        decode_deposit(encode_deposit(deposit)[:size])


@given(sightings, sightings)
def test_keys_are_equal_exactly_where_the_deposits_keys_are(one, other):
    assert (key_bytes(one) == key_bytes(other)) == (one.key == other.key)
    assert key_bytes(one) == key_bytes(dataclasses.replace(one, payload=b"", epoch="2026-Q1"))
