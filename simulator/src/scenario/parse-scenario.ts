import { ScenarioError } from './scenario.errors.ts';
import { Scenario, type ScenarioDevice } from './scenario.schema.ts';

/**
 * Scenario from the text of its JSON file, checked whole: fields, references between them, and what the physics needs of each device.
 *
 * Throws one ScenarioError that names the first wrong field and says what to do.
 */
export function parseScenario(text: string, name: string): Scenario {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ScenarioError(`scenario ${name} is not JSON: ${(cause as Error).message}; mend the file`, { cause });
  }
  const parsed = Scenario.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ScenarioError(
      `scenario ${name}: ${issue?.path.join('.') || 'the document'}: ${issue?.message}; mend this field`,
    );
  }
  const wrong = findContradiction(parsed.data);
  if (wrong !== undefined) throw new ScenarioError(`scenario ${name}: ${wrong}`);
  return parsed.data;
}

function findContradiction(scenario: Scenario): string | undefined {
  return (
    findDuplicate(scenario) ??
    findDangling(scenario) ??
    scenario.devices.map(findMissingPart).find(Boolean) ??
    findOverload(scenario)
  );
}

function findDuplicate(scenario: Scenario): string | undefined {
  const lists = {
    sites: scenario.sites.map((site) => site.siteId),
    devices: scenario.devices.map((device) => device.deviceId),
    members: scenario.members.map((member) => member.memberId),
    'unit ids': scenario.devices.map((device) => `${device.siteId} unit ${device.unitId}`),
  };
  for (const [list, ids] of Object.entries(lists)) {
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) return `${list} has ${twice} twice; give each its own`;
  }
  return undefined;
}

function findDangling(scenario: Scenario): string | undefined {
  const sites = new Set(scenario.sites.map((site) => site.siteId));
  const devices = new Set(scenario.devices.map((device) => device.deviceId));
  const members = new Set(scenario.members.map((member) => member.memberId));
  const { community } = scenario;
  const references: [string, string, Set<string>][] = [
    ...scenario.devices.map((device): [string, string, Set<string>] => [
      `devices.${device.deviceId}.siteId`,
      device.siteId,
      sites,
    ]),
    ...scenario.evVisits.map((visit): [string, string, Set<string>] => ['evVisits.deviceId', visit.deviceId, devices]),
    ...scenario.faults.map((fault): [string, string, Set<string>] => ['faults.deviceId', fault.deviceId, devices]),
    ...scenario.mandates.map((mandate): [string, string, Set<string>] => [
      'mandates.memberId',
      mandate.memberId,
      members,
    ]),
    ...scenario.orders.map((order): [string, string, Set<string>] => ['orders.memberId', order.memberId, members]),
    ...scenario.sites.map((site): [string, string, Set<string>] => [
      `sites.${site.siteId}.memberId`,
      site.memberId,
      members,
    ]),
    ['community.supplierMemberId', community.supplierMemberId, members],
    ['community.residualMemberId', community.residualMemberId, members],
    ['community.headMeterId', community.headMeterId, devices],
  ];
  const dangling = references.find(([, id, known]) => !known.has(id));
  return (
    dangling && `${dangling[0]} names ${dangling[1]}, which the scenario does not have; add it or correct the name`
  );
}

function findMissingPart(device: ScenarioDevice): string | undefined {
  const parts: Record<ScenarioDevice['kind'], (keyof ScenarioDevice)[]> = {
    meter: [],
    inverter: ['solar'],
    battery: ['battery', 'cells'],
    charger: ['charger'],
    rack: ['rack', 'rampWPerS'],
  };
  const missing = parts[device.kind].find((part) => device[part] === undefined);
  return missing && `devices.${device.deviceId}: a ${device.kind} needs "${missing}"; add it`;
}

function findOverload(scenario: Scenario): string | undefined {
  const { limitImportW, limitExportW } = scenario.community.feeder;
  const headSiteId = scenario.devices.find((device) => device.deviceId === scenario.community.headMeterId)?.siteId;
  const members = scenario.sites.filter((site) => site.siteId !== headSiteId);
  const importW = members.reduce((sum, site) => sum + site.importLimitW, 0);
  if (importW > limitImportW)
    return `the sites' importLimitW sum to ${importW} W above the feeder's ${limitImportW} W; lower them`;
  const exportW = members.reduce((sum, site) => sum + site.exportLimitW, 0);
  if (exportW > limitExportW)
    return `the sites' exportLimitW sum to ${exportW} W above the feeder's ${limitExportW} W; lower them`;
  return undefined;
}
