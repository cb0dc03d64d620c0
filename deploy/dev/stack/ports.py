import errno
import socket

from .problem import Problem


def ensure_free(port: int, setting: str) -> None:
    """Raises unless a server may listen on the port of this machine."""
    try:
        bind(port).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Problem(
                f"Port {port} is in use by another process; stop it or choose another port with {setting}."
            ) from None
        raise Problem(f"Port {port} cannot be used ({error.strerror}); choose another one with {setting}.") from None


def free(count: int) -> list[int]:
    """Ports that nobody uses now, all different."""
    taken = [bind(0) for _ in range(count)]
    ports = [each.getsockname()[1] for each in taken]
    for each in taken:
        each.close()
    return ports


def bind(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # As servers do: connections of a previous run that wait for their end do not count as use.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(1)
    except OSError:
        listener.close()
        raise
    return listener
