"""Writes a sentence model (mean pooling, unit length) as one ONNX file, as its own process: MODEL_FOLDER TARGET."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

OPSET = 17


def export(model: Path, target: Path) -> None:
    """Export the transformer in folder `model` to `target`; the file appears whole or not at all."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    class Pooled(torch.nn.Module):
        """Token vectors averaged over the attended tokens, then scaled to length 1."""

        def __init__(self, inner: Any) -> None:
            super().__init__()
            self.inner = inner

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            hidden = self.inner(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=-1)

    tokenizer = AutoTokenizer.from_pretrained(model, local_files_only=True)
    # Eager attention is the form that the exporter can trace.
    inner = AutoModel.from_pretrained(model, local_files_only=True, attn_implementation="eager").eval()
    sample = tokenizer(["camping tent for 4 people", "a red chair"], padding=True, return_tensors="pt")
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".onnx.part")
    os.close(handle)
    try:
        torch.onnx.export(
            Pooled(inner),
            (sample["input_ids"], sample["attention_mask"]),
            name,
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            opset_version=OPSET,
            dynamo=False,
            dynamic_axes={
                "input_ids": {0: "texts", 1: "tokens"},
                "attention_mask": {0: "texts", 1: "tokens"},
                "vector": {0: "texts"},
            },
        )
        os.chmod(name, 0o644)
        os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
