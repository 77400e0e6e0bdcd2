"""Tags, also on nested sets, fixed counts, and tasks that raise."""

import time

from locust import SequentialTaskSet, User, tag, task
from plan import ROUNDS, Plan

WAITING = 4


class Walk(SequentialTaskSet):
    def say(self, name):
        self.user.fire(name, 5.0, 1)

    def rest(self, name):
        self.user.done = ROUNDS
        self.say(name)


class Tagged(Plan, User):
    fixed_count = 2

    @task
    class Tour(Walk):
        @task
        def plain(self):
            self.say("plain")

        @task
        @tag("red")
        def red(self):
            self.say("red")

        @task
        @tag("blue")
        def blue(self):
            self.say("blue")

        @task
        @tag("red", "blue")
        def both(self):
            self.say("both")

        @tag("red")
        @task
        class Inner(Walk):
            @task
            def deep(self):
                self.say("deep")

            @task
            @tag("blue")
            def deepblue(self):
                self.say("deepblue")

            @task
            def out(self):
                self.interrupt()

        @task
        @tag("red")
        def last(self):
            self.rest("last")


class Thrower(Plan, User):
    fixed_count = 1

    @task
    class Fall(Walk):
        @task(3)
        @tag("red")
        def first(self):
            raise ValueError("the first")

        @tag("red")
        @task
        class Inner(Walk):
            @task
            def second(self):
                raise LookupError("the second")

            @task
            def out(self):
                self.interrupt()

        @task
        @tag("red")
        def end(self):
            self.rest("last")


class Refused(Plan, User):
    fixed_count = 1

    def on_start(self):
        time.sleep(WAITING)
        raise RuntimeError("no entry")

    @task
    @tag("red")
    def never(self):
        self.fire("never", 5.0, 1)


class Rest(Plan, User):
    @task
    @tag("red")
    def rest(self):
        self.done = ROUNDS
        self.fire("rest", 5.0, 1)
