"""Print the mutants that no test kills: ``python -m maintenance.mutants [pattern ...]``.

Patterns select mutants by module and function, such as ``lecture.losses*``; all mutants take hours.
mutmut makes and tests them; its settings are under [tool.mutmut] in pyproject.toml. Mutants that
change no behaviour are listed in equivalent_mutants.txt with the reason, and are not printed. The
exit status is 1 if any other mutant survives.
"""

import re
import subprocess
import sys
from pathlib import Path

EQUIVALENT = Path(__file__).with_name("equivalent_mutants.txt")


def mutmut(*arguments: str, capture: bool = True) -> str:
    """Run mutmut and return what it prints, if that is captured."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    done = subprocess.run(
        command, text=True, check=True, stdout=subprocess.PIPE if capture else None
    )
    return done.stdout or ""


def change(diff: str) -> str:
    """The changed lines of a diff, without the names of the files."""
    return "\n".join(re.findall(r"^(?!--- |\+\+\+ )[-+].*", diff, re.M))


def main(patterns: list[str]) -> int:
    """Try the mutants; print those that survive or that no test reaches."""
    mutmut("run", *patterns, capture=False)
    results = mutmut("results")
    alive = re.findall(r"^ +(\S+): (?:survived|no tests)$", results, re.M)
    known = EQUIVALENT.read_text()
    left = 0
    for name in alive:
        diff = mutmut("show", name)
        if change(diff) not in known:
            left += 1
            print(diff)
    print(f"{left} mutants survived, and {len(alive) - left} that are known to be equivalent")
    return min(left, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
