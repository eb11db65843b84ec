"""Codecs in a process of their own: what becomes of the function when one is lost."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from PIL import Image

from imagestack.errors import BusyError, DamagedImageError, EncodeError
from imagestack.formats import AVIF, JPEG, PNG, WEBP, Format
from imagestack.geometry import Box, Size
from imagestack.operations.region import Cut
from imagestack.operations.resize import Resized
from imagestack.plan.work import Work
from imagestack.sandbox import workers as module
from imagestack.sandbox.workers import NoWorkers, Workers
from imagestack.transform import Encoded, read_facts, transform
from imagestack.transform.refine import refine
from tests.support.images import encoded, jpeg, photograph, png
from tests.support.processes import PATIENT, children, ticks, wait_until, waiting

MEMORY = 10**9
# Seconds: long enough for nothing.
IMPATIENT = 0.2
HALF = Resized(Size(200, 150), Box(0, 0, 200, 150))


def work(body: bytes, source: Format = JPEG, fmt: Format = WEBP) -> Work:
    return Work(read_facts(body, source), (HALF,), fmt, 80)


OTHERS = set[int]()


@pytest.fixture
def workers() -> Iterator[Workers]:
    """One at a time."""
    OTHERS.update(children())
    found = Workers(MEMORY, 1)
    yield found
    found.end()


def of(workers: Workers) -> int:
    """The process that works for these, once it has done something."""
    assert workers.transform(jpeg(), work(jpeg()), PATIENT).body
    (pid,) = children() - OTHERS
    return pid


@pytest.mark.parametrize("source", [JPEG, PNG], ids=lambda fmt: fmt.name)
@pytest.mark.parametrize("fmt", [JPEG, PNG, WEBP, AVIF], ids=lambda fmt: fmt.name)
def test_transform(workers: Workers, source: Format, fmt: Format) -> None:
    """A worker makes what would be made here."""
    body = jpeg() if source is JPEG else png()
    wanted = work(body, source, fmt)
    assert workers.transform(body, wanted, PATIENT) == transform(body, wanted)


def test_choice(workers: Workers) -> None:
    """Quality and score come along."""
    body = jpeg()
    wanted = Work(read_facts(body, JPEG), (HALF,), WEBP, 90, target=70)
    found = workers.transform(body, wanted, PATIENT)
    assert found == transform(body, wanted)
    assert isinstance(found.score, float)
    assert isinstance(found.quality, int)


def test_refine(workers: Workers) -> None:
    """A worker refines too, and says where that is of no use."""
    body = png()
    wanted = work(body, PNG, PNG)
    first = transform(body, wanted).body
    better = refine(body, first, wanted)
    assert workers.refine(body, first, wanted, PATIENT) == better
    assert workers.refine(body, first[:8], wanted, PATIENT) is None


@pytest.mark.parametrize("body", [jpeg()[:9_000], png()[:9_000]], ids=["jpeg", "png"])
def test_damaged(workers: Workers, body: bytes) -> None:
    """A damaged image is reported as damaged, and the worker continues."""
    pid = of(workers)
    with pytest.raises(DamagedImageError):
        workers.transform(body, work(body, PNG if body.startswith(b"\x89PNG") else JPEG), PATIENT)
    assert pid in children()


def test_encoder_that_fails(workers: Workers) -> None:
    """WebP holds no side of 16,384 pixels."""
    body = encoded(Image.new("L", (16_384, 1)), "PNG")
    with pytest.raises(EncodeError):
        workers.transform(body, Work(read_facts(body, PNG), (), WEBP, 80), PATIENT)


def lost(workers: Workers, how: signal.Signals) -> BaseException:
    """What comes of a task whose worker gets a signal in the middle of it."""
    pid = of(workers)
    body, used = jpeg(3_000, 3_000), ticks(pid)
    slow = Work(read_facts(body, JPEG), (), AVIF, 80)
    with ThreadPoolExecutor(1) as executor:
        task = executor.submit(workers.transform, body, slow, PATIENT)
        wait_until(lambda: ticks(pid) > used + 5)
        os.kill(pid, how)
        error = task.exception()
    assert pid not in children()
    assert error
    return error


@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL])
def test_crash(workers: Workers, how: signal.Signals) -> None:
    """An image that crashes its codec is damaged; the next one finds a worker."""
    error = lost(workers, how)
    assert isinstance(error, DamagedImageError)
    assert how.name in str(error)
    assert of(workers)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGABRT])
def test_killed(workers: Workers, how: signal.Signals) -> None:
    """A worker that the system kills had too little memory, which says nothing about the image."""
    assert isinstance(lost(workers, how), MemoryError)
    assert of(workers)


def test_hang(workers: Workers) -> None:
    """What does not end in time is ended; the next one finds a worker."""
    pid = of(workers)
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(MemoryError):
        workers.transform(jpeg(), work(jpeg()), IMPATIENT)
    assert pid not in children()
    assert of(workers)


def test_lost_while_idle(workers: Workers) -> None:
    """A worker that is gone before it is needed costs a start, and no image."""
    pid = of(workers)
    os.kill(pid, signal.SIGKILL)
    # Its threads end one after another; the last one exists until its parent reads the exit status.
    process = Path(f"/proc/{pid}")
    wait_until(
        lambda: (
            process.joinpath("stat").read_text(encoding="ascii").split()[2] == "Z"
            and len(list(process.joinpath("task").iterdir())) == 1
        )
    )
    assert workers.transform(jpeg(), work(jpeg()), PATIENT) == transform(jpeg(), work(jpeg()))


def test_lost_before_it_begins(workers: Workers) -> None:
    """The same holds for a worker that ends just after a command: for a moment it still seems to run."""
    pid = of(workers)
    os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as executor:
        task = executor.submit(workers.transform, jpeg(), work(jpeg()), PATIENT)
        wait_until(lambda: waiting(pid))
        os.kill(pid, signal.SIGKILL)
        assert task.result() == transform(jpeg(), work(jpeg()))
    assert of(workers) != pid


def test_memory() -> None:
    """What takes more memory than it may ends with want of memory, and takes nobody along."""
    workers = Workers(50 * 10**6, 1)
    body = encoded(Image.new("RGB", (8_000, 8_000)), "PNG")
    wanted = Work(read_facts(body, PNG), (Cut(Box(0, 0, 9, 9)),), WEBP, 80)
    for _ in range(2):
        with pytest.raises(MemoryError):
            workers.transform(body, wanted, PATIENT)
        assert workers.transform(jpeg(), work(jpeg()), PATIENT) == transform(jpeg(), work(jpeg()))
    workers.end()


def test_memory_of_sixteen_bits() -> None:
    """Grey of sixteen bits needs what the estimate says: five bytes a pixel."""
    workers = Workers(5 * 5_000 * 4_000, 1)
    body = encoded(Image.new("I;16", (5_000, 4_000), 40_000), "PNG")
    wanted = Work(read_facts(body, PNG), (Cut(Box(0, 0, 9, 9)),), PNG, 80)
    with Image.open(BytesIO(workers.transform(body, wanted, PATIENT).body)) as image:
        assert image.getextrema() == (156, 156)
    workers.end()


def test_knows_nothing(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker has no credentials, and no files or connections of the function's."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-for-images")
    with Path(__file__).open("rb") as file:
        os.set_inheritable(file.fileno(), True)  # noqa: FBT003 - the system's own signature
        pid = of(workers)
    environment = Path(f"/proc/{pid}/environ").read_bytes()
    assert b"AWS" not in environment
    assert b"not-for-images" not in environment
    targets = [str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()]
    assert len(targets) == 7
    assert not any(Path(__file__).name in target or "socket" in target for target in targets)


def test_several_at_a_time() -> None:
    """Tasks at a time have workers of their own, as many as there may be; the others wait for their turn."""
    workers = Workers(MEMORY, 2)
    before = children()
    with ThreadPoolExecutor(6) as executor:
        results = list(executor.map(lambda _: workers.transform(jpeg(), work(jpeg()), PATIENT), range(12)))
    assert results == [transform(jpeg(), work(jpeg()))] * 12
    assert len(children() - before) <= 2
    workers.end()
    assert children() <= before


@contextmanager
def stopped(workers: Workers, *tasks: Callable[[], object]) -> Iterator[list[Future[object]]]:
    """The only worker stands still in the middle of a task, and these come on top; then it goes on."""
    pid = of(workers)
    os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1 + len(tasks)) as executor:
        first = executor.submit(workers.transform, jpeg(), work(jpeg()), PATIENT)
        wait_until(lambda: waiting(pid))
        try:
            yield [executor.submit(task) for task in tasks]
        finally:
            os.kill(pid, signal.SIGCONT)
            assert first.result() == transform(jpeg(), work(jpeg()))


def test_no_worker_in_time(workers: Workers) -> None:
    """A task waits for a worker for half of its time at most; the task that has the worker is not disturbed."""
    began = monotonic()
    with stopped(workers, lambda: workers.transform(jpeg(), work(jpeg()), 2 * IMPATIENT)) as (late,):
        assert isinstance(late.exception(), BusyError)
        assert IMPATIENT <= monotonic() - began < PATIENT / 2
    assert of(workers)


def test_a_viewer_waits_for_seconds(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much time there is a viewer waits no longer than that; a refinement waits."""
    monkeypatch.setattr(module, "VIEWER_SECONDS", IMPATIENT)
    body = png()
    wanted = work(body, PNG, PNG)
    tasks = (
        lambda: workers.refine(body, transform(body, wanted).body, wanted, PATIENT),
        lambda: workers.transform(jpeg(), work(jpeg()), PATIENT),
    )
    with stopped(workers, *tasks) as (refined, late):
        assert isinstance(late.exception(), BusyError)
        assert not refined.done()
    assert refined.result() == refine(body, transform(body, wanted).body, wanted)


