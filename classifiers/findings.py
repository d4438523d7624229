"""What stands beside the three ids: outcome, scope, conditions, what was ruled out and what was tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from classifiers.corpus import ROLES
from classifiers.features.grams import Floats
from classifiers.features.stated.conditions import stated_conditions
from classifiers.features.stated.versions import versions_of
from classifiers.features.terms import TermFinder
from classifiers.heads.linear import log_softmax, softmax
from classifiers.heads.model import Model
from classifiers.heads.small import SMALL_HEADS, small_features
from classifiers.story import Story
from pipeline.packet.lexicon import Lexicon
from pipeline.packet.outcome import MAX_RULED_OUT, MAX_STACK, MAX_TRIED, Conditions
from pipeline.packet.vocabulary import Vocabulary

OPEN_ENDED: Mapping[str, str] = {
    "unresolved": "unresolved",
    "workaround_only": "workaround",
    "workaround_provided": "workaround",
}
UPGRADED = "dependency_upgrade_regression"
DECISIVE = ("diagnosis", "resolution")
LEAST_TOLD = 0.8
NEGLIGIBLE = 0.02
LEAST_KIND = 0.6


@dataclass(frozen=True, slots=True)
class Found:
    """The labels beside the three axes."""

    secondary: str | None
    outcome: str
    fix_scope: str
    conditions: Conditions
    ruled_out: tuple[str, ...]
    tried: tuple[str, ...]


class Findings:
    """Reads a story under one model."""

    def __init__(self, model: Model, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        self._model = model
        self._lexicon = lexicon
        self._vocabulary = vocabulary
        self._finder = TermFinder(lexicon)

    def read(
        self,
        story: Story,
        roles: Floats,
        alone: Mapping[str, Floats],
        posterior: Mapping[str, Floats],
        chosen: Mapping[str, str | None],
        known: Mapping[str, object],
    ) -> Found:
        """Labels of one story. `alone` axis -> (segments, ids), `posterior` axis -> (ids,), `chosen` the label of each axis; `known` labels win."""
        features = small_features(story, roles)
        values = {name: self._small(name, features) for name in SMALL_HEADS}
        values["outcome"] = self._outcome(features, posterior["resolutions"], chosen)
        values |= {name: str(known[name]) for name in values if isinstance(known.get(name), str)}
        secondary = known.get("secondary_problem_type")
        return Found(
            secondary=secondary if isinstance(secondary, str) else None,
            outcome=values["outcome"],
            fix_scope=values["fix_scope"],
            conditions=self._conditions(story, roles, chosen, known),
            ruled_out=self._refuted("problem_types", "false_lead", roles, alone, chosen, MAX_RULED_OUT),
            tried=self._refuted("resolutions", "tried", roles, alone, chosen, MAX_TRIED),
        )

    def named(self, text: str) -> tuple[str, ...]:
        """Up to three terms that stand in a question, the commonest first; broad categories are left out."""
        terms = self._lexicon.terms
        found = {mention.term for mention in self._finder.find(text) if terms[mention.term].parent is not None}
        return tuple(sorted(found, key=lambda t: (-terms[t].commonness, t))[:MAX_STACK])

    def _stack(self, story: Story, roles: Floats) -> tuple[str, ...]:
        """Up to three terms that stand where cause or fix is told, of kinds that are usually named as part of a finding."""
        terms, kinds = self._lexicon.terms, self._model.meta["stack_kinds"]
        said = told_terms(story, roles, self._finder)
        sure = [t for t in said if said[t] >= LEAST_TOLD and kinds.get(terms[t].parent or "", 0.0) >= LEAST_KIND]
        best = sorted(sure, key=lambda t: (-said[t], -terms[t].commonness, t))[:MAX_STACK]
        return tuple(sorted(best, key=lambda t: (-terms[t].commonness, t)))

    def _small(self, name: str, features: Floats) -> str:
        head = self._model.heads[name]
        return head.labels[int(head.dense(features[None])[0].argmax())]

    def _outcome(self, features: Floats, resolution: Floats, chosen: Mapping[str, str | None]) -> str:
        """The head's reading, together with how outcomes go with resolutions and domains in the corpus."""
        head = self._model.heads["outcome"]
        scores = log_softmax(head.dense(features[None])[0])
        prior = np.array(self._model.meta["outcome_of_resolution"], dtype=np.float32)
        scores = scores + np.log(resolution @ prior + 1e-4)
        problem = chosen["problem_types"]
        domain = self._vocabulary.problem_types[problem].domain if problem else None
        if domain != "research":
            scores[head.labels.index("negative")] = -np.inf
        return OPEN_ENDED.get(chosen["resolutions"] or "", head.labels[int(scores.argmax())])

    def _conditions(
        self,
        story: Story,
        roles: Floats,
        chosen: Mapping[str, str | None],
        known: Mapping[str, object],
    ) -> Conditions:
        leading = [ROLES[i] for i in roles.argmax(axis=1)]
        decisive = [s.text for s, role in zip(story.segments, leading, strict=True) if role in DECISIVE]
        given = known.get("stack")
        stack = tuple(map(str, given))[:MAX_STACK] if isinstance(given, list | tuple) else self._stack(story, roles)
        problem = chosen["problem_types"]
        versions = versions_of(decisive, self._finder) if problem == UPGRADED else {}
        told = [(role, segment.text) for role, segment in zip(leading, story.segments, strict=True)]
        domain = self._vocabulary.domain(problem) if problem else None
        stated = stated_conditions(told, domain, problem, chosen["symptoms"])
        stated |= {name: value for name in stated if isinstance(value := known.get(name), str)}
        return Conditions(stack=stack, versions=versions, **stated)

    def _refuted(
        self,
        axis: str,
        role: str,
        roles: Floats,
        alone: Mapping[str, Floats],
        chosen: Mapping[str, str | None],
        most: int,
    ) -> tuple[str, ...]:
        """Ids that the segments of a role speak of, by summed belief; runs of such segments speak of one thing."""
        share = roles[:, ROLES.index(role)]
        labels = tuple(self._vocabulary.axis(axis))  # type: ignore[arg-type]
        votes = np.zeros(len(labels), dtype=np.float32)
        least = self._model.meta["refuted"][role]
        for run in _runs(share > least["role"]):
            # Neighbouring segments repeat one another, so a run of n counts for the square root of n.
            belief = softmax(alone[axis][run].sum(axis=0) / np.sqrt(run.stop - run.start))
            votes = np.maximum(votes, belief)
        problem = chosen["problem_types"]
        domain = self._vocabulary.domain(problem) if problem else None
        terms = self._vocabulary.axis(axis)  # type: ignore[arg-type]
        votes *= np.array([terms[label].domain in {domain, "any"} for label in labels], dtype=np.float32)
        order = np.argsort(-votes, kind="stable")[: most + 1]
        best = [labels[i] for i in order if votes[i] >= least["belief"] and labels[i] != chosen[axis]]
        return tuple(sorted(best[:most]))


def told_terms(story: Story, roles: Floats, finder: TermFinder) -> dict[str, float]:
    """Terms by the summed probability that the segments they stand in tell cause or fix."""
    told = roles[:, [ROLES.index(role) for role in DECISIVE]].sum(axis=1)
    said: dict[str, float] = {}
    for segment, share in zip(story.segments, told, strict=True):
        if share < NEGLIGIBLE:
            continue
        for mention in finder.find(segment.text):
            said[mention.term] = said.get(mention.term, 0.0) + float(share)
    return said


def _runs(marked: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[slice]:
    """Stretches of marked places."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
