"""Requests before and after all users are there, for --reset-stats."""

import time

from locust import User, task
from plan import ROUNDS, Plan

SPAWNED = 4


class Early(Plan, User):
    def on_start(self):
        self.fire("early", 5.0, 1)

    @task
    def late(self):
        self.done = ROUNDS
        time.sleep(SPAWNED)
        self.fire("late", 5.0, 1)
