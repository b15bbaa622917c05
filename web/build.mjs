// Builds the widget into the folder that the server serves it from. With --check it only says whether the committed
// build is what these sources give (exit code 1 if not).

import { gzipSync } from "node:zlib";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const TARGET = fileURLToPath(new URL("../deskhand/channels/webchat/page/deskhand-chat.js", import.meta.url));
const MOST_BYTES_GZIPPED = 60 * 1024;

const result = await build({
  entryPoints: [fileURLToPath(new URL("src/index.ts", import.meta.url))],
  bundle: true,
  minify: true,
  // A classic script: it works from any tag manager, and from another site without CORS.
  format: "iife",
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  define: { "process.env.NODE_ENV": '"production"' },
  conditions: ["production"],
  charset: "utf8",
  legalComments: "none",
  banner: {
    js: "/* Deskhand chat, Apache-2.0. Contains Lit, BSD-3-Clause, (c) Google LLC. Built from web/ */",
  },
  write: false,
});
const built = result.outputFiles[0].contents;
const size = gzipSync(built, { level: 9 }).length;
console.log(`${built.length} bytes, ${size} gzipped`);
if (size > MOST_BYTES_GZIPPED) {
  console.error(`That is more than the ${MOST_BYTES_GZIPPED} bytes that a website should have to load.`);
  process.exit(1);
}
if (process.argv.includes("--check")) {
  if (Buffer.compare(Buffer.from(built), readFileSync(TARGET)) !== 0) {
    console.error("The committed build is not what the sources give. Run `npm run build` in web/ and commit it.");
    process.exit(1);
  }
} else {
  writeFileSync(TARGET, built);
}
