#!/usr/bin/env python3
"""Reads pictures of reports, SVG or PNG, by Python's own means, and judges each as a file of
its own; prints for each as JSON what is in it. Anything wrong ends it with a message.

    read_picture.py FILE.svg... | jq .
"""
import json
import re
import struct
import sys
import zlib
import xml.etree.ElementTree as tree

SVG = "{http://www.w3.org/2000/svg}"
KNOWN = {"svg", "title", "desc", "defs", "pattern", "path", "g", "rect", "circle", "line", "polygon", "text"}


def wrong(text):
    sys.exit(f"{path}: {text}")


def numbers(element, *names):
    return [float(element.get(name)) for name in names]


def box_of(element):
    """The corners of what is drawn; of a text at least so much as narrow letters take."""
    kind = element.tag.removeprefix(SVG)
    if kind == "rect":
        x, y, width, height = numbers(element, "x", "y", "width", "height")
        return x, y, x + width, y + height
    if kind == "circle":
        x, y, radius = numbers(element, "cx", "cy", "r")
        return x - radius, y - radius, x + radius, y + radius
    if kind == "line":
        x1, y1, x2, y2 = numbers(element, "x1", "y1", "x2", "y2")
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
    if kind == "polygon":
        points = [tuple(map(float, point.split(","))) for point in element.get("points").split()]
        return (min(x for x, _ in points), min(y for _, y in points),
                max(x for x, _ in points), max(y for _, y in points))
    if kind == "text":
        x, y, size = numbers(element, "x", "y", "font-size")
        width = sum(0.25 if letter in " .,:;|'()[]ilIjtf1-" else 0.5 for letter in element.text) * size
        x -= {"middle": width / 2, "end": width}.get(element.get("text-anchor"), 0)
        return x, y - 0.7 * size, x + width, y
    return None


def drawn(element):
    """All that is painted, without the patterns that others refer to."""
    if element.tag == SVG + "defs":
        return
    if element.tag != SVG + "rect" or element.get("width") != "100%":
        if box_of(element):
            yield element
    for child in element:
        yield from drawn(child)


def expect_alone(root):
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    for element in root.iter():
        if element.tag.removeprefix(SVG) not in KNOWN:
            wrong(f"holds <{element.tag}>")
        for name, value in element.attrib.items():
            if name.startswith("on") or "href" in name or name in ("style", "class"):
                wrong(f"holds the attribute {name}")
            if "url(" in value and not (re.fullmatch(r"url\(#[a-z0-9]+\)", value) and value[5:-1] in ids):
                wrong(f"refers to {value}")


def read_svg(data):
    text = data.decode("utf-8")
    if not text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg"'):
        wrong("does not begin as a file of SVG")
    if re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", text) or "<!" in text or "<script" in text:
        wrong("holds what no picture needs")
    root = tree.fromstring(text)
    expect_alone(root)
    width, height = numbers(root, "width", "height")
    if root.get("viewBox") != f"0 0 {width:.0f} {height:.0f}":
        wrong(f"shows {root.get('viewBox')} in {width} x {height}")
    boxes = []
    for element in drawn(root):
        box = box_of(element)
        if box[0] < 0 or box[1] < 0 or box[2] > width or box[3] > height:
            wrong(f"draws outside, {box}: {element.text or element.tag}")
        if element.tag == SVG + "text":
            for other, words in boxes:
                if box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]:
                    wrong(f"{element.text!r} lies on {words!r}")
            boxes.append((box, element.text))
    ground = root.find(SVG + "rect")
    if ground is None or (ground.get("width"), ground.get("height"), ground.get("fill")) != ("100%", "100%", "#ffffff"):
        wrong("has no white ground")
    return {"width": width, "height": height, "language": root.get("{http://www.w3.org/XML/1998/namespace}lang"),
            "title": root.find(SVG + "title").text, "description": root.find(SVG + "desc").text or "",
            "texts": [element.text for element in root.iter(SVG + "text")],
            "parts": [group.find(SVG + "title").text for group in root.iter(SVG + "g")
                      if group.find(SVG + "title") is not None]}


def unfilter(kind, line, above, step):
    for i in range(len(line)):
        left = line[i - step] if i >= step else 0
        up, corner = above[i], above[i - step] if i >= step else 0
        guess = left + up - corner
        near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
        line[i] = (line[i] + (0, left, up, (left + up) // 2, near)[kind]) & 255
    return line


def read_png(data):
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        wrong("is no PNG")
    at, packed, names, head = 8, b"", [], None
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if struct.unpack(">I", data[at + 8 + size:at + 12 + size])[0] != zlib.crc32(name + body):
            wrong(f"{name}: wrong sum")
        names.append(name.decode())
        head = struct.unpack(">IIBBBBB", body) if name == b"IHDR" else head
        packed += body if name == b"IDAT" else b""
        at += 12 + size
    if names[0] != "IHDR" or names[-1] != "IEND" or head[2:] != (8, 2, 0, 0, 0):
        wrong(f"is made of {names}, {head}")
    width, height = head[:2]
    raw = zlib.decompress(packed)
    if len(raw) != height * (1 + 3 * width):
        wrong("has other points than it says")
    colours, line = set(), bytearray(3 * width)
    for row in range(min(height, 130)): # its head: title and marking
        begin = row * (1 + 3 * width)
        line = unfilter(raw[begin], bytearray(raw[begin + 1:begin + 1 + 3 * width]), line, 3)
        colours.update(zip(line[0::3], line[1::3], line[2::3]))
    return {"width": width, "height": height, "colours": ["#%02x%02x%02x" % colour for colour in sorted(colours)]}


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        content = file.read()
    print(json.dumps(read_svg(content) if path.endswith(".svg") else read_png(content), ensure_ascii=False))
