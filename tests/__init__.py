"""A package in its own right: the ServiceStack client installs a `tests` of its own, which would hide a mere folder."""
