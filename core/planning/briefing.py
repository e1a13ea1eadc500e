"""What a language model is told, as text: the idea, the evidence, the catalogue, the turns so far, the last preview.

Everything that others wrote stands between the marks of `core.prompts.quoted`; numbers and headings are ours.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import urlsplit

from core.domain import Evidence, Filters, Intent, Preview, Research, Reward, Strategy, Turn
from core.planning.grounding import CatalogueFacts, cut_by, finds_of
from core.planning.vocabulary import Vocabulary
from core.prompts import quoted

PASSAGES = 24
"""Passages of a research that are shown at most."""

_PASSAGE, _ALL_PASSAGES = 500, 12_000  # characters
_FINDINGS = 12
_CUT = 6
_LONGEST_IDEA = 2_400


def intent_text(intent: Intent) -> str:
    """An intent line by line, only what is said."""
    lines = [("idea", " ".join(intent.text.split()))]
    said = {
        "wanted": intent.what,
        "for whom": intent.audience,
        "occasion": intent.occasion,
        "season": intent.season,
        "from": None if intent.dates is None else f"{intent.dates[0]:%d %B %Y} to {intent.dates[1]:%d %B %Y}",
        "every product must be": ", ".join(intent.must_have),
        "no product may be": ", ".join(intent.must_not),
        "language of the idea": "" if intent.locale.startswith("en") else intent.locale,
        "filtered apart": _filters_text(intent.filters),
    }
    lines.extend((name, value) for name, value in said.items() if value)
    return quoted("the operator", "\n".join(f"{name}: {value}" for name, value in lines), limit=_LONGEST_IDEA)


def _filters_text(filters: Filters) -> str:
    parts = []
    if filters.price is not None:
        low, high = filters.price
        parts.append(
            f"price {'' if low is None else f'from {low:g} '}{'' if high is None else f'up to {high:g}'}".strip()
        )
    if filters.category:
        parts.append("only in " + ", ".join(filters.category))
    if filters.in_stock:
        parts.append("in stock")
    return "; ".join(parts)


def evidence_text(research: Research | None) -> str:
    """The findings and passages of a research, each passage under the key by which a term cites it."""
    if research is None or not (research.evidence or research.findings):
        return "Nothing was researched."
    parts = []
    if research.findings:
        found = "\n".join(
            f"- {finding.text} [{', '.join(finding.evidence)}] search words: {', '.join(finding.terms[:8])}"
            for finding in research.findings[:_FINDINGS]
        )
        parts.append("Findings:\n" + quoted("research", found, limit=6_000))
    room = _ALL_PASSAGES
    for one in research.evidence[:PASSAGES]:
        text = one.text if len(one.text) <= _PASSAGE else one.text[:_PASSAGE] + " …"
        room -= len(text)
        if room < 0:
            break
        when = f", {one.when:%B %Y}" if one.when is not None else ""
        parts.append(f"{one.key} ({one.source}{when}):\n" + quoted(f"{one.source} {source_name(one)}", text))
    return "\n".join(parts)


def source_name(evidence: Evidence) -> str:
    """Where a passage is from, as an operator reads it: the title and the host of its address."""
    title = " ".join(evidence.title.split())[:80]
    host = (urlsplit(evidence.address).hostname or "") if "://" in evidence.address else ""
    page = f", page {evidence.page}" if evidence.page is not None else ""
    return f"{title}{page} ({host.removeprefix('www.')})" if host else f"{title}{page}"


def facts_text(facts: CatalogueFacts) -> str:
    """The catalogue's own words around the theme."""
    lines = []
    if facts.departments:
        lines.append("departments: " + ", ".join(f"{name} ({count:,})" for name, count in facts.departments))
    if facts.types:
        lines.append("types nearest to the idea: " + "; ".join(f"{path} ({count:,})" for path, count in facts.types))
    if facts.words:
        lines.append("words of products near the idea: " + ", ".join(facts.words))
    if facts.queries:
        lines.append("customers typed: " + ", ".join(facts.queries))
    if facts.prices is not None:
        low, middle, high = facts.prices
        lines.append(f"prices near the idea: half of them from {low:g} to {high:g} {facts.currency}, middle {middle:g}")
    text = "\n".join(lines) if lines else "It says nothing of itself."
    return f"{facts.products:,} products.\n" + quoted("the catalogue", text, limit=6_000)


def strategy_text(strategy: Strategy) -> str:
    """The terms in the wire format, without the filters, which are no matter of the terms."""
    return json.dumps(
        {"positiveSearch": list(strategy.positive), "negativeSearch": list(strategy.negative)}, ensure_ascii=False
    )


def turns_text(turns: Sequence[Turn]) -> str:
    """Every turn so far in a line: its reward, how many products, its terms."""
    lines = (
        f"turn {turn.number}: reward {turn.reward.total:.1f}, {turn.preview.count:,} products, "
        f"{strategy_text(turn.strategy)}"
        for turn in turns
    )
    return quoted("turns", "\n".join(lines), limit=8_000)


def preview_text(turn: Turn, about: str, *, vocabulary: Vocabulary) -> str:
    """TinyPreview's observation of a turn for the idea `about`: counts, what each term does, examples of its finds."""
    preview, reward, strategy = turn.preview, turn.reward, turn.strategy
    lines = [_count_line(preview), _reward_line(reward)]
    lines.extend(f"- {reason}" for reason in reward.reasons)
    for positive in preview.positives:
        fit = "" if positive.mean_relevance is None else f", mean cosine {positive.mean_relevance:.2f}"
        lines.append(f'+ "{positive.term}" finds {positive.matches:,}, {positive.exclusive:,} of them by itself{fit}')
    for negative in preview.negatives:
        verdict = {True: "worse than what stays", False: "better than what stays", None: "not compared"}
        lines.append(f'- "{negative.term}" takes out {negative.removed:,}, {verdict[negative.justified]}')
    kept = [f"{f.value} ({f.count:,})" for f in preview.facets if f.facet == "category" and f.value][:8]
    if kept:
        lines.append("mostly of the types: " + "; ".join(kept))
    for finds in finds_of(strategy, about, vocabulary=vocabulary):
        lines.append(f'examples for "{finds.term}": {_titles(finds.best)}')
        if finds.strange:
            lines.append(f"  least like the idea: {_titles(finds.strange)}")
    cut = cut_by(strategy, vocabulary=vocabulary, limit=_CUT)
    if cut:
        lines.append(f"examples of what was taken out: {_titles(cut)}")
    return quoted("the preview", "\n".join(lines), limit=9_000)


def _titles(titles: Sequence[str]) -> str:
    return " | ".join(title[:100].replace("|", "/") for title in titles) or "nothing"


def _count_line(preview: Preview) -> str:
    about = "" if preview.exact else f" (from {preview.low:,} to {preview.high:,})"
    return f"{preview.count:,} products{about} of {preview.population:,}"


def _reward_line(reward: Reward) -> str:
    return (
        f"reward {reward.total:.1f} of 10: semantic {reward.semantic:.2f}, relevance {reward.relevance:.2f}, "
        f"quantity {reward.quantity:.2f}"
    )
