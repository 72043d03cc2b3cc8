"""Package of the tests. The ServiceStack client installs a `tests` of its own, which would hide a mere folder."""
