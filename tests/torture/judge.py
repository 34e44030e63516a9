"""Whether what came of a run may be."""
import os
import re
from collections import namedtuple

from run import Ask, scrub, signal_name
from world import Trouble

# What a scene does when nothing goes wrong; again: done twice; anew: twice, and what the first wrote was lost.
Reference = namedtuple("Reference", "code out said before after again anew files names is_same counts")


def files_remove(bench, scene):
    for name in scene.files:
        if bench.content(name) is not None:
            os.unlink(os.path.join(bench.world.root, name))


def reference_make(bench, scene):
    bench.copy.put_back(scene.before)
    names, before = bench.files(), bench.state(scene)
    run = bench.run(scene, Ask("wsnroam", None))
    after, files = bench.state(scene), {name: bench.content(name) for name in scene.files}
    bench.run(scene, Ask("", None))
    again = anew = bench.state(scene)
    if run.code not in (0, 1, 75) or any(content is None for content in files.values()):
        raise Trouble("%s does not work: %s" % (scene.name, run.said.decode()))
    if scene.writes != (before != after):
        raise Trouble("%s: the scene is wrong about whether it writes" % scene.name)
    if scene.writes and scene.files:
        bench.copy.put_back(scene.before)
        for _ in range(2):
            files_remove(bench, scene)
            bench.run(scene, Ask("", None))
        anew = bench.state(scene)
    bench.copy.put_back(scene.before)
    second = bench.run(scene, Ask("", None))
    is_same = run.out == second.out and all(bench.content(name) == files[name] for name in scene.files)
    return Reference(run.code, run.out, run.said, before, after, again, anew, files, names, is_same, run.counts)


# What a command says that had done something by then.
DONE = (b"the change is made, but", b"the release was logged but not finished", b"the package was taken in, but")

# What a command says whose steps stand, and that goes on when it is run again.
GOES_ON = b"The new keys hold; what is left"


# What a command says that put a store in the place of another, and cannot remember it.
FORGETFUL = b"warning: this computer cannot remember that the store at"
REPLACES = ("restore-backup", "repair")

# What examines the store that it made of a backup: what it cannot read of that, it finds at fault.
EXAMINES = ("restore-backup", "backup --check", "repair")
WHYS = (b": Input/output error", b": Too many open files", b"no space left on the disk")

# The process that is forked to examine a store is killed alone.
EXAMINER = b"the process that examines the store was ended by signal 9"


def told(text):
    return text.decode(errors="replace").strip() or "nothing"


def store_fault(bench, scene, allowed, complaint):
    """Whether the store holds what one of the states holds."""
    if None in allowed or not bench.is_untouched(scene):
        state = bench.state(scene)
        if isinstance(state, str):
            return state
        if state not in allowed:
            return complaint
        if state is not None:
            return bench.verify(scene)
    return None


def files_fault(bench, scene, reference, is_done, mode=None):
    """Files of the outside: whole or not there. After a failure they may be whole: that their
    folder could not be synced is told, and takes nothing back."""
    if mode and scene.foreign and mode.calls in ("a", "m"):
        return None # the library leaves out what it got no memory for, and says so on standard error alone
    for name in scene.files:
        content = bench.content(name)
        if content is None:
            if is_done:
                return "%s is not there" % name
        elif reference.is_same and content != reference.files[name]:
            return "%s is not whole" % name
    packages = [name for name in scene.files if name.endswith(".age")]
    if packages and all(bench.content(name) is not None for name in scene.files):
        done = bench.world.run("-q", "-S", "kaz", "receive", packages[0])
        # The one before it was logged, and lost with the power: the partner asks for it.
        lost = re.search(rb"or ask UZB for it: qorgan (export --to KAZ --from 2)", done.stderr)
        if lost and bench.world.run(*lost.group(1).decode().split(), "-o", "lost.age").returncode == 0:
            done = bench.world.run("-q", "-S", "kaz", "receive", "lost.age")
        if done.returncode:
            return "the partner cannot receive %s: %s" % (packages[0], told(done.stderr))
    return None


def sheets_fault(bench, scene):
    """Where the slot of shares is, all sheets are, and open it."""
    if scene.name != "recovery make":
        return None
    used = bench.world.run("recovery", "use", *scene.files, "--recipient", bench.words["THIRD"])
    return "the sheets do not open it: %s" % told(used.stderr) if used.returncode else None


def try_again(bench, scene):
    """As the user does, who deletes first what is said to be in the way."""
    again = bench.world.run(*bench.command(scene))
    if again.returncode == 73 and b" is there already, and may be a share" in again.stderr:
        files_remove(bench, scene)
        again = bench.world.run(*bench.command(scene))
    return again


# ---- A failing call: the command succeeds in full, or fails in full ----------------------


def words_of(said):
    """Lines but warnings, and what a library of spreadsheets writes there by itself."""
    said = re.sub(rb"(What was there is kept at \S+/uzb)\.\S+", rb"\1.#", said) # under another name if the usual is not to be had
    return [scrub(line) for line in said.splitlines() if not line.startswith((b"qorgan: warning: ", b"[ERROR]"))]


def kept_fault(run):
    """What is said to be kept is there."""
    for path in re.findall(rb"What was there is kept at (\S+)\.\n", run.said):
        if not os.path.exists(path + b"/store.mdb"):
            return "%s is not there" % path.decode()
    return None


