"""Candidate terms mined from the catalogue's own words around a theme, each with the rows that it would recall."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.planning.associations import RESEARCH, Hint
from core.planning.facets import GENERIC, Theme, audiences_of
from core.planning.lexicon import Lexicon, category_phrases, chunks
from core.planning.relevance import Relevance
from core.planning.vocabulary import Floats, Mask, Rows, Vocabulary
from core.text import STOP_WORDS, stem, tokens, words

_AROUND = 400  # products near the theme whose words are read
_PER_THING = 6  # products a suggested thing brings in, so that a type far from the theme's vector is read too
_SHORTLIST = 110  # candidates that are encoded and matched
_QUERIES = 12  # customers' queries near the theme
_MAX_WORDS = 3
_STEEP = 3
_CALLED = 5  # so many products say all of a theme's words: it is what they are called

# Words that end no good term: numbers of things, sizes, units, colours and other praise.
WEAK = frozenset(
    "pack packs piece pieces pcs pc set sets size sizes inch inches oz lb lbs ml cm mm ft small medium large xl xxl "
    "black white red blue green pink grey gray brown yellow purple navy beige silver gold orange multi "
    "new best premium quality great perfect free type style color colour design model made use up other one two "
    "assorted count unisex adult adults women men boys girls kids other others misc general care home casual print "
    "printed spring summer winter fall".split()
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """`source` says where the words come from: `title`, `category`, `customers`, `theme`, `suggestion`, `research`.

    `seen` is how many products near the theme say it, or how often customers typed it.
    """

    text: str
    key: frozenset[str]
    source: str
    seen: int


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidates with `match` and `strength` (candidates, size), `cosine` to the theme, and net `worth`.

    `precision` is the share of its matches that fit the theme.
    """

    candidates: tuple[Candidate, ...]
    match: Mask
    strength: Floats
    cosine: Floats
    worth: Floats
    mean_fit: Floats
    precision: Floats


def mine(theme: Theme, hints: Sequence[Hint], relevance: Relevance, *, vocabulary: Vocabulary, passing: Mask) -> Pool:
    """The best candidates for a theme, weighed by what they would recall of the products that pass the filters."""
    lexicon = vocabulary.lexicon
    found: dict[frozenset[str], Candidate] = {}
    for candidate in (
        *_customers(theme, vocabulary),
        *_own_words(theme, lexicon),
        *_suggested(hints, lexicon),
        *_phrases(theme, relevance, lexicon),
    ):
        if candidate.key and not candidate.key <= {stem(u) for u in theme.unwanted}:
            found.setdefault(candidate.key, candidate)
    shortlist = _shorten(list(found.values()), relevance, lexicon)
    composed = _composed(theme, shortlist, found.keys(), relevance, lexicon)
    return weigh_candidates([*shortlist, *composed], theme, relevance, vocabulary=vocabulary, passing=passing)


def weigh_candidates(
    candidates: Sequence[Candidate], theme: Theme, relevance: Relevance, *, vocabulary: Vocabulary, passing: Mask
) -> Pool:
    """Match each candidate and add up the gain of what it recalls; those that recall nothing are left out."""
    if not candidates:
        empty = np.zeros(0, dtype=np.float32)
        nothing = np.zeros((0, vocabulary.size), dtype=np.float32)
        return Pool((), nothing > 0, nothing, empty, empty, empty, empty)
    strength = vocabulary.strengths([c.text for c in candidates]) * passing
    match = strength > 0
    # Steep, so that the name of a thing counts for more than a word that half of the shelf has in common.
    strength = strength**_STEEP
    counts = match.sum(axis=1)
    kept = np.flatnonzero(counts)
    match, strength = match[kept], strength[kept]
    vectors = vocabulary.encode([theme.text, *(candidates[i].text for i in kept.tolist())])
    worth = match.astype(np.float32) @ relevance.gain
    mean = (match.astype(np.float32) @ relevance.fit) / np.maximum(counts[kept], 1)
    return Pool(
        tuple(candidates[i] for i in kept.tolist()),
        match,
        strength,
        (vectors[1:] @ vectors[0]).astype(np.float32),
        worth.astype(np.float32),
        mean.astype(np.float32),
        ((match & (relevance.gain > 0)).sum(axis=1) / counts[kept]).astype(np.float32),
    )


def _customers(theme: Theme, vocabulary: Vocabulary) -> list[Candidate]:
    """The customers' queries that are nearest to the theme and short enough to be terms."""
    log = [(q, n) for q, n in vocabulary.query_log if 1 <= len(tokens(q)) <= 4]
    if not log:
        return []
    queries = [q for q, _ in log]
    facets = [theme.text, *theme.facets]
    cosines = (vocabulary.encode(facets) @ vocabulary.encode(queries).T).max(axis=0)
    order = np.argsort(-cosines, kind="stable")[:_QUERIES]
    floor = vocabulary.thresholds.match
    return [
        Candidate(" ".join(words(queries[i])), frozenset(tokens(queries[i])), "customers", log[i][1])
        for i in order
        if cosines[i] >= floor
    ]


def _own_words(theme: Theme, lexicon: Lexicon) -> list[Candidate]:
    found = []
    for text in (*theme.facets, " ".join(theme.content)):
        key = frozenset(tokens(text))
        if 0 < len(key) <= 3 and all(w not in WEAK for w in words(text)) and lexicon.holding(key).size:
            found.append(Candidate(text, key, "theme", int(lexicon.holding(key).size)))
    return found


