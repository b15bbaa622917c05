"""How well the assistant notices that its last answer missed: single messages, read by a trained model.

    python -m benchmarks.in_vain

`--wrong` names the messages that were read wrongly.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
from pathlib import Path

import structlog
import yaml
from rasa.core.agent import Agent

from benchmarks.model_option import add_model, model_of
from deskhand.conversation.escalation import in_vain
from deskhand.policies.progress import IN_VAIN

MESSAGES = Path("tests/escalation/in_vain.yml")


async def read(model: Path, texts: list[str]) -> list[bool]:
    """Whether each text is taken to say it."""
    agent = Agent.load(str(model))
    parsed = [await agent.parse_message(text) for text in texts]
    return [in_vain(text, each.get(IN_VAIN) or 0.0) for text, each in zip(texts, parsed, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_model(parser)
    parser.add_argument("--wrong", action="store_true", help="name the messages that were read wrongly")
    arguments = parser.parse_args()
    model = model_of(parser, arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    messages = yaml.safe_load(MESSAGES.read_text("utf-8"))
    say_it, others = messages["in_vain"], messages["others"]
    found = asyncio.run(read(model, [*say_it, *others]))
    missed = [text for text, taken in zip(say_it, found, strict=False) if not taken]
    mistaken = [text for text, taken in zip(others, found[len(say_it) :], strict=True) if taken]
    print(
        f"{len(say_it) - len(missed)} of {len(say_it)} that say so were found, {len(mistaken)} of {len(others)} others."
    )
    if arguments.wrong:
        print("\n".join([*(f"missed: {text}" for text in missed), *(f"mistaken: {text}" for text in mistaken)]))


if __name__ == "__main__":
    main()
