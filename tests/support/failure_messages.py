"""What the failure of a figure's test says: the cause in a sentence, and the next commands."""

import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from figurepress.build.approved_pictures import Change, read
from figurepress.names import BASELINE
from figurepress.project import prompts
