"""What only the DHT shows: nodes that die, owners that announce again, shards, strangers' values, its URL."""

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import opendht
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.routing.dht import SHARDS, DhtAddress, DhtRouter, _shard_key, parse_address
from pipeline.routing.wire import encode_deposit
from tests.pipeline.routing import samples

ROOT = Path(__file__).parents[3]


@pytest.fixture
def network(tmp_path):
    """Opens nodes of one network; the first is what the others join through."""
    number = secrets.randbelow(10**9)
    nodes = []

    def join(name):
        hosts = (("127.0.0.1", str(nodes[0].port)),) if nodes else ()
        nodes.append(DhtRouter(DhtAddress(hosts, 0, number), tmp_path / name))
        return nodes[-1]

    join.url = lambda: f"dht://127.0.0.1:{nodes[0].port}?network={number}"
    join.leave = lambda node: (nodes.remove(node), node.close())
    yield join
    for node in nodes:
        node.close()


def test_every_deposit_is_read_after_a_third_of_thirty_nodes_is_killed(network, tmp_path):
    staying = [network(f"staying{number}") for number in range(20)]
    command = [sys.executable, "-m", "tests.pipeline.routing.dht_nodes", network.url(), str(tmp_path), "10", "8"]
    doomed = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    deposits = [d for number in range(10) for d in samples.batch(f"doomed{number}", 8)]
    for number, node in enumerate(staying[1:]):
        node.put_many(samples.batch(f"staying{number}", 4))
        deposits += samples.batch(f"staying{number}", 4)
    assert doomed.stdout.readline() == b"done\n"
    os.kill(doomed.pid, signal.SIGKILL)
    doomed.communicate()
    reader = network("reader")
    found = reader.get(sorted({d.address for d in deposits}))
    assert {d.key for d in found} == {d.key for d in deposits}


def test_an_owner_announces_its_deposits_again_when_it_comes_back(network):
    holder = network("holder")
    owner = network("owner")
    deposits = samples.batch("owner", 10)
    addresses = sorted({d.address for d in deposits})
    owner.put_many(deposits)
    for node in (owner, holder):
        network.leave(node)
    # Whoever held the values is gone; what is left is the owner's state.
    network("other first")
    assert network("reader").get(addresses) == []
    network("owner")
    reader = network("second reader")
    deadline = time.monotonic() + 20
    while {d.key for d in reader.get(addresses)} != {d.key for d in deposits}:
        assert time.monotonic() < deadline


def test_a_topic_is_spread_over_shards_and_strangers_values_are_left_out(network):
    network("first")
    router = network("router")
    deposits = [samples.packet_deposit(number, f"org{number}") for number in range(40)]
    address = deposits[0].address
    router.put_many(deposits)
    elsewhere = samples.packet_deposit(1, topic=samples.topics()[1])
    for body in (b"no deposit", encode_deposit(elsewhere)):
        router._node.put(_shard_key(address, 0), opendht.Value(body))
    reader = network("reader")
    assert {d.key for d in reader.get([address])} == {d.key for d in deposits}
    held = [{bytes(v.data) for v in reader._node.get(_shard_key(address, shard))} for shard in range(SHARDS)]
    assert set.union(*held) >= {encode_deposit(d) for d in deposits}
    assert all(len(shard) < 25 for shard in held)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("dht://", DhtAddress((), 0, 512)),
        ("dht://?port=4222", DhtAddress((), 4222, 512)),
        ("dht://node.example:4222", DhtAddress((("node.example", "4222"),), 0, 512)),
        ("dht://a:1,b:2/?network=7&port=3", DhtAddress((("a", "1"), ("b", "2")), 3, 7)),
    ],
)
def test_urls(url, expected):
    assert parse_address(url) == expected


@pytest.mark.parametrize(
    "url", ["dht:", "dht://a", "dht://a:b", "dht://a:1,", "dht://a:1?x=1", "dht://a:1?port=", "dht://a:1?port=1&&"]
)
def test_other_urls_are_refused(url):
    with pytest.raises(ConfigurationError):
        parse_address(url)


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_refused(text):
    try:
        address = parse_address(f"dht://{text}")
    except ConfigurationError:
        return
    assert all(host and port.isdecimal() for host, port in address.hosts)
