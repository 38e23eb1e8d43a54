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
  let records = 0, logged = 0, last = {};
  const seen = new WeakSet();
  const append = (name, text) =>
    fs.appendFileSync(path.join(folder, `${name}-${process.pid}.log`), text, { mode: 0o600 });
  const text = (value) => (typeof value === 'string' ? value.slice(0, MOST_CHARS) : null);
  const number = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : null);
  const nameOf = (error) => error?.constructor?.name ?? null;

  const isSdk = (error) => {
    if (!(error instanceof Error)) return false;
    for (let proto = error; proto; proto = Object.getPrototypeOf(proto)) {
      if (['AnthropicError', 'APIError'].includes(proto.constructor?.name)) return true;
    }
    return String(error.stack).includes('@anthropic-ai');
  };
  const version = (error) => {
    const at = /\(?(?:file:\/\/)?(\/[^\n()]*?@anthropic-ai\/sdk)\//.exec(String(error.stack));
    if (!at) return null;
    return `Anthropic/JS ${JSON.parse(fs.readFileSync(path.join(at[1], 'package.json'), 'utf8')).version}`;
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
      if (!folder || records >= MOST_RECORDS || !isSdk(error) || seen.has(error)) return;
      seen.add(error);
      records += 1;
      const body = error.error?.error ?? error.error ?? {};
      append('errors-node', JSON.stringify({
        evpack_hook: 1,
        how,
        runtime: 'node',
        runtime_version: process.version,
        user_agent: attempt(() => version(error)),
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
  const follow = (args) => {
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
        attempt(() => follow(args));
        // What the SDK says without being asked is still said.
        if (level !== 'warn' && level !== 'error') return undefined;
      }
      if (level === 'error' || level === 'warn') for (const arg of args) record(arg, 'logged');
      return Reflect.apply(own, this, args);
    };
  }
  process.on('uncaughtExceptionMonitor', (error) => record(error, 'uncaught'));
} catch { /* the program goes on as it was */ }
