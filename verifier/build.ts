// Makes JavaScript of src/ for the package: Node does not strip types below node_modules. Adds nothing and resolves nothing.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

const source = new URL('./src/', import.meta.url);
const target = new URL('./dist/', import.meta.url);

rmSync(target, { recursive: true, force: true });
mkdirSync(target);
for (const name of readdirSync(source)) {
  if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
  const code = stripTypeScriptTypes(readFileSync(new URL(name, source), 'utf8'));
  const imports = code.replaceAll(/(['"]\.\/[a-z0-9-]+)\.ts(['"])/g, '$1.js$2');
  writeFileSync(new URL(name.replace(/\.ts$/, '.js'), target), imports);
}
