"""Users that come and go."""

from locust import User, task
from plan import ROUNDS, Plan


class Few(Plan, User):
    @task
    def few(self):
        self.done = ROUNDS
        self.fire("few", 5.0, 1)
