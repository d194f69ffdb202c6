"""Verdicts and values of PyYAML, to hold the YAML reader against.

CfCT reads its manifest with yaml.safe_load, so PyYAML is the authority on what a manifest says. Without
arguments this writes the committed corpus:

    python3 tests/oracles/pyyaml_corpus.py

With --random it writes many texts, mutated from realistic ones, for a long comparison:

    python3 tests/oracles/pyyaml_corpus.py --random 50000 --seed 7 --out corpus.json
    PYYAML_CORPUS=$PWD/corpus.json cargo test -p cfct-core --test golden_pyyaml

Each case has a text and either PyYAML's error or the value in a typed form (see `typed`).
"""

import argparse
import datetime
import json
import pathlib
import random
import re

import yaml

TESTS = pathlib.Path(__file__).resolve().parent.parent
CORPUS = TESTS / "fixtures/vectors/pyyaml.json"
RESOLUTION = TESTS / "fixtures/vectors/cfct/resolution.json"
SCHEMA = TESTS / "fixtures/vectors/cfct/schema.json"


def typed(value, above=()):
    """A value with its Python type: texts, true, false and null as they are, everything else in a map."""
    if id(value) in above:
        return {"recursive": True}
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        # Half of a surrogate pair has no place in UTF-8; the reader replaces it.
        return re.sub("[\ud800-\udfff]", "\ufffd", value)
    if isinstance(value, int):
        return {"int": str(value) if abs(value) < 1 << 127 else "big"}
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, datetime.datetime):
        return {"datetime": str(value)}
    if isinstance(value, datetime.date):
        return {"date": str(value)}
    if isinstance(value, bytes):
        return {"bytes": True}
    above += (id(value),)
    if isinstance(value, list):
        return [typed(item, above) for item in value]
    if isinstance(value, tuple):
        return {"pair": [typed(item, above) for item in value]}
    if isinstance(value, set):
        return {"set": sorted((typed(item, above) for item in value), key=compact)}
    return {"map": [[typed(key, above), typed(item, above)] for key, item in value.items()]}


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def case(text):
    try:
        return {"text": text, "value": typed(yaml.safe_load(text))}
    except Exception as error:  # Not all of them are yaml.YAMLError: ValueError, RecursionError, KeyError.
        problem = getattr(error, "problem", None) or str(error).split("\n")[0]
        return {"text": text, "error": f"{type(error).__name__}: {problem}"}


# Written by hand: one group a rule.
SCALARS = """
    yes Yes YES yEs no On oFF off y n true TRUE True tRue null NULL ~ nULL
    0 -0 +0 00 012 0o14 0123456701 012345670123 035912345678 08 -012 1_000 _1 1__0 0_ 0x1F 0X1F -0x1f 0x_ 0x
    0b101 0b1_1 0b 0b_ 0b2 1:30 12:30:45 -1:30 1:60 01:30 1:2:3:4 1:5_0 190:20:30.15 1:30. 1:60.5
    1. 1.0 1.10 .5 -.5 +.5 1.5e3 1.5e+3 1.5E-3 1.e+5 1e3 1e+3 1_0.5_0 ._5 1._ .inf -.Inf +.INF .iNF .nan -.nan .NaN
    123456789012345678901234567890 1e400 1.0e+400 0.1 1e-7 1.0e-7 123456789.123456789 1.0e+16 1.0e+15 100000000000000000000.0
    2021-03-15 2021-3-15 2021-13-45 2021-02-29 2020-02-29 0000-01-01 9999-12-31 2021-03-15T10:00:00 2021-03-15t1:00:00
    2021-03-15T10:00:00Z 2021-03-15T10:00:00.1234567+05:30 2021-03-15T10:00:00-5 2021-03-15T24:00:00 2021-03-15T10:60:00
    2021-03-15T10:00 2021-1-1T1:00:00 2021-03-15T10:00:00+24:00 2021-03-15T10:00:00+23:99
    = << - -- --- -a ? ?a : :a a: a:b ::a a::b http://a:1/b a#b #a @a `a %a %25 &a *a !a |a >a 'a "a [a {a ]a }a ,a a,b a]b a}b
    ... .. . ..a ---a --a a- a? a! é 中 😀 \u00a0 \ufeff \u3000 $[alfred_ssm_/a] ${a} $(a) {{a}} 10.0.0.0/16 ::1 1.2.3 a=b =a <<a
""".split()

