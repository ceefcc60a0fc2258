"""OAuth2 scopes: collected on the way from the operation to the dependency."""

from typing import Annotated

import pytest
from tests.kit import client, locations

from dovetail import APIRouter, Depends, HTTPException, Security, WebSocket
from dovetail.security import (
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
    OAuth2PasswordRequestFormStrict,
    SecurityScopes,
)

bearer = OAuth2PasswordBearer("token", scopes={"read": "Read.", "write": "Write."})


async def current_user(scopes: SecurityScopes, token: Annotated[str, Depends(bearer)]):
    missing = set(scopes.scopes) - set(token.split("+"))
    if missing:
        challenge = f'Bearer scope="{scopes.scope_str}"'
        raise HTTPException(403, headers={"WWW-Authenticate": challenge})
    return scopes.scopes


async def active_user(user: Annotated[list, Security(current_user, scopes=["me"])]):
    return user


def bearing(token):
    return {"authorization": f"Bearer {token}"}


@pytest.fixture
def http(app):
    router = APIRouter(dependencies=[Security(current_user, scopes=["router"])])

    @app.get("/plain")
    async def plain(user: Annotated[list, Depends(active_user)]):
        return user

    @app.get("/write")
    async def write(user: Annotated[list, Security(active_user, scopes=["read", "write"])]):
        return user

    @router.get("/routed")
    async def routed(user: Annotated[list, Security(active_user, scopes=["read"])]):
        return user

    app.include_router(router)
    return client(app)


def test_scopes_add_up_from_the_outside(http):
    assert http.get("/plain", headers=bearing("me")).json() == ["me"]
    assert http.get("/write", headers=bearing("me+read+write")).json() == ["read", "write", "me"]


def test_a_lacking_scope_is_refused(http):
    assert http.get("/plain").status_code == 401
    response = http.get("/write", headers=bearing("me+read"))
    assert response.status_code == 403
    assert response.headers["www-authenticate"] == 'Bearer scope="read write me"'


def test_each_requirement_is_checked_by_itself(http):
    assert http.get("/routed", headers=bearing("me+read")).status_code == 403
    assert http.get("/routed", headers=bearing("router")).status_code == 403
    response = http.get("/routed", headers=bearing("me+read+router"))
    assert response.json() == ["read", "me"]


def test_the_value_is_shared_only_under_the_same_scopes(app):
    calls = []

    async def user(scopes: SecurityScopes):
        calls.append(scopes.scope_str)

    async def unscoped():
        calls.append("unscoped")

    @app.get(
        "/",
        dependencies=[
            Security(user, scopes=["a", "b"]),
            Security(user, scopes=["b", "a"]),
            Security(user, scopes=["c"]),
            Depends(user),
            Depends(unscoped),
            Depends(unscoped),
        ],
    )
    async def read():
        return None

    client(app).get("/")
    assert calls == ["a b", "c", "", "unscoped"]


def test_a_scope_named_twice_counts_once(app):
    async def user(scopes: SecurityScopes):
        return scopes.scopes

    async def outer(value: Annotated[list, Security(user, scopes=["a", "b"])]):
        return value

    @app.get("/")
    async def read(value: Annotated[list, Security(outer, scopes=["b", "c"])]):
        return value

    assert client(app).get("/").json() == ["b", "c", "a"]


def test_websockets_have_scopes(app):
    async def user(scopes: SecurityScopes):
        return scopes.scope_str

    @app.websocket("/")
    async def serve(websocket: WebSocket, value: Annotated[str, Security(user, scopes=["x"])]):
        await websocket.accept()
        await websocket.send_text(value)
        await websocket.close()

    with client(app).websocket_connect("/") as session:
        assert session.receive_text() == "x"


def test_scopes_in_the_document(app, http):
    document = app.openapi()
    assert document["paths"]["/write"]["get"]["security"] == [
        {"OAuth2PasswordBearer": ["read", "write", "me"]}
    ]
    assert document["paths"]["/plain"]["get"]["security"] == [{"OAuth2PasswordBearer": ["me"]}]


def test_security_scopes_by_hand():
    assert SecurityScopes().scopes == []
    assert SecurityScopes(["a", "b"]).scope_str == "a b"


def test_the_password_form(app):
    @app.post("/lenient")
    async def lenient(form: Annotated[OAuth2PasswordRequestForm, Depends()]):
        return vars(form)

    @app.post("/strict")
    async def strict(form: Annotated[OAuth2PasswordRequestFormStrict, Depends()]):
        return form.grant_type

    post = client(app).post
    data = {"username": "ada", "password": "secret"}
    assert post("/lenient", data={**data, "scope": "a b"}).json() == {
        "grant_type": None,
        "username": "ada",
        "password": "secret",
        "scopes": ["a", "b"],
        "client_id": None,
        "client_secret": None,
    }
    assert locations(post("/lenient", data={})) == [["body", "username"], ["body", "password"]]
    assert locations(post("/strict", data=data)) == [["body", "grant_type"]]
    assert locations(post("/strict", data={**data, "grant_type": "x"})) == [["body", "grant_type"]]
    assert post("/strict", data={**data, "grant_type": "password"}).json() == "password"
