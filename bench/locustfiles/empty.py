"""The master's side of Go workers: their user classes by name, and nothing else."""

from locust import User, task


class Nothing(User):
    abstract = True

    @task
    def nothing(self):
        pass


class Getter(Nothing):
    pass


class Recorder(Nothing):
    pass


class Idler(Nothing):
    pass


class Crowd(Nothing):
    pass
