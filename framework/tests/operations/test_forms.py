"""Forms and uploaded files."""

import json
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field
from tests.kit import client, locations

from dovetail import APIRouter, Body, Dovetail, File, Form, UploadFile


def test_fields_of_a_form(app):
    @app.post("/")
    async def login(
        user: Annotated[str, Form()],
        age: Annotated[int, Form(ge=0)] = 1,
        note: Annotated[str | None, Form()] = None,
    ):
        return [user, age, note]

    post = client(app).post
    assert post("/", data={"user": "ada"}).json() == ["ada", 1, None]
    assert post("/", data={"user": "ada", "age": "2", "note": "x"}).json() == ["ada", 2, "x"]
    assert locations(post("/", data={"age": "-1"})) == [["body", "user"], ["body", "age"]]
    assert locations(post("/")) == [["body", "user"]]


def test_an_empty_field_counts_as_absent(app):
    @app.post("/")
    async def send(note: Annotated[str, Form()] = "none"):
        return note

    assert client(app).post("/", data={"note": ""}).json() == "none"


def test_repeated_fields_are_a_list(app):
    @app.post("/")
    async def send(names: Annotated[list[str], Form()]):
        return names

    assert client(app).post("/", data={"names": ["a", "b"]}).json() == ["a", "b"]
    assert locations(client(app).post("/", data={})) == [["body", "names"]]


def test_a_form_with_a_sync_function(app):
    @app.post("/")
    def login(user: Annotated[str, Form(alias="user-name")]):
        return user

    assert client(app).post("/", data={"user-name": "ada"}).json() == "ada"


def test_a_model_of_a_form(app):
    class Login(BaseModel):
        model_config = {"extra": "forbid"}
        user: str
        roles: list[str] = []
        remember: bool = Field(False, alias="remember-me")

    @app.post("/")
    async def login(data: Annotated[Login, Form()]):
        return data

    post = client(app).post
    response = post("/", data={"user": "ada", "roles": ["a", "b"], "remember-me": "on"})
    assert response.json() == {"user": "ada", "roles": ["a", "b"], "remember-me": True}
    assert locations(post("/", data={"other": "1"})) == [["body", "user"], ["body", "other"]]


def test_a_model_beside_fields(app):
    class Login(BaseModel):
        user: str

    @app.post("/")
    async def login(data: Annotated[Login, Form()], code: Annotated[int, Form()]):
        return [data.user, code]

    assert client(app).post("/", data={"user": "ada", "code": "4"}).json() == ["ada", 4]
    assert locations(client(app).post("/", data={"code": "x"})) == [
        ["body", "user"],
        ["body", "code"],
    ]


def test_an_optional_model_of_a_form(app):
    class Address(BaseModel):
        street: str

    @app.post("/")
    async def send(name: Annotated[str, Form()], address: Annotated[Address | None, Form()] = None):
        return [name, address]

    assert client(app).post("/", data={"name": "a"}).json() == ["a", None]
    response = client(app).post("/", data={"name": "a", "street": "b"})
    assert response.json() == ["a", {"street": "b"}]


def test_a_union_of_models_of_a_form(app):
    class Card(BaseModel):
        kind: Literal["card"]
        number: str

    class Transfer(BaseModel):
        kind: Literal["transfer"]
        banks: list[str]

    @app.post("/")
    async def pay(by: Annotated[Card | Transfer, Form(discriminator="kind")]):
        return by

    post = client(app).post
    assert post("/", data={"kind": "card", "number": "1"}).json() == {
        "kind": "card",
        "number": "1",
    }
    assert post("/", data={"kind": "transfer", "banks": "x"}).json() == {
        "kind": "transfer",
        "banks": ["x"],
    }
    assert post("/", data={"kind": "cash"}).status_code == 422


