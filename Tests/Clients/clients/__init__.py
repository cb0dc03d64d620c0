"""Real clients, unmodified: each scenario is a program of its own that talks to a server with one client library."""
