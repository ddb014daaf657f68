"""Checks an export by src/audit/README.md alone: python3 verify-export.py FILE VERIFIER-KEY. Signatures are openssl's."""
import base64, functools, hashlib, json, pathlib, re, subprocess, sys, tempfile
NAMES = "version kind type id at actor cause".split()
as_json = functools.partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
is_call = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
is_of_day = re.compile(r"(operation|access|quarantine|event-grid):\d{4}-\d\d-\d\d.*").fullmatch

def sha(data): return hashlib.sha256(data).digest()

def need(holds, words): holds or sys.exit(f"refused: {words}")

def read_key(line):
    name, key_id, key = line.strip().split("+", 2)
    raw = base64.b64decode(key)
    sound = raw[:1] == b"\x01" and len(raw) == 33 and sha(name.encode() + b"\n" + raw).hex()[:8] == key_id
    need(sound, "the key is no Ed25519 key, or its id is not its own")
    return name, bytes.fromhex(key_id), bytes.fromhex("302a300506032b6570032100") + raw[1:]

def text_of(note, key):
    (name, key_id, der), (text, _, lines) = key, note.rpartition("\n\n")
    for line in lines.splitlines():
        parts = re.fullmatch("\u2014 ([^ +]+) ([A-Za-z0-9+/=]+)", line)
        need(parts, "a signature line is none")
        signature = base64.b64decode(parts[2])
        if parts[1] == name and signature[:4] == key_id:
            need(is_signed(der, text.encode() + b"\n", signature[4:]), "a signature is false")
            return text + "\n"
    sys.exit("refused: a note is not signed with this key")

def is_signed(der, text, signature):
    with tempfile.TemporaryDirectory() as folder:
        for name, data in {"key": der, "signature": signature, "text": text}.items():
            pathlib.Path(folder, name).write_bytes(data)
        command = "openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey key -sigfile signature -in text"
        return subprocess.run(command.split(), cwd=folder, capture_output=True).returncode == 0

def read_line(raw):
    """Its kind and what it says. For how an entry is written no digest vouches: it has to stand there as an export writes it."""
    kind, value = next(iter(json.loads(raw.decode()).items()))
    if kind == "entry":
        data = value["text"] if "text" in value else raw[raw.find(b',"data":') + 8 : -77].decode()
        head = as_json({"entry": {name: value[name] for name in NAMES}})[:-2]
        body = f'"data":{data}' if re.fullmatch(r"{[^\n]*}", data) else f'"text":{as_json(data)}'
        need(raw.decode() == f'{head},{body},"hash":"{value["hash"]}"}}}}\n', "an entry is written otherwise")
        value["data"] = data
    return kind, value

def entry_hash(before, stream, entry):
    data = b"callistra/log/1" + before
    for field in [stream, str(entry["version"])] + [entry[name] for name in [*NAMES[1:], "data"]]:
        data += b"\xff\xff\xff\xff" if field is None else len(field.encode()).to_bytes(4, "big") + field.encode()
    return sha(data)

