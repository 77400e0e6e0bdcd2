"""The master of integration/visitor: a colour and a tag can be chosen in the start form."""

from locust import User, constant, events, tag, task


@events.init_command_line_parser.add_listener
def arguments(parser):
    parser.add_argument("--colour", default="blue", help="of the items that are looked at")
    parser.add_argument("--only", default="", help="tag of the tasks that are run")


@events.test_start.add_listener
def choose(environment, **_):
    environment.parsed_options.tags = environment.parsed_options.only.split() or None


class Visitor(User):
    wait_time = constant(1)

    @task(6)
    @tag("shop")
    def look(self):
        pass

    @task(2)
    @tag("shop")
    def fail(self):
        pass

    @task
    @tag("shop")
    def stumble(self):
        pass

    @task
    @tag("till")
    def leave(self):
        pass
