"""Exit with a message if pytest runs in a Python without the packages of the tests."""

import sys
from importlib.util import find_spec

if not all(map(find_spec, ("figurepress", "hypothesis"))):
    sys.exit("this Python lacks the packages of the tests; run `make test`")
