"""evpack run --trace: records SDK errors as JSON lines. Never the prompt, never a body beyond error.type and
error.message. Whatever goes wrong in here is swallowed: the program's own result stays as it is."""

import os
import sys

_FOLDER = os.environ.get("EVPACK_TRACE_DIR")
_MOST_RECORDS = 200
_MOST_LOG = 4 << 20
_MOST_CHARS = 2000
_written = [0, 0]
_seen = []


def _append(name, text, counter, limit, size):
    if _written[counter] >= limit:
        return
    _written[counter] += size
    path = os.path.join(_FOLDER, "%s-%d.log" % (name, os.getpid()))
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, text.encode("utf-8", "backslashreplace"))
    finally:
        os.close(handle)


def _name(cls):
    module = getattr(cls, "__module__", "") or ""
    # The SDK shows its errors under the package's own name.
    if module.startswith("anthropic.") and cls.__name__ in vars(sys.modules.get("anthropic", sys)):
        module = "anthropic"
    return cls.__name__ if module in ("", "builtins") else module + "." + cls.__name__


def _is_sdk(exc):
    return any(str(getattr(c, "__module__", "")).split(".")[0] == "anthropic" for c in type(exc).__mro__)


def _seconds(timeout):
    for value in (timeout, getattr(timeout, "read", None)):
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
    return None


def _frames(exc):
    """What the frames of the SDK know: retries made, retries allowed, timeout. Names are looked up, nothing is called."""
    found, touched = {}, False
    trace = exc.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        if str(frame.f_globals.get("__name__", "")).split(".")[0] == "anthropic":
            touched = True
            local = frame.f_locals
            client = local.get("self")
            options = local.get("options") or local.get("input_options")
            for value in (local.get("max_retries"), getattr(client, "max_retries", None)):
                if isinstance(value, int):
                    found.setdefault("max_retries", value)
            if isinstance(local.get("retries_taken"), int):
                found["retries"] = local["retries_taken"]
            for value in (getattr(options, "timeout", None), getattr(client, "timeout", None)):
                seconds = _seconds(value)
                if seconds is not None:
                    found.setdefault("timeout_seconds", seconds)
        trace = trace.tb_next
    return found, touched


def _causes(exc):
    causes, seen = [], {id(exc)}
    while len(causes) < 8:
        after = exc.__cause__ or (None if exc.__suppress_context__ else exc.__context__)
        if after is None or id(after) in seen:
            break
        seen.add(id(after))
        code = getattr(after, "errno", None)
        causes.append(
            {
                "class": _name(type(after)),
                "message": str(after)[:_MOST_CHARS],
                "code": str(code) if isinstance(code, int) else None,
            }
        )
        exc = after
    return causes


def _record(exc, how):
    try:
        if _FOLDER is None or exc is None or any(exc is known for known in _seen):
            return
        found, touched = _frames(exc)
        if not (_is_sdk(exc) or touched):
            return
        _seen.append(exc)
        del _seen[:-20]
        import datetime
        import json
        import platform

        sdk = sys.modules.get("anthropic")
        body = getattr(exc, "body", None)
        error = body.get("error") if isinstance(body, dict) else None
        error = error if isinstance(error, dict) else {}
        status = getattr(exc, "status_code", None)
        text = lambda value: value[:_MOST_CHARS] if isinstance(value, str) else None
        record = {
            "evpack_hook": 1,
            "how": how,
            "runtime": "python",
            "runtime_version": platform.python_version(),
            "user_agent": "Anthropic/Python %s" % sdk.__version__ if hasattr(sdk, "__version__") else None,
            "at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds"),
            "class": _name(type(exc)),
            # The text of an error with a status quotes the body, which is told by type and message alone.
            "message": None if isinstance(status, int) else str(exc)[:_MOST_CHARS],
            "status": status if isinstance(status, int) else None,
            "error_type": text(error.get("type")),
            "error_message": text(error.get("message")),
            "request_id": text(getattr(exc, "request_id", None)),
            "retries": found.get("retries"),
            "max_retries": found.get("max_retries"),
            "timeout_seconds": found.get("timeout_seconds"),
            "causes": _causes(exc),
        }
        _append("errors-python", json.dumps(record) + "\n", 0, _MOST_RECORDS, 1)
    except BaseException:
        pass


def _shape(options):
    """The options of a request without its content."""
    data = options.get("json_data") if isinstance(options, dict) else None
    kept = {key: options[key] for key in ("method", "url", "timeout", "max_retries") if key in options}
    if isinstance(data, dict):
        kept["json_data"] = {
            key: data[key] for key in ("model", "stream", "max_tokens") if isinstance(data.get(key), (str, bool, int))
        }
    return kept


def _follow_errors():
    before = sys.excepthook

    def uncaught(kind, exc, trace):
        _record(exc, "uncaught")
        return before(kind, exc, trace)

    sys.excepthook = uncaught
    import threading

    before_thread = threading.excepthook

    def uncaught_in_thread(args):
        _record(args.exc_value, "uncaught")
        return before_thread(args)

    threading.excepthook = uncaught_in_thread
    import logging

    factory = logging.getLogRecordFactory()

    def make(*args, **kwargs):
        made = factory(*args, **kwargs)
        if made.exc_info and made.exc_info[1] is not None:
            _record(made.exc_info[1], "logged")
        return made

    logging.setLogRecordFactory(make)


def _follow_log():
    """The SDK's debug log goes to the private folder; the program's own logging stays as it would be without it."""
    import logging

    form = logging.Formatter("[%(asctime)s - %(name)s:%(lineno)d - %(levelname)s] %(message)s", "%Y-%m-%d %H:%M:%S")

    def follow(logger):
        logger.setLevel(logging.DEBUG)
        go_on = logger.callHandlers

        def call(record):
            try:
                kept = record
                if str(record.msg).startswith("Request options") and record.args:
                    kept = logging.makeLogRecord(dict(record.__dict__))
                    options = record.args[0] if isinstance(record.args, tuple) else record.args
                    kept.args = (_shape(options),)
                line = form.format(kept) + "\n"
                _append("log-python", line, 1, _MOST_LOG, len(line))
            except BaseException:
                pass
            if logger.parent is None or record.levelno >= logger.parent.getEffectiveLevel():
                go_on(record)

        logger.callHandlers = call

    for name in ("anthropic._base_client", "httpx", "httpx2"):
        follow(logging.getLogger(name))
    # The SDK would print the same log, prompts included.
    os.environ.pop("ANTHROPIC_LOG", None)


def _chain():
    """Another `sitecustomize` that would have been loaded is loaded."""
    import importlib.machinery
    import importlib.util

    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or os.getcwd()) != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", sys.path)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


if _FOLDER:
    try:
        _follow_errors()
        if os.environ.get("EVPACK_TRACE_LOG") == "1" and os.environ.get("ANTHROPIC_LOG") == "debug":
            _follow_log()
    except BaseException:
        pass
_chain()
