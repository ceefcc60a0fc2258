"""`CORSMiddleware`, as Starlette defines it."""

from starlette.middleware.cors import CORSMiddleware as CORSMiddleware
