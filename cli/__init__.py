"""The command line `linkgate`."""
