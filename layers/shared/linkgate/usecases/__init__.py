"""Use cases of Linkgate, as functions `(command, deps) -> result`."""
