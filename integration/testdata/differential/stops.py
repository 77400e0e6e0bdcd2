"""Tasks that a stop comes in the middle of."""

import time

from locust import User, task
from plan import ROUNDS, Plan


class Sleeper(Plan, User):
    nap = 15

    @task
    def sleep(self):
        self.done = ROUNDS
        self.fire("begun", 5.0, 1)
        time.sleep(self.nap)
        self.fire("slept", 5.0, 1)


class Napper(Sleeper):
    nap = 4