def test_the_wait_is_taken_off(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a task has waited is no time to work."""
    given = []
    real = module._WorkerProcess.execute  # noqa: SLF001 - the time that it gets
    line = workers._pool  # noqa: SLF001 - whether anybody stands there

    def noted(self: Any, name: str, bodies: tuple[bytes, ...], wanted: Work, seconds: float) -> Encoded | None:
        given.append(seconds)
        return real(self, name, bodies, wanted, seconds)

    monkeypatch.setattr(module._WorkerProcess, "execute", noted)  # noqa: SLF001 - there is no public way to see it
    with stopped(workers, lambda: workers.transform(jpeg(), work(jpeg()), PATIENT)) as (behind,):
        wait_until(lambda: line._waiting)  # noqa: SLF001 - there is no public way to see it
        sleep(IMPATIENT)
    assert behind.result() == transform(jpeg(), work(jpeg()))
    _, without, after = given
    assert PATIENT - IMPATIENT < without <= PATIENT
    assert after <= PATIENT - IMPATIENT


def test_no_process_can_be_started(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system starts no more processes a task is lost, and neither its place nor a descriptor."""
    before = descriptors()
    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "Popen", refuse)
        for _ in range(3):
            with pytest.raises(MemoryError):
                workers.transform(jpeg(), work(jpeg()), PATIENT)
    assert descriptors() == before
    assert of(workers)