TAGGED = [
    "!!str 012", "!!str", "!!str yes", "!!int 12", "!!int '12'", "!!int ' 12 '", "!!int x", "!!int", "!!int 0o14",
    "!!int 1e3", "!!int '0b11'", "!!int '+-5'", "!!int 1_0", "!!float 1", "!!float 1e3", "!!float inf", "!!float x",
    "!!float", "!!float '1:30'", "!!float infinity", "!!bool yes", "!!bool yEs", "!!bool 1", "!!null x", "!!null ''",
    "!!binary aGk=", "!!binary aGk", "!!binary 'a G k ='", "!!binary é", "!!binary a===", "!!timestamp 2021-1-1",
    "!!timestamp x", "!!timestamp '2021-03-15'", "!!seq a", "!!seq [a]", "!!seq {a: b}", "!!map a", "!!map {a: b}",
    "!!map [a]", "!!set {a, b}", "!!set [a]", "!!set a", "!!omap [a: 1, b: 2]", "!!omap [a]", "!!omap [{a: 1, b: 2}]",
    "!!omap {a: 1}", "!!pairs [a: 1, a: 2]", "!!pairs [[a]: 1]", "!!merge a", "!!value =", "!!python/none x",
    "!!foo a", "!foo a", "!Ref a", "!Sub [a]", "!GetAtt {a: b}", "! a", "! 12", "! '12'", '! "yes"', "! [a]", "! {a: b}",
    "!", "! |\n  12\n", "!<tag:yaml.org,2002:str> 12", "!<tag:yaml.org,2002:int> '12'", "!<!foo> a", "!<> a", "!<a",
    "!!%73tr 12", "!!%73t%72 12", "!!%ff a", "!!%zz a", "!e!a b", "!!str!a b", "!a,b c", "!!str,a b", "!!str&a b",
    "!!str &a b", "&a !!str b", "&a &b c", "!!str !!int 1", "!!str [a]", "!!int {a: b}", "!!null [a]", "!!str*a",
]

QUOTED = [
    "''", "'a'", "'it''s'", "'a", "'a'b", "'a' b", "'a\\n'", "'a\n b'", "'a\n\n  b'", "'a  \n  b '", "'\n'", "' '",
    "'a\n---\nb'", "'a\n--- b'", "'a\n...\n'", "'a\tb'", "'\ta\n\tb\t'", '""', '"a"', '"a', '"a\\"b"', '"\\x41"',
    '"\\x4"', '"\\u00e9"', '"\\u00e"', '"\\U0001F600"', '"\\U00110000"', '"\\UFFFFFFFF"', '"\\ud800"',
    '"\\ud83d\\ude00"', '"\\0\\a\\b\\t\\n\\v\\f\\r\\e\\ \\/\\N\\_\\L\\P"', '"\\q"', '"\\1"', "\"\\'\"", '"a\\\nb"',
    '"a\\\n   b"', '"a\\\n\n b"', '"a \\\n b"', '"a\n b\n\n c"', '"\\\t"', '"\\', '"a\\', '"a\u2028b"', '"a\u0085b"',
    '"a\r\nb"', "'a\rb'", '"a"#c', '"a" #c', '"a"\t', "'a'\t#c", '"a":b', '"a": b', "'a': b", '"a" : b', '"a\nb": c',
    '"%s": v' % ("k" * 1022), '"%s": v' % ("k" * 1023), '"%s": v' % ("é" * 1022), "%s: v" % ("k" * 1024),
    "%s: v" % ("k" * 1025), "? %s\n: v" % ("k" * 1025), "[%s: v]" % ("k" * 1025), "[%s]: v" % ("k, " * 400),
]

