"""Labels that came with a recording: only values of the vocabulary, the lexicon or an enum get through."""

from __future__ import annotations

from pipeline.packet.lexicon import Lexicon
from pipeline.packet.vocabulary import Axis, Vocabulary

_AXES: dict[str, Axis] = {
    "problem_type": "problem_types",
    "secondary_problem_type": "problem_types",
    "symptom_pattern": "symptoms",
    "resolution_pattern": "resolutions",
    "resolution": "resolutions",
}
_ENUMS: dict[str, frozenset[str]] = {
    "outcome": frozenset({"resolved", "workaround", "unresolved", "negative"}),
    "load_profile": frozenset({"peak", "steady", "burst", "idle", "batch", "unspecified"}),
}


def vet_labels(labels: dict[str, object], lexicon: Lexicon, vocabulary: Vocabulary) -> dict[str, object]:
    """Keep what is an id of its axis, a lexicon term, an enum value or a share between 0 and 1. `resolution` is renamed."""
    kept: dict[str, object] = {}
    for key, value in labels.items():
        if key in _AXES and isinstance(value, str) and value in vocabulary.axis(_AXES[key]):
            kept["resolution_pattern" if key == "resolution" else key] = value
        elif key in _ENUMS and isinstance(value, str) and value in _ENUMS[key]:
            kept[key] = value
        elif key == "stack":
            named = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
            terms = dict.fromkeys(lexicon.canonical(term) for term in named if isinstance(term, str))
            kept[key] = [term for term in terms if term]
        elif key == "confidence" and isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
            kept[key] = float(value)
    return kept
