// evpack run --trace: records SDK errors as JSON lines. Never the prompt, never a body beyond error.type and
// error.message. Whatever goes wrong in here is swallowed: the program's own result stays as it is.
'use strict';
try {
  const fs = require('node:fs');
  const path = require('node:path');
  const util = require('node:util');
  const folder = process.env.EVPACK_TRACE_DIR;
  const MOST_RECORDS = 200, MOST_LOG = 4 << 20, MOST_CHARS = 2000;
  const LOG_LINE = /^\[log_[0-9a-f]+/;
  let records = 0, logged = 0, last = {}, sdk;
  const numbers = new WeakMap();
  const append = (name, text) =>
    fs.appendFileSync(path.join(folder, `${name}-${process.pid}.log`), text, { mode: 0o600 });
  const text = (value) => (typeof value === 'string' ? value.slice(0, MOST_CHARS) : null);
  const number = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : null);
  const nameOf = (error) => error?.constructor?.name ?? null;

  const isSdk = (error, how) => {
    if (!(error instanceof Error)) return false;
    for (let proto = error; proto; proto = Object.getPrototypeOf(proto)) {
      if (['AnthropicError', 'APIError'].includes(proto.constructor?.name)) return true;
    }
    return how !== 'caught' && String(error.stack).includes('@anthropic-ai');
  };
  const version = (error, how) => {
    // A stack that is read before an error is thrown is printed another way, so only that of an uncaught one is read.
    const stack = how === 'caught' ? '' : String(error.stack);
    const at = sdk ?? /\(?(?:file:\/\/)?(\/[^\n()]*?@anthropic-ai\/sdk)\//.exec(stack)?.[1];
    if (!at) return null;
    return `Anthropic/JS ${JSON.parse(fs.readFileSync(path.join(at, 'package.json'), 'utf8')).version}`;
  };
  const attempt = (job) => { try { return job() ?? null; } catch { return null; } };
  const causes = (error) => {
    const out = [];
    for (let cause = error.cause; cause && out.length < 8; cause = cause.cause) {
      out.push({ class: nameOf(cause), message: text(String(cause.message ?? '')), code: text(cause.code) });
    }
    return out;
  };
  const record = (error, how) => {
    try {
      if (!folder || records >= MOST_RECORDS || !isSdk(error, how)) return;
      records += 1;
      // An error that is met again keeps its number: caught at first sight, and uncaught in the end, say.
      if (!numbers.has(error)) numbers.set(error, records);
      const body = error.error?.error ?? error.error ?? {};
      append('errors-node', JSON.stringify({
        evpack_hook: 1,
        how,
        error: numbers.get(error),
        pid: process.pid,
        runtime: 'node',
        runtime_version: process.version,
        user_agent: attempt(() => version(error, how)),
        at: new Date().toISOString(),
        class: nameOf(error),
        // The text of an error with a status quotes the body, which is told by type and message alone.
        message: number(error.status) === null ? text(error.message) : null,
        status: number(error.status),
        error_type: text(body?.type),
        error_message: text(body?.message),
        request_id: text(error.requestID ?? error.request_id),
        retries: last.retries ?? null,
        max_retries: last.max ?? null,
        timeout_seconds: last.timeout ?? null,
        causes: causes(error),
      }) + '\n');
    } catch { /* the program goes on as it was */ }
  };

  // The SDK prints its debug log through the console: it goes to the private folder, without bodies.
  const followLog = (args) => {
    const details = args.find((arg) => arg && typeof arg === 'object');
    if (details) {
      const headers = details.headers ?? {};
      const header = (name) => attempt(() => (typeof headers.get === 'function' ? headers.get(name) : headers[name]));
      const retries = Number(header('x-stainless-retry-count') ?? NaN);
      const timeout = Number(header('x-stainless-timeout') ?? NaN);
      if (Number.isFinite(retries)) last.retries = retries;
      if (Number.isFinite(timeout)) last.timeout = timeout;
      const max = number(details.options?.maxRetries) ?? number(details.maxRetries);
      if (max !== null) last.max = max;
    }
    const kept = args.map((arg) => {
      if (!arg || typeof arg !== 'object') return arg;
      const { body, ...rest } = arg;
      if (rest.options && typeof rest.options === 'object') {
        const { body: content, ...options } = rest.options;
        rest.options = { ...options, ...(content?.model ? { model: content.model } : {}) };
      }
      return rest;
    });
    const line = util.format(...kept) + '\n';
    if (logged < MOST_LOG) append('log-node', line);
    logged += line.length;
  };
  const keepsLog = process.env.EVPACK_TRACE_LOG === '1' && process.env.ANTHROPIC_LOG === 'debug';
  for (const level of ['debug', 'log', 'info', 'warn', 'error']) {
    const own = console[level];
    console[level] = function (...args) {
      if (folder && keepsLog && typeof args[0] === 'string' && LOG_LINE.test(args[0])) {
        attempt(() => followLog(args));
        // What the SDK says without being asked is still said.
        if (level !== 'warn' && level !== 'error') return undefined;
      }
      if (level === 'error' || level === 'warn') for (const arg of args) record(arg, 'logged');
      return Reflect.apply(own, this, args);
    };
  }
  process.on('uncaughtExceptionMonitor', (error) => record(error, 'uncaught'));

  // Errors that the program catches: the SDK's first error class gets a parent that tells of each error once it is whole.
  // The frames of constructors are no part of a stack, so the stack stays as it was.
  const Made = class extends Error {
    constructor(...args) {
      super(...args);
      queueMicrotask(() => record(this, 'caught'));
    }
  };
  globalThis[Symbol.for('evpack.trace')] = (place) => {
    sdk ??= /^(?:file:\/\/)?(.*?@anthropic-ai[\\/]sdk)[\\/]/.exec(place)?.[1];
    return Made;
  };
  const errors = /@anthropic-ai[\\/]sdk[\\/](?:core[\\/])?error\.m?js$/;
  const followClass = (source, place) =>
    String(source).replace('class AnthropicError extends Error {',
      `class AnthropicError extends (globalThis[Symbol.for('evpack.trace')]?.(${place}) ?? Error) {`);
  const Module = require('node:module');
  if (typeof Module.registerHooks === 'function') {
    Module.registerHooks({
      load(url, context, next) {
        const loaded = next(url, context);
        if (errors.test(url) && loaded.source) loaded.source = followClass(loaded.source, JSON.stringify(url));
        return loaded;
      },
    });
  } else {
    // A look into the cache is on no stack while the program runs, unlike a function around the compiler.
    const load = (cache, name) => attempt(() => {
      const module = new Module(name, null);
      module.filename = name;
      module.paths = Module._nodeModulePaths(path.dirname(name));
      cache[name] = module;
      try {
        module._compile(followClass(fs.readFileSync(name, 'utf8'), '__filename'), name);
        module.loaded = true;
      } catch { delete cache[name]; }
    });
    Module._cache = new Proxy(Module._cache, {
      get(cache, name) {
        if (typeof name === 'string' && !(name in cache) && errors.test(name)) load(cache, name);
        return cache[name];
      },
    });
    // Before 18.19 and 20.6 a module of the program's own cannot be followed. The thread of the loader would run what the user
    // has Node load beforehand a second time, so where there is such, the program is left alone.
    const options = `${process.execArgv.join(' ')} ${process.env.NODE_OPTIONS ?? ''}`;
    const others = options.replace(/--(?:require|import) "[^"]*evpack-trace-[^"]*"/g, '');
    const preloads = /(?:^|\s)(?:-r|--require|--import|--loader|--experimental-loader)\b/.test(others);
    if (typeof Module.register === 'function' && !preloads && require('node:worker_threads').isMainThread) {
      Module.register(require('node:url').pathToFileURL(path.join(__dirname, 'loader.mjs')));
    }
  }
} catch { /* the program goes on as it was */ }
