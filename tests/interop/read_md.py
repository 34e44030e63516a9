#!/usr/bin/python3
"""A report in Markdown, read back through cmark-gfm: read_md.py FILE writes JSON,
{"title", "facts": {label: value}, "sections": {title: [{head: cell, ...}, ...]}} of the
last table of each section; "tags": the names of all elements in it; "links": where they lead; "texts": of cells."""
import html.parser
import json
import subprocess
import sys


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.title, self.facts, self.sections, self.tags, self.links, self.texts = "", {}, {}, set(), set(), []
        self.section, self.heads, self.cells, self.text = None, [], [], ""

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.links.update(value for name, value in attributes if name in ("href", "src"))
        if tag == "br":
            self.text += "\n"
        elif tag in ("h1", "h2", "td", "th", "li", "p"):
            self.text = ""
        elif tag == "table":
            self.heads, self.rows = [], []
        elif tag == "tr":
            self.cells = []

    def handle_endtag(self, tag):
        if tag == "h1":
            self.title = self.text
        elif tag == "h2":
            self.section = self.text
            self.sections[self.section] = []
        elif tag == "li":
            label, value = self.text.split(": ", 1)
            self.facts[label] = value
        elif tag == "th":
            self.heads.append(self.text)
        elif tag == "td":
            self.cells.append(self.text)
            self.texts.append(self.text)
        elif tag == "tr" and self.cells:
            self.rows.append(dict(zip(self.heads, self.cells)))
        elif tag == "table":
            self.sections[self.section] = self.rows

    def handle_data(self, data):
        self.text += data


reader = Reader()
reader.feed(subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough",
                            sys.argv[1]], check=True, capture_output=True).stdout.decode())
json.dump({"title": reader.title, "facts": reader.facts, "sections": reader.sections, "tags": sorted(reader.tags),
           "links": sorted(reader.links), "texts": reader.texts}, sys.stdout)
