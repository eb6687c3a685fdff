// Starts the program: the names of its hashed files stand on this script's own tag, put there by the build.
// Never decides what happens when that fails: recover.js does.
const tag = document.querySelector("script[data-js][data-wasm]");
try {
  performance.mark("leeway:boot");
  const glue = await import(tag.dataset.js);
  performance.mark("leeway:glue");
  // out of its bytes, not out of a stream: see docs/adr/0007
  const bytes = fetch(tag.dataset.wasm).then((answer) => answer.arrayBuffer());
  await glue.default({ module_or_path: bytes });
  performance.mark("leeway:started");
} catch (error) {
  dispatchEvent(new CustomEvent("leeway:failed", { detail: error }));
  throw error; // the console keeps the cause
}