BLOCKS = [
    "|\n a", "|\n a\n", "|\n a\n\n", "|-\n a\n\n", "|+\n a\n\n", "|+\n\n", "|\n", "|", ">", ">\n", "|2\n  a\n", "|2\n a\n",
    "|1-\n a\n", "|-1\n a\n", "|0\n a", "|10\n a", "|-+\n a", "|a\n b", "| a", "|#a\n b", "| #a\n b", "|\t\n a", "|\n\ta",
    "|\n a\n\tb", "|\n a\n b\n  c\n d", ">\n a\n b\n  c\n d", ">\n a\n\n b", ">\n a\n\n\n b\n", ">\n  a\n b", ">-\n a\n b",
    ">+\n a\n b\n\n", ">\n a\n\tb\n c", "|\n   \n a\n", "|\n     \n  a\n", "|\n\n\n a\n", "|\n a\n---\nb", "|\n---\n",
    "|\r\n a\r\n b\r\n", "|\n a\u2028 b\n", ">\n a\u0085 b\n", ">\n a\u2028 b\n", "|\n# a\n", "|\n a\n# b\n", "|\n a\n # b\n",
]

STRUCTURES = [
    "", " ", "\n", "# a", "# a\n", "\t", " \t", "\ufeff", "\ufeffa: b", "\ufeff# a\na: b", "a: b\n\ufeffc: d", "\ufeff---\na",
    "a", "a b", "a\nb", "a\n b", "a: b", "a: b\nc: d", "a:b", "a:b: c", "a : b", "a: b: c", "a: b\n c: d", "a:\n b: c\n  d: e",
    "a:\n  b: c\n d: e", "a\nb: c", "a: b\nc", "a: b\nc:d", "a: b\n c", "a: b\n\n c", "a:\nb:", "a:\n\n\n", "a: # c\n b",
    "a: b #c", "a: b#c", "a:\n# c\n  b", "a:\n  # c\n  b", "a: b\r\nc: d\r\n", "a: b\rc: d", "a: b\u0085c: d", "a: b\u2028c: d",
    "- a\n- b", "-a", "- ", "-", "-\n-", "- - a", "- - a\n  - b", "- - a\n - b", "- a: b\n  c: d", "- a: b\n c: d", "- a: b\n   c: d",
    "a:\n- b\n- c\nd: e", "a:\n- b\n - c", "a:\n  - b\n- c", "- a\nb: c", "a: - b", "a: - b\n", "- a: - b", "-\ta", "- \ta", "-\t- a",
    "? a\n: b", "? a", "? a\n? b", ": a", "? a\n: b\nc: d", "? - a\n: - b", "? a: b\n: c", "a: ? b", "?a: b", "? |\n a\n: b", "? \n: a",
    "[a, b]", "[a, b", "a, b]", "[a b]", "[a,]", "[,a]", "[a,,b]", "[]", "[ ]", "[\n]", "[a\nb]", "[a,\nb]", "[a]b", "[a] b", "[a]: b",
    "{a: b}", "{a: b", "{a:b}", "{a: b, c}", "{a}", "{a, b}", "{a:}", "{a: }", "{: a}", "{? a}", "{? a : b}", "{?}", "{? }", "{,}", "{}",
    '{"a":b}', "{'a':b}", '{"a" :b}', "{a: [b, {c: d}]}", "{a: b}: c", "{[a]: b}", "{{a}}", "{{a}}: b", "{a: b c: d}", "{a: b: c}",
    "[a: b]", "[a: b, c]", "[a: b: c]", "[? a : b]", "[? a]", "[: a]", "['a':b]", "[a:b]", "[a :b]", "[a?b]", "[a ?b]", "{a?: b}",
    "[- a]", "[-a]", "[-]", "[ - ]", "[a, - b]", "[|\n a]", "[>a]", "[%a]", "[@a]", "[a#b]", "[a #b]", "[a #b\n]", "[a, 'b\nc']",
    "a: [\nb\n]", "a: [\n]\nb: c", "a:\n  b: [\nc\n]", "a: {\nb: c\n}\n", "a: [b]\nc: d", "a: [b]c", "a: ]", "a: }", "a: [}", "a: {]", "a: [b}",
    "a: &x b\nc: *x", "a: *x", "*x", "&x", "&x a", "&x [*x]", "&x {a: *x}", "a: &x b\nc: &x d", "&x a: b\nc: *x", "a: &x\nb: *x", "*x : a",
    "a: &x b\n*x : c", "a: &x b\n*x: c", "a: &x-1_b c\nd: *x-1_b", "a: &x.y b", "a: &é b", "a: *é", "a: &", "a: *", "a: **", "a: *.b.c", "a: &x*y b",
    "[&x a, *x]", "[&x a, *x,b]", "{&x a: *x}", "- &x\n- *x", "a: &x [b]\n*x : c", "a: &x {b: c}\nd: {<<: *x, e: f}", "<<: {a: b}", "<<: [{a: b}, {a: c}]",
    "<<: a", "<<: [a]", "<<:", "a: <<", "[<<]", "'<<': a", "<<: {a: b}\na: c", "a: c\n<<: {a: b}", "<<: {a: 1}\n<<: {a: 2}", "<<: &x {a: b}\nc: *x",
    "<<: !foo {a: b}", "<<: !!str {a: b}", "<<: {<<: {a: b}, c: d}", "&x {a: b, <<: *x}", "!!str <<: {a: b}", "? <<\n: {a: b}", "<< : {a: b}",
    "= : a", "=: a", "a: =", "{=: a}", "'=': a", "[=]", "a: 1\na: 2", "1: a\n1.0: b\ntrue: c", "a: 1\n'a': 2", "~: a\nnull: b\n'': c",
    ".nan: a\n.NaN: b", "0: a\n-0.0: b\nfalse: c", "2021-03-15: a\n'2021-03-15': b", "!!binary YQ==: a\na: b", "[a]: b", "{a: b}: c", "? [a]\n: b", "&x {*x : a}", "&x [{*x : a}]", "<<: *x", "&x {<<: [*x]}", "*x : a",
    "a\n---\nb", "---\na", "---\n---\n", "---", "--- a", "--- a: b", "---\n...\n", "...", "...\na", "a\n...", "a\n...\n...\n", "a\n...\nb", "a\n... b", "a\n...\n---\n",
    "--- |\n a", "--- - a", "--- 'a'", "---\ta", "----", "---a", "a: ---", "a:\n---", "%YAML 1.1\n---\na", "%YAML 1.2\n---\na", "%YAML 2.0\n---\na", "%YAML 01.1\n---\na",
    "%YAML 1.1\n%YAML 1.1\n---\na", "%YAML\n---\na", "%YAML 1\n---\na", "%YAML 1.1 #c\n---\na", "%YAML 1.1 a\n---\na", "%YAML 1.1\na", "%YAML 1.1", "%a b\n---\nc",
    "%TAG ! tag:yaml.org,2002:\n---\n!str 1", "%TAG !e! tag:yaml.org,2002:\n---\n!e!int '1'", "%TAG !! tag:x,1:\n---\n!!str a", "%TAG !e! a\n%TAG !e! b\n---\nc", "%TAG e a\n---\nb",
    "%TAG !e!\n---\na", "%TAG !e! %41\n---\na", "a\n%YAML 1.1\n---\nb", "%\n---\na", " %a", "a: %b", "[\n%a\n]", "a: \x07", "a: \x7f", "a: \x80", "a: \ufffe", "a: \U0001ffff", "a: \x00",
    "a: 'b\x07'", "# \x07", "a:\tb", "a: \tb", "a: b\t", "a: b\tc", "a: b\t#c", "a: b \t", "\ta: b", "a:\n\tb: c", "a:\n \tb", "a: b\n\t", "a: b\n\t\nc: d", "a: b\n \t\nc: d", "[a,\tb]",
    "[a\t]", "[\ta]", "{a:\tb}", "a:\t", "a: 'b'\t", "- a\t\n- b", "a: |\n b\t\n\tc", "?\ta", "a: b\n  \tc", "a: b c\n\t d", "#\ta", "a: &x\tb", "a: !!str\tb", "a: *x\t",
    "[" * 100 + "]" * 100, "- " * 100 + "a", "[" * 600 + "]" * 600, "\n".join(" " * depth + "a:" for depth in range(600)),
]

