"""Plotly figures from core values, in the colours of the screens, each with the lens behind every bar of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.domain import OTHER_CATEGORIES, STEP_NAMES, Insight, Lens, LensKind, Side, Spread, Turn
from ui.chart_parts import CLICK, Chart, Lenses, Trace, bars, columns_figure, rows_figure, shown, value_axis
from ui.text import category_leaf, count
from ui.theme import Palette

LISTED, REMOVED = "In the list", "Left out"


def funnel(told: Insight, colours: Palette) -> Chart:
    """What is still in after each step, and beside it what left there; before the first step negative terms cut."""
    steps = [s for s in told.funnel if s.stage != "potential" or s.entered != s.left]
    gone = [told.cut if s.stage == "recalled" else s.entered - s.left for s in steps]
    names = [STEP_NAMES.get(s.stage, s.stage.capitalize()) for s in steps]
    most = max((s.left + g for s, g in zip(steps, gone, strict=True)), default=1)
    still = bars(
        [s.left for s in steps],
        "Still in",
        colours.listed,
        colours=colours,
        texts=[""] * len(steps),
        hover=[f"{n}: {count(s.left, 'product')} still in{CLICK}" for n, s in zip(names, steps, strict=True)],
    )
    why = ["cut by negative terms" if s.stage == "recalled" else "left here" for s in steps]
    left = bars(
        gone,
        "Left here",
        colours.removed,
        colours=colours,
        hatched=True,
        texts=[f"−{g:,}" if g else "" for g in gone],
        hover=[f"{n}: {count(g, 'product')} {w}{CLICK}" for n, g, w in zip(names, gone, why, strict=True)],
    )
    said = "; ".join(f"{n} {s.left:,}" for n, s in zip(names, steps, strict=True))
    # What is still in stands beside its name, where a short bar cannot hide it.
    told_names = [f"{n}  <b>{s.left:,}</b>" for n, s in zip(names, steps, strict=True)]
    return Chart(
        rows_figure([still, left], told_names, colours, most=most, stacked=True),
        (
            tuple(Lens("found", s.stage) if s.left else None for s in steps),
            tuple(Lens("left", s.stage) if g else None for s, g in zip(steps, gone, strict=True)),
        ),
        f"Products still in after each step: {said}.",
    )


def leavers(told: Insight, colours: Palette) -> Chart | None:
    """Why products left, in the order of the steps; None where nobody did."""
    rows = [("cut by a negative term", told.cut, Lens("left", "recalled"))] if told.cut else []
    rows += [(reason, n, Lens("left", s.stage, reason)) for s in told.funnel for reason, n in s.reasons]
    if not rows:
        return None
    gone = bars(
        [n for _, n, _ in rows],
        "Left",
        colours.removed,
        colours=colours,
        hatched=True,
        hover=[f"{shown(reason, 80)}: {count(n, 'product')}{CLICK}" for reason, n, _ in rows],
    )
    names = [shown(reason[:1].upper() + reason[1:]) for reason, _, _ in rows]
    return Chart(
        rows_figure([gone], names, colours, most=max(n for _, n, _ in rows)),
        (tuple(lens for _, _, lens in rows),),
        "Why products left: " + "; ".join(f"{reason} {n:,}" for reason, n, _ in rows) + ".",
    )


def columns(spread: Spread, kind: LensKind, colours: Palette, *, noun: str) -> Chart:
    """How the list and what was left out spread over standing bars, as shares of each side; the numbers are products.

    The season that is on today is marked.
    """
    short = [shown(b.label.replace(" to ", "–").replace(" and more", "+")) for b in spread.bins]
    names = [f"<b>{text}</b><br>now" if b.now else text for b, text in zip(spread.bins, short, strict=True)]
    traces, most = _sides(spread, colours, upright=True)
    now = [k for k, b in enumerate(spread.bins) if b.now]
    band = [
        {
            "type": "rect",
            "layer": "below",
            "xref": "x",
            "yref": "paper",
            "x0": k - 0.48,
            "x1": k + 0.48,
            "y0": 0,
            "y1": 1,
            "fillcolor": colours.band,
            "line": {"width": 0},
        }
        for k in now
    ]
    return Chart(
        columns_figure(traces, names, colours, most=most, shapes=band),
        _bar_lenses(spread, kind),
        _alt(spread, noun),
    )


def categories(spread: Spread, colours: Palette) -> Chart:
    """How the list and what was left out spread over the main categories, by their shortest telling names.

    All others together are left to words: as a bar they would dwarf the rest.
    """
    told = replace(spread, bins=tuple(b for b in spread.bins if b.label != OTHER_CATEGORIES))
    leaves = [category_leaf(b.label) for b in told.bins]
    last = [leaf.split(" › ")[-1] for leaf in leaves]
    names = [shown(short if last.count(short) == 1 else leaf, 34) for short, leaf in zip(last, leaves, strict=True)]
    traces, most = _sides(told, colours, upright=False, whole=spread)
    return Chart(rows_figure(traces, names, colours, most=most), _bar_lenses(told, "category"), _alt(told, "category"))


def _sides(
    spread: Spread, colours: Palette, *, upright: bool, whole: Spread | None = None
) -> tuple[list[Trace], float]:
    """The two sides as shares of what each knows, so that a short list compares with all that was left out."""
    everything = (spread if whole is None else whole).bins
    known = {"listed": sum(b.listed for b in everything), "removed": sum(b.removed for b in everything)}
    counts = {"listed": [b.listed for b in spread.bins], "removed": [b.removed for b in spread.bins]}
    traces, most = [], 0.0
    for side, name, colour in (("listed", LISTED, colours.listed), ("removed", REMOVED, colours.removed)):
        own = counts[side]
        shares = [n / max(known[side], 1) for n in own]
        most = max(most, *shares, 0.0)
        where = name[0].lower() + name[1:]
        hover = [
            f"{shown(b.label, 90)}: {count(n, 'product')} {where}, {100 * share:.0f} % of them{CLICK}"
            for b, n, share in zip(spread.bins, own, shares, strict=True)
        ]
        traces.append(
            bars(
                shares,
                name,
                colour,
                colours=colours,
                hatched=side == "removed",
                upright=upright,
                texts=[f"{n:,}" if n else "" for n in own],
                hover=hover,
            )
        )
    return traces, most


def _bar_lenses(spread: Spread, kind: LensKind) -> tuple[Lenses, ...]:
    listed: Side = "listed"
    removed: Side = "removed"
    return (
        tuple(Lens(kind, b.label, side=listed) if b.listed else None for b in spread.bins),
        tuple(Lens(kind, b.label, side=removed) if b.removed else None for b in spread.bins),
    )


def _alt(spread: Spread, noun: str) -> str:
    said = "; ".join(f"{b.label}: {b.listed:,} against {b.removed:,}" for b in spread.bins)
    return f"Products by {noun}, in the list against left out. {said}."


def turns(played: Sequence[Turn], colours: Palette, *, best: int) -> Chart:
    """The score of each turn on 0 to 10, the best one solid."""
    totals = [t.reward.total for t in played]
    score = bars(
        totals,
        "Score",
        colours.listed,
        colours=colours,
        upright=True,
        texts=[f"{total:.1f}" for total in totals],
        hover=[
            f"Turn {t.number}: {t.reward.total:.1f} of 10, {count(t.preview.count, 'product')} found<br>"
            f"{count(len(t.strategy.positive), 'term')} find, {len(t.strategy.negative)} cut"
            for t in played
        ],
    )
    score["marker"]["color"] = [colours.listed if t.number == best else colours.listed_soft for t in played]
    names = [f"<b>Turn {t.number}</b><br>best" if t.number == best else f"Turn {t.number}" for t in played]
    said = "; ".join(f"turn {t.number} {t.reward.total:.1f}" for t in played)
    return Chart(
        columns_figure([score], names, colours, most=10.0, bargap=0.55),
        ((),),
        f"Score of each turn on 0 to 10: {said}.",
    )


def parts(played: Sequence[Turn], colours: Palette) -> Chart:
    """What the score of each turn is made of, on 0 to 1."""
    told = (
        ("Fit to the theme", colours.listed, "solid", "circle", [t.reward.relevance for t in played]),
        ("Terms", colours.removed, "dash", "square", [t.reward.semantic for t in played]),
        ("Amount", colours.third, "dot", "diamond", [t.reward.quantity for t in played]),
    )
    traces: list[Trace] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": list(range(len(played))),
            "y": values,
            "name": name,
            "line": {"color": colour, "width": 2.5, "dash": dash},
            "marker": {"size": 10, "symbol": symbol, "color": colour},
            "cliponaxis": False,
            "hovertemplate": f"{name}: %{{y:.2f}}<extra></extra>",
        }
        for name, colour, dash, symbol, values in told
    ]
    figure = columns_figure(traces, [f"Turn {t.number}" for t in played], colours, most=1.0)
    figure["layout"]["yaxis"] = value_axis(
        colours, 1.0, room=1.05, visible=True, tickvals=[0, 0.5, 1], tickfont={"size": 12, "color": colours.quiet},
        showgrid=True, title={"text": ""}, showline=False, ticks="", ticklabelstandoff=4, automargin=True,
    )  # fmt: skip
    said = "; ".join(
        f"turn {t.number} fit {t.reward.relevance:.2f}, terms {t.reward.semantic:.2f}, amount {t.reward.quantity:.2f}"
        for t in played
    )
    return Chart(figure, (), f"What each turn's score is made of, on 0 to 1: {said}.")
