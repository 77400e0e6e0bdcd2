"""The user classes of integration/differential, for Locust's own workers and all masters."""

import time

from locust import HttpUser, User, task

ROUNDS = 3
BETWEEN = 0.02
FOREVER = 3600
LEAVING = 0.1


class Plan:
    done = 0
    leaving = LEAVING

    def wait_time(self):
        return BETWEEN if self.done < ROUNDS else FOREVER

    def fire(self, name, milliseconds, length, exception=None):
        self.environment.events.request.fire(
            request_type="MSG",
            name=name,
            response_time=milliseconds,
            response_length=length,
            exception=exception,
            context={},
        )

    def on_stop(self):
        if self.leaving:
            time.sleep(self.leaving)
        self.fire("left", 1000.0 * LEAVING, 1)


class Reader(Plan, HttpUser):
    weight = 2

    def on_start(self):
        self.client.post("/login", json={"user": "grace"})

    @task
    def read(self):
        self.done += 1
        self.client.get("/items")
        self.client.get("/items/none")
        with self.client.get("/items/1", name="/items/[id]", catch_response=True) as response:
            response.failure("too few items")
        self.client.get("/cart")


class Messenger(Plan, User):
    weight = 1

    @task
    def message(self):
        self.done += 1
        self.fire("sent", 12.5 * self.done, 10)
        self.fire("posted", None, 7)
        self.fire("refused", 995.0, 3, "no room")
        raise ValueError("bad luck")
