"""The user class of integration/stopper, for Locust's own workers and all masters."""

from locust import User, constant, task
from locust.exception import StopTest


class Walker(User):
    wait_time = constant(0.2)
    born = 0

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        Walker.born += 1
        if Walker.born % 3 == 0:
            raise StopTest("tired")

    @task
    def walk(self):
        self.environment.events.request.fire(
            request_type="WALK", name="step", response_time=1, response_length=0, exception=None, context={}
        )
