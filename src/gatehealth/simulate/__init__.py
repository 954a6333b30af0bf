"""A gate in a box: jobs, tests and faults with a known truth."""
