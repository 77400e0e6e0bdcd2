"""Locust's FastHttpUser as a load generator."""

from locust import FastHttpUser, task


class Getter(FastHttpUser):
    @task
    def get(self):
        self.client.get("/")
