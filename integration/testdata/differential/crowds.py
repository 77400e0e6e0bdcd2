"""Users that come and go. They leave at once: a worker of Locust's that gets two spawns in a
row stops them twice, and cuts off what they do meanwhile."""

from locust import User, task
from plan import ROUNDS, Plan


class Quick(Plan, User):
    leaving = 0

    @task
    def quick(self):
        self.done = ROUNDS
        self.fire("quick", 5.0, 1)