# For mutation: pieces that look like what people write, and what slips into them.
PIECES = [
    """---
# shared
region: us-east-1
version: 2021-03-15
defaults: &defaults
  deploy_method: stack_set
  regions: [us-east-1, "eu-west-1"]
resources:
  - <<: *defaults
    name: a
    resource_file: templates/a.yaml   # comment
    description: >-
      folded text
        more

      end
    parameters:
    - parameter_key: X
      parameter_value: |
        line 1
         line 2

    - {parameter_key: 'It''s', parameter_value: "a\\tb\\u00e9"}
  - name: b
    accounts: ["012345678901", 123456789012, 012345670123]
""",
    """a: 1
b:
- x
-  y: 2
   z: [1, 2.5, {k: v, "q": 'r'}, ~]
-
  - n
  - - m
? complex
: value
"quoted key": 'single ''x'' y'
multi: this is
  a plain

  scalar
lit: |2-
   two
  one
keep: |+
  text

end: !!str 12
""",
    """%YAML 1.1
%TAG !e! tag:example.com,2000:
---
&m
? k
: !!set {x, y}
o: !!omap [a: 1, b: 2]
b: !!binary aGVsbG8=
t: 2001-12-14t21:59:43.10-05:00
l: [a: b, c, ? d : e, {f: , g}]
u: "\\x41\\u263a \\
  joined"
...
""",
    "- yes\n- 1.10\n- 012\n- 0x1F\n- 12:30:45\n- 1.0e+3\n- -.INF\n- 2021-03-15\n- =\n- <<\n- \"\u2028x\u0085y\"\n",
]
SLIPS = [
    *"\t \n:-?[]{},#&*!|>'\"\\%@`=~.+_0\r\ufeff\u0085\u2028\u00e9\x07",
    *["  ", "\n\n", "\n  ", "\n- ", "\n    ", ": ", ": :", " :", "- ", "? ", ", ", " #", "# c\n", "&a ", "*a", "*b ", "! ", "!!str "],
    *["!!int ", "!!map ", "!!seq ", "!!null ", "!!set ", "!!omap ", "!!pairs ", "!!binary ", "!Ref ", "!e!x ", "!<!x> ", "%41"],
    *["|\n", ">-\n", "|+\n", "|2\n", " |-\n   ", "''", '""', "\\n", "\\x41", "\\q", '"\\\n', "%YAML 1.1\n", "---", "\n---\n", "\n...\n"],
    *["<<: ", "<<: *a\n", "\r\n", "null", "yes", "012", "0x_", "1:30", "2021-13-45", "key: value", "\n key: value", "{a: b}", "[a: b]"],
    *["? a\n: b\n", '"a":b', "http://x:y", "a#b", "\t#c", "\t\n", "\t- ", "-\t", ":\t", "key:\tv", "k" * 1030, "\u00e9" * 600 + ": 1\n"],
]


