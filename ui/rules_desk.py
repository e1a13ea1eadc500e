"""What lies on the desk of the rules page: keys, the rule that is edited, and what every press does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, cast

import streamlit as st

from core import pipeline
from core.domain import Grade
from core.errors import ShelfcraftError, StoreConflict
from core.pipeline import ListedRule, Rule, TriedQuery
from core.services import Services
from ui.components.query_field import set_query
from ui.components.rule_list import Pressed

NEW = "new"
"""What the address names while a rule is written that is not kept yet."""


class RuleKey(StrEnum):
    """Keys of `st.session_state` on this page; widgets have theirs here too."""

    LIST = "rules_list"
    FILLED = "rules_filled"
    SEEN = "rules_seen"
    ON = "rules_on"
    NAME = "rule_name"
    SCOPE = "rule_scope"
    WHEN = "rule_when"
    FOUND = "rule_found"
    WORDS = "rule_words"
    WHERE = "rule_where"
    BEST = "rule_best"
    SENTENCE = "rule_sentence"
    TRIAL = "rule_trial"
    EXAMPLE = "rules_example"
    ERROR = "rules_error"
    DONE = "rules_done"
    REMOVED = "rules_removed"
    DRAWING = "rules_drawing"
    TRIED = "rules_tried"


class RuleParam(StrEnum):
    """Query parameters of this page, beside the one of the shared query field."""

    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Tried:
    """The query that was tried last in this session, with what it depends on."""

    of: tuple[Any, ...]
    found: TriedQuery


LONGEST_NAME, LONGEST_SENTENCE = 80, 300

PLACES: Mapping[str, str] = {
    "anywhere": "anywhere",
    "title": "in the title",
    "category": "in the category",
    "attributes": "in title, category or attributes",
    "description": "in the description",
}
"""Where a rule looks, as it is told."""

EMPTY: Mapping[RuleKey, Any] = {
    RuleKey.NAME: "",
    RuleKey.SCOPE: "always",
    RuleKey.WHEN: [],
    RuleKey.FOUND: "says",
    RuleKey.WORDS: [],
    RuleKey.WHERE: "anywhere",
    RuleKey.BEST: 2,
    RuleKey.SENTENCE: "",
}
"""What the fields of a new rule hold."""


def opened() -> str | None:
    """The id of the rule that the address names, `NEW` for one that is written, None for the list."""
    return st.query_params.get(RuleParam.RULE)


def open_rule(rule_id: str) -> None:
    """Show one rule's fields, as it is kept now."""
    complain(None)
    st.session_state[RuleKey.FILLED] = None
    st.query_params[RuleParam.RULE] = rule_id


def close() -> None:
    """Go back to the list; what was typed and not saved is let go."""
    complain(None)
    st.session_state[RuleKey.FILLED] = None
    st.query_params.pop(RuleParam.RULE, None)


def fill(rule_id: str, held: ListedRule | None) -> None:
    """Have the fields hold a rule, once for each time that it is opened; None for a new one."""
    if st.session_state.get(RuleKey.FILLED) == rule_id:
        return
    values = EMPTY if held is None else fields_of(held.rule)
    for key, value in values.items():
        st.session_state[key] = value
    st.session_state[RuleKey.SEEN] = None if held is None else held.seen
    st.session_state[RuleKey.ON] = held is None or held.rule.enabled
    st.session_state[RuleKey.FILLED] = rule_id


def fields_of(rule: Rule) -> dict[RuleKey, Any]:
    """What the fields hold of a rule. A sentence that was made for it shows as none, and so follows its words."""
    made = pipeline.own_sentence(rule.check, rule.words, rule.when)
    return {
        RuleKey.NAME: rule.name,
        RuleKey.SCOPE: "when" if rule.when else "always",
        RuleKey.WHEN: list(rule.when),
        RuleKey.FOUND: rule.check,
        RuleKey.WORDS: list(rule.words),
        RuleKey.WHERE: rule.where,
        RuleKey.BEST: rule.best,
        RuleKey.SENTENCE: "" if rule.sentence == made else rule.sentence,
    }


