"""A reviewing session over a few recordings: one desk and one model, with a ledger of its own for each test."""

import contextlib
import shutil

from fastapi.testclient import TestClient

from flows.settings import Settings, SourceSettings
from flows.web.review.app import create_app
from flows.web.review.desk import Desk
from flows.wiring import open_ledger, router_context, source_alias, source_spec
from pipeline.ledger.lease import Lease
from pipeline.ledger.ledger import Item, Settled
from pipeline.routing.open import open_router
from pipeline.sources.source import scan, version_of

TOKEN, HOST = "t0ken", "127.0.0.1:8790"
MARKUP = "<script>window.broken = 1</script><img src=x onerror='window.broken = 1'></div></form>&amp;"
POOL = {
    "problem_type": "connection_pool_exhaustion",
    "symptom_pattern": "intermittent_503_under_load",
    "resolution_pattern": "connection_pool_tuning",
    "outcome": "resolved",
}


class Session:
    """`fresh` starts over: every recording held again, nothing at the router."""

    def __init__(self, folder, fixtures):
        self.folder = folder
        self.source = folder / "source"
        self.source.mkdir()
        for name in ("payments-503.vtt", "payments-503.meta.json", "zone-expired.vtt", "zone-expired.meta.json"):
            shutil.copy(fixtures / "recordings" / "engineering" / name, self.source)
        (self.source / "markup.txt").write_text(f"0:01\nThe queue stood still and every request timed out. {MARKUP}\n")
        self.base = Settings(
            source=SourceSettings(url=str(self.source)),
            router=f"sqlite:///{folder}/router/router.db",
            ledger=folder / "ledger.db",
        )
        self.desk = Desk(self.base)

    def fresh(self):
        shutil.rmtree(self.folder / "router", ignore_errors=True)
        for path in self.folder.glob("ledger.db*"):
            path.unlink()
        self.desk.settings = self.base
        spec = source_spec(self.base)
        items = [Item(c.name, version_of(spec, c)) for c in scan(spec).candidates]
        with self.ledger() as ledger:
            ledger.lease(source_alias(self.base), items, Lease.of_this_process(), batch="b0")
            ends = [Settled(item, "held", "classify", "problem_unsure") for item in items]
            ledger.settle(source_alias(self.base), ends, ready=True, tombstone=lambda gone: gone)
        return self

    def change(self, **changes):
        self.desk.settings = self.base.model_copy(update=changes)

    @contextlib.contextmanager
    def ledger(self):
        ledger = open_ledger(self.base)
        try:
            yield ledger
        finally:
            ledger.close()

    def counts(self):
        with self.ledger() as ledger:
            return ledger.counts()

    def key(self, recording):
        with self.ledger() as ledger:
            return ledger.pseudonym(recording)

    def form(self, recording, action, **fields):
        with self.ledger() as ledger:
            version = next(row.version for row in ledger.rows() if row.recording == recording)
        return {"version": version, "action": action, **POOL, **fields}

    def deposits(self):
        router = open_router(self.base.router, router_context(self.base))
        try:
            return list(router.since(None).deposits)
        finally:
            router.close()

    def client(self):
        client = TestClient(create_app(self.desk, token=TOKEN, host=HOST), base_url=f"http://{HOST}")
        client.follow_redirects = False
        return client

    def get(self, path=""):
        return self.client().get(f"/{TOKEN}/{path}")

    def post(self, recording, action, **fields):
        form = self.form(recording, action, **fields)
        return self.client().post(f"/{TOKEN}/recordings/{self.key(recording)}", data=form)