def piece(chance):
    lines = chance.choice(PIECES).split("\n")
    if len(lines) > 8 and chance.random() < 0.75:
        start = chance.randrange(len(lines) - 3)
        lines = lines[start : start + chance.randrange(2, 14)]
        margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
        lines = [line[margin:] for line in lines]
    return "\n".join(lines) + "\n"


def mutated(chance):
    if chance.random() < 0.3:
        return "".join(chance.choice(SLIPS + ["a", "b", " ", "\n", "\n ", "a: ", "- "] * 6) for _ in range(chance.randrange(1, 14)))
    text = piece(chance)
    for _ in range(chance.choice([1, 1, 1, 1, 2, 2, 3, 4, 6])):
        at, lines = chance.randrange(len(text) + 1), text.split("\n")
        line, kind = chance.randrange(len(lines)), chance.random()
        if kind < 0.6:
            text = text[:at] + chance.choice(SLIPS) + text[at:]
        elif kind < 0.7:
            text = text[:at] + text[at + chance.choice([1, 1, 2, 3, 8]) :]
        elif kind < 0.8:
            shift = chance.choice([-3, -2, -1, 1, 2, 3, 4])
            lines[line] = " " * shift + lines[line] if shift > 0 else lines[line][-shift:]
            text = "\n".join(lines)
        elif kind < 0.85:
            text = "\n".join(lines[:line] + [chance.choice(lines)] + lines[line:])
        elif kind < 0.9:
            text = "\n".join(lines[:line] + lines[line + 1 :])
        elif kind < 0.93:
            text = text.replace("\n", "\r\n")
        elif kind < 0.97:
            start, end = sorted([at, chance.randrange(len(text) + 1)])
            left, right = chance.choice(["[]", "{}", '""', "''"])
            text = text[:start] + left + text[start:end] + right + text[end:]
        else:
            text = text[:at]
    return text


