"""Run what was written for FastAPI on this package, unchanged.

`install()` makes `import fastapi` and `import fastapi.anything` give the very module objects of
`dovetail`, in this process and, unless asked not to, in the Python processes that it starts. On the
command line, `python -m dovetail.compat -m pytest` and `python -m dovetail.compat script.py` do
the same around a module or a script.
"""

from dovetail.compat.finder import FASTAPI_VERSION as FASTAPI_VERSION
from dovetail.compat.finder import CompatibilityError as CompatibilityError
from dovetail.compat.install import install as install
from dovetail.compat.install import is_installed as is_installed
from dovetail.compat.install import uninstall as uninstall
