"""What Linkgate does, as functions `(command, deps) -> result`."""
