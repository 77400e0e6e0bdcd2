"""Custom messages in both directions, of all that Locust allows."""

import datetime
import time

from locust import User, __version__, events, task
from locust.runners import MasterRunner
from plan import ROUNDS, Plan

# A worker of an older Locust hears nothing any more after an exception in a handler.
CAUGHT = tuple(map(int, __version__.split(".")[:3])) >= (2, 46, 5)
QUESTIONS = [
    None, True, False, 0, -7, 2**40, -(2**63), 2**64 - 1, 1.5, -0.25, "", "grüße", b"", b"\x00\xff", [], [1, "two", [None, 3.0]], {},
    {"": 1, "a": {"b": [b"c", None]}}, {-2: "two", 1: "one"}, datetime.datetime(2026, 1, 2, 3, 4, 5, 678900),
    {"at": datetime.datetime(1999, 12, 31, 23, 59, 59)}, "x" * 70000, list(range(20)),
]
answers = []


@events.init.add_listener
def register(environment, runner, web_ui, **_):
    if not isinstance(runner, MasterRunner):
        runner.register_message("question", answer)
        runner.register_message("trouble", trouble)
        runner.register_message("patience", patience, concurrent=True)
        return

    def keep(environment, msg):
        answers.append(f"{msg.type}: {msg.data!r}")

    for name in ("answer", "patient", "greeting"):
        runner.register_message(name, keep)

    @web_ui.app.route("/answers")
    def shown():
        return answers


@events.test_start.add_listener
def ask(environment, **_):
    runner = environment.runner
    if isinstance(runner, MasterRunner):
        runner.send_message("patience", "please")
        if CAUGHT:
            runner.send_message("trouble", "ahead")
        for question in QUESTIONS:
            runner.send_message("question", question)
        runner.send_message("nobody", "knows")


def answer(environment, msg):
    environment.runner.send_message("answer", msg.data)


def patience(environment, msg):
    time.sleep(1)
    environment.runner.send_message("patient", msg.data)


def trouble(environment, msg):
    raise ValueError("trouble")


class Talker(Plan, User):
    @task
    def greet(self):
        self.done = ROUNDS
        self.environment.runner.send_message("greeting", {"from": ["a", "user"]})
        self.fire("greeted", 5.0, 1)