def refuse(*_: object, **__: object) -> None:
    """What `fork` says where there are too many processes."""
    raise BlockingIOError(errno.EAGAIN, "no more processes")


def descriptors() -> int:
    """How many this process has."""
    return len(list(Path("/proc/self/fd").iterdir()))


def test_nothing_is_left_open(workers: Workers) -> None:
    """Workers that were lost leave no descriptor behind."""
    assert of(workers)
    before = descriptors()
    for _ in range(3):
        lost(workers, signal.SIGKILL)
    assert of(workers)
    assert descriptors() == before


def test_ends_with_the_function() -> None:
    """When the function's process is gone so is its worker, however that came about."""
    code = (
        "import os\nfrom imagestack.sandbox.workers import Workers\n"
        "workers = Workers(10**9, 1)\nworkers.prepare()\n"
        "pid = os.getpid()\nprint(open(f'/proc/{pid}/task/{pid}/children').read(), flush=True)\nos.kill(pid, 9)"
    )
    ran = subprocess.run(  # noqa: S603 - a fixed command
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        check=False,
    )
    worker = Path(f"/proc/{int(ran.stdout)}")
    wait_until(lambda: not worker.exists())
    assert not worker.exists()


FORGED = {
    "nothing": b"",
    "too long": b"\xff\xff\xff\xff",
    "no JSON": b"\x00\x00\x00\x02{x",
    "something else": b"\x00\x00\x00\x04true",
    "a body that is not there": b'\x00\x00\x00\x2c{"length": 999999, "score": 1, "quality": 1 }',
    "a length that is none": b'\x00\x00\x00\x29{"length": -1, "score": 1, "quality": 1  }',
    "a score that is none": b'\x00\x00\x00\x29{"length": 1, "score": "a", "quality": 1}',
}


@pytest.fixture
def forging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Workers]:
    """Workers that an image has taken over: they answer every command with these bytes."""

    def forging(answer: bytes) -> Workers:
        program = tmp_path / "python"
        act = f"os.read(int(sys.argv[5]), 1)\nos.write(int(sys.argv[6]), {answer!r})"
        program.write_text(f"#!{sys.executable}\nimport os, sys\n{act}\n", encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(program))
        return Workers(MEMORY, 1)

    return forging


@pytest.mark.parametrize("answer", FORGED.values(), ids=FORGED)
def test_forged_answers(forging: Callable[[bytes], Workers], answer: bytes) -> None:
    """Nothing that a worker says is believed unless it makes sense; such a worker is replaced."""
    workers = forging(answer)
    with pytest.raises(MemoryError):
        workers.transform(jpeg(), work(jpeg()), PATIENT)
    workers.end()


def test_large_bodies(workers: Workers) -> None:
    """Bodies of many megabytes cross whole, there and back."""
    noise = Image.effect_noise((2_000, 2_000), 200)
    body = encoded(noise, "PNG", compress_level=0)
    wanted = Work(read_facts(body, PNG), (Cut(Box(0, 0, 1_999, 1_999)),), PNG, 80)
    found = workers.transform(body, wanted, PATIENT)
    assert isinstance(found, Encoded)
    assert len(body) > 4_000_000
    assert len(found.body) > 2_000_000
    assert Image.open(BytesIO(found.body)).tobytes() == noise.crop((0, 0, 1_999, 1_999)).tobytes()


def test_a_photograph_after_a_bomb(workers: Workers) -> None:
    """One image after another by the same worker: nothing of one is in the next."""
    first, second = encoded(photograph("coffee.png")), encoded(photograph("chelsea.png"))
    for body in (first, second, first):
        assert workers.transform(body, work(body), PATIENT) == transform(body, work(body))


def test_without_workers() -> None:
    """Where there are none the same is made, in the function's own process."""
    none, body = NoWorkers(), png()
    none.prepare()
    wanted = work(body, PNG, PNG)
    first = none.transform(body, wanted, PATIENT)
    assert first == transform(body, wanted)
    assert none.refine(body, first.body, wanted, PATIENT) == refine(body, first.body, wanted)
    none.end()
