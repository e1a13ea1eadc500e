"""How to connect each kind of server and search, in three lines each; README.md says the same."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ui.components.catalogue_aside import aside

SERVERS: Mapping[str, str] = {
    "OpenAI": """export OPENAI_API_KEY=sk-...
export SHELFCRAFT_MODEL=gpt-4.1-mini
make run""",
    "vLLM": """vllm serve Qwen/Qwen3-8B --port 8000
export OPENAI_BASE_URL=http://localhost:8000/v1 SHELFCRAFT_MODEL=Qwen/Qwen3-8B
make run""",
    "Ollama": """ollama pull qwen3:8b  # its server runs since it was installed; else: ollama serve
export OPENAI_BASE_URL=http://localhost:11434/v1 SHELFCRAFT_MODEL=qwen3:8b
make run""",
    "LM Studio": """lms load qwen3-8b && lms server start
export OPENAI_BASE_URL=http://localhost:1234/v1 SHELFCRAFT_MODEL=qwen3-8b
make run""",
    "transformers serve": """transformers serve Qwen/Qwen3-8B --port 8000  # pip install "transformers[serving]"
export OPENAI_BASE_URL=http://localhost:8000/v1 SHELFCRAFT_MODEL=Qwen/Qwen3-8B
make run""",
}

GAINS = (
    (
        ":material/psychology: **Understands an idea**",
        "Whole sentences and pictures become what, for whom, when and how much.",
    ),
    (
        ":material/travel_explore: **Studies it**",
        "Writes the searches, reads what they find and sums it up with its sources.",
    ),
    (
        ":material/edit_note: **Writes the strategy**",
        "Terms with a reason each, revised on what they would find in your catalogue.",
    ),
    (
        ":material/forum: **Talks about a list**",
        "“More for toddlers, nothing with batteries” becomes a change that you see first.",
    ),
)


def without_a_model() -> None:
    """Say what works without a model, and what one would add."""
    st.info(
        "No language model is connected, and everything works without one: plans come from your catalogue's own words, "
        "research from your notes, the calendar and what sells. A model would add:",
        icon=":material/info:",
    )
    with st.grid(4, min_column_width=200, gap="small"):
        for name, text in GAINS:
            with st.container():
                st.markdown(name)
                st.markdown(text)


def server_help() -> None:
    """Draw three lines for each kind of server; their colours would be too pale for WCAG AA."""
    for tab, lines in zip(st.tabs(list(SERVERS)), SERVERS.values(), strict=True):
        with tab:
            st.code(lines, language=None, wrap_lines=True)
    aside(
        "Or start the server and write its address and model above. Any other server of the OpenAI protocol is "
        "connected in the same way."
    )
