"""Codes in words, for the people who review."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "problem_unsure": "not sure enough which problem it is",
    "symptom_unsure": "not sure enough which symptom was seen",
    "symptom_missing": "no symptom is stated",
    "emit_off": "packets were switched off (emit = off)",
    "awaiting_approval": "a packet is made and awaits approval",
}
"""Why a recording waits for a person."""

KINDS: Mapping[str, str] = {
    "secondary": "second problem",
    "ruled_out": "suspected and found wrong",
    "tried": "tried without success",
    "stack": "stack",
    "version": "version",
}
"""Findings beside the three axes."""

REFUSALS: Mapping[str, str] = {
    "changed": "This recording has changed since it was processed. Run `loomroute ingest` again; what it finds then can be reviewed.",
    "gone": "This recording is not in the source any more, or the source's filters leave it out now.",
    "not_waiting": "This recording waits for nobody: it was decided already, or a run is working on it.",
    "busy": "A run is working on this recording now. Try again when it has ended.",
    "emit_off": "The configuration switches packets off (emit = off): nothing can be accepted, only rejected.",
    "unknown_problem_type": "Choose a problem from the vocabulary.",
    "unknown_symptom_pattern": "Choose a symptom from the vocabulary.",
    "unknown_resolution_pattern": "Choose a resolution from the vocabulary, or none.",
    "two_domains": "Problem and symptom belong to different domains: choose both from one.",
    "outcome": "Choose an outcome.",
    "fix_scope": "Choose a scope of the fix.",
    **dict.fromkeys(("load_profile", "onset", "restart", "segment", "trials"), "Choose circumstances from the lists."),
    "too_large": "The packet does not fit into 512 bytes.",
    "identifier_in_packet": "The packet would carry an identifier of this recording or organisation.",
    "unreadable_form": "The form could not be read.",
}
"""Why something cannot be done. Codes that are not here are shown as they are."""

SAID: Mapping[str, str] = {
    "emitted": "Accepted and sent.",
    "pending": "Accepted. The router was not reached: the next ingest or retry sends it.",
    "awaiting_approval": "Accepted. It leaves this machine after: loomroute approve {batch}",
    "duplicate": "Accepted. The same packet had been made from another recording, so nothing more is sent.",
    "quarantined": "Accepted, but the router refused the packet for good.",
    "rejected": "Rejected: no packet is made from this recording.",
}
"""What became of the decision before."""
