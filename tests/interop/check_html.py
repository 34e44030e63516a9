#!/usr/bin/env python3
"""check_html.py FILE: is a report in HTML well-formed, whole, within its own policy, and
of use to who does not see it? Prints what a reader of its tables finds, as JSON:
{"language", "title", "headings": [[level, text]], "text", "figures": number of pictures,
 "tables": [{"caption", "head": [text], "rows": [[text]]}]}"""
import base64
import hashlib
import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "col", "hr", "base", "source", "wbr"}
FORBIDDEN = {"iframe", "object", "embed", "link", "base", "form", "image", "use", "foreignobject", "template"}


class Element:
    def __init__(self, name, attributes):
        self.name, self.attributes, self.children = name, attributes, []

    def text(self):
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def all(self, *names):
        for child in self.children:
            if isinstance(child, Element):
                if child.name in names:
                    yield child
                yield from child.all(*names)


class Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, name, attributes):
        names = [attribute for attribute, _ in attributes]
        assert len(names) == len(set(names)), f"<{name}> has an attribute twice: {names}"
        element = Element(name, dict(attributes))
        self.open[-1].children.append(element)
        if name not in VOID:
            self.open.append(element)

    def handle_startendtag(self, name, attributes):
        assert any(element.name == "svg" for element in self.open), f"<{name}/> outside of a picture"
        self.handle_starttag(name, attributes)
        if name not in VOID:
            self.open.pop()

    def handle_endtag(self, name):
        assert self.open[-1].name == name, f"</{name}> ends <{self.open[-1].name}>, line {self.getpos()[0]}"
        self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(data)

    def handle_comment(self, data):
        raise AssertionError("a comment: " + data)

    def unknown_decl(self, data):
        raise AssertionError("a declaration: " + data)


def check_policy(root):
    policy = next(meta.attributes["content"] for meta in root.all("meta")
                  if meta.attributes.get("http-equiv") == "Content-Security-Policy")
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == ["'none'"], policy
    if any(root.all("img")):
        assert rules.pop("img-src") == ["data:"], policy
    assert set(rules) == {"default-src", "base-uri", "form-action", "style-src", "script-src"}, policy
    for name, rule in ("style", "style-src"), ("script", "script-src"):
        hashes = ["'sha256-" + base64.b64encode(hashlib.sha256(element.text().encode()).digest()).decode() + "'"
                  for element in root.all(name)]
        assert hashes and sorted(hashes) == sorted(rules[rule]), f"{rule} is not what is there: {hashes}"
    for style in root.all("style"):
        assert not re.search(r"@import|url\(|<", style.text()), "a style sheet that fetches"


def check_elements(root):
    ids = [element.attributes["id"] for element in everything(root) if "id" in element.attributes]
    assert len(ids) == len(set(ids)), "an id is there twice: " + str({i for i in ids if ids.count(i) > 1})
    for element in everything(root):
        assert element.name not in FORBIDDEN, f"<{element.name}>"
        for name, value in element.attributes.items():
            assert name != "style" and not name.startswith("on"), f"{name} of <{element.name}>"
            if element.name == "img" and name == "src":
                assert value.startswith("data:image/png;base64,"), "a picture from elsewhere"
                assert base64.b64decode(value[22:], validate=True).startswith(b"\x89PNG"), "no PNG"
                continue
            assert name not in ("src", "srcset", "action", "data", "xlink:href"), f"{name} of <{element.name}>"
            if name == "href":
                assert value.startswith("#") and value[1:] in ids, f"a link to {value}"
            if name in ("aria-labelledby", "aria-describedby"):
                assert all(i in ids for i in value.split()), f"{name} names {value}"


def everything(root):
    for child in root.children:
        if isinstance(child, Element):
            yield child
            yield from everything(child)


def check_pictures(path, root):
    """Each picture by itself is XML, says what it is, and draws within its borders."""
    text = open(path, encoding="utf-8").read()
    body = re.sub(r"<(script|style)>.*?</\1>", "", text, flags=re.S)
    pictures = re.findall(r"<svg xmlns.*?</svg>", body, re.S)
    for picture in pictures:
        svg = ElementTree.fromstring(picture)
        assert svg.get("role") == "img" and svg[0].tag.endswith("title") and svg[0].text and svg[1].tag.endswith("desc")
        width, height = map(float, svg.get("viewBox").split()[2:])
        for element in svg.iter():
            for name, most in (("x", width), ("y", height), ("x1", width), ("y1", height), ("x2", width),
                               ("y2", height), ("cx", width), ("cy", height)):
                if element.get(name):
                    assert -1 <= float(element.get(name)) <= most + 1, ElementTree.tostring(element)
            hatch = re.match(r"url\(#(.*)\)", element.get("fill", ""))
            assert not hatch or any(p.attributes.get("id") == hatch[1] for p in root.all("pattern")), "no such hatching"
    assert len(pictures) == sum(1 for svg in root.all("svg") if svg.attributes.get("role") == "img")
    return len(pictures)


def read_tables(root):
    tables = []
    for table in root.all("table"):
        head, body = next(table.all("thead")), next(table.all("tbody"))
        heads = list(head.all("th"))
        assert all(cell.attributes.get("scope") == "col" for cell in heads)
        rows = []
        for row in body.all("tr"):
            cells = list(row.all("th", "td"))
            assert len(cells) == len(heads), "a row of another length than the head"
            assert all(cell.attributes.get("scope") == "row" for cell in cells if cell.name == "th")
            rows.append([cell.text() for cell in cells])
        caption = next(table.all("caption")).text()
        assert caption and rows
        tables.append({"caption": caption, "head": [cell.text() for cell in heads], "rows": rows})
    return tables


def check(path):
    raw = open(path, "rb").read()
    text = raw.decode("utf-8")
    bad = re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    assert not bad, f"a control character: {bad[0]!r}"
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == [reader.root], "not ended: " + str([element.name for element in reader.open[1:]])
    root = reader.root
    assert text.startswith("<!DOCTYPE html>\n")
    html = next(root.all("html"))
    check_policy(root)
    check_elements(root)
    pictures = check_pictures(path, root)
    headings = [(int(element.name[1]), element.text()) for element in root.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert headings[0][0] == 1 and sum(level == 1 for level, _ in headings) == 1
    assert all(next_[0] <= level[0] + 1 for level, next_ in zip(headings, headings[1:])), "a heading leaves out a level"
    for landmark in "header", "main", "footer":
        assert len(list(root.all(landmark))) == 1, landmark
    assert html.attributes["lang"] and len(list(root.all("script"))) == 1
    body = next(root.all("body"))
    skip = next(element for element in body.children if isinstance(element, Element))
    assert skip.name == "a" and skip.attributes["href"] == "#main", "the first thing is not a way past the head"
    words = "".join(element.text() for element in body.children
                    if isinstance(element, Element) and element.name not in ("script", "style"))
    return {"language": html.attributes["lang"], "title": next(root.all("title")).text(), "headings": headings,
            "text": words, "figures": pictures, "tables": read_tables(root)}


if __name__ == "__main__":
    json.dump(check(sys.argv[1]), sys.stdout, ensure_ascii=False)
