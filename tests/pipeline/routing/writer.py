"""A writer in a process of its own: `python -m tests.pipeline.routing.writer URL STATE NAME COUNT` puts one by one."""

import sys
from pathlib import Path

from pipeline.routing.open import open_router
from tests.pipeline.routing import samples

url, state, name, count = sys.argv[1:]
router = open_router(url, samples.context(Path(state)))
for deposit in samples.batch(name, int(count)):
    router.put(deposit)
print("done", flush=True)
# Some transports (the DHT) keep what they were given only while the depositor lives.
sys.stdin.read()
router.close()
