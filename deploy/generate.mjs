// Writes every file that is made from another: deploy/topics.json from the events, the contracts' ABIs and vectors from the
// Solidity sources, the gateway's SunSpec tables from the model definitions where those are there.
// Usage: node deploy/generate.mjs [--check]   With --check it writes nothing and fails where topics.json is out of date.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EVENTS } from '../services/events/src/registry.ts';
import { topicSettingsOf } from '../services/events/src/topic-settings.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TOPICS = join(ROOT, 'deploy', 'topics.json');

/** The payload fields that make an event's key: the definition is called with a payload of field names. */
function keyFieldsOf(event) {
  return event.key(new Proxy({}, { get: (_, field) => field }));
}

function topicsText() {
  const events = [...EVENTS.values()].sort((a, b) => (a.topic < b.topic ? -1 : 1));
  const topics = events.map((event) => {
    const { topic, ...settings } = topicSettingsOf(event);
    return { topic, owner: event.owner, key: keyFieldsOf(event), ...settings };
  });
  return `${JSON.stringify(topics, undefined, 2)}\n`;
}

function run(folder, script, ...args) {
  const options = { cwd: join(ROOT, folder), stdio: 'inherit' };
  const { status } = spawnSync(process.execPath, [join(ROOT, script), ...args], options);
  if (status !== 0) throw new Error(`${script} failed: its message is above`);
}

function generateTopics() {
  writeFileSync(TOPICS, topicsText());
  console.log(`wrote ${TOPICS}`);
}

function generateContracts() {
  run('contracts', 'contracts/scripts/generate.mjs');
  run('contracts', 'contracts/scripts/make-vectors.mjs');
  run('contracts', 'node_modules/oxfmt/bin/oxfmt', 'test/vectors.json');
}

function generateSunspec() {
  const models = process.env.WATTMESH_SUNSPEC ?? join(ROOT, '..', 'shared', 'sunspec', 'models');
  if (existsSync(models)) run('services/gateway', 'services/gateway/scripts/generate-sunspec.mjs');
  else console.log(`kept the SunSpec tables: no model definitions in ${models} (set WATTMESH_SUNSPEC)`);
}

if (!process.argv.includes('--check')) {
  generateTopics();
  generateContracts();
  generateSunspec();
} else if (!existsSync(TOPICS) || readFileSync(TOPICS, 'utf8') !== topicsText()) {
  console.error('deploy/topics.json is out of date: npm run generate');
  process.exitCode = 1;
}
