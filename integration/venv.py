"""Makes a virtual environment that holds exactly what a requirements file lists.

usage: venv.py DIRECTORY REQUIREMENTS

Does nothing if the environment was made whole by this Python from this file: a stamp,
written last, says so. Anything else at DIRECTORY, such as an interrupted attempt, is
removed and made anew. Several calls at the same time wait for each other.
"""

import hashlib
import os
import shutil
import subprocess
import sys

MISSING = """venv.py: this Python cannot make virtual environments (ensurepip is missing).
On Debian and Ubuntu install it with: apt-get install python3-venv
"""


def fingerprint(requirements):
    with open(requirements, "rb") as f:
        listed = f.read()
    return hashlib.sha256(listed + sys.version.encode() + os.path.realpath(sys.executable).encode()).hexdigest()


def whole(directory, stamp):
    try:
        with open(os.path.join(directory, "stamp")) as f:
            return f.read() == stamp and os.access(os.path.join(directory, "bin", "python"), os.X_OK)
    except OSError:
        return False


def make(directory, requirements, stamp):
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        sys.stderr.write(MISSING)
        return 1
    print(f"making {directory} from {requirements}", flush=True)
    shutil.rmtree(directory, ignore_errors=True)
    pip = os.path.join(directory, "bin", "python")
    for command in (
        [sys.executable, "-m", "venv", directory],
        [pip, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--requirement", requirements],
        [pip, "-m", "pip", "--quiet", "--disable-pip-version-check", "check"],
    ):
        code = subprocess.call(command)
        if code != 0:
            sys.stderr.write(f"venv.py: {' '.join(command)}: exit code {code}\n")
            return 1
    with open(os.path.join(directory, "stamp"), "w") as f:
        f.write(stamp)
    return 0


def locked(directory, action):
    try:
        import fcntl
    except ImportError:  # not on Windows
        return action()
    with open(directory + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return action()


def main(directory, requirements):
    stamp = fingerprint(requirements)
    directory = os.path.abspath(directory)

    def action():
        return 0 if whole(directory, stamp) else make(directory, requirements, stamp)

    return locked(directory, action)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: venv.py DIRECTORY REQUIREMENTS")
    sys.exit(main(*sys.argv[1:]))