def unsaved() -> dict[str, Any]:
    """What the fields hold, with the change that they were filled from, as plain values."""
    return {key.value: st.session_state.get(key) for key in (*EMPTY, RuleKey.SEEN)}


def take_back(raw: Mapping[str, Any]) -> None:
    """Have the fields hold what the browser kept of them; a value that no field could hold is left out."""
    fits: Mapping[RuleKey, Callable[[Any], bool]] = {
        RuleKey.NAME: lambda one: isinstance(one, str) and len(one) <= LONGEST_NAME,
        RuleKey.SENTENCE: lambda one: isinstance(one, str) and len(one) <= LONGEST_SENTENCE,
        RuleKey.SCOPE: lambda one: one in ("always", "when"),
        RuleKey.FOUND: lambda one: one in ("says", "lacks"),
        RuleKey.WHERE: lambda one: one in tuple(PLACES),
        RuleKey.BEST: lambda one: one in (1, 2, 3),
        RuleKey.WHEN: _texts,
        RuleKey.WORDS: _texts,
        RuleKey.SEEN: lambda one: one is None or isinstance(one, int),
    }
    for key, fit in fits.items():
        value = raw.get(key.value)
        if key.value in raw and fit(value):
            st.session_state[key] = value


def _texts(raw: Any) -> bool:
    return isinstance(raw, list) and all(isinstance(one, str) for one in raw)


def begun() -> bool:
    """Whether any word was typed that the rule looks for."""
    return bool(st.session_state.get(RuleKey.WORDS))


def typed(rule_id: str, taken: Sequence[str], *, unnamed: str = "") -> Rule:
    """The rule that the fields hold; raises `RuleInvalid` for what is missing. `unnamed` stands in for a name."""
    held = st.session_state
    when = held.get(RuleKey.WHEN) or [] if held.get(RuleKey.SCOPE) == "when" else []
    return pipeline.own_rule(
        (held.get(RuleKey.NAME) or "").strip() or unnamed,
        found=held.get(RuleKey.FOUND) or "says",
        words=held.get(RuleKey.WORDS) or [],
        where=held.get(RuleKey.WHERE) or "anywhere",
        best=cast(Grade, held.get(RuleKey.BEST) or 2),
        when=when,
        sentence=held.get(RuleKey.SENTENCE) or "",
        rule_id="" if rule_id == NEW else rule_id,
        taken=taken,
    )


def save(live: Services, rule_id: str, taken: Sequence[str]) -> None:
    """Keep what is typed; where that cannot be, it stays as it is, with the reason."""
    complain(None)
    try:
        rule = typed(rule_id, taken)
        if st.session_state.get(RuleKey.SCOPE) == "when" and not rule.when:
            st.session_state[RuleKey.ERROR] = "Say which words a search has to say, or choose “Every search”."
            return
        # Writing anew what is switched off does not switch it on.
        on = bool(st.session_state.get(RuleKey.ON, True))
        kept = pipeline.save_rule(live, replace(rule, enabled=on), seen=st.session_state.get(RuleKey.SEEN))
    except ShelfcraftError as error:
        complain(error)
        return
    close()
    st.session_state[RuleKey.DONE] = f"“{kept.rule.name}” is kept" + (
        " and in force from now on." if kept.rule.enabled else "; it is still switched off."
    )


def press(live: Services, pressed: Pressed) -> None:
    """Do what was pressed on a rule of the list, apart from looking at what it speaks of."""
    complain(None)
    st.session_state[RuleKey.DRAWING] = drawing() + 1
    try:
        if pressed.act == "edit":
            open_rule(pressed.rule_id)
        elif pressed.act in ("on", "off"):
            _switch(live, pressed)
        elif pressed.act == "remove" and pressed.seen is not None:
            gone = pipeline.remove_rule(live, pressed.rule_id, seen=pressed.seen)
            st.session_state[RuleKey.REMOVED] = gone.rule
    except ShelfcraftError as error:
        complain(error)


