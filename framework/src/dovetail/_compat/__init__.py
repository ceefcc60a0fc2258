"""The names under which plug-ins look for the Pydantic layer."""

from dovetail._annotations import *  # noqa: F403
from dovetail._pydantic import *  # noqa: F403
from dovetail._pydantic import PYDANTIC_VERSION_MINOR_TUPLE as PYDANTIC_VERSION_MINOR_TUPLE
from dovetail._pydantic import ModelField as ModelField
from dovetail._pydantic import Undefined as Undefined
