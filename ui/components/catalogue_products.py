"""A drawer with some of the products that stand behind a figure about the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.pipeline import SliceProducts
from ui.components.product_facts import stock_flag
from ui.text import category_leaf, count, money, plain


def show_products(title: str, found: SliceProducts, pictures: Mapping[str, tuple[str, ...]]) -> None:
    """Open the drawer."""

    @st.dialog(plain(title), position="right", width="medium", icon=":material/inventory_2:")
    def drawer() -> None:
        if not found.total:
            st.info("No product stands behind this figure any more: the catalogue was written meanwhile.")
            return
        shown = len(found.products)
        st.markdown(
            count(found.total, "product")
            if shown == found.total
            else f"{count(found.total, 'product')}; these {shown} are spread evenly over them."
        )
        columns: dict[str, list[str] | list[str | None]] = {
            "picture": [next(iter(pictures.get(p.product_id, ())), None) for p in found.products],
            "title": [p.title for p in found.products],
            "price": [money(p.price, p.currency) for p in found.products],
            "category": [category_leaf(p.category) for p in found.products],
            "brand": [p.brand for p in found.products],
            "note": [stock_flag(p) for p in found.products],
            "id": [p.product_id for p in found.products],
        }
        st.dataframe(
            pd.DataFrame({name: values for name, values in columns.items() if any(values)}),
            hide_index=True,
            row_height=56,
            height="content" if shown <= 10 else 640,
            key="slice_products",
            alt=f"Products: {title}",
            column_config={
                "picture": st.column_config.ImageColumn("", width=64),
                "title": st.column_config.TextColumn("Product", width=260),
                "price": st.column_config.TextColumn("Price", width=80, alignment="right"),
                "category": st.column_config.TextColumn("Category", width=160),
                "brand": st.column_config.TextColumn("Brand", width=110),
                "note": st.column_config.TextColumn("Note", width=100),
                "id": st.column_config.TextColumn("Id", width=120),
            },
        )

    drawer()