def test_a_file_as_bytes_and_as_upload(app):
    @app.post("/bytes")
    async def as_bytes(file: Annotated[bytes, File()]):
        return len(file)

    @app.post("/upload")
    async def as_upload(file: UploadFile):
        text = (await file.read()).decode()
        await file.seek(0)
        return [file.filename, file.content_type, file.size, text, len(await file.read(1))]

    files = {"file": ("a.txt", b"content", "text/plain")}
    assert client(app).post("/bytes", files=files).json() == 7
    assert client(app).post("/upload", files=files).json() == [
        "a.txt",
        "text/plain",
        7,
        "content",
        1,
    ]


def test_a_file_in_a_sync_function(app):
    @app.post("/")
    def read(file: UploadFile, note: Annotated[str, Form()]):
        return [file.file.read().decode(), note]

    response = client(app).post("/", files={"file": b"abc"}, data={"note": "n"})
    assert response.json() == ["abc", "n"]


def test_several_files(app):
    @app.post("/uploads")
    async def uploads(files: list[UploadFile]):
        return [file.filename for file in files]

    @app.post("/bytes")
    async def contents(files: Annotated[list[bytes], File()]):
        return [file.decode() for file in files]

    @app.post("/set")
    async def as_set(files: Annotated[set[bytes], File()]):
        return sorted(file.decode() for file in files)

    files = [("files", ("a", b"1")), ("files", ("b", b"2"))]
    assert client(app).post("/uploads", files=files).json() == ["a", "b"]
    assert client(app).post("/bytes", files=files).json() == ["1", "2"]
    assert client(app).post("/set", files=files).json() == ["1", "2"]


def test_a_file_that_was_not_chosen(app):
    @app.post("/optional")
    async def optional(file: UploadFile | None = None):
        return file is None

    @app.post("/needed")
    async def needed(file: UploadFile):
        return file.filename

    empty = {"file": ("", b"")}
    assert client(app).post("/optional", files=empty).json() is True
    assert client(app).post("/optional").json() is True
    assert locations(client(app).post("/needed", files=empty)) == [["body", "file"]]


def test_text_where_a_file_is_expected(app):
    @app.post("/")
    async def read(file: UploadFile):
        return file.filename

    response = client(app).post("/", data={"file": "text"})
    assert locations(response) == [["body", "file"]]


def test_files_in_a_model(app):
    class Upload(BaseModel):
        model_config = {"arbitrary_types_allowed": True}
        title: str
        file: UploadFile

    @app.post("/")
    async def send(upload: Annotated[Upload, Form(media_type="multipart/form-data")]):
        return [upload.title, (await upload.file.read()).decode()]

    response = client(app).post("/", data={"title": "t"}, files={"file": b"abc"})
    assert response.json() == ["t", "abc"]


def test_uploads_are_closed_after_the_response(app):
    seen = []

    @app.post("/")
    async def read(file: UploadFile):
        seen.append(file)
        return file.file.closed

    assert client(app).post("/", files={"file": b"abc"}).json() is False
    assert seen[0].file.closed


def test_a_model_beside_an_upload_is_a_part_of_json(app):
    """A body model beside an upload is sent as a part whose content type is JSON."""

    class Meta(BaseModel):
        title: str
        tags: list[str] = []

    @app.post("/")
    async def send(file: UploadFile, meta: Annotated[Meta, Body()]):
        return [file.filename, meta]

    files = {
        "file": ("a.txt", b"abc", "text/plain"),
        "meta": (None, json.dumps({"title": "t", "tags": ["x"]}), "application/json"),
    }
    response = client(app).post("/", files=files)
    assert response.status_code == 200, response.text
    assert response.json() == ["a.txt", {"title": "t", "tags": ["x"]}]


def test_what_browsers_send_for_a_blob_is_a_part_of_json_too(app):
    class Meta(BaseModel):
        title: str

    @app.post("/")
    async def send(file: UploadFile, meta: Meta, count: Annotated[int, Body()] = 0):
        return [meta, count]

    meta = ("blob", b'{"title": "t"}', "application/json")
    files = {"file": b"abc", "meta": meta, "count": ("blob", b"3", "application/json")}
    assert client(app).post("/", files=files).json() == [{"title": "t"}, 3]
    other = {"file": b"abc", "meta": ("blob", b'{"title": "t"}', "text/plain")}
    assert client(app).post("/", files=other).status_code == 422


