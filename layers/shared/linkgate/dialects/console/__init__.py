"""Words of the console, which the command line shows, too."""
