"""The entry point of the studio: navigation, and nothing else."""

from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent

THEME = ROOT / "ui" / "theme"

st.set_page_config(page_title="Shelfcraft", page_icon=str(THEME / "mark.svg"), layout="wide")
st.logo(str(THEME / "logo.svg"), size="large")

st.html(THEME / "studio.css")

st.navigation(
    [st.Page(ROOT / "ui" / "pages" / "studio.py", title="Studio", icon=":material/tune:", default=True)],
    position="top",
).run()
