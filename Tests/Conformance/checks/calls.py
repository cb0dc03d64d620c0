"""Calls over WebRTC: checks 19 to 24."""

from checks.connection import section

REASON = "Antiphon has no WebRTC transport; sessions run over WebSockets."

section.not_built(19, "`POST calls` raw SDP → 201, `Location` ending in an `rtc_` id, `Content-Type: application/sdp`, parseable answer", REASON)
section.not_built(20, "`POST calls` multipart with `session` → the session has those settings", REASON)
section.not_built(21, "`POST calls/{id}/hangup` ends the call with 200; unknown id → 404 JSON error", REASON)
section.not_built(22, "`?call_id=` opens a side channel that sees the same events as the data channel", REASON)
section.not_built(23, "`POST /v1/realtime?model=` with SDP → beta-shaped data channel", REASON)
section.not_built(24, "A second tenant's key can see neither the call nor the session of the first", REASON)
