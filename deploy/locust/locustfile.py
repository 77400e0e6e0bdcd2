# The user classes of the Go worker "quickstart", for its master:
#
#     locust --master -f THIS_FILE
#
# Written by "quickstart locustfile"; write it anew when the classes change.
from locust import User, constant, tag, task


class GoUser(User):
    abstract = True
    wait_time = constant(1)


def run_by_a_go_worker(user):
    raise RuntimeError("this user class runs on workers written in Go only")


class Shopper(GoUser):
    weight = 3

    @task(3)
    def browse(self):
        run_by_a_go_worker(self)

    @tag("checkout")
    @task(1)
    def checkout(self):
        run_by_a_go_worker(self)


class Browser(GoUser):
    weight = 1

    @task(5)
    def home(self):
        run_by_a_go_worker(self)

    @task(1)
    def slow(self):
        run_by_a_go_worker(self)


# What is known of a run besides its numbers: fields of the start form and flags of the
# master. Workers put them on hopperband_run_info, and dashboards compare by them.
from locust import events  # noqa: E402


@events.init_command_line_parser.add_listener
def run_metadata(parser):
    parser.add_argument("--run-id", env_var="RUN_ID", default="", help="name of the run")
    parser.add_argument("--tested-version", env_var="TESTED_VERSION", default="", help="version of the target")
    parser.add_argument("--environment", env_var="ENVIRONMENT", default="", help="where the target runs")
