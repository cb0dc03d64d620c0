"""What the system tests stand on: the stack as `make run` starts it, a fake provider, a session of the official client."""