def test_lists_beside_an_upload(app):
    class Tag(BaseModel):
        name: str

    @app.post("/")
    async def send(
        file: UploadFile,
        tags: Annotated[list[Tag], Body()],
        words: Annotated[list[str], Body()] = [],  # noqa: B006
    ):
        return [[tag.name for tag in tags], words]

    def post(*tags, words=()):
        parts = [("tags", (None, tag)) for tag in tags]
        parts += [("words", (None, word)) for word in words]
        return client(app).post("/", files=[("file", ("a", b"b")), *parts])

    one, two = '{"name": "a"}', '{"name": "b"}'
    assert post(f"[{one}, {two}]").json() == [["a", "b"], []]
    assert post(one, two, words=["[1]", "x"]).json() == [["a", "b"], ["[1]", "x"]]


def test_errors_in_a_part_of_json_are_located(app):
    class Meta(BaseModel):
        title: str

    @app.post("/")
    async def send(file: UploadFile, meta: Annotated[Meta, Body()]):
        return meta

    def post(text):
        return client(app).post(
            "/", files={"file": ("a", b"b"), "meta": (None, text, "application/json")}
        )

    assert locations(post('{"title": 1}')) == [["body", "meta", "title"]]
    broken = post('{"title":')
    assert broken.status_code == 422
    assert locations(broken)[0][:2] == ["body", "meta"]


@pytest.mark.parametrize("body", [b"--wrong\r\n", b"--b\r\nno header\r\n\r\nx\r\n--b--\r\n"])
def test_a_malformed_multipart_body(app, body):
    @app.post("/")
    async def read(file: UploadFile):
        return file.filename

    headers = {"content-type": "multipart/form-data; boundary=b"}
    response = client(app).post("/", content=body, headers=headers)
    assert response.status_code == 400


def test_limits_of_forms(app):
    @app.post("/", form_limits={"max_fields": 2, "max_files": 1})
    async def send(
        a: Annotated[list[str], Form()], files: Annotated[list[UploadFile] | None, File()] = None
    ):
        return len(a)

    one = [("files", ("x", b"1"))]
    assert client(app).post("/", data={"a": ["1", "2"]}, files=one).json() == 2
    assert client(app).post("/", data={"a": ["1", "2", "3"]}, files=one).status_code == 400
    assert client(app).post("/", data={"a": ["1"]}, files=one * 2).status_code == 400


def test_limits_of_routers_and_the_application():
    app = Dovetail(form_limits={"max_fields": 1})
    router = APIRouter(form_limits={"max_fields": 3})

    async def send(a: Annotated[list[str], Form()]):
        return len(a)

    app.post("/app")(send)
    router.post("/router")(send)
    router.post("/own", form_limits={"max_fields": 2})(send)
    app.include_router(router)

    def most(path):
        statuses = [
            client(app).post(path, data={"a": ["x"] * count}, files={"f": b""}).status_code
            for count in (1, 2, 3, 4)
        ]
        return statuses.index(400) if 400 in statuses else 4

    assert [most("/app"), most("/router"), most("/own")] == [1, 3, 2]


def test_urlencoded_and_multipart_alike(app):
    @app.post("/")
    async def send(text: Annotated[str, Form()]):
        return text

    http = client(app)
    assert http.post("/", data={"text": "ä & ö"}).json() == "ä & ö"
    assert http.post("/", data={"text": "ä & ö"}, files={"x": b"1"}).json() == "ä & ö"


def test_writing_to_an_upload(app):
    @app.post("/")
    async def change(file: UploadFile):
        await file.seek(3)
        await file.write(b"def")
        await file.seek(0)
        content = await file.read()
        await file.close()
        return content.decode()

    assert client(app).post("/", files={"file": b"abc"}).json() == "abcdef"
