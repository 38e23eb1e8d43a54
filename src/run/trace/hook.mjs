// evpack run --trace: the same hook, for `--import`.
import { createRequire } from 'node:module';

try {
  createRequire(import.meta.url)('./hook.cjs');
} catch { /* the program goes on as it was */ }