def is_included(leaf, index, size, root, proof):
    node, here, last = sha(b"\x00" + leaf), index, size - 1
    for sibling in proof:
        if last == 0: return False
        if here & 1 or here == last:
            node = sha(b"\x01" + sibling + node)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            node = sha(b"\x01" + node + sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and node == root and index < size

def check_stream(head, entries, checkpoint, size, root, reasons):
    name, before, at, first = head["name"], bytes(32), None, None
    for number, (kind, entry) in enumerate(entries, 1):
        need(entry["version"] == number, f"{name} has no entry {number}")
        if kind == "entry":
            need(entry_hash(before, name, entry).hex() == entry["hash"], f"entry {number} of {name} was changed")
        else:
            need(entry["reason"] and entry["reason"] in reasons, f"{number} of {name} is withheld without a reason")
        before, at = bytes.fromhex(entry["hash"]), entry.get("at")
        first = first or before
    need((head["version"], head["hash"]) == (len(entries), before.hex()), f"{name} does not end at its head")
    need(at in (None, head["time"]), f"{name} bears another time")
    if name.startswith("member:"):
        name = "member-sha256:" + sha(first + name.encode()).hex()
    elif not re.fullmatch("[!-~]{1,512}", name):
        name = "sha256:" + sha(name.encode()).hex()
    leaf = ["callistra/head/1", name] + [str(head[part]) for part in "version from hash time how".split()]
    lines, _, sealed = head["proof"].partition("\n\n")
    tag, index, *proof = [line for line in lines.split("\n") if not line.startswith("extra ")]
    need(tag == "c2sp.org/tlog-proof@v1" and sealed == checkpoint, f"the proof of {name} is of another checkpoint")
    place, proof = int(index.removeprefix("index ")), [base64.b64decode(line) for line in proof]
    need(is_included("".join(f"{line}\n" for line in leaf).encode(), place, size, root, proof), f"{name} is not in the tree")

def check_scope(scope, streams, left):
    own = "member:" + scope["memberId"] if scope["is"] == "member" else None
    wanted = {scope["callSessionId"]} if scope["is"] == "call" else {own} - {None}
    wanted |= {entry["id"] for kind, entry in streams.get(own, []) if entry.get("type") == "OpenCall"}
    unsure = any(lines and is_call(name) and lines[0][0] == "withheld" for name, lines in streams.items())
    for name, lines in streams.items():
        if not is_call(name) or lines[0][0] == "withheld":
            continue
        body, at = json.loads(lines[0][1]["data"]), lines[0][1]["at"]
        wanted.add("questionnaire:" + body["questionnaire"]["hash"])
        need(own in (None, "member:" + body["memberId"]), f"{name} is a call of another member")
        need(scope["is"] != "period" or scope["from"] <= at < scope["to"], f"{name} is not of the period")
    need(wanted <= streams.keys() | left, f"not there: {wanted - streams.keys() - left}")
    for name in streams.keys() - wanted:
        of_period = scope["is"] == "period" and (is_call(name) or is_of_day(name))
        of_unsure = name.startswith("questionnaire:") and unsure
        withheld = is_call(name) and any(kind == "withheld" for kind, _ in streams.get(own, []))
        need(of_period or of_unsure or withheld, f"{name} is not of this export")

def main(path, key):
    raw = re.findall(rb"[^\n]*\n|[^\n]+$", pathlib.Path(path).read_bytes())
    lines = [read_line(line) for line in raw]
    need(lines and lines[0][0] == "note" and raw[-1].endswith(b"\n"), "it is no whole export")
    head, body, _ = text_of(lines[0][1], key).split("\n")
    need(head == "callistra/export/2 begin", "it does not begin with the note of an export")
    origin, size, root = text_of((about := json.loads(body))["checkpoint"], key).split("\n")[:3]
    need(origin == key[0], "the checkpoint is of another log")
    tree = (about["checkpoint"], int(size), base64.b64decode(root), {each["reason"] for each in about["withhold"]})
    digest, since, part, word = sha(raw[0]).hex(), b"", 0, "begin"
    streams, heads, left, recent, name = {}, {}, set(), [], None
    totals = dict.fromkeys("streams entries calls withheld left bytes".split(), 0) | {"bytes": len(raw[0])}
    for line, (kind, value) in zip(raw[1:], lines[1:]):
        need(word != "end", "something stands behind the last line")
        if kind == "note":
            part += 1
            digest = sha(f"{digest}\n".encode() + since).hex()
            head, body, _ = text_of(value, key).split("\n")
            word, said = head.removeprefix("callistra/export/2 "), json.loads(body)
            actual = {"exportId": about["exportId"], "part": part, "streams": recent, "totals": totals, "digest": digest}
            sound = word in ("part", "end") and actual.items() <= said.items()
            need(sound, f"the note of part {part} does not say what is there")
            since, recent, name = b"", [], None
        since += line if kind not in ("note", "entry") else b""
        if kind == "stream":
            streams[name := value["name"]], heads[name] = [], value
            recent.append([name, value["version"], value["hash"]])
            totals |= {"streams": totals["streams"] + 1, "calls": totals["calls"] + bool(is_call(name))}
        elif kind in ("entry", "withheld"):
            need(name is not None, "an entry of no stream")
            streams[name].append((kind, value))
            totals |= {"entries": totals["entries"] + 1, "withheld": totals["withheld"] + (kind == "withheld")}
        elif kind == "left":
            left, name, totals["left"] = left | {value["name"]}, None, totals["left"] + 1
        totals["bytes"] += len(line)
    need(word == "end", "the last line is missing")
    for name, entries in streams.items():
        check_stream(heads[name], entries, *tree)
    check_scope(about["scope"], streams, left)
    print(f"sound: {totals['entries']} entries in {totals['streams']} streams, for {about['recipient']['name']}")

main(sys.argv[1], read_key(sys.argv[2]))
