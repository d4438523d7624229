"""Relays in temporary folders, and members of them."""

import contextlib
import dataclasses

import pytest
from fastapi.testclient import TestClient

from classifiers import resources
from flows.web.relay.app import create_app
from flows.web.relay.database import open_database
from flows.web.relay.members import Members
from flows.web.relay.relay import Relay
from flows.web.relay.serve import relay_context
from flows.web.relay.settings import RelaySettings
from pipeline.routing.cases import collect_cases


class Exchange:
    """One relay on its folder. It can be closed and opened again, and its members deposit without HTTP."""

    def __init__(self, folder, **options):
        self.settings = RelaySettings(f"sqlite:///{folder}/storage.db", folder / "state", **options)
        self.register = Members(open_database(self.settings.state))
        self.tokens = {}
        self.open()

    def open(self):
        self.relay = Relay(self.settings, relay_context(self.settings))

    def close(self):
        self.relay.close()

    def reopen(self, **options):
        self.relay.close()
        self.settings = dataclasses.replace(self.settings, **options)
        self.open()

    def token(self, name, *, gateway=False):
        if name not in self.tokens:
            self.tokens[name] = self.register.add(name, gateway=gateway)[1]
        return self.tokens[name]

    def put(self, name, *deposits):
        member = self.relay.admit(self.token(name))
        self.relay.desk.deposit(member, deposits)

    def get(self, address, newest=200):
        return self.relay.reader.get([address], newest)

    def packets(self, address):
        return [deposit for deposit in self.get(address) if deposit.kind == "packet"]

    def cases(self, address):
        return collect_cases(self.get(address), resources.vocabulary(), resources.lexicon())

    def everything(self):
        read = []
        page = self.relay.reader.since(None, 100)
        while page.deposits:
            read += page.deposits
            page = self.relay.reader.since(page.cursor, 100)
        return read

    def http(self, name="member"):
        client = TestClient(create_app(self.relay), raise_server_exceptions=False)
        client.headers["Authorization"] = f"Bearer {self.token(name)}"
        return client


@pytest.fixture
def exchange(tmp_path):
    with contextlib.ExitStack() as opened:

        def make(**options):
            made = Exchange(tmp_path, **options)
            opened.callback(made.close)
            return made

        yield make
