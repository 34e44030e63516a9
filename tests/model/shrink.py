"""The fewest commands that still fail, and a script of them."""

import shlex

import player


def failure_of(program, keys, sequence):
    try:
        player.play(program, keys, sequence)
    except player.Failure as failure:
        return failure
    return None


def shrink(program, keys, sequence, failure):
    """Delta debugging: leave out ever smaller parts, as long as the same thing still goes wrong."""
    kind = failure.why.split("\n")[0].split(":")[0]
    size = max(1, len(sequence) // 2)
    while size:
        at = 0
        while at < len(sequence):
            shorter = sequence[:at] + sequence[at + size:]
            found = failure_of(program, keys, shorter)
            if found and found.why.split("\n")[0].split(":")[0] == kind:
                sequence, failure = shorter[:found.at + 1], found
            else:
                at += size
        size //= 2
    return sequence, failure


def script(program, keys, sequence):
    lines = ["#!/bin/sh -x", "# in an empty folder", "export QORGAN_STORE=store XDG_STATE_HOME=$PWD/state TZ=UTC"]
    lines += ["age-keygen -o %s; chmod 600 %s" % (key, key) for key in sorted(keys.recipients)]
    lines.append("QORGAN_NOW=%s %s init --state UZB --as me --recipient $(age-keygen -y k0)" % (player.FIRST, program))
    typist = player.Player(program, keys)
    recipients = {recipient: key for key, recipient in keys.recipients.items()}
    for command in sequence:
        for name, text in command.get("files", {}).items():
            lines.append("cat >%s <<'END'\n%sEND" % (name, text))
        words = ["$(age-keygen -y %s)" % recipients[word] if word in recipients else shlex.quote(word)
                 for word in typist.argv(command)]
        lines.append("QORGAN_NOW=%s %s -i %s %s" % (command["now"], program, command["key"], " ".join(words)))
    typist.close()
    return "\n".join(lines)
