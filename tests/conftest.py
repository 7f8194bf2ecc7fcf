"""One thread a process: tiny networks on several threads wait for each other more than they compute."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
