"""Rules: what the judges may not overlook; switched, written, and tried on a query before they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import streamlit as st

from core import pipeline
from core.domain import GRADE_NAMES
from core.errors import RuleInvalid, ShelfcraftError
from core.pipeline import AtWork, ListedRule, TriedQuery
from core.services import Services
from ui import library_desk, resources
from ui import rules_desk as desk
from ui import search_desk as searching
from ui.components.catalogue_aside import aside
from ui.components.kept_fields import keep_fields
from ui.components.query_field import query_field
from ui.components.rule_form import rule_form
from ui.components.rule_history import history
from ui.components.rule_list import Pressed, RuleGroup, RuleRow, rule_list
from ui.components.rule_spoken import show_trial, spoken_drawer, trial_columns, trial_verdict
from ui.components.spoken_cards import SpokenCard
from ui.rules_desk import RuleKey
from ui.text import category_leaf, count, money, plain

PICTURES = 4


def page() -> None:
    """Draw the list of rules, or the fields of the one that the address names."""
    try:
        live = resources.services()
        chosen = desk.opened()
        if chosen is None:
            keep_fields("rule", of="", values=None, on_back=desk.take_back)
            _rules(live)
        else:
            _rule(live, chosen)
    except ShelfcraftError as error:
        st.error(plain(str(error)), icon=":material/error:")


def _rules(live: Services) -> None:
    said = desk.done()
    if said is not None:
        st.toast(plain(said), icon=":material/check:")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title("Rules", width="content", anchor=False)
        st.button(
            "Write a rule",
            key="rule_new",
            type="primary",
            icon=":material/add:",
            on_click=desk.open_rule,
            args=(desk.NEW,),
        )
    st.markdown("Where a rule speaks of a product, no judge may grade it better than the rule allows.")
    slot = st.container()
    query = query_field("See what they say about a search", placeholder="Type a search, and see what they say")
    if not query:
        _examples(live)
    listed = pipeline.list_rules(live)
    tried = None
    try:
        tried = desk.tried(live, query, listed) if query else None
    except ShelfcraftError as error:
        st.warning(plain(str(error)), icon=":material/search_off:")
    if tried is not None:
        st.markdown(_said_of(tried))
    pressed = rule_list(
        _groups(live, listed, tried, pipeline.rules_at_work(live) if tried is None else None),
        key=RuleKey.LIST,
        looked_at=0 if tried is None else len(tried.products),
        drawing=desk.drawing(),
    )
    if pressed is not None:
        _press(live, pressed, listed, tried)
    with slot:
        _notes(live)
    history(pipeline.rule_history(live), {one.rule.id: one.rule.name for one in listed})


def _examples(live: Services) -> None:
    """Searches to try the rules on, one press each."""
    found = [one.query for one in searching.examples(live, pipeline.catalogue_version(live))]
    st.pills(
        "Searches to try",
        found,
        key=RuleKey.EXAMPLE,
        label_visibility="collapsed",
        on_change=desk.take_example,
    )


def _said_of(tried: TriedQuery) -> str:
    """How far the rules in force or not speak of a tried query, as Markdown."""
    spoken = {one.product_id for told in tried.spoken.values() for one in told}
    rules = sum(bool(told) for told in tried.spoken.values())
    looked = count(len(tried.products), "product")
    if not spoken:
        return f"No rule speaks of the first {looked} that words and meaning find for “{plain(tried.query)}”."
    return (
        f"{count(rules, 'rule speaks', 'rules speak')} of **{len(spoken):,}** of the first {looked} that words and "
        f"meaning find for “{plain(tried.query)}”."
    )


def _notes(live: Services) -> None:
    """What went wrong, and what was removed and can be put back."""
    complaint, gone = desk.trouble(), desk.removed()
    if complaint is not None:
        st.warning(plain(complaint), icon=":material/sync_problem:")
    if gone is not None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="rules_removed_bar"):
            st.markdown(f":material/delete: “{plain(gone.name)}” is removed.", width="content")
            st.button("Put it back", key="rule_back", icon=":material/undo:", on_click=desk.put_back, args=(live,))
            st.button("Fine", key="rule_fine", type="tertiary", on_click=desk.forget_removed)


def _press(live: Services, pressed: Pressed, listed: tuple[ListedRule, ...], tried: TriedQuery | None) -> None:
    if pressed.act != "look":
        desk.press(live, pressed)
        st.rerun()
    held = next((one for one in listed if one.rule.id == pressed.rule_id), None)
    if held is None or tried is None:
        return
    spoken = tried.spoken.get(pressed.rule_id, ())
    found = pipeline.products(live, [one.product_id for one in spoken])
    pictures = resources.picture_addresses(live, found.values())
    cards = [
        SpokenCard(
            found[one.product_id].title,
            one.sentence,
            one.rank,
            money(found[one.product_id].price, found[one.product_id].currency),
            category_leaf(found[one.product_id].category),
            pictures.get(one.product_id, ()),
        )
        for one in spoken
        if one.product_id in found
    ]
    spoken_drawer(held.rule, tried.query, cards, looked_at=len(tried.products))


def _groups(
    live: Services, listed: tuple[ListedRule, ...], tried: TriedQuery | None, at_work: AtWork | None
) -> list[RuleGroup]:
    first = [] if tried is None else [one.product_id for told in tried.spoken.values() for one in told[:PICTURES]]
    found = pipeline.products(live, dict.fromkeys(first)) if first else {}
    pictures = resources.picture_addresses(live, found.values())

    def row(held: ListedRule) -> RuleRow:
        spoken = None if tried is None else tried.spoken.get(held.rule.id, ())
        shown = [one.product_id for one in spoken or () if one.product_id in found][:PICTURES]
        ago, exact = ("", "") if held.changed_at is None else library_desk.ago(held.changed_at)
        done = "written" if held.rule.own else "switched"
        return RuleRow(
            id=held.rule.id,
            name=held.rule.name,
            sentence=held.broken or desk.sentence_of(held.rule),
            best=held.rule.best,
            best_name=GRADE_NAMES[held.rule.best] + (", and in no list" if held.rule.keeps_out else ""),
            on=held.rule.enabled,
            own=held.rule.own,
            scope=desk.scope_of(held.rule),
            who=f"{done} by {held.changed_by} {ago}" if held.changed_by else "",
            when=exact,
            example=spoken[0].sentence if spoken else "",
            spoke=None if spoken is None else len(spoken),
            out=_out(at_work, held.rule.name),
            pictures=tuple((found[name].title, pictures.get(name, ())) for name in shown),
            seen=held.seen,
        )

    own = _speaking_first(row(one) for one in listed if one.rule.own)
    shipped = _speaking_first(row(one) for one in listed if not one.rule.own)
    off = sum(not one.on for one in shipped)
    note = count(len(shipped), "rule") + (f", {off} off" if off else "")
    empty = "None yet. Write one for what only your shop knows, such as “no plastic for picnics”."
    return [
        RuleGroup("Your own", count(len(own), "rule") if own else empty, own),
        RuleGroup("Shipped with Shelfcraft", note, shipped),
    ]


def _out(at_work: AtWork | None, name: str) -> str:
    """What a rule did in the lists that were changed last, "" where there are none or it did nothing."""
    many = 0 if at_work is None else at_work.out.get(name, 0)
    if at_work is None or not many:
        return ""
    return f"kept {many:,} out of the last {count(at_work.lists, 'list')}"


def _speaking_first(rows: Iterable[RuleRow]) -> tuple[RuleRow, ...]:
    return tuple(sorted(rows, key=lambda row: not row.spoke))


def _rule(live: Services, chosen: str) -> None:
    listed = pipeline.list_rules(live)
    held = next((one for one in listed if one.rule.id == chosen and one.rule.own), None)
    if held is None and chosen != desk.NEW:
        st.warning("There is no rule of that name here; it may have been removed meanwhile.", icon=":material/search:")
        st.button("Show all rules", key="rule_all", icon=":material/arrow_back:", on_click=desk.close)
        return
    desk.fill(chosen, held)
    keep_fields("rule", of=chosen, values=desk.unsaved(), on_back=desk.take_back)
    taken = [one.rule.id for one in listed]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title("Write a rule" if held is None else plain(held.rule.name), width="content", anchor=False)
        st.button("All rules", key="rule_all", icon=":material/arrow_back:", type="tertiary", on_click=desk.close)
    left, right = st.columns([5, 8], gap="large")
    with right:
        st.markdown("Try it on a search before you keep it")
        query = query_field("A search to try it on", placeholder="For example: water bottle")
        _trial(live, chosen, taken, query)
    with left:
        rule_form(
            on_save=partial(desk.save, live, chosen, taken),
            on_cancel=desk.close,
            on_anew=None if held is None else partial(desk.open_rule, chosen),
            trouble=desk.trouble(),
        )


def _trial(live: Services, chosen: str, taken: list[str], query: str) -> None:
    try:
        rule = desk.typed(chosen, taken, unnamed="This rule")
    except RuleInvalid as error:
        aside(plain(str(error)) if desk.begun() else "Say which words products say; then you see here what it does.")
        return
    if not query:
        aside("Type a search above to see which of its products the rule would speak of.")
        return
    try:
        tried = pipeline.try_rule(live, query, rule)
    except ShelfcraftError as error:
        st.warning(plain(str(error)), icon=":material/search_off:")
        return
    st.markdown(trial_verdict(tried, best=rule.best))
    places = (*tried.before[:12], *tried.after[:12])
    found = pipeline.products(live, dict.fromkeys(one.product_id for one in places))
    shown = searching.shown(live, found)
    columns = trial_columns(tried, found, shown, name=rule.name)
    show_trial(tried, columns, shown, key=RuleKey.TRIAL)


page()
