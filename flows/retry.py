"""The retry flow: send what the ledger still holds ready, for schedules more frequent than ingests."""

from __future__ import annotations

from flows.deliver import deliver_ready
from flows.prepared import load_prepared
from flows.sealed import flow
from flows.wiring import open_ledger
from pipeline.errors import RouterUnavailableError


@flow("loomroute-retry")
def retry(run: str) -> int:
    """Deliver pending deposits of a prepared run's ledger; returns how many were sent.

    Fails when some are left, so that the flow run shows it. Raises SealedError.
    """
    settings = load_prepared(run).settings()
    ledger = open_ledger(settings)
    try:
        delivered, left = deliver_ready(ledger, settings)
    finally:
        ledger.close()
    if left:
        raise RouterUnavailableError(f"{left} deposits stay pending")
    return delivered
