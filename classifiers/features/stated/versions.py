"""Major versions, as they are said right after a term."""

from __future__ import annotations

import re
from collections.abc import Sequence

from classifiers.features.stated.numbers import number_of
from classifiers.features.terms import TermFinder

_VERSION = re.compile(r"v?(\d{1,4})(?:\.\d+)*$")


def versions_of(texts: Sequence[str], finder: TermFinder) -> dict[str, str]:
    """Major version said right after a term, the last one said, for at most two terms."""
    found: dict[str, str] = {}
    for text in texts:
        for mention in finder.find(text):
            if stated := _VERSION.match(mention.after):
                found[mention.term] = stated[1]
            elif (number := number_of(mention.after)) is not None:
                found[mention.term] = str(number)
    return dict(sorted(found.items())[:2])
