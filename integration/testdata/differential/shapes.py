"""A shape that changes the user classes, and users that come and go."""

from locust import LoadTestShape, User, task
from plan import ROUNDS, Plan


class Few(Plan, User):
    @task
    def few(self):
        self.done = ROUNDS
        self.fire("few", 5.0, 1)


class Many(Plan, User):
    @task
    def many(self):
        self.done = ROUNDS
        self.fire("many", 5.0, 1)


class Stages(LoadTestShape):
    def tick(self):
        stages = [(2, 10, [Few]), (5, 10, [Few, Many]), (6, 10, [Many]), (3, 10, [Many])]
        stage = int(self.get_run_time() / 4)
        return stages[stage] if stage < len(stages) else None
