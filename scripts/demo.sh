#!/bin/sh
# The main job on the fixtures: two organisations ingest into one router, then somebody elsewhere asks.
set -eu
bin=$1
demo=.demo
rm -rf "$demo"
mkdir -p "$demo"
export PREFECT_HOME="$PWD/$demo/prefect" XDG_STATE_HOME="$PWD/$demo/state"
router="sqlite:///$demo/router.db"

echo "== an organisation ingests its recordings, as a Prefect flow"
"$bin/loomroute" ingest fixtures/recordings --config fixtures/loomroute.toml \
    --router "$router" --ledger "$demo/one.db" --accept 0
echo "== another organisation ingests its own, without Prefect"
"$bin/loomroute" ingest fixtures/second-organisation --direct \
    --router "$router" --ledger "$demo/two.db" --accept 0
echo "== what the first organisation's ledger says"
"$bin/loomroute" status --router "$router" --ledger "$demo/one.db"
echo "== an engineer somewhere else, in the middle of an incident, asks"
"$bin/loomroute" query "random service unavailable errors when we are busy, bouncing the pods helps for a few days and then it is back" \
    --router "$router" --ledger "$demo/asker.db"
