import { writeFileSync } from 'node:fs';
import { makeVectors } from '../test/make-vectors.ts';

const target = new URL('../test/vectors.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(makeVectors(), undefined, 2)}\n`);
console.log(`wrote ${target.pathname}`);
