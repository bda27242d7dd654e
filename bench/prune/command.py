"""Runs commands for the measurements beside this file."""

import subprocess


def run(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def fixture(name):
    """The path of a text or a model that this repository's tests use."""
    return run("./shearling", "fixture", name).strip()
