// evpack run --trace: what hook.cjs does to the error classes of the SDK, for modules, in Node without `registerHooks`.
const errors = /@anthropic-ai\/sdk\/(?:core\/)?error\.mjs$/;

export async function load(url, context, next) {
  const loaded = await next(url, context);
  try {
    if (errors.test(url) && loaded.source) {
      const text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
      loaded.source = text.replace('class AnthropicError extends Error {',
        "class AnthropicError extends (globalThis[Symbol.for('evpack.trace')]?.(import.meta.url) ?? Error) {");
    }
  } catch { /* the program goes on as it was */ }
  return loaded;
}
