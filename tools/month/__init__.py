"""A scripted month: the live path under a clock that runs fast, with faults by seed and every second accounted for."""