def _switch(live: Services, pressed: Pressed) -> None:
    on = pressed.act == "on"
    try:
        kept = pipeline.switch_rule(live, pressed.rule_id, on, seen=pressed.seen)
    except StoreConflict:
        # The same press told twice, or another tab that wanted the same: nothing to complain of.
        if pipeline.find_rule(live, pressed.rule_id).rule.enabled != on:
            raise
    else:
        st.session_state[RuleKey.DONE] = f"“{kept.rule.name}” is {'in force again' if on else 'switched off'}."


def put_back(live: Services) -> None:
    """Keep again the rule that was removed last."""
    complain(None)
    rule = st.session_state.get(RuleKey.REMOVED)
    if not isinstance(rule, Rule):
        return
    try:
        pipeline.save_rule(live, rule, seen=None)
    except ShelfcraftError as error:
        complain(error)
        return
    st.session_state[RuleKey.REMOVED] = None
    st.session_state[RuleKey.DONE] = f"“{rule.name}” is back."


def removed() -> Rule | None:
    """The rule that was removed last in this session and can be put back."""
    found = st.session_state.get(RuleKey.REMOVED)
    return found if isinstance(found, Rule) else None


def forget_removed() -> None:
    """Offer no longer to put back what was removed."""
    st.session_state[RuleKey.REMOVED] = None


def take_example() -> None:
    """Put the search that was pressed into the field."""
    picked = st.session_state.get(RuleKey.EXAMPLE)
    if isinstance(picked, str):
        set_query(picked)


def sentence_of(rule: Rule) -> str:
    """A rule's sentence for the list; "" for one that only repeats what `scope_of` says."""
    made = rule.own and rule.sentence == pipeline.own_sentence(rule.check, rule.words, rule.when)
    return "" if made else rule.sentence


def scope_of(rule: Rule) -> str:
    """What an own rule looks at, in words; "" for a shipped one, whose sentence says it."""
    if not rule.own or not rule.words:
        return ""
    verb = "say" if rule.check == "says" else "do not say"
    told = f"Products that {verb} {_listed(rule.words)} {PLACES[rule.where]}"
    return f"{told}, in searches that say {_listed(rule.when)}" if rule.when else f"{told}, in every search"


def _listed(words: Sequence[str]) -> str:
    return " or ".join(f"“{word}”" for word in words[:6]) + (" …" if len(words) > 6 else "")


def tried(live: Services, query: str, listed: Sequence[ListedRule]) -> TriedQuery:
    """What the rules say of a query; a switch changes nothing of it, so that it is asked anew for other rules only."""
    rules = tuple(replace(one.rule, enabled=True) for one in listed if not one.broken)
    of = (query, pipeline.catalogue_version(live), rules)
    held = st.session_state.get(RuleKey.TRIED)
    if not isinstance(held, Tried) or held.of != of:
        held = Tried(of, pipeline.try_rules(live, query, rules))
        st.session_state[RuleKey.TRIED] = held
    return held.found


def drawing() -> int:
    """How often a press was handled in this session."""
    return int(st.session_state.get(RuleKey.DRAWING) or 0)


def complain(error: ShelfcraftError | None) -> None:
    """Keep the sentence of an error until the next thing is done."""
    st.session_state[RuleKey.ERROR] = None if error is None else str(error)


def trouble() -> str | None:
    """The sentence that is kept, None where there is none."""
    said = st.session_state.get(RuleKey.ERROR)
    return said if isinstance(said, str) else None


def done() -> str | None:
    """What was done in the run of the page before, once."""
    said = st.session_state.pop(RuleKey.DONE, None)
    return said if isinstance(said, str) else None
