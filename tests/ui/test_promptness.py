"""What the server writes leaves at once."""

from __future__ import annotations

import socket

from ui.promptness import send_at_once


def test_connections_of_a_listening_socket_do_not_wait() -> None:
    closed = socket.socket()
    closed.close()
    with socket.socket() as listening, socket.socket() as waiting:
        # As Streamlit opens it: without a protocol, so that asyncio leaves it as it is.
        assert listening.proto == 0
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert send_at_once() >= 1
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert not waiting.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY), "one that does not listen is left alone"
