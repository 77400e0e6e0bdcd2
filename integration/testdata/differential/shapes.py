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
    """The next stage begins when all requests of the present one have been reported: one of
    each user, and one of each that has left."""

    stages = [(2, 2, [Few]), (5, 5, [Few, Many]), (6, 6, [Many]), (3, 9, [Many])]
    stage = 0

    def tick(self):
        users, requests, _ = self.stages[self.stage]
        if self.runner.user_count == users and self.runner.stats.total.num_requests == requests:
            self.stage += 1
        if self.stage == len(self.stages):
            return None
        users, _, classes = self.stages[self.stage]
        return users, 10, classes
