"""Print the mutants that no test kills: ``python -m maintenance.mutants [pattern ...]``.

A mutant is the code with one small change, such as ``<`` instead of ``<=``, which should make a
test fail. Patterns select mutants by module and function, such as ``lecture.losses*``; all mutants
take hours. mutmut makes and tests them; its settings are under [tool.mutmut] in pyproject.toml.
Mutants that change no behaviour are listed in equivalent_mutants.txt with the reason, and are not
printed. The exit status is 1 if any mutant was printed.
"""

import re
import subprocess
import sys
from pathlib import Path

EQUIVALENT = Path(__file__).with_name("equivalent_mutants.txt")
MUTMUT = (sys.executable, "-m", "mutmut")


def output_of_mutmut(*arguments: str) -> str:
    """What a command of mutmut prints."""
    return subprocess.check_output([*MUTMUT, *arguments], text=True)


def changed_lines(diff: str) -> str:
    """The lines of a diff that start with - or +, without the two that name the files."""
    lines = [line for line in diff.splitlines() if line.startswith(("-", "+"))]
    return "\n".join(line for line in lines if not line.startswith(("--- ", "+++ ")))


def main(patterns: list[str]) -> int:
    """Test the mutants; print those that no test kills and equivalent_mutants.txt does not list."""
    subprocess.run([*MUTMUT, "run", *patterns], check=True)
    # mutmut prints lines such as "    lecture.losses.x_squared__mutmut_1: survived".
    survivors = re.findall(r"^ +(\S+): (?:survived|no tests)$", output_of_mutmut("results"), re.M)
    equivalent = EQUIVALENT.read_text()
    unknown = 0
    for name in survivors:
        diff = output_of_mutmut("show", name)
        if changed_lines(diff) not in equivalent:
            unknown += 1
            print(diff)
    known = len(survivors) - unknown
    print(f"{unknown} mutants survived; {known} others are known to be equivalent")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
