"""A master that sends its workers what no master should: one entry of what is posted to
/bad after another."""

import msgpack
from flask import request
from locust import User, events, task

DEEP = []
for _ in range(40):
    DEEP = [DEEP]

MESSAGES = {
    "deep": ("question", DEEP),
    "key": ("question", {(1, 2): 3}),
    "extension": ("question", msgpack.ExtType(5, b"x")),
    "date": ("question", {"__datetime__": True, "as_str": "yesterday"}),
    "panic": ("trouble", "ahead"),
    "nobody": ("nobody", "knows"),
    "nameless": ("", None),
    "spawn": ("spawn", None),
    "negative": ("spawn", {"timestamp": 1.0, "user_classes_count": {"Edited": -1}}),
    "part": ("spawn", {"timestamp": 1.0, "user_classes_count": {"Edited": 1.5}}),
    "host": ("spawn", {"timestamp": 1.0, "user_classes_count": {"Edited": 1}, "host": 5}),
    "grace": ("spawn", {"timestamp": 1.0, "user_classes_count": {"Edited": 1}, "stop_timeout": "soon"}),
    "index": ("ack", {"index": "first"}),
    "stranger": ("update_user_class", {"user_class_name": "Stranger"}),
    "classless": ("update_user_class", {"host": "http://x.example"}),
    "unlisted": ("update_user_class", {"user_class_name": "Edited", "tasks": 5}),
}
RAW = {"truncated": b"\x93\xa8question", "text": b"\x93\xa8question\xa2\xff\xfe\xa1x", "reserved": b"\xc1"}


@events.init.add_listener
def serve(environment, runner, web_ui, **_):
    @web_ui.app.route("/bad", methods=["POST"])
    def bad():
        name = request.form["name"]
        for worker in list(runner.clients):
            if name in RAW:
                runner.server.socket.send_multipart([worker.encode(), RAW[name]])
            else:
                runner.send_message(*MESSAGES[name], client_id=worker)
        return {"success": True}


@events.test_start.add_listener
def spoil(environment, **_):
    options = environment.parsed_options
    options.tags, options.exclude_tags, options.run_time = 5, {"red": [None]}, "soon"
    options.own = [None, 2**64 - 1, b"\xff", {"a": {}}]


class Edited(User):
    @task
    def one(self):
        pass

    @task
    def two(self):
        pass
