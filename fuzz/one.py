"""Run one target under atheris, until there is a finding or the time is over."""

import argparse
import sys
import traceback
from pathlib import Path
from random import Random

import atheris

from fuzz.target import NAMES, Target, load, mutants

# Seconds; an execution that takes longer is a finding.
_SECONDS = 20
_WARMING = 300


def seed(target: Target, folder: Path) -> None:
    """Write the seeds to the folder that libFuzzer reads."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(target.seeds()):
        (folder / f"seed-{number}").write_bytes(data)


def main() -> None:
    """Run the target of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=NAMES)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--seeds", type=Path, required=True, help="folder of seeds; new inputs are added")
    parser.add_argument("--found", type=Path, required=True, help="folder for inputs that break the target")
    arguments = parser.parse_args()
    # Only modules that are imported here for the first time get instrumented. Some are imported late, so the target
    # runs before the fuzzing starts.
    with atheris.instrument_imports(include=["imagestack", "PIL"]):
        target = load(arguments.target)
        for data in (*target.seeds(), *mutants(target, _WARMING)):
            target.check(data)
    seed(target, arguments.seeds)

    def mutate(data: bytes, longest: int, number: int) -> bytes:
        random = Random(number)
        # Half of the mutations come from libFuzzer, which knows the inputs that reached new code.
        return target.mutate(data, random)[:longest] if random.randrange(2) else atheris.Mutate(data, longest)

    def check(data: bytes) -> None:
        try:
            target.check(data)
        except Exception:
            # atheris prints the error to stdout, where the handler's log hides it.
            traceback.print_exc()
            raise

    options = {
        "max_total_time": arguments.seconds,
        "max_len": target.longest,
        "timeout": _SECONDS,
        "report_slow_units": _SECONDS,
        "artifact_prefix": f"{arguments.found}/",
        "print_final_stats": 1,
        # Leak detection is off: Python keeps most of its memory on purpose.
        "detect_leaks": 0,
    }
    command = [sys.argv[0], *(f"-{name}={value}" for name, value in options.items()), str(arguments.seeds)]
    atheris.Setup(command, check, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