def full_name(theme: Theme, relevance: Relevance, lexicon: Lexicon) -> Candidate | None:
    """All that the theme says, for whom first ("men casual shoes"), where products say it and fit; None for nothing."""
    text = " ".join(sorted((w.removesuffix("'s") for w in theme.content), key=lambda w: not audiences_of(w)))
    key = frozenset(tokens(text))
    rows = lexicon.holding(key)
    if len(key) < 2 or rows.size < _CALLED or (relevance.gain[rows] > 0).mean() < 0.5:
        return None
    return Candidate(text, key, "theme", int(rows.size))


def _suggested(hints: Sequence[Hint], lexicon: Lexicon) -> list[Candidate]:
    things = {
        thing: "research" if hint.association.name == RESEARCH else "suggestion"
        for hint in reversed(hints)
        if hint.weight > 0.5
        for thing in hint.association.things
    }
    # A thing of which no word is in the catalogue could only be matched by accident.
    return [
        Candidate(t, frozenset(tokens(t)), source, int(lexicon.holding(set(tokens(t))).size))
        for t, source in things.items()
        if any(lexicon.frequency(token) for token in tokens(t))
    ]


def _phrases(theme: Theme, relevance: Relevance, lexicon: Lexicon) -> list[Candidate]:
    """Phrases of one to three words that several products near the theme share, and the names of their categories."""
    near = [int(i) for i in np.argsort(-relevance.fit, kind="stable")[:_AROUND] if relevance.gain[i] > 0]
    asked = set(tokens(theme.text))
    counts: Counter[frozenset[str]] = Counter()
    surfaces: dict[frozenset[str], Counter[str]] = defaultdict(Counter)
    sources: dict[frozenset[str], str] = {}
    for row in near:
        seen = set[frozenset[str]]()
        for phrase, source in _row_phrases(row, lexicon):
            key = frozenset(stem(w) for w in phrase)
            surfaces[key][" ".join(phrase)] += 1
            if source == "category":
                sources[key] = source
            seen.add(key)
        counts.update(seen)
    found = []
    for key, count in counts.items():
        text = max(sorted(surfaces[key]), key=surfaces[key].__getitem__)
        source = sources.get(key, "title")
        if count >= 2 and _is_term(text.split(), lexicon, asked):
            found.append(Candidate(text, key, source, count))
    return found


def _row_phrases(row: int, lexicon: Lexicon) -> Iterable[tuple[tuple[str, ...], str]]:
    texts = lexicon.texts
    for chunk in chunks(texts.titles[row]):
        for size in range(1, _MAX_WORDS + 1):
            for start in range(len(chunk) - size + 1):
                yield chunk[start : start + size], "title"
    for phrase in category_phrases(texts.categories[row])[:2]:
        if len(phrase) <= _MAX_WORDS:
            yield phrase, "category"


def _is_term(phrase: Sequence[str], lexicon: Lexicon, asked: set[str]) -> bool:
    """Whether shoppers would say it: it ends in the name of a thing, and neither a maker nor a bare colour is in it."""
    last = phrase[-1]
    if len(last) < 3 or last in WEAK or last in GENERIC or stem(last) not in lexicon.heads:
        return False
    if any(len(w) < 2 or w in STOP_WORDS for w in phrase) or len(set(map(stem, phrase))) < len(phrase):
        return False
    if any((w in WEAK or w in GENERIC) and stem(w) not in asked for w in phrase[:-1]):
        return False
    return not any((stem(w) in lexicon.brands or stem(w) in lexicon.names) and stem(w) not in asked for w in phrase)


def _lexical_worth(candidate: Candidate, relevance: Relevance, lexicon: Lexicon) -> float:
    rows = lexicon.holding(candidate.key)
    gain = relevance.gain[rows]
    return float(np.where(gain > 0, gain, 0.5 * gain).sum())


def _shorten(candidates: list[Candidate], relevance: Relevance, lexicon: Lexicon) -> list[Candidate]:
    """Those from the theme, the customers and the associations, and the mined ones of most lexical worth."""
    given = [c for c in candidates if c.source in {"theme", "customers", "suggestion", "research"}]
    mined = [c for c in candidates if c.source in {"title", "category"}]
    worth = {c.key: _lexical_worth(c, relevance, lexicon) for c in mined}
    mined.sort(key=lambda c: (-worth[c.key], c.text))
    return [*given, *mined[: max(_SHORTLIST - len(given), 40)]]


def _composed(
    theme: Theme,
    shortlist: Sequence[Candidate],
    taken: Iterable[frozenset[str]],
    relevance: Relevance,
    lexicon: Lexicon,
) -> list[Candidate]:
    """Types narrowed by a word of the theme ("kids" + "sleeping bag"), where products say both."""
    known = set(taken)
    found: list[Candidate] = []
    for word in theme.content:
        mark = stem(word)
        if not lexicon.frequency(mark):
            continue
        for candidate in shortlist:
            key = candidate.key | {mark}
            bare = len(candidate.key) == 1 and candidate.source in {"title", "category"}
            if bare or len(candidate.key) > 2 or mark in candidate.key or key in known:
                continue
            rows = lexicon.holding(key)
            text = f"{word.removesuffix(chr(39) + 's')} {candidate.text}"
            # For whom a thing is may stand before any thing; other words only where the catalogue says it so.
            said = bool(audiences_of(word)) or _said(text, rows, lexicon)
            if rows.size >= 3 and said and float(relevance.gain[rows].mean()) > 0:
                known.add(key)
                found.append(Candidate(text, key, candidate.source, int(rows.size)))
    found.sort(key=lambda c: (-_lexical_worth(c, relevance, lexicon), c.text))
    return found[:30]


def _said(text: str, rows: Rows, lexicon: Lexicon) -> bool:
    """Whether at least two of the rows' titles hold the words in this order."""
    phrase = f" {' '.join(words(text))} "
    return sum(phrase in f" {' '.join(words(lexicon.texts.titles[row]))} " for row in rows[:200]) >= 2
