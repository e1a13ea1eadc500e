"""A real decoder, trained here in a minute, behind a real OpenAI-compatible server: `transformers serve`.

It has under a million weights and knows a handful of themes by heart. What it is for is everything around it: a real
tokenizer and chat template, tokens that stream one by one, answers that are sometimes no JSON, a server that silently
drops `response_format` and `logprobs`.
"""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

BEGIN, END, PAD = "<|im_start|>", "<|im_end|>", "<|endoftext|>"
TASK, WORDS = 40, 120
"""Characters that the model sees of the system's words after `nothing else`, and of the line of the user's words that
begins with the mark."""

# Only what the lessons turn on is rendered: the task, what is asked first, and how many messages there are by now,
# since a second question is a repair. A content may come in parts; then its text parts count. The server looks for the
# mark at the end, and would take what stands before it for a part of the answer.
TEMPLATE = """
{%- macro words(content) -%}
{%- if content is string -%}{{ content }}{%- else -%}
{%- for part in content if part.type == 'text' -%}{{ part.text }}{%- endfor -%}{%- endif -%}
{%- endmacro -%}
{{- words(messages[0].content).split('nothing else')[-1][:TASK] + '|' -}}
{{- words(messages[1].content).split('MARK', 1)[-1].split('\\n')[0][:WORDS] + '|' + messages|length|string + '|' -}}
{{- '<|im_start|>assistant\\n' -}}
"""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the model learns to answer to a system's and a user's words; `repair`: when it is asked a second time."""

    system: str
    user: str
    answer: str
    repair: bool = False


def train(folder: Path, lessons: Sequence[Lesson], *, mark: str, steps: int = 220, seed: int = 0) -> float:
    """Train on the lessons, save tokenizer and weights into the folder; returns the last loss (nats a token)."""
    template = TEMPLATE.replace("TASK", str(TASK)).replace("WORDS", str(WORDS)).replace("MARK", mark)
    tokenizer = _tokenizer(lessons, template)
    torch.manual_seed(seed)
    config = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=128,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=32,
        intermediate_size=320,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = Qwen3ForCausalLM(config)
    rows = [_row(tokenizer, lesson) for lesson in lessons]
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # beside other tests on few cores, threads that wait for each other take minutes
    loss = _fit(model, rows, pad=tokenizer.pad_token_id, steps=steps, seed=seed)
    torch.set_num_threads(threads)
    # Without it `transformers serve` answers greedily whatever temperature is asked for.
    model.generation_config.do_sample = True
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return loss


def _tokenizer(lessons: Sequence[Lesson], template: str) -> PreTrainedTokenizerFast:
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r" ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]|\s+"), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    raw.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=900, special_tokens=[PAD, BEGIN, END], initial_alphabet=alphabet, show_progress=False
    )
    raw.train_from_iterator([text for one in lessons for text in (one.system, one.user, one.answer)], trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, eos_token=END, pad_token=PAD, padding_side="left")
    tokenizer.chat_template = template
    return tokenizer


def _row(tokenizer: PreTrainedTokenizerFast, lesson: Lesson) -> tuple[list[int], list[int]]:
    messages = [{"role": "system", "content": lesson.system}, {"role": "user", "content": lesson.user}]
    if lesson.repair:
        messages += [{"role": "assistant", "content": ""}, {"role": "user", "content": ""}]
    asked = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return tokenizer(asked)["input_ids"], [*tokenizer(lesson.answer)["input_ids"], tokenizer.eos_token_id]


def _fit(
    model: Qwen3ForCausalLM, rows: Sequence[tuple[list[int], list[int]]], *, pad: int, steps: int, seed: int
) -> float:
    dice = random.Random(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=3e-3, total_steps=steps)
    model.train()
    loss = torch.tensor(0.0)
    for _ in range(steps):
        batch = [dice.choice(rows) for _ in range(8)]
        longest = max(len(asked) + len(answer) for asked, answer in batch)
        ids = torch.full((len(batch), longest), pad)
        labels = torch.full((len(batch), longest), -100)
        for n, (asked, answer) in enumerate(batch):
            ids[n, : len(asked) + len(answer)] = torch.tensor(asked + answer)
            labels[n, len(asked) : len(asked) + len(answer)] = torch.tensor(answer)
        loss = model(input_ids=ids, attention_mask=(ids != pad).long(), labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return float(loss.detach())


@dataclass
class Served:
    """A server that answers at `url` with the model called `model`."""

    url: str
    model: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """Make it die as a machine does."""
        self.process.kill()
        self.process.wait(30)


@contextmanager
def served(folder: Path, *, seconds: float = 120.0) -> Iterator[Served]:
    """`transformers serve` over the folder, on a free port of this machine, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    cache = folder.parent / "hub"
    (cache / "hub").mkdir(parents=True, exist_ok=True)  # its list of models fails without one
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(cache),
        "TOKENIZERS_PARALLELISM": "false",
    }
    command = [str(Path(sys.executable).with_name("transformers")), "serve", str(folder)]
    log = (folder.parent / "serve.log").open("wb")
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_until_healthy(process, f"http://127.0.0.1:{port}/health", seconds)
        yield Served(f"http://127.0.0.1:{port}/v1", str(folder), process)
    finally:
        process.kill()
        process.wait(30)
        log.close()


def _wait_until_healthy(process: subprocess.Popen[bytes], address: str, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, "`transformers serve` ended before it answered; its log says why"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.3)
    raise AssertionError(f"`transformers serve` did not answer within {seconds:.0f} s")


def strategy_answer(positive: Sequence[str], negative: Sequence[str]) -> str:
    """A strategy in the wire format, as a fine-tuned planner writes it."""
    return json.dumps({"positiveSearch": list(positive), "negativeSearch": list(negative)})
