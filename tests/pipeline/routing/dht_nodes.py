"""Several DHT nodes in a process that can be killed: `python -m tests.pipeline.routing.dht_nodes URL STATE COUNT EACH`.

Every node deposits EACH packets under its own name, then all wait.
"""

import sys
from pathlib import Path

from pipeline.routing.dht import DhtRouter, parse_address
from tests.pipeline.routing import samples

url, state, count, each = sys.argv[1:]
nodes = [DhtRouter(parse_address(url), Path(state) / f"doomed{number}") for number in range(int(count))]
for number, node in enumerate(nodes):
    node.put_many(samples.batch(f"doomed{number}", int(each)))
print("done", flush=True)
sys.stdin.read()
