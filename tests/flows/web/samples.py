"""Findings and their deposits by made-up organisations."""

import hashlib

from classifiers import resources
from pipeline.packet.outcome import Conditions, Outcome
from pipeline.packet.packet import pack
from pipeline.routing.keys import sign

NOW = "2026-Q4"
TOPIC = ("connection_pool_exhaustion", "intermittent_503_under_load")
RESOLUTION = "limit_increase"


def secret(name):
    return hashlib.sha256(name.encode()).digest()


def finding(
    *,
    stack=("postgresql", "sqlalchemy"),
    versions=None,
    load="peak",
    outcome="resolved",
    resolution=RESOLUTION,
    confidence=0.8,
    topic=TOPIC,
):
    conditions = Conditions(stack, versions or {}, load)
    made = Outcome(*topic, resolution, outcome, confidence, conditions=conditions)
    return pack(made, resources.vocabulary(), resources.lexicon())


def packet(name, made=None, epoch=NOW):
    made = made or finding()
    return sign(secret(name), "packet", made.address, made.packet_id, made.body, epoch)


def sighting(name, deposit, verdict="worked", epoch=NOW):
    payload = f'{{"verdict":"{verdict}"}}'.encode()
    return sign(secret(name), "sighting", deposit.address, deposit.packet_id, payload, epoch)


def tombstone(name, deposit):
    return sign(secret(name), "tombstone", deposit.address, deposit.packet_id, b"", deposit.epoch)
