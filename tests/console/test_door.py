"""Who is let in, and what every answer carries."""

from __future__ import annotations

from typing import Any

import pytest

HOST = "alpha.localhost:8700"


def test_nothing_is_shown_without_a_session(look: Any, pair: Any) -> None:
    line = pair.line.rpartition("/")[2]
    for path in ("/", f"/line/{line}/timeline", "/static/console.css", "/none", "/open/", "/docs"):
        answer = look.client.get(path)
        assert answer.status_code == 403
        assert "tieline serve --link" in answer.text
        assert len(answer.content) < 1_000
        assert "alpha-1" not in answer.text
        assert "Military hotline" not in answer.text


def test_a_link_opens_once(look: Any) -> None:
    path = f"/open/{look.access.mint()}"
    first = look.client.get(path)
    assert (first.status_code, first.headers["refresh"]) == (200, "0; url=/")
    look.client.cookies.clear()
    assert look.client.get(path).status_code == 403


def test_the_cookie_is_for_this_console_alone(look: Any) -> None:
    answer = look.client.get(f"/open/{look.access.mint()}")
    name, _, fields = answer.headers["set-cookie"].partition("=")
    assert name == "tieline-8700"
    assert fields.split("; ")[1:] == ["Path=/", "HttpOnly", "SameSite=Strict"]
    assert look.client.get("/").status_code == 200


def test_a_preview_does_not_use_a_link_up(look: Any) -> None:
    path = f"/open/{look.access.mint()}"
    assert look.client.request("HEAD", path).status_code == 403
    assert look.client.get(path).status_code == 200


def test_a_used_link_leads_on_who_is_in_already(look: Any) -> None:
    path = f"/open/{look.access.mint()}"
    look.client.get(path)
    again = look.client.get(path)
    assert (again.status_code, "set-cookie" in again.headers) == (200, False)


def test_a_session_that_ended_shows_nothing(inside: Any, clock: Any, pair: Any) -> None:
    assert inside.client.get("/").status_code == 200
    pair.clock.pass_s(15 * 60)
    assert inside.client.get("/").status_code == 403


@pytest.mark.parametrize(
    "cookie", ["tieline-8701={}", "tieline-8700=x{}", 'tieline-8700="', "tieline-8700", "=;=,{}"]
)
def test_no_other_cookie_lets_in(look: Any, cookie: str) -> None:
    secret = look.access.exchange(look.access.mint())
    answer = look.client.get("/", headers={"cookie": cookie.format(secret)})
    assert answer.status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "X"])
def test_nothing_but_looking_is_possible(inside: Any, method: str) -> None:
    answer = inside.client.request(method, "/")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8700",
        "alpha.localhost.evil.example:8700",
        "localhost:8701",
        "localhost",
        "alpha.localhost",
        "127.0.0.1",
        "127.0.0.1:8700@evil.example",
        "xlocalhost:8700",
        "",
    ],
)
def test_another_host_is_refused(inside: Any, host: str) -> None:
    assert inside.client.get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8700", "localhost:8700", "ALPHA.localhost:8700"])
def test_this_machine_is_a_host(look: Any, host: str) -> None:
    secret = look.access.exchange(look.access.mint())
    headers = {"host": host, "cookie": f"tieline-8700={secret}"}
    assert look.client.get("/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("site", "mode", "status"),
    [
        ("cross-site", "no-cors", 403),
        ("same-site", "cors", 403),
        ("same-site", "no-cors", 403),
        ("cross-site", "navigate", 200),
        ("same-origin", "no-cors", 200),
        ("none", "navigate", 200),
    ],
)
def test_pages_of_other_origins_cannot_use_ours(
    inside: Any, site: str, mode: str, status: int
) -> None:
    headers = {"sec-fetch-site": site, "sec-fetch-mode": mode}
    assert inside.client.get("/", headers=headers).status_code == status


def answers(look: Any, line: str) -> dict[str, Any]:
    """Every kind of answer: closed, refused, opened, shown, missing, a file."""
    get = look.client.get
    found = {
        "closed": get("/"),
        "method": look.client.request("POST", "/"),
        "host": get("/", headers={"host": "evil.example"}),
        "used": get("/open/x"),
        "opening": get(f"/open/{look.access.mint()}"),
    }
    for path in ("/", f"/line/{line}/parties", "/none", "/line/x/parties", "/static/console.js"):
        found[path] = get(path)
    found["entry"] = get(f"/line/{line}/message/alpha-1:99")
    found["bad entry"] = get(f"/line/{line}/message/%00")
    return found


def test_every_answer_carries_the_same_strict_headers(look: Any, pair: Any) -> None:
    for name, answer in answers(look, pair.line.rpartition("/")[2]).items():
        headers = answer.headers
        policy = headers["content-security-policy"].split("; ")
        assert policy[0] == "default-src 'none'", name
        assert {"frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} <= set(policy)
        assert not any("unsafe" in part for part in policy), name
        assert headers["x-content-type-options"] == "nosniff", name
        assert headers["referrer-policy"] == "no-referrer", name
        assert headers["cache-control"] == "no-store", name
        assert "server" not in headers, name
        assert not [h for h in headers if h.startswith("access-control")], name


def test_what_is_not_there_is_said_so(inside: Any, pair: Any) -> None:
    line = pair.line.rpartition("/")[2]
    for path in (
        "/none",
        "/line/x/timeline",
        f"/line/{line}/record",
        f"/line/{line}/record.svg",
        f"/line/{line}/message/alpha-1:99",
        f"/line/{line}/message/..%2f..%2fetc",
        "/static/..%2fpages.py",
        "/static/none.css",
        "/openapi.json",
        "/docs",
    ):
        assert inside.client.get(path).status_code == 404, path


def test_a_page_that_fails_shows_nothing_of_the_inside(
    inside: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tieline.console.attention.tiles", lambda *_: 1 / 0)
    answer = inside.client.get("/")
    assert answer.status_code == 500
    assert "Zero" not in answer.text
    assert "content-security-policy" in answer.headers


def test_a_head_has_no_body(inside: Any) -> None:
    answer = inside.client.request("HEAD", "/")
    assert (answer.status_code, answer.content) == (200, b"")
