"""Every check of every starter is to do, and nothing else is said."""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    report = json.load(file)
verdicts = [(lab["lab"], check["check"], check["verdict"]) for lab in report["labs"] for check in lab["checks"]]
wrong = [entry for entry in verdicts if entry[2] != "to-do"]
if wrong or not verdicts:
    sys.exit(f"expected every check to be to-do: {wrong or 'no checks at all'}")
print(f"{len(verdicts)} checks, all to do")
