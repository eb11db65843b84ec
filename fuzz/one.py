"""One target under atheris, until something is found or the time is over."""

import argparse
import sys
import traceback
from pathlib import Path
from random import Random

import atheris

from fuzz.target import NAMES, Target, load, mutants

# One execution may take this long; what takes longer is a finding.
_SECONDS = 20
_WARMING = 300


def seed(target: Target, folder: Path) -> None:
    """Put the seeds where libFuzzer looks for them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(target.seeds()):
        (folder / f"seed-{number}").write_bytes(data)


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=NAMES)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--seeds", type=Path, required=True, help="folder; what is new is kept there")
    parser.add_argument("--found", type=Path, required=True, help="folder for what breaks something")
    arguments = parser.parse_args()
    # What is instrumented has to be imported here for the first time; some of it only when it is needed.
    with atheris.instrument_imports(include=["imagestack", "PIL"]):
        target = load(arguments.target)
        for data in (*target.seeds(), *mutants(target, _WARMING)):
            target.check(data)
    seed(target, arguments.seeds)

    def mutate(data: bytes, longest: int, number: int) -> bytes:
        random = Random(number)
        # Half of them come from libFuzzer, which knows what has led on before.
        return target.mutate(data, random)[:longest] if random.randrange(2) else atheris.Mutate(data, longest)

    def check(data: bytes) -> None:
        try:
            target.check(data)
        except Exception:
            # atheris tells it on stdout, which the handler's log drowns.
            traceback.print_exc()
            raise

    options = {
        "max_total_time": arguments.seconds,
        "max_len": target.longest,
        "timeout": _SECONDS,
        "report_slow_units": _SECONDS,
        "artifact_prefix": f"{arguments.found}/",
        "print_final_stats": 1,
        # Leaks are not looked for: of what Python keeps, most is kept on purpose.
        "detect_leaks": 0,
    }
    command = [sys.argv[0], *(f"-{name}={value}" for name, value in options.items()), str(arguments.seeds)]
    atheris.Setup(command, check, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
