"""Dialogues of a made-up library's assistant, written down as a grammar: jobs done by forms, with questions and
chat in the middle of them, corrections, changes of mind, and ends that depend on slots or on what was said before.

The same seed gives the same dialogues, as steps in Rasa's story format.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

Step = dict[str, Any]

JOBS = {
    "reserve_book": ["title", "branch"],
    "renew_loan": ["card_number"],
    "join_library": ["name", "address"],
    "book_room": ["branch", "date"],
    "report_loss": ["title", "card_number"],
}
QUESTIONS = ["opening_hours", "fees", "printing", "parking"]

DOMAIN: dict[str, Any] = {
    "version": "3.1",
    "intents": [
        *JOBS,
        *(f"ask_{question}" for question in QUESTIONS),
        *["greet", "thank", "goodbye", "affirm", "deny", "correct", "stop", "chat", "complain"],
        *["request_human", "nlu_fallback"],
    ],
    "entities": sorted({entity for entities in JOBS.values() for entity in entities}),
    "slots": {
        "member": {"type": "bool", "mappings": [{"type": "custom"}]},
        "in_stock": {"type": "bool", "mappings": [{"type": "custom"}]},
        "fine": {"type": "categorical", "values": ["none", "small", "large"], "mappings": [{"type": "custom"}]},
        "rooms": {"type": "categorical", "values": ["free", "full"], "mappings": [{"type": "custom"}]},
    },
    "forms": {f"{job}_form": {"required_slots": []} for job in JOBS},
    "actions": [
        *(f"action_{job}" for job in JOBS),
        *["action_look_up", "action_hand_over", "action_correct", "action_join_waiting_list", "action_pay"],
    ],
    "responses": {
        name: [{"text": name}]
        for name in (
            *(f"utter_{question}" for question in QUESTIONS),
            *["utter_greet", "utter_welcome_back", "utter_welcome", "utter_goodbye", "utter_sorry_again"],
            *["utter_anything_else", "utter_what_else", "utter_chat", "utter_apologise", "utter_rephrase"],
            *["utter_ask_sure", "utter_stopped", "utter_offer_waiting_list", "utter_suggest_another"],
            *["utter_ask_pay", "utter_not_renewed", "utter_already_member", "utter_card_sent", "utter_no_room"],
        )
    },
}


class Dialogue:
    """One dialogue in the making. Each method adds a production of the grammar."""

    def __init__(self, chance: random.Random):
        self.chance = chance
        self.steps: list[Step] = []
        self.complained = False

    def says(self, intent: str, *entities: str) -> None:
        step: Step = {"intent": intent}
        if entities:
            step["entities"] = [{entity: "something"} for entity in entities]
        self.steps.append(step)

    def does(self, *actions: str) -> None:
        self.steps += [{"action": action} for action in actions]

    def finds(self, slot: str, *values: object) -> object:
        value = self.chance.choice(values)
        self.steps.append({"slot_was_set": [{slot: value}]})
        return value

    def maybe(self, probability: float) -> bool:
        return self.chance.random() < probability

    def whole(self) -> list[Step]:
        if self.maybe(0.5):
            self.opening()
        self.job()
        if self.maybe(0.35):
            self.job()
        self.closing()
        return self.steps

    def opening(self) -> None:
        self.says("greet")
        self.does("action_look_up")
        self.does("utter_welcome_back" if self.finds("member", True, False) else "utter_greet")

    def job(self) -> None:
        for _ in range(self.chance.choice([0, 0, 1])):
            self.aside(form=None)
        job = self.chance.choice(sorted(JOBS))
        form = f"{job}_form"
        self.says(job, *(entity for entity in JOBS[job] if self.maybe(0.3)))
        self.does(form)
        self.steps.append({"active_loop": form})
        if self.within(form):
            self.steps.append({"active_loop": None})
            getattr(self, f"end_{job}")()
            self.anything_else()

    def within(self, form: str) -> bool:
        """What comes in between while a form asks; its questions and answers are not part of a story. False: it was
        given up."""
        for _ in range(self.chance.choice([0, 0, 1, 1, 2])):
            if self.maybe(0.2):
                return self.gives_up(form)
            self.aside(form)
        return True

    def aside(self, form: str | None) -> None:
        """A question, chat, a correction or something not understood, in a form or outside."""
        asides: list[Callable[[], None]] = [self.question, self.question, self.chat, self.complaint, self.nonsense]
        self.chance.choice(asides if form is None else [*asides, self.correction])()
        if form is not None:
            self.does(form)

    def question(self) -> None:
        topic = self.chance.choice(QUESTIONS)
        self.says(f"ask_{topic}")
        self.does(f"utter_{topic}")

    def chat(self) -> None:
        self.says("chat")
        self.does("utter_chat")

    def complaint(self) -> None:
        self.says("complain")
        self.does("action_hand_over" if self.complained else "utter_apologise")
        self.complained = True

    def nonsense(self) -> None:
        """The second time in a row a person takes over."""
        self.says("nlu_fallback")
        self.does("utter_rephrase")
        if self.maybe(0.4):
            self.says("nlu_fallback")
            self.does("action_hand_over")

    def correction(self) -> None:
        self.says("correct", self.chance.choice(sorted(DOMAIN["entities"])))
        self.does("action_correct")

    def gives_up(self, form: str) -> bool:
        self.says("stop")
        self.does("utter_ask_sure")
        if self.maybe(0.5):
            self.says("deny")
            self.does(form)
            return True
        self.says("affirm")
        self.does("action_deactivate_loop")
        self.steps.append({"active_loop": None})
        self.does("utter_stopped")
        return False

    def end_reserve_book(self) -> None:
        self.does("action_look_up")
        if self.finds("in_stock", True, False):
            self.does("action_reserve_book")
            return
        self.does("utter_offer_waiting_list")
        agreed = self.maybe(0.5)
        self.says("affirm" if agreed else "deny")
        self.does("action_join_waiting_list" if agreed else "utter_suggest_another")

    def end_renew_loan(self) -> None:
        self.does("action_look_up")
        fine = self.finds("fine", "none", "small", "large")
        if fine == "none":
            self.does("action_renew_loan")
        elif fine == "large":
            self.does("action_hand_over")
        else:
            self.does("utter_ask_pay")
            agreed = self.maybe(0.5)
            self.says("affirm" if agreed else "deny")
            self.does(*(("action_pay", "action_renew_loan") if agreed else ("utter_not_renewed",)))

    def end_join_library(self) -> None:
        self.does("action_look_up")
        if self.finds("member", True, False):
            self.does("utter_already_member")
        else:
            self.does("action_join_library", "utter_card_sent")

    def end_book_room(self) -> None:
        self.does("action_look_up")
        self.does("action_book_room" if self.finds("rooms", "free", "full") == "free" else "utter_no_room")

    def end_report_loss(self) -> None:
        self.does("action_report_loss")
        self.does("action_look_up")
        if self.finds("fine", "small", "large") == "large":
            self.does("action_hand_over")

    def anything_else(self) -> None:
        self.does("utter_anything_else")
        if self.maybe(0.3):
            self.says("affirm")
            self.does("utter_what_else")

    def closing(self) -> None:
        if self.maybe(0.2):
            self.says("request_human")
            self.does("action_hand_over")
        if self.maybe(0.5):
            self.says("thank")
            self.does("utter_welcome")
        self.says("goodbye")
        self.does("utter_sorry_again" if self.complained else "utter_goodbye")


def library_dialogues(count: int, seed: int = 7) -> list[list[Step]]:
    """Different dialogues of the made-up library."""
    chance = random.Random(seed)  # noqa: S311  # no secret
    found: dict[str, list[Step]] = {}
    while len(found) < count:
        steps = Dialogue(chance).whole()
        found.setdefault(repr(steps), steps)
    return list(found.values())
