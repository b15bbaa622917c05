// Builds the chat and the desk into the folders that the server serves them from. With --check it only says whether the
// committed builds are what these sources give (exit code 1 if not).

import { gzipSync } from "node:zlib";
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const PRODUCTS = [
  {
    entry: "src/index.ts",
    folder: "../deskhand/channels/webchat/page/",
    name: "deskhand-chat",
    // What a website should have to load, in bytes as they travel.
    most: 60 * 1024,
    banner: "/* Deskhand chat, Apache-2.0. Contains Lit, BSD-3-Clause, (c) Google LLC. Built from web/ */",
  },
  {
    entry: "desk/src/main.ts",
    folder: "../deskhand/desk/static/",
    name: "desk",
    most: 60 * 1024,
    banner: "/* Deskhand's desk, Apache-2.0. Contains htmx, 0BSD, (c) Big Sky Software. Built from web/ */",
  },
];
const checking = process.argv.includes("--check");
let failed = false;

function fail(message) {
  console.error(message);
  failed = true;
}

for (const product of PRODUCTS) {
  const result = await build({
    entryPoints: { [product.name]: fileURLToPath(new URL(product.entry, import.meta.url)) },
    bundle: true,
    minify: true,
    // A classic script: it works from any tag manager, and from another site without CORS.
    format: "iife",
    target: ["es2022", "chrome111", "firefox115", "safari16.4"],
    define: { "process.env.NODE_ENV": '"production"' },
    conditions: ["production"],
    charset: "utf8",
    legalComments: "none",
    banner: { js: product.banner },
    outdir: fileURLToPath(new URL(product.folder, import.meta.url)),
    write: false,
  });
  for (const { path, contents } of result.outputFiles) {
    const size = gzipSync(contents, { level: 9 }).length;
    console.log(`${basename(path)}: ${contents.length} bytes, ${size} gzipped`);
    if (size > product.most) fail(`That is more than ${product.most} bytes.`);
    if (!checking) writeFileSync(path, contents);
    else if (Buffer.compare(Buffer.from(contents), readFileSync(path)) !== 0) {
      fail(`The committed ${basename(path)} is not what the sources give. Run \`npm run build\` in web/ and commit it.`);
    }
  }
}
process.exitCode = failed ? 1 : 0;
