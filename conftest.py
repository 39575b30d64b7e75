"""Stop at once under a Python without the packages, before an import fails."""

import sys
from importlib.util import find_spec

if not all(map(find_spec, ("figurepress", "hypothesis"))):
    sys.exit("this Python lacks the packages of the tests; run `make test`")
