"""What terms do, as figures: what each finds alone and with others, what each cuts, which find the same products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.domain import Combination, Insight, Lens, LensKind, term_list
from ui.chart_parts import CLICK, Chart, Figure, Lenses, Trace, bars, layout, name_axis, rows_figure, shown, value_axis
from ui.text import count
from ui.theme import Palette

MOST_TERMS, MOST_CUTS = 24, 12
"""So many terms of each sign are drawn, those that do most."""

_DOT = 9
_DOT_ROW = 24
_TOP = 150


def drawn(told: Insight) -> Insight:
    """With the terms of each sign that do most, in their own order; a chart of hundreds says nothing at a glance."""
    most = {t.term for t in sorted(told.terms, key=lambda t: -t.finds)[:MOST_TERMS]}
    cuts = {c.term for c in sorted(told.cuts, key=lambda c: -c.cuts)[:MOST_CUTS]}
    return replace(
        told,
        terms=tuple(t for t in told.terms if t.term in most),
        cuts=tuple(c for c in told.cuts if c.term in cuts),
    )


def terms(told: Insight, colours: Palette) -> Chart:
    """What each term finds alone and with others, and what each negative one cuts, of those that do most."""
    told = drawn(told)
    names = [shown(t.term) for t in told.terms] + [f"− {shown(c.term)}" for c in told.cuts]
    totals = [t.finds for t in told.terms] + [c.cuts for c in told.cuts]
    halves: tuple[tuple[LensKind, str, str, list[int]], ...] = (
        ("alone", "Found by it alone", colours.listed, [t.alone for t in told.terms]),
        ("shared", "Found by others too", colours.listed_soft, [t.finds - t.alone for t in told.terms]),
        ("cuts_alone", "Cut by it alone", colours.removed, [c.alone for c in told.cuts]),
        ("cuts_shared", "Cut by others too", colours.removed_soft, [c.cuts - c.alone for c in told.cuts]),
    )
    series = [_part(told, colours, *half) for half in halves if any(half[3])]
    finds: Lenses = tuple(Lens("finds", t.term) if t.finds else None for t in told.terms)
    all_cuts: Lenses = tuple(Lens("cuts", c.term) if c.cuts else None for c in told.cuts)
    said = [f"{t.term} finds {t.finds:,}, {t.alone:,} alone" for t in told.terms]
    said += [f"{c.term} cuts {c.cuts:,}" for c in told.cuts]
    return Chart(
        rows_figure(
            [*(trace for trace, _ in series), _totals(totals, colours)],
            names,
            colours,
            most=max(totals, default=1),
            stacked=True,
        ),
        (*(lenses for _, lenses in series), (*finds, *all_cuts)),
        f"What each term does: {'; '.join(said)}.",
    )


def _part(
    told: Insight, colours: Palette, kind: LensKind, name: str, colour: str, values: Sequence[int]
) -> tuple[Trace, Lenses]:
    """One half of the bars of one sign, blank at the terms of the other."""
    negative = kind.startswith("cuts")
    own = [c.term for c in told.cuts] if negative else [t.term for t in told.terms]
    before, after = (len(told.terms), 0) if negative else (0, len(told.cuts))
    does = name[0].lower() + name[1:]
    hover = [f"“{shown(t, 60)}”: {count(v, 'product')} {does}{CLICK}" for t, v in zip(own, values, strict=True)]
    trace = bars(
        [0] * before + list(values) + [0] * after,
        name,
        colour,
        colours=colours,
        hatched=negative,
        texts=[""] * (before + len(own) + after),
        hover=[""] * before + hover + [""] * after,
    )
    blank: Lenses = (None,)
    lenses = tuple(Lens(kind, t) if v else None for t, v in zip(own, values, strict=True))
    return trace, (*blank * before, *lenses, *blank * after)


def _totals(totals: Sequence[int], colours: Palette) -> Trace:
    """The numbers at the ends of stacked bars, which can be clicked too."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": list(totals),
        "y": list(range(len(totals))),
        "text": [f"  {n:,}" for n in totals],
        "textposition": "middle right",
        "textfont": {"size": 13, "color": colours.ink},
        "cliponaxis": False,
        "showlegend": False,
        "hovertext": [f"{count(n, 'product')} in all{CLICK}" for n in totals],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "unselected": {"textfont": {"color": colours.ink}},
    }


def overlaps(told: Insight, colours: Palette) -> Chart | None:
    """Which terms find the same products: a bar for each combination over the terms that make it; None without any."""
    mixed = told.combinations
    if not mixed:
        return None
    rows = [t.term for t in told.terms if any(t.term in c.terms for c in mixed)]
    hover = [_words(c) for c in mixed]
    top = bars([c.count for c in mixed], "Products", colours.listed, colours=colours, upright=True, hover=hover)
    top.update(xaxis="x", yaxis="y2")
    height = _DOT_ROW * len(rows)
    share = height / (height + _TOP)
    figure: Figure = {
        "data": [top, *_matrix(mixed, rows, hover, colours)],
        "layout": layout(
            colours,
            height + _TOP + 16,
            legend=False,
            xaxis=name_axis(colours, [""] * len(mixed), showticklabels=False, anchor="y", automargin=False),
            yaxis=name_axis(colours, [shown(t) for t in rows], down=True, domain=[0, share], ticklabelstandoff=6),
            yaxis2=value_axis(colours, max(c.count for c in mixed), domain=[share + 0.02, 1], anchor="x"),
        ),
    }
    lenses: Lenses = tuple(Lens("overlap", terms=c.terms) for c in mixed)
    said = "; ".join(f"{term_list(c.terms)} {c.count:,}" for c in mixed)
    return Chart(
        figure,
        (lenses, (), tuple(lens for lens in lenses for _ in rows)),
        f"Products that exactly these terms find: {said}.",
    )


def _words(mixed: Combination) -> str:
    alone = " alone" if len(mixed.terms) == 1 else ""
    who = f"{shown(term_list(mixed.terms), 90)}{alone}: {count(mixed.count, 'product')}"
    return f"{who}, {mixed.listed:,} of them in the list{CLICK}"


def _matrix(mixed: Sequence[Combination], rows: Sequence[str], hover: Sequence[str], colours: Palette) -> list[Trace]:
    """Below each bar a column of dots, filled and joined where a term takes part."""
    place = {text: k for k, text in enumerate(rows)}
    ends = [sorted(place[t] for t in c.terms) for c in mixed]
    link: Trace = {
        "type": "scatter",
        "mode": "lines",
        "x": [x for k in range(len(mixed)) for x in (k, k, None)],
        "y": [y for own in ends for y in (own[0], own[-1], None)],
        "line": {"color": colours.listed, "width": 2},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    points = [(k, j, text in c.terms) for k, c in enumerate(mixed) for j, text in enumerate(rows)]
    dots: Trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [k for k, _, _ in points],
        "y": [j for _, j, _ in points],
        "marker": {"size": _DOT, "color": [colours.listed if on else colours.grid for _, _, on in points]},
        "hovertext": [hover[k] for k, _, _ in points],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }
    return [link, dots]
