"""Print how often a second reader, blind to the labels, chose the same: python scripts/corpus_agreement.py."""

from __future__ import annotations

import json

from classifiers.corpus import CORPUS, load_recordings


def main() -> None:
    """Compare `second_reader.jsonl` with the gold labels of the same recordings."""
    gold = {(recording.author, recording.family): recording.gold for recording in load_recordings(CORPUS)}
    read = [json.loads(line) for line in (CORPUS / "second_reader.jsonl").read_text(encoding="utf-8").splitlines()]
    for axis in ("problem_type", "symptom_pattern", "resolution_pattern", "outcome"):
        same = sum(line[axis] == gold[line["author"], line["family"]].get(axis) for line in read)
        print(f"{axis}: {same} of {len(read)} = {same / len(read):.1%}")


if __name__ == "__main__":
    main()
