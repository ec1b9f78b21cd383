"""A web page and a JSON interface over an index (extra ``web``: Starlette, uvicorn, Jinja2)."""
