#!/usr/bin/env python3
"""check_browser.py CHROMIUM REPORT.html...: reports in HTML as a browser shows them, driven
through its own pipe (DevTools protocol). Each line is "ok TITLE" or "not ok TITLE: why".
AXE may name a file of axe-core, which then judges too."""
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
import check_html  # noqa: E402

UPRIGHT, TURNED = 688, 1017  # pixels between the margins of A4, along its short and its long side


class Browser:
    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory()
        to_read, to_write = os.pipe()
        from_read, from_write = os.pipe()

        def connect():  # what the browser reads is its 3, what it writes is its 4
            os.dup2(to_read, 103)
            os.dup2(from_write, 104)
            os.dup2(103, 3)
            os.dup2(104, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
             "--disable-component-update", "--no-first-run", "--user-data-dir=" + self.folder.name, "about:blank"],
            preexec_fn=connect, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(from_write)
        self.writer, self.reader = os.fdopen(to_write, "wb", 0), os.fdopen(from_read, "rb")
        self.number, self.rest, self.events, self.session = 0, b"", [], None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in "Page", "Runtime", "Log", "Network", "DOM":
            self.call(domain + ".enable")

    def receive(self):
        while b"\0" not in self.rest:
            more = os.read(self.reader.fileno(), 1 << 20)
            if not more:
                raise EOFError("the browser ended")
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        message = json.loads(message)
        if "method" in message:
            self.events.append(message)
        return message

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.writer.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                assert "error" not in answer, f"{method}: {answer}"
                return answer["result"]

    def open(self, url):
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.receive()

    def ask(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key, code=None, text=None):
        known = {"Tab": 9, "Enter": 13, " ": 32}
        keys = {"key": key, "code": code or key, "windowsVirtualKeyCode": known[key]}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text or {"Enter": "\r", " ": " "}.get(key, ""), **keys)
        self.call("Input.dispatchKeyEvent", type="keyUp", **keys)

    def size(self, width, height=900):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def media(self, media="", scheme="light"):
        self.call("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}])

    def said(self):
        """What the page wrote to the console, what went wrong in it, and what it asked for."""
        found = []
        for event in self.events:
            parameters = event["params"]
            if event["method"] in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
                found.append(json.dumps(parameters)[:300])
            if event["method"] == "Network.requestWillBeSent":
                found.append("request: " + parameters["request"]["url"][:100])
        return found

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def contrast(one, other):
    def light(colour):
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    lights = sorted((light(one), light(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)



def test_quiet(browser, path, report):
    said = browser.said()
    assert said == ["request: file://" + path], said


def test_same_rows(browser, path, report):
    rows = browser.ask("[...document.querySelectorAll('table')].map(t => [...t.tBodies[0].rows].map("
                       "r => [...r.cells].map(c => c.textContent)))")
    assert rows == [table["rows"] for table in report["tables"]], "other cells than in the file"


def test_keyboard(browser, path, report):
    browser.ask("document.activeElement.blur(), scrollTo(0, 0)")
    browser.press("Tab")
    assert browser.ask("document.activeElement.className") == "skip"
    assert browser.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid", "focus is not seen"
    assert browser.ask("document.activeElement.getBoundingClientRect().top") >= 0, "the way past the head is not seen"
    browser.press("Enter")
    assert browser.ask("document.activeElement.id") == "main"
    seen = set()
    for _ in range(400):
        browser.press("Tab")
        seen.add(browser.ask("document.activeElement.tagName + (document.activeElement.getAttribute('role') || '')"))
        if browser.ask("document.activeElement === document.body"):
            break
    wanted = {"DIVgroup"} if report["tables"] else set()
    if any(len(table["rows"]) > 1 for table in report["tables"]):
        wanted.add("SPANbutton")
    if any(len(table["rows"]) > 7 for table in report["tables"]):
        wanted.add("INPUT")
    assert wanted <= seen, f"not reached by Tab: {wanted - seen}"


def largest(report):
    return max(range(len(report["tables"])), key=lambda i: len(report["tables"][i]["rows"]), default=None)


def shown_column(browser, index, column):
    return browser.ask(f"[...document.querySelectorAll('table')[{index}].tBodies[0].rows].filter(r => !r.hidden)"
                       f".map(r => r.cells[{column}].textContent)")


def test_sort(browser, path, report):
    index = largest(report)
    if index is None or len(report["tables"][index]["rows"]) < 2:
        return
    table = report["tables"][index]
    for column, head in enumerate(table["head"]):
        texts = [row[column] for row in table["rows"]]
        filled = [text for text in texts if text]
        kind = browser.ask(f"document.querySelectorAll('table')[{index}].tHead.rows[0].cells[{column}].className")
        for direction, key in ("ascending", "Enter"), ("descending", " "):
            browser.ask(f"document.querySelectorAll('table')[{index}].tHead.rows[0].cells[{column}].firstChild.focus()")
            browser.press(key)
            sort = browser.ask(f"[...document.querySelectorAll('table')[{index}].tHead.rows[0].cells]"
                               ".map(c => c.getAttribute('aria-sort'))")
            assert sort == [direction if i == column else None for i in range(len(table["head"]))], sort
            shown = shown_column(browser, index, column)
            assert sorted(shown) == sorted(texts), f"{head}: rows are lost or doubled"
            assert shown[len(filled):] == [""] * (len(texts) - len(filled)), f"{head}: what is empty is not last"
            if kind == "d":
                assert shown[:len(filled)] == sorted(filled, reverse=direction == "descending"), head
            elif kind == "n":
                numbers = [float(re.sub(r"[^0-9.-]", "", text)) for text in shown[:len(filled)]]
                assert numbers == sorted(numbers, reverse=direction == "descending"), head


def test_filter(browser, path, report):
    index = largest(report)
    if index is None or len(report["tables"][index]["rows"]) < 8:
        return
    rows = report["tables"][index]["rows"]
    word = rows[len(rows) // 2][0]
    wanted = sum(word.lower() in " ".join(row).lower() for row in rows)
    name = f"document.querySelectorAll('table')[{index}].caption.id + '-filter'"
    browser.ask(f"document.getElementById({name}).focus()")
    browser.call("Input.insertText", text=word.upper())
    browser.ask("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert len(shown_column(browser, index, 0)) == wanted, f"{word}: {len(shown_column(browser, index, 0))}, not {wanted}"
    status = browser.ask(f"document.getElementById({name}).parentNode.querySelector('[role=status]').textContent")
    assert re.findall(r"\d+", status) == [str(wanted), str(len(rows))], status
    assert browser.ask(f"document.querySelector('label[for=\"' + {name} + '\"]').textContent")


def test_narrow(browser, path, report):
    for width in 390, 800, 1400:
        browser.size(width)
        wide = browser.ask("document.documentElement.scrollWidth")
        assert wide <= width, f"{wide} pixels wide in a window of {width}"
    browser.size(1100)


def test_dark(browser, path, report):
    grounds = []
    for scheme in "light", "dark":
        browser.media(scheme=scheme)
        colours = browser.ask("[...document.querySelectorAll('h1, p, td, figcaption span, a, .facts dt')].map(e => {"
                              "let g = e; while (g && getComputedStyle(g).backgroundColor === 'rgba(0, 0, 0, 0)')"
                              "g = g.parentElement; return [getComputedStyle(e).color, getComputedStyle(g ||"
                              "document.documentElement).backgroundColor]; })")
        for ink, ground in set(map(tuple, colours)):
            assert contrast(ink, ground) >= 4.5, f"{scheme}: {ink} on {ground}"
        grounds.append(browser.ask("getComputedStyle(document.documentElement).backgroundColor"))
    assert contrast(*grounds) > 10, grounds
    browser.media()


def test_print(browser, path, report):
    browser.media("print", "dark")
    assert browser.ask("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    for width, wanted in (UPRIGHT, "false"), (TURNED, "true"):
        browser.size(width)
        cut = browser.ask(f"[...document.querySelectorAll('.scroll')].filter(s => !!s.closest('.wide') === {wanted} &&"
                          "s.scrollWidth > s.clientWidth + 1).map(s => [s.textContent.slice(0, 40), s.scrollWidth])")
        assert cut == [], f"tables are cut at {width} pixels: {cut}"
    browser.media()
    browser.size(1100)


def test_paper(browser, path, report):
    """On each page the marking, and above rows the heads of their table."""
    if not shutil.which("pdftotext"):
        return
    browser.size(1100)
    data = base64.b64decode(browser.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, stdout=subprocess.PIPE, check=True).stdout
    pages = text.decode().split("\f")[:-1]
    marking = browser.ask("document.querySelector('.marking')?.textContent.trim()")
    index = largest(report)
    for number, page in enumerate(pages, 1):
        assert not marking or page.count(marking) >= 2, f"page {number} without its marking at the top and bottom"
        assert re.search(rf"\b{number} ?/ ?{len(pages)}\b", page), f"page {number} without its number"
        if index is not None and len(report["tables"][index]["rows"]) > 30:
            table = report["tables"][index]
            heads = [head for head in table["head"] if " " not in head]
            rows = [row for row in table["rows"] if re.search(rf"^ *{re.escape(row[0])} +{re.escape(row[1][:15])}", page, re.M)]
            assert len(rows) < 3 or all(head in page for head in heads), f"rows without heads on page {number}: {heads}"


def test_policy(browser, path, report):
    browser.ask("(() => { const s = document.createElement('script'); s.textContent = 'window.bad = 1';"
                "document.body.append(s); const i = document.createElement('img'); i.src = 'x';"
                "i.setAttribute('onerror', 'window.bad = 1'); document.body.append(i); })()")
    assert browser.ask("new Promise(done => setTimeout(() => done(window.bad === undefined), 0))"), "a script was let in"
    assert browser.ask("fetch('data:,x').then(() => false, () => true)"), "something was fetched"


def test_without_script(browser, path, report):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open("file://" + path)
    root = browser.call("DOM.getDocument")["root"]["nodeId"]

    def count(selector):
        return len(browser.call("DOM.querySelectorAll", nodeId=root, selector=selector)["nodeIds"])
    assert count("tbody tr") == sum(len(table["rows"]) for table in report["tables"])
    assert count("[role=button], input") == 0, "something is there that does nothing"
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


def test_axe(browser, path, report):
    browser.call("Page.setBypassCSP", enabled=True)
    browser.open("file://" + path)
    browser.ask(open(os.environ["AXE"], encoding="utf-8").read() + "; 0")
    found = browser.ask("axe.run().then(r => r.violations.map(v => [v.id, v.impact, v.nodes.length, v.nodes[0].html]))")
    browser.call("Page.setBypassCSP", enabled=False)
    assert found == [], found


def main():
    browser = Browser(sys.argv[1])
    tests = [test_quiet, test_same_rows, test_keyboard, test_sort, test_filter, test_narrow, test_dark, test_print,
             test_paper, test_policy, test_without_script] + ([test_axe] if "AXE" in os.environ else [])
    failed = 0
    for path in map(os.path.abspath, sys.argv[2:]):
        report = check_html.check(path)
        browser.size(1100)
        browser.media()
        browser.open("file://" + path)
        for test in tests:
            title = f"{os.path.basename(path)}: {test.__name__[5:].replace('_', ' ')}"
            try:
                test(browser, path, report)
                print("ok", title)
            except AssertionError as error:
                failed += 1
                print(f"not ok {title}: {error}")
    browser.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
