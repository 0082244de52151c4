"""What composes the apps below in one go: files on the command line, the demonstration."""
