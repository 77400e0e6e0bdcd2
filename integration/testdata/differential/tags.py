"""Tags, also on nested sets, fixed counts, and tasks that raise."""

import time

from locust import SequentialTaskSet, User, tag, task
from plan import ROUNDS, Plan

WAITING = 2


class Tagged(Plan, User):
    fixed_count = 2

    @task
    class Walk(SequentialTaskSet):
        @task
        def plain(self):
            self.user.fire("plain", 5.0, 1)

        @task
        @tag("red")
        def red(self):
            self.user.fire("red", 5.0, 1)

        @task
        @tag("blue")
        def blue(self):
            self.user.fire("blue", 5.0, 1)

        @task
        @tag("red", "blue")
        def both(self):
            self.user.fire("both", 5.0, 1)

        @tag("red")
        @task
        class Inner(SequentialTaskSet):
            @task
            def deep(self):
                self.user.fire("deep", 5.0, 1)

            @task
            @tag("blue")
            def deepblue(self):
                self.user.fire("deepblue", 5.0, 1)

            @task
            def out(self):
                self.interrupt()

        @task
        @tag("red")
        def last(self):
            self.user.done = ROUNDS
            self.user.fire("last", 5.0, 1)


class Thrower(Plan, User):
    fixed_count = 1

    @task
    class Walk(SequentialTaskSet):
        @task(3)
        @tag("red")
        def first(self):
            raise ValueError("the first")

        @tag("red")
        @task
        class Inner(SequentialTaskSet):
            @task
            def second(self):
                raise LookupError("the second")

            @task
            def out(self):
                self.interrupt()

        @task
        @tag("red")
        def last(self):
            self.user.done = ROUNDS
            self.user.fire("last", 5.0, 1)


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
