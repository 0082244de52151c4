"""Pure rules about customers, each idea in a file of its own."""