def traits(found):
    """What makes a mutated case worth keeping: its error, or the pairs of tokens in it."""
    if "error" in found:
        return {re.sub(r"'[^']*'|\"[^\"]*\"|#x\w+|\d+", "_", found["error"])}
    tokens = [type(token).__name__ for token in yaml.scan(found["text"])]
    return set(zip(tokens, tokens[1:]))


def committed():
    cases = [case(text) for text in handwritten()]
    seen = set().union(*(traits(found) for found in cases))
    chance = random.Random(2021)
    texts = sorted((mutated(chance) for _ in range(20_000)), key=len)
    for found in map(case, texts):
        if len(found["text"]) < 600 and not traits(found) <= seen:
            seen |= traits(found)
            cases.append(found)
    return cases


def handwritten():
    for scalar in SCALARS:
        yield f"v: {scalar}\n"
        yield f"[{scalar}]"
    for text in TAGGED + QUOTED + BLOCKS:
        yield text
        yield "v: " + text
        yield "- w: " + text.replace("\n", "\n    ") + "\n  x: y\n"
    yield from STRUCTURES
    for vectors in (RESOLUTION, SCHEMA):
        manifests = (entry["manifest"] for entry in json.loads(vectors.read_text())["cases"] if "manifest" in entry)
        yield from list(manifests)[::12]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--random", type=int, help="how many mutated texts to write instead of the corpus")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--out", type=pathlib.Path, default=CORPUS)
    arguments = arguments.parse_args()
    if arguments.random:
        chance = random.Random(arguments.seed)
        cases = [case(mutated(chance)) for _ in range(arguments.random)]
    else:
        cases = committed()
    # A case a line, so that a change of the corpus can be read; escapes keep odd characters visible.
    lines = ",\n".join(json.dumps(found, separators=(",", ":")) for found in cases)
    arguments.out.write_text(f'{{"pyyaml":"{yaml.__version__}","cases":[\n{lines}\n]}}\n')
    print(f"{len(cases)} cases in {arguments.out}, {sum('value' in found for found in cases)} accepted")


if __name__ == "__main__":
    main()
