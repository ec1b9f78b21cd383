"""The package ``search`` by the name of its distribution: ``import event_search``.

It is found even if a file of the user, such as a script called search.py, hides the package. The
build installs this module beside the package; see pyproject.toml.
"""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

# Beside this file once it is installed, above it in a checkout.
_HOME = next(
    folder / "search"
    for folder in Path(__file__).resolve().parents[:2]
    if (folder / "search" / "__init__.py").is_file()
)
_known = sys.modules.get("search")
if _known is None or Path(getattr(_known, "__file__", None) or "").resolve().parent != _HOME:
    if _known is not None:
        raise ImportError(
            f"{_known.__file__} was imported as search and hides the package of event-search; "
            "import event_search before it, or rename that file"
        )
    _spec = spec_from_file_location(
        "search", _HOME / "__init__.py", submodule_search_locations=[str(_HOME)]
    )
    assert _spec is not None and _spec.loader is not None
    _known = module_from_spec(_spec)
    sys.modules["search"] = _known
    _spec.loader.exec_module(_known)
sys.modules[__name__] = _known
