"""The decorators that declare path operations, of applications and routers alike."""

from collections.abc import Callable
from typing import Annotated, Unpack

from annotated_doc import Doc

from dovetail.routing.options import MethodOptions, RouteOptions, documented
from dovetail.types import DecoratedCallable

Path = Annotated[
    str, Doc("The path of the URL. Parts in braces are parameters: `/items/{item_id}`.")
]


class Verbs:
    """One decorator per HTTP method (RFC 9110, section 9). Options: see `RouteOptions`."""

    def api_route(
        self, path: str, **options: Unpack[MethodOptions]
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare a path operation for any methods."""
        raise NotImplementedError

    def _verb(
        self, path: str, method: str, options: RouteOptions
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        return self.api_route(path, methods=[method], **options)

    @documented(RouteOptions)
    def get(
        self, path: Path, **options: Unpack[RouteOptions]
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare what answers GET: reading.

        ```python
        @app.get("/items/{item_id}")
        async def read_item(item_id: int) -> Item: ...
        ```
        """
        return self._verb(path, "GET", options)

    @documented(RouteOptions)
    def put(
        self, path: Path, **options: Unpack[RouteOptions]
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare what answers PUT: replacing."""
        return self._verb(path, "PUT", options)

    @documented(RouteOptions)
    def post(
        self, path: Path, **options: Unpack[RouteOptions]
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare what answers POST: creating, or anything that is not safe to repeat."""
        return self._verb(path, "POST", options)

    @documented(RouteOptions)
    def delete(
        self, path: Path, **options: Unpack[RouteOptions]
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare what answers DELETE: removing."""
        return self._verb(path, "DELETE", options)

    @documented(RouteOptions)
    def options(
        self, path: Path, **options: Unpack[RouteOptions]
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare what answers OPTIONS: what may be done with the resource."""
        return self._verb(path, "OPTIONS", options)

    @documented(RouteOptions)
    def head(
        self, path: Path, **options: Unpack[RouteOptions]
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare what answers HEAD: the headers of GET."""
        return self._verb(path, "HEAD", options)

    @documented(RouteOptions)
    def patch(
        self, path: Path, **options: Unpack[RouteOptions]
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare what answers PATCH (RFC 5789): changing parts."""
        return self._verb(path, "PATCH", options)

    @documented(RouteOptions)
    def trace(
        self, path: Path, **options: Unpack[RouteOptions]
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare what answers TRACE: the request as it arrived."""
        return self._verb(path, "TRACE", options)
