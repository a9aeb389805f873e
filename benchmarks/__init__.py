"""The parts of ``make bench``: each module with a ``rows()`` adds rows to the one table."""

import os

# As the ``zgoda`` command does, before numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
