# The user classes of integration/headless, in Locust's Python.
from locust import User, constant, task


class Fixed(User):
    weight = 2
    wait_time = constant(3600)

    @task
    def go(self):
        fire = self.environment.events.request.fire
        for i in range(10):
            fire(request_type="GET", name="/a", response_time=10.0 * (i + 1) + 0.5, response_length=100, exception=None)
        fire(request_type="GET", name="/b", response_time=0.0, response_length=7, exception='boom, "q"')
        fire(request_type="GET", name="/b", response_time=1234.5, response_length=7, exception="it's plain")
        fire(request_type="X", name="/nö", response_time=None, response_length=0, exception=None)
        raise ValueError('bad, "very" bad')


class Other(User):
    wait_time = constant(3600)

    @task
    def go(self):
        fire = self.environment.events.request.fire
        fire(request_type="POST", name="/z", response_time=12.25, response_length=3, exception=None)
        fire(request_type="POST", name="/z", response_time=58760.0, response_length=3, exception=None)
