"""Locust's HttpUser as a load generator."""

from locust import HttpUser, task


class Getter(HttpUser):
    @task
    def get(self):
        self.client.get("/")
