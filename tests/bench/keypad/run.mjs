// Times a key of the keypad on a quote of fifty lines: starts with the call into Wasm, ends with its return. Called by
// `cargo xtask bench` with the folder of what wasm-bindgen made; prints one line `FIGURE {json}` with the median.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const LINES = 50;
const WARM = 100;
const KEYS = 500;

const require = createRequire(import.meta.url);
const { Keypad } = require(join(process.argv[2], 'leeway_keypad.js'));
const keypad = new Keypad(LINES);
const times = [];
for (let key = 0; key < WARM + KEYS; key += 1) {
  const start = performance.now();
  const seen = keypad.press(key);
  const ms = performance.now() - start;
  if (seen < 2) throw new Error(`nothing was reckoned at key ${key}: ${seen}`);
  if (key >= WARM) times.push(ms);
}
times.sort((a, b) => a - b);
const at = (share) => Math.round(times[Math.min(KEYS - 1, Math.floor(share * KEYS))] * 1000) / 1000;
console.log(`p95 ${at(0.95)} ms`);
console.log(`FIGURE ${JSON.stringify({ name: 'quote_50_lines_ms', value: at(0.5), unit: 'ms', n: KEYS, min: at(0), max: at(1) })}`);