def survived_fault(bench, scene, mode, reference, run):
    same = (lambda text: text) if reference.is_same else scrub
    # Two commands tell what they could not read.
    is_told = b"which cannot be read" in run.out or b"nothing that could be read leads to it" in run.out or scene.name == "doctor"
    if same(run.out) != same(reference.out) and not is_told:
        return "code %d, but another output" % run.code
    if kept_fault(run):
        return kept_fault(run)
    words, expected = words_of(run.said), words_of(reference.said)
    # Words to a person may be lost for want of memory.
    if words != expected and not (mode.calls == "a" and set(words) <= set(expected)):
        return "code %d, but it said: %s" % (run.code, told(run.said))
    if scene.writes:
        return store_fault(bench, scene, [reference.after], "code 0, but the change is not there") \
            or files_fault(bench, scene, reference, True, mode) or sheets_fault(bench, scene)
    return store_fault(bench, scene, [reference.before], "a command that reads changed the store") \
        or files_fault(bench, scene, reference, True, mode)


def failed_fault(bench, scene, mode, reference, run):
    is_read = set(mode.calls) <= set("ro")
    finds = scene.name == "doctor" or (scene.name == "verify" and is_read)
    examines = scene.name in EXAMINES and is_read
    may = mode.codes + ((1,) if finds else ()) + ((74,) if scene.foreign else ()) + ((1, 65) if examines and not any(why in run.said for why in WHYS) else ())
    if run.code not in may:
        return "code %d (%s)" % (run.code, told(run.said))
    if run.code == 1:
        return store_fault(bench, scene, [reference.before], "what only looks changed the store")
    # What was done is told before it turns out that the telling failed.
    is_done = any(text in run.said for text in DONE)
    words = words_of(run.said)
    errors = [line for line in words if line.startswith(b"qorgan: ")]
    others = [line for line in words
              if line not in errors and not ((is_done or scene.steps) and line in words_of(reference.said))
              and not (scene.steps and line.startswith(GOES_ON)) and not (examines and line.startswith(b"finding: "))]
    if len(errors) != 1 or others or not run.said.endswith(b"\n"):
        return "code %d, but not one line: %s" % (run.code, told(run.said))
    if is_done:
        return store_fault(bench, scene, [reference.after], "it says that the change is made, and it is not") \
            or sheets_fault(bench, scene)
    if scene.steps:
        return aftermath_judge(bench, scene, reference, [])
    # Without memory a line may be short of something before that is noticed, and behind a write
    # that fails the next one may not.
    if not set(mode.calls) & set("amw") and reference.is_same and scene.name != "verify" and not examines \
            and not reference.out.startswith(run.out):
        return "code %d, and a wrong output before it" % run.code
    allowed = [reference.before]
    if reference.before is None and "n" in mode.calls and (mode.on or mode.again):
        allowed.append(reference.after) # a new store that cannot be taken away again is whole, if not known as the one in use
        if scene.name in REPLACES:
            bench.heed(scene)
    fault = store_fault(bench, scene, allowed, "code %d, but the store is not as before (%s)" % (run.code, told(run.said)))
    fault = fault or files_fault(bench, scene, reference, False, mode)
    left = {name for name in bench.files() - reference.names - set(scene.files) if not name.startswith("state/")}
    # What cannot be removed stays.
    if not fault and left and "n" not in mode.calls and not (scene.foreign and mode.calls in ("a", "m")):
        fault = "code %d, and it left %s" % (run.code, ", ".join(sorted(left)))
    return fault


def fault_judge(bench, scene, mode, reference, run):
    if run.code is None:
        return "it hangs"
    if run.code < 0:
        return "ended by %s (%s)" % (signal_name(run.code), told(run.said))
    if run.code in (97, 98):
        return "the sanitizer: %s" % told(run.said)
    # Without memory a warning may be left out, and the store says it itself.
    if FORGETFUL in run.said or (scene.name in REPLACES and mode.calls == "a"):
        bench.heed(scene)
    if run.code == reference.code:
        return survived_fault(bench, scene, mode, reference, run)
    return failed_fault(bench, scene, mode, reference, run)


# ---- A kill or a power cut: before or after, and it goes on ---------------------------------


def crash_judge(bench, scene, mode, reference, run):
    if run.hits == 0:
        return None if run.code == reference.code else "not hit, but code %s (%s)" % (run.code, told(run.said))
    if run.code is None:
        return "it hangs"
    if run.code == 70 and EXAMINER in run.said:
        return aftermath_judge(bench, scene, reference, [reference.before])
    if run.code >= 0 or signal_name(run.code) != "SIGKILL":
        return "hit, but ended with %d (%s)" % (run.code, told(run.said))
    return aftermath_judge(bench, scene, reference, [reference.before, reference.after])


def aftermath_judge(bench, scene, reference, allowed):
    # Between the moment in which a store is put in place and the one in which that is remembered lies an instant.
    if scene.name in REPLACES:
        bench.heed(scene)
    state = bench.state(scene)
    if isinstance(state, str):
        return state
    if state is not None:
        fault = bench.verify(scene)
        if fault:
            return fault
    if state not in allowed and not scene.steps:
        return "the store is neither before nor after"
    fault = files_fault(bench, scene, reference, False)
    if fault or (state in allowed[1:] and not scene.steps): # it was done, once or twice
        return fault or sheets_fault(bench, scene)
    again = try_again(bench, scene)
    if again.returncode != reference.code:
        return "a second try: code %d: %s" % (again.returncode, told(again.stderr))
    if scene.steps:
        return bench.verify(scene)
    if bench.state(scene) != reference.after:
        return "a second try made something else"
    return files_fault(bench, scene, reference, True) or sheets_fault(bench, scene)
