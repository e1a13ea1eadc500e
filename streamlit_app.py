"""The entry point of the studio: navigation, and nothing else."""

from pathlib import Path

import streamlit as st

from ui.components.connection import stay_connected

ROOT = Path(__file__).resolve().parent

THEME = ROOT / "ui" / "theme"

st.set_page_config(page_title="Shelfcraft", page_icon=str(THEME / "mark.svg"), layout="wide")
st.logo(str(THEME / "logo.svg"), size="large")

st.html(THEME / "studio.css")
stay_connected()

PAGES = (
    ("studio", "Studio", ":material/tune:"),
    ("search", "Search", ":material/manage_search:"),
    ("library", "Library", ":material/collections_bookmark:"),
    ("catalogue", "Catalogue", ":material/inventory_2:"),
    ("trends", "Trends", ":material/trending_up:"),
    ("rules", "Rules", ":material/gavel:"),
    ("settings", "Settings", ":material/settings:"),
)

st.navigation(
    [
        st.Page(ROOT / "ui" / "pages" / f"{name}.py", title=title, icon=icon, default=name == "studio")
        for name, title, icon in PAGES
    ],
    position="top",
).run()
