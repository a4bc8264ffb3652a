"""`python -m ttg_sim.cli` is `ttg`."""

from ttg_sim.cli import main

main()
