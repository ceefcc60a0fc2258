"""A web framework with FastAPI's interface: operations compiled into plans at first use."""

__version__ = "0.1.0"

from starlette import status as status

from dovetail.applications import Dovetail as Dovetail
from dovetail.applications import FastAPI as FastAPI
from dovetail.background import BackgroundTasks as BackgroundTasks
from dovetail.datastructures import UploadFile as UploadFile
from dovetail.exceptions import HTTPException as HTTPException
from dovetail.exceptions import WebSocketException as WebSocketException
from dovetail.param_functions import Body as Body
from dovetail.param_functions import Cookie as Cookie
from dovetail.param_functions import Depends as Depends
from dovetail.param_functions import File as File
from dovetail.param_functions import Form as Form
from dovetail.param_functions import Header as Header
from dovetail.param_functions import Path as Path
from dovetail.param_functions import Query as Query
from dovetail.param_functions import Security as Security
from dovetail.requests import Request as Request
from dovetail.responses import Response as Response
from dovetail.routing import APIRouter as APIRouter
from dovetail.websockets import WebSocket as WebSocket
from dovetail.websockets import WebSocketDisconnect as WebSocketDisconnect
