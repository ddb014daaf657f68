"""Checks an export by src/audit/README.md alone: python3 verify-export.py FILE VERIFIER-KEY. Signatures are openssl's."""
import base64, hashlib, json, pathlib, re, subprocess, sys, tempfile
PUBLIC_DER = bytes.fromhex("302a300506032b6570032100")
is_call = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
is_of_day = re.compile(r"(operation|access|quarantine|event-grid):\d{4}-\d\d-\d\d.*").fullmatch

def need(holds, words):
    holds or sys.exit(f"refused: {words}")

def sha(data):
    return hashlib.sha256(data).digest()

def read_key(line):
    name, key_id, key = line.strip().split("+", 2)
    raw = base64.b64decode(key)
    need(raw[:1] == b"\x01" and len(raw) == 33, "the key is no Ed25519 key")
    need(sha(name.encode() + b"\n" + raw).hex()[:8] == key_id, "the key's id is not its own")
    return name, bytes.fromhex(key_id), PUBLIC_DER + raw[1:]

def text_of(note, key):
    """The text of a note that this key has signed."""
    name, key_id, der = key
    text, _, lines = note.rpartition("\n\n")
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
        paths = [pathlib.Path(folder, name) for name in ("key", "signature", "text")]
        for path, data in zip(paths, (der, signature, text)):
            path.write_bytes(data)
        command = "openssl pkeyutl -verify -rawin -pubin -keyform DER".split()
        command += ["-inkey", paths[0], "-sigfile", paths[1], "-in", paths[2]]
        return subprocess.run(command, capture_output=True).returncode == 0

def entry_hash(before, stream, entry):
    data = b"callistra/log/1" + before
    for field in [stream, str(entry["version"])] + [entry[name] for name in "kind type id at actor cause data".split()]:
        data += b"\xff\xff\xff\xff" if field is None else len(field.encode()).to_bytes(4, "big") + field.encode()
    return sha(data)

def is_included(leaf, index, size, root, proof):
    node, here, last = sha(b"\x00" + leaf), index, size - 1
    for sibling in proof:
        if last == 0:
            return False
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
    at = (int(index.removeprefix("index ")), size, root, [base64.b64decode(line) for line in proof])
    need(is_included("".join(f"{line}\n" for line in leaf).encode(), *at), f"{name} is not in the tree")

def check_scope(scope, streams, left):
    """What must be there, and that nothing else is."""
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
    lines = [next(iter(json.loads(line.decode()).items())) for line in raw]
    need(lines and lines[0][0] == "note" and raw[-1].endswith(b"\n"), "it is no whole export")
    head, body, _ = text_of(lines[0][1], key).split("\n")
    need(head == "callistra/export/1 begin", "it does not begin with the note of an export")
    about = json.loads(body)
    origin, size, root = text_of(about["checkpoint"], key).split("\n")[:3]
    need(origin == key[0], "the checkpoint is of another log")
    tree = (about["checkpoint"], int(size), base64.b64decode(root), {each["reason"] for each in about["withhold"]})
    digest, since, part, word = sha(raw[0]).hex(), b"", 0, "begin"
    streams, heads, left, recent = {}, {}, set(), []
    totals = dict.fromkeys("streams entries calls withheld left bytes".split(), 0) | {"bytes": len(raw[0])}
    for line, (kind, value) in zip(raw[1:], lines[1:]):
        need(word != "end", "something stands behind the last line")
        if kind == "note":
            part += 1
            digest = sha(f"{digest}\n".encode() + since).hex()
            head, body, _ = text_of(value, key).split("\n")
            word, said = head.removeprefix("callistra/export/1 "), json.loads(body)
            actual = {"exportId": about["exportId"], "part": part, "streams": recent, "totals": totals, "digest": digest}
            sound = word in ("part", "end") and all(said[name] == actual[name] for name in actual)
            need(sound, f"the note of part {part} does not say what is there")
            since, recent = b"", []
        since += line if kind != "note" else b""
        if kind == "stream":
            name = value["name"]
            streams[name], heads[name] = [], value
            recent.append([name, value["version"], value["hash"]])
            totals["streams"] += 1
            totals["calls"] += bool(is_call(name))
        elif kind in ("entry", "withheld"):
            streams[name].append((kind, value))
            totals["entries"] += 1
            totals["withheld"] += kind == "withheld"
        elif kind == "left":
            left.add(value["name"])
            totals["left"] += 1
        totals["bytes"] += len(line)
    need(word == "end", "the last line is missing")
    for name, entries in streams.items():
        check_stream(heads[name], entries, *tree)
    check_scope(about["scope"], streams, left)
    print(f"sound: {totals['entries']} entries in {totals['streams']} streams, for {about['recipient']['name']}")

main(sys.argv[1], read_key(sys.argv[2]))
