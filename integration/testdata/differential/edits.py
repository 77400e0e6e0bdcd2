"""A user class that is edited between tests."""

from locust import User, task
from plan import Plan


class Edited(Plan, User):
    host = "http://plain.example"
    greeting = "none"

    def say(self, name):
        self.done += 1
        self.fire(f"{name} {self.greeting} {self.host}", 5.0, 1)

    @task
    def one(self):
        self.say("one")

    @task
    def two(self):
        self.say("two")
