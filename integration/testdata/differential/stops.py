"""Tasks that a stop comes in the middle of."""

import time

from locust import User, task
from plan import ROUNDS, Plan

NAP = 3


class Sleeper(Plan, User):
    @task
    def nap(self):
        self.done = ROUNDS
        self.fire("begun", 5.0, 1)
        time.sleep(NAP)
        self.fire("slept", 5.0, 1)
