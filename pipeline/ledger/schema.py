"""Tables of the ledger. `recording` is the only column that may hold something a person wrote.

`recordings` keeps every version for ever. `current_versions` names the one that a run saw last, which a column of `recordings`
could not say: a file may be changed back, and a version that is settled is not written again.
"""

from __future__ import annotations

SCHEMA_VERSION = 1

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS recordings (
    destination TEXT NOT NULL, source TEXT NOT NULL, recording TEXT NOT NULL, version TEXT NOT NULL,
    pseudonym TEXT NOT NULL, state TEXT NOT NULL, stage TEXT, reason TEXT, packet_id TEXT, batch TEXT,
    lease_owner TEXT, lease_until REAL, updated_at REAL NOT NULL,
    PRIMARY KEY (destination, source, recording, version)
);
CREATE INDEX IF NOT EXISTS recordings_by_packet ON recordings (destination, packet_id);
CREATE INDEX IF NOT EXISTS recordings_by_state ON recordings (destination, state);
CREATE TABLE IF NOT EXISTS current_versions (
    destination TEXT NOT NULL, source TEXT NOT NULL, recording TEXT NOT NULL, version TEXT NOT NULL,
    PRIMARY KEY (destination, source, recording)
) WITHOUT ROWID;
CREATE VIEW IF NOT EXISTS current_recordings AS SELECT r.* FROM recordings r WHERE NOT EXISTS
    (SELECT 1 FROM current_versions c WHERE c.destination = r.destination AND c.source = r.source
     AND c.recording = r.recording AND c.version != r.version);
CREATE TABLE IF NOT EXISTS outbox (
    destination TEXT NOT NULL, kind TEXT NOT NULL, packet_id TEXT NOT NULL, source_tag TEXT NOT NULL,
    address TEXT NOT NULL, payload BLOB NOT NULL, epoch TEXT NOT NULL, signature BLOB NOT NULL,
    status TEXT NOT NULL, created_at REAL NOT NULL, sent_at REAL,
    PRIMARY KEY (destination, kind, packet_id, source_tag)
);
CREATE INDEX IF NOT EXISTS outbox_by_status ON outbox (destination, status);
"""
"""outbox.status: `waiting` (for approval), `ready` (to be sent), `sent`, `cancelled` (withdrawn before it was sent)."""
