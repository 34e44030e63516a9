#!/usr/bin/env python3
"""Judges a profile of AppArmor by what a program did: judge_profile.py PROFILE PROGRAM TRACE...

A kernel with AppArmor is not on every computer, least of all where packages are built. So the profile is flattened by
apparmor_parser, its rules for files are read here, and each file that was opened, mapped, run, made or moved in the
traces (strace -f -y) is looked up in them, in the profile that the process is in at that moment. What would have been
refused is listed, and the end is 1; a socket of the internet would be refused too.
"""
import os
import re
import subprocess
import sys

RULE = re.compile(r'(?P<mode>(?:audit\s+|deny\s+|allow\s+|owner\s+)*)(?P<path>[/@]\S*)\s+(?P<perms>[a-zA-Z]+)(?:\s*->\s*(?P<to>\S+))?\s*,$')


def expand(text, variables):
    """A path with each variable put in as {a,b}."""
    while True:
        found = re.search(r'@\{(\w+)\}', text)
        if not found:
            return re.sub(r'(?<!^)//+', '/', text)
        values = [value.rstrip('/') if text[found.end():found.end() + 1] == '/' else value
                  for value in variables[found.group(1)]]
        text = text[:found.start()] + '{' + ','.join(values) + '}' + text[found.end():]


def translate(glob):
    """A glob of AppArmor as a regular expression."""
    out, i, depth = '', 0, 0
    while i < len(glob):
        c = glob[i]
        if glob.startswith('**', i):
            out += '.+' if out.endswith('/') else '.*'
            i += 1
        elif c == '*':
            out += '[^/]+' if out.endswith('/') and glob[i + 1:i + 2] in ('', '/') else '[^/]*'
        elif c == '?':
            out += '[^/]'
        elif c == '{':
            out, depth = out + '(?:', depth + 1
        elif c == '}':
            out, depth = out + ')', depth - 1
        elif c == ',' and depth:
            out += '|'
        elif c == '[':
            end = glob.index(']', i)
            out, i = out + glob[i:end + 1], end
        else:
            out += re.escape(c)
        i += 1
    return re.compile(out + r'\Z')


def read_profiles(path):
    text = subprocess.run(['apparmor_parser', '-p', path], check=True, capture_output=True, text=True).stdout
    variables, profiles, inside = {}, {}, []
    for line in text.splitlines():
        line = line.strip()
        value = re.match(r'@\{(\w+)\}\s*\+?=\s*(.*)$', line)
        head = re.match(r'profile (\S+).*\{$', line)
        if value:
            variables.setdefault(value.group(1), []).extend(value.group(2).split())
        elif head:
            inside.append(head.group(1))
            profiles['//'.join(inside)] = []
        elif line == '}':
            inside.pop()
        elif inside and not line.startswith('#'):
            rule = RULE.match(line)
            if rule:
                profiles['//'.join(inside)].append(rule)
    return {name: [(translate(expand(rule['path'], variables)), 'deny' in rule['mode'], rule['perms'], rule['to'])
                   for rule in rules] for name, rules in profiles.items()}


class Judge:
    def __init__(self, profiles, program):
        self.profiles, self.program = profiles, program
        self.main = next(iter(profiles))
        self.refused, self.looked_up = set(), 0

    def rule_of(self, profile, path, wanted):
        granted = None
        for pattern, denied, perms, to in self.profiles[profile]:
            if pattern.match(path) and (wanted in perms or (wanted == 'x' and 'x' in perms.lower())):
                if denied:
                    return None
                granted = granted or (perms, to)
        return granted

    def ask(self, profile, path, wanted):
        path = path.removesuffix(' (deleted)').removesuffix('(deleted)')
        if not path.startswith('/') or path.startswith('/memfd:'):
            return None
        self.looked_up += 1
        rule = self.rule_of(profile, path, wanted)
        if not rule:
            self.refused.add(f'{profile}: {path} {wanted}')
        return rule

    def trace(self, name):
        parents, current = {}, {}
        lines = open(name, encoding='utf-8', errors='replace').read().splitlines()
        folder = re.search(r'AT_FDCWD<([^>]*)>', '\n'.join(lines))
        self.folder = folder.group(1) if folder else '/'
        for line in lines:
            made = re.match(r'(\d+) .*(?:clone3?|v?fork)\b.*\)\s+= (\d+)', line)
            if made:
                parents[made.group(2)] = made.group(1)
        for line in lines:
            pid, _, call = line.partition(' ')
            call = call.strip()
            if pid not in current:
                current[pid] = current.get(parents.get(pid), self.main)
            self.call(pid, call, current)

    def call(self, pid, call, current):
        profile = current[pid]
        if re.match(r'socket\(AF_(INET|PACKET|NETLINK)', call):
            self.refused.add(f'{profile}: {call}')
        if re.search(r'= -1 E', call):
            return
        opened = re.match(r'(?:openat2?|open|creat)\(.*?(O_\S*?)[,)].*= \d+<(.*)>$', call)
        mapped = re.match(r'mmap\(.*PROT_EXEC.*\d+<(.*?)>, ', call)
        run = re.match(r'execve\("([^"]*)"', call)
        changed = re.match(r'(mkdir|rmdir|unlink|rename|link|chmod|symlink)(?:at2?)?\((.*)\)\s+= 0', call)
        if opened:
            flags, path = opened.groups()
            if 'O_PATH' in flags:  # a name for other calls: nothing is asked of the profile
                return
            folder = os.path.isdir(path) or 'O_DIRECTORY' in flags
            path += '/' if folder and 'O_TMPFILE' not in flags and not path.endswith('/') else ''
            path += '/#1' if 'O_TMPFILE' in flags and '#' not in path else ''
            if 'O_WRONLY' not in flags:
                self.ask(profile, path, 'r')
            if 'O_WRONLY' in flags or 'O_RDWR' in flags:
                self.ask(profile, path, 'w')
        elif mapped:
            self.ask(profile, mapped.group(1), 'm')
        elif run:
            self.run(pid, os.path.realpath(run.group(1)), current)
        elif changed:
            for base, path in re.findall(r'(?:\w+<([^>]*)>, )?"([^"]*)"', changed.group(2)):
                path = os.path.normpath(os.path.join(base or self.folder, path))
                folder = changed.group(1) in ('mkdir', 'rmdir') or 'AT_REMOVEDIR' in call
                self.ask(profile, path + ('/' if folder else ''), 'w')

    def run(self, pid, path, current):
        if path == self.program and current[pid] == self.main:
            return
        rule = self.ask(current[pid], path, 'x')
        if rule and rule[0].lower().find('c') >= 0:
            current[pid] += '//' + rule[1]


def main():
    profile, program, *traces = sys.argv[1:]
    judge = Judge(read_profiles(profile), program)
    for trace in traces:
        judge.trace(trace)
    for line in sorted(judge.refused):
        print('would be refused:', line)
    print(f'{judge.looked_up} looked up in {len(judge.profiles)} profiles')
    sys.exit(bool(judge.refused) or not judge.looked_up)


main()
