"""The user classes of examples/quickstart, for Locust's own workers."""

import random

from locust import HttpUser, between, constant, tag, task


class Shopper(HttpUser):
    weight = 3
    wait_time = between(0.1, 0.5)

    def on_start(self):
        self.client.post("/login", json={"user": "grace"})

    @task(3)
    def browse(self):
        self.client.get("/items")
        self.client.get(f"/items/{random.randint(1, 100)}", name="/items/[id]")

    @task
    @tag("checkout")
    def checkout(self):
        self.client.get("/cart")


class Browser(HttpUser):
    wait_time = constant(0.2)

    @task(5)
    def home(self):
        self.client.get("/")

    @task
    def slow(self):
        self.client.get("/slow?ms=20", name="/slow")
