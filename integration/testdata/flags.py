"""What Locust's own command line is, as JSON, for flags_test.go.

"list" prints every argument of the parser, and the variables that are read elsewhere.
"parse" reads cases from standard input (arguments, variables, working directory) and
prints what the parser makes of each: the values, or null where it refuses.
"""

import contextlib
import io
import json
import os
import pathlib
import re
import sys

import locust
from locust.argument_parser import get_parser


def kind(action):
    if action.nargs == 0:
        return "switch"
    return "many" if action.nargs == "*" else "one"


def arguments():
    return [
        {"options": a.option_strings, "variable": a.env_var or "", "kind": kind(a), "name": a.dest}
        for a in get_parser(default_config_files=[])._actions
    ]


def variables():
    reads = re.compile(r"""(?:getenv|environ\.get)\(\s*["'](LOCUST_\w+)|environ\[["'](LOCUST_\w+)""")
    package = pathlib.Path(locust.__file__).parent
    return sorted({m[1] or m[2] for f in package.rglob("*.py") for m in reads.finditer(f.read_text(encoding="utf-8"))})


def parse(case):
    for name in [n for n in os.environ if n.startswith("LOCUST_")]:
        del os.environ[name]
    os.environ.update(case["variables"] or {})
    os.chdir(case["directory"])
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            return vars(get_parser().parse_args(case["arguments"] or []))
        except SystemExit:
            return None


if sys.argv[1] == "list":
    answer = {"arguments": arguments(), "variables": variables()}
else:
    answer = [parse(case) for case in json.load(sys.stdin)]
json.dump(answer, sys.stdout)
