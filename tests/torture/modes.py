"""What is done to a scene, and at which of its calls."""
import zlib
from collections import namedtuple

import judge
from run import Ask

MEMORY = (70,)          # out of memory
DISK = (73, 74)         # what is read or written is not to be had
CHANGES = "wsn"         # the calls by which the disk changes

# calls: kinds of calls (run.KINDS) that count; on: all later ones fail too; again: so many
# later one more fails; codes: those of a failure; crash: the process is killed; writers: only
# of scenes that change the store.
_Mode = namedtuple("Mode", "name calls act on again codes crash writers lies second")


class Mode(_Mode):
    def suits(self, scene):
        if self.name in CANARIES:
            return scene.name == "risk edit"
        return scene.writes or not self.writers


def fault(name, calls, act, codes, on=False, again=()):
    return Mode(name, calls, act, on, again, codes, False, False, False, None)


def crash(name, calls, act, lies=False, second=None):
    return Mode(name, calls, act, False, (), (), True, False if second is None and not lies else True, lies, second)


CRASHES = [
    crash("kill", CHANGES, "kill"),
    crash("torn write", "w", "torn"),
    crash("power cut", CHANGES, "cut"),
]
TWICE = [
    crash("kill, kill again", CHANGES, "kill", second="kill"),
    crash("kill, then EIO from then on", CHANGES, "kill", second="EIO"),
    crash("power cut, kill", CHANGES, "cut", second="kill"),
]
FAULTS = [
    fault("no memory", "a", "ENOMEM", MEMORY),
    fault("no memory from then on", "a", "ENOMEM", MEMORY, on=True),
    fault("no memory, and again", "a", "ENOMEM", MEMORY, again=(1, 4)),
    fault("no map", "m", "ENOMEM", MEMORY),
    fault("no map from then on", "m", "ENOMEM", MEMORY, on=True),
    fault("read EIO", "r", "EIO", DISK),
    fault("read EIO from then on", "r", "EIO", DISK, on=True),
    fault("read EINTR", "r", "EINTR", DISK),
    fault("read short", "r", "short", DISK),
    fault("open EMFILE", "o", "EMFILE", DISK),
    fault("open EMFILE from then on", "o", "EMFILE", DISK, on=True),
    fault("open EIO", "o", "EIO", DISK),
    fault("write EIO", "w", "EIO", DISK),
    fault("write EIO from then on", "w", "EIO", DISK, on=True),
    fault("write ENOSPC", "w", "ENOSPC", DISK),
    fault("write ENOSPC from then on", "w", "ENOSPC", DISK, on=True),
    fault("write EINTR", "w", "EINTR", DISK),
    fault("write short", "w", "short", DISK),
    fault("write EIO, and again", "wsn", "EIO", DISK, again=(1, 2, 3)),
    fault("sync EIO", "s", "EIO", DISK),
    fault("sync EIO from then on", "s", "EIO", DISK, on=True),
    fault("sync ENOSPC", "s", "ENOSPC", DISK),
    fault("name EIO", "n", "EIO", DISK),
    fault("name EIO from then on", "n", "EIO", DISK, on=True),
    fault("name ENOSPC", "n", "ENOSPC", DISK),
    fault("name EACCES", "n", "EACCES", DISK),
]
CANARY_MODES = [
    crash("canary: syncs that are none", CHANGES, "cut", lies=True),
    fault("canary: a write that is none", "w", "lie", DISK),
    fault("canary: memory that leaks", "a", "lie", MEMORY),
]
CANARIES = {mode.name for mode in CANARY_MODES}
LEAK_CANARY = CANARY_MODES[-1]


def named(options):
    """The modes asked for; without names, those of the form of the torture."""
    every = CRASHES + TWICE + FAULTS + CANARY_MODES
    if options.mode:
        unknown = set(options.mode) - {mode.name for mode in every}
        if unknown:
            raise SystemExit("torture: no such mode: " + ", ".join(sorted(unknown)))
        return [mode for mode in every if mode.name in options.mode]
    if options.sanitizer:
        return FAULTS + [LEAK_CANARY]
    return [mode for mode in every if mode != LEAK_CANARY and (options.long or mode not in TWICE)]


# ---- The trials of a mode: (at, again, seed, sector, second) ---------------------------------

Trial = namedtuple("Trial", "at again seed sector second", defaults=(0, 0, 0, 0))


def spread(count, most):
    """Numbers from 1 to count; at most so many, the first and the last among them."""
    if count <= most:
        return list(range(1, count + 1))
    if most == 1:
        return [(count + 1) // 2]
    return sorted({1 + i * (count - 1) // (most - 1) for i in range(most)})


def part_of(scene, mode, count):
    """Of the short form: a few calls to be killed at of a command that writes, and one to fail in
    every second mode; of one that reads, in every fourth. Which ones depends on the names, so
    that they differ."""
    draw = zlib.crc32(("%s, %s" % (scene.name, mode.name)).encode())
    if mode.name in CANARIES:
        return spread(count, 16)
    if mode.crash and scene.writes:
        return spread(count, 3)
    if not count or draw // 1000 % (2 if scene.writes else 4):
        return []
    return [1 + draw % count]


def trials_make(scene, mode, counts, options):
    count = sum(counts[kind] for kind in mode.calls)
    if options.at:
        calls = [options.at]
    elif options.long:
        calls = spread(count, options.most or count)
    else:
        calls = part_of(scene, mode, count)
    if mode.second:
        return [Trial(n, 0, n * 1000 + m, 512, m) for n in calls for m in spread(count + 3, options.most or count)]
    if mode.act == "cut":
        seeds = range(10 if options.long else 1)
        return [Trial(n, 0, n * 1000 + seed, sector) for n in calls for seed in seeds
                for sector in ((512, 4096) if options.long else (512,))]
    return [Trial(n, k) for n in calls for k in mode.again or (0,)]


def trial_name(trial):
    words = ["at %d" % trial.at]
    if trial.again:
        words.append("and %d later" % trial.again)
    if trial.sector:
        words.append("seed %d, sectors of %d" % (trial.seed, trial.sector))
    if trial.second:
        words.append("then at %d" % trial.second)
    return " ".join(words)


def trial_run(bench, scene, mode, reference, trial):
    """What came of it, and a complaint or None."""
    bench.copy.put_back(scene.before)
    run = bench.run(scene, Ask(mode.calls, mode.act, trial.at, mode.on, trial.again, trial.seed, trial.sector, mode.lies))
    if mode.second:
        return second_run(bench, scene, mode, reference, trial, run)
    judged = judge.crash_judge if mode.crash else judge.fault_judge
    return run, judged(bench, scene, mode, reference, run)


def second_run(bench, scene, mode, reference, trial, first):
    """What recovers from a crash meets the next one."""
    run = bench.run(scene, Ask(CHANGES, mode.second, trial.second, mode.second == "EIO"))
    if run.code is None or (run.code < 0 and judge.signal_name(run.code) != "SIGKILL"):
        return run, "the second run: code %s (%s)" % (run.code, judge.told(run.said))
    # Where the change was made all the same, its lines and warnings stand before the one of the failure.
    failures = [line for line in run.said.splitlines()
                if line.startswith(b"qorgan: ") and not line.startswith(b"qorgan: warning: ")]
    if run.code > 1 and len(failures) != 1:
        return run, "the second run: code %d, but not one line: %s" % (run.code, judge.told(run.said))
    fault = judge.aftermath_judge(bench, scene, reference, [reference.before, reference.after, reference.again, reference.anew])
    return run._replace(hits=min(first.hits, run.hits)), fault
