"""Every change of what is kept about customers, a file an idea."""
