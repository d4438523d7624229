"""Print the counts that the corpus card quotes."""

from __future__ import annotations

from collections import Counter

from classifiers.corpus import entities, load_passages, load_questions, load_recordings, scrubbed


def main() -> None:
    """Counts of recordings, passages, questions, words, looks, outcomes, roles and identifiers."""
    recordings, passages = load_recordings(), load_passages()
    print("authors", len({r.author for r in recordings}))
    for name, items in (("recordings", recordings), ("passages", passages)):
        words = [len(scrubbed(item.text).split()) for item in items]
        print(name, len(items), "words", sum(words), "mean", round(sum(words) / len(words)), "most", max(words))
        print("  looks", dict(sorted(Counter(item.look for item in items).items())))
    print("questions", len(load_questions()))
    print("outcomes", dict(sorted(Counter(str(r.gold["outcome"]) for r in recordings).items())))
    print("segments", dict(sorted(Counter(s.role for r in recordings for s in r.segments).items())))
    for axis in ("problem_type", "symptom_pattern", "resolution_pattern"):
        print(axis, "ids told", len({r.gold.get(axis) for r in recordings} - {None}))
    found = Counter(kind for item in (*recordings, *passages) for kind, _ in entities(item.text))
    print("identifiers in speech", sum(found.values()), dict(sorted(found.items())))


if __name__ == "__main__":
    main()
