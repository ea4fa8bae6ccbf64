#!/usr/bin/env node
// Runs the command from source, or from the JavaScript that build.ts made of it where the package is installed.
import { existsSync } from 'node:fs';

if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(`worksmartly-verify: needs Node 24 or later, this is ${process.version}\n`);
  process.exit(2);
}
const built = new URL('../dist/main.js', import.meta.url);
const source = new URL('../src/main.ts', import.meta.url);
const { main } = await import((existsSync(source) ? source : built).href);
process.exitCode = await main(process.argv.slice(2));
