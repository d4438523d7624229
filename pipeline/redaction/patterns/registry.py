"""All pattern finders, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.redaction.patterns import (
    account_number,
    channel,
    cloud_id,
    date,
    email,
    host,
    ip,
    phone,
    repository,
    secret,
    ticket,
    url,
    username,
)
from pipeline.redaction.span import Span

PATTERNS: tuple[tuple[str, Callable[[str], list[Span]]], ...] = (
    (secret.NAME, secret.find),
    (email.NAME, email.find),
    (url.NAME, url.find),
    (repository.NAME, repository.find),
    (cloud_id.NAME, cloud_id.find),
    (ip.NAME, ip.find),
    (host.NAME, host.find),
    (account_number.NAME, account_number.find),
    (phone.NAME, phone.find),
    (ticket.NAME, ticket.find),
    (channel.NAME, channel.find),
    (username.NAME, username.find),
    (date.NAME, date.find),
)
