"""Which columns of a file were understood as what, with their first values, to be changed by select boxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd
import streamlit as st

from core.pipeline import Inspection
from ui.components.catalogue_aside import aside
from ui.text import plain

MAIN = {
    "title": ("Title", "What the product is called. The one field that every product must have."),
    "product_id": ("Id", "Tells products apart, so that a later file can update them. Made from the text if missing."),
    "category": ("Category", "One column with a path, or several columns from the widest to the narrowest."),
    "brand": ("Brand", "Who makes it."),
    "price": ("Price", "The first of these columns that says anything counts; currencies are read from the value too."),
    "stock": ("Stock", "How many there are, or words such as “in stock”. Unknown stock counts as in stock."),
    "description": ("Description", "Texts that are joined. The plain search reads them; terms match title and facts."),
    "image": ("Picture", "An address or the picture's own bytes. A product without one gets a drawing."),
}
MORE = {
    "currency": ("Currency", "Of the price, where it stands in a column of its own."),
    "rating": ("Rating", "Stars or a percentage."),
    "rating_count": ("Number of ratings", "How many rated it."),
    "monthly_sales": ("Sold a month", "Makes what sells come first."),
    "margin": ("Margin", "What is earned, as a share of the price."),
    "cost": ("Cost", "What it costs the shop; the margin is made from it."),
    "launch_date": ("On sale since", "Makes new products known as such."),
    "group_id": ("Variant group", "The same for sizes and colours of one product, which then share one card."),
}
LABELS = {name: label for name, (label, _) in (MAIN | MORE).items()}
SEVERAL = ("category", "price", "description", "image")
HOW = {"name": "by its name", "content": "by its content: check it", "override": "your choice", "generated": ""}
_LONGEST = 36
_EMPTY = {"title": "Choose the column of titles", "product_id": "Made from the text"}

Remap = Callable[[str], None]


def mapping_editor(seen: Inspection, *, key: Callable[[str], str], on_change: Remap) -> None:
    """Draw one box for each field; `on_change` is called with the field whose box, at `key(field)`, was changed."""
    samples = {c.name: c.samples for c in seen.columns}
    how = {f.field: f.how for f in seen.mapping.fields}
    with st.container(border=True, key="mapping"):
        with st.grid(2, min_column_width=360, gap=("small", "medium")):
            for name, (label, text) in MAIN.items():
                _field(name, label, text, seen, samples, how, key=key, on_change=on_change)
        used = [LABELS[name] for name in MORE if seen.mapping.of(name)]
        more = st.expander(f"More fields: {', '.join(used) or 'none found'}", icon=":material/more_horiz:")
        with more, st.grid(2, min_column_width=360, gap=("small", "medium")):
            for name, (label, text) in MORE.items():
                _field(name, label, text, seen, samples, how, key=key, on_change=on_change)
        _other_columns(seen, samples)


def _field(
    name: str,
    label: str,
    text: str,
    seen: Inspection,
    samples: Mapping[str, tuple[str, ...]],
    how: Mapping[str, str],
    *,
    key: Callable[[str], str],
    on_change: Remap,
) -> None:
    chosen = list(seen.mapping.of(name))
    columns = [c.name for c in seen.columns]
    # The box shows what the mapping came to: an override elsewhere may have taken its column.
    with st.container(gap="xsmall", key=f"field_{name}"):
        if name in SEVERAL:
            st.session_state[key(name)] = chosen
            st.multiselect(
                label,
                columns,
                key=key(name),
                help=text,
                on_change=partial(on_change, name),
                placeholder="Not in this file",
                select_all=False,
            )
        else:
            st.session_state[key(name)] = chosen[0] if chosen else None
            st.selectbox(
                label,
                columns,
                index=None,
                key=key(name),
                help=text,
                on_change=partial(on_change, name),
                placeholder=_EMPTY.get(name, "Not in this file"),
            )
        if chosen:
            aside(_beside(chosen, samples, how.get(name, "")))


def _beside(chosen: list[str], samples: Mapping[str, tuple[str, ...]], how: str) -> str:
    """The first values of the columns of one field, and how they were found where that is not plain from the name."""
    shown = [" · ".join(plain(_cut(v)) for v in samples[c]) or "no value in the first rows" for c in chosen]
    words = shown if len(chosen) < 2 else [f"{plain(c)}: {v}" for c, v in zip(chosen, shown, strict=True)]
    tag = {"content": f":orange-badge[{HOW['content']}]", "override": f":blue-badge[{HOW['override']}]"}.get(how)
    return " ".join([" — ".join(words), *([tag] if tag else [])])


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _other_columns(seen: Inspection, samples: Mapping[str, tuple[str, ...]]) -> None:
    attributes, skipped = seen.mapping.attributes, seen.mapping.skipped
    if not attributes and not skipped:
        return
    head = f"Other columns: {len(attributes)} searchable, {len(skipped)} left out"
    with st.expander(head, icon=":material/sell:"):
        st.dataframe(
            pd.DataFrame(
                {
                    "column": [c for c, _ in (*attributes, *skipped)],
                    "use": [f"Searchable as “{n}”" for _, n in attributes] + [f"Left out: {why}" for _, why in skipped],
                    "samples": [" · ".join(samples.get(c, ())) for c, _ in (*attributes, *skipped)],
                }
            ),
            hide_index=True,
            key="other_columns",
            alt="What becomes of the other columns",
            column_config={
                "column": st.column_config.TextColumn("Column", width=180),
                "use": st.column_config.TextColumn("What becomes of it", width=300),
                "samples": st.column_config.TextColumn("First values", width="large"),
            },
        )
