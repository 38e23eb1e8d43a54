"""evpack run --trace: records SDK errors as JSON lines. Never the prompt, never a body beyond error.type and
error.message. Whatever goes wrong in here is swallowed: the program's own result stays as it is."""

import os
import sys

_FOLDER = os.environ.get("EVPACK_TRACE_DIR")
_MOST_RECORDS = 200
_MOST_LOG = 4 << 20
_MOST_CHARS = 2000
_written = [0, 0]
# Errors that were recorded: a weak reference to each and its number, so that none lives longer than without the hook.
_known = {}
_count = [0]


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


def _learn(frame, found):
    """What a frame of the SDK knows: retries made, retries allowed, timeout. Names are looked up, nothing is called."""
    if str(frame.f_globals.get("__name__", "")).split(".")[0] != "anthropic":
        return False
    local = frame.f_locals
    client = local.get("self")
    options = local.get("options") or local.get("input_options")
    for value in (local.get("max_retries"), getattr(client, "max_retries", None)):
        if isinstance(value, int):
            found.setdefault("max_retries", value)
    for name in ("retries_taken", "remaining_retries"):
        if isinstance(local.get(name), int):
            found[name] = local[name]
    for value in (getattr(options, "timeout", None), getattr(client, "timeout", None)):
        seconds = _seconds(value)
        if seconds is not None:
            found.setdefault("timeout_seconds", seconds)
    return True


def _frames(exc):
    """What the frames that an error came through know, and whether one of them is the SDK's."""
    found, touched = {}, False
    trace = exc.__traceback__
    while trace is not None:
        touched = _learn(trace.tb_frame, found) or touched
        trace = trace.tb_next
    return found, touched


def _frames_now():
    """What the frames that are running know."""
    found, frame = {}, sys._getframe(1)
    frames = []
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    for frame in reversed(frames):
        _learn(frame, found)
    return found


def _cause(exc):
    code = getattr(exc, "errno", None)
    return {
        "class": _name(type(exc)),
        "message": str(exc)[:_MOST_CHARS],
        "code": str(code) if isinstance(code, int) else None,
    }


def _causes(exc):
    causes, seen = [], {id(exc)}
    while len(causes) < 8:
        after = exc.__cause__ or (None if exc.__suppress_context__ else exc.__context__)
        if after is None or id(after) in seen:
            break
        seen.add(id(after))
        causes.append(_cause(after))
        exc = after
    return causes


def _number(exc):
    """The number of an error: the same where it is met again."""
    import weakref

    known = _known.get(id(exc))
    if known is not None and known[0]() is exc:
        return known[1]
    _count[0] += 1
    key, number = id(exc), _count[0]

    def forget(_):
        _known.pop(key, None)

    _known[key] = (weakref.ref(exc, forget), number)
    return number


def _write(exc, how, found, causes):
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
        "error": _number(exc),
        "pid": os.getpid(),
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
        "retries": found.get("retries_taken"),
        "max_retries": found.get("max_retries"),
        "timeout_seconds": found.get("timeout_seconds"),
        "causes": causes,
    }
    _append("errors-python", json.dumps(record) + "\n", 0, _MOST_RECORDS, 1)


def _record(exc, how):
    """An error that was logged, or that nothing caught."""
    try:
        if _FOLDER is None or exc is None:
            return
        found, touched = _frames(exc)
        if _is_sdk(exc) or touched:
            _write(exc, how, found, _causes(exc))
    except BaseException:
        pass


def _made(exc):
    """An error that the SDK has made and is about to raise. Where nothing tells more of it later, the program caught it."""
    try:
        found = _frames_now()
        # An error of one attempt, which the SDK catches itself and tries again.
        if found.get("remaining_retries", 0) > 0 and getattr(exc, "status_code", None) is None:
            return
        cause = sys.exc_info()[1]
        _write(exc, "caught", found, [_cause(cause)] + _causes(cause)[:7] if cause is not None else [])
    except BaseException:
        pass


def _follow_class(cls):
    own = cls.__init__

    def __init__(self, *args, **kwargs):
        own(self, *args, **kwargs)
        # Only the outermost constructor has seen all of it.
        if type(self).__init__ is __init__:
            _made(self)

    import functools

    cls.__init__ = functools.wraps(own)(__init__)


class _Finder:
    """Follows the error classes of the SDK once they are loaded. It finds nothing by itself and then goes away."""

    def find_spec(self, name, path=None, target=None):
        if name != "anthropic._exceptions":
            return None
        try:
            sys.meta_path.remove(self)
        except ValueError:
            return None
        import importlib.util

        spec = importlib.util.find_spec(name)
        try:
            load = spec.loader.exec_module

            def exec_module(module):
                load(module)
                try:
                    for cls in list(vars(module).values()):
                        if isinstance(cls, type) and issubclass(cls, module.APIError) and "__init__" in vars(cls):
                            _follow_class(cls)
                except BaseException:
                    pass

            spec.loader.exec_module = exec_module
        except BaseException:
            pass
        return spec


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
        # The SDK logs each attempt by itself; its log is followed as a log.
        if made.exc_info and made.exc_info[1] is not None and not made.name.startswith("anthropic"):
            _record(made.exc_info[1], "logged")
        return made

    logging.setLogRecordFactory(make)
    sys.meta_path.insert(0, _Finder())


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
