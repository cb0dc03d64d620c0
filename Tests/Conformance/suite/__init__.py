"""What the checks stand on: raw sockets, REST, the stacks they run against, and the table of results."""
