import { findModel } from '@wattmesh/gateway/sunspec/find-model';
import { ControlledDevice, type DeviceHooks, type DeviceReversion } from './controlled-device.ts';
import { type PublishedValues, RegisterImage } from './register-image.ts';

export interface SunspecModel {
  id: number;
  /** Initial values in units, scale factors among them; a point left out is not implemented. */
  values: PublishedValues;
}
export interface SunspecDeviceOptions extends DeviceHooks {
  serial: string;
  manufacturer?: string;
  model?: string;
  version?: string;
  /** In the order of the chain; model 1 is put in front. */
  models: readonly SunspecModel[];
  base?: number;
}

const REVERSIONS: readonly DeviceReversion[] = [
  { model: 123, enable: 'WMaxLim_Ena', value: 'WMaxLimPct', seconds: 'WMaxLimPct_RvrtTms' },
  {
    model: 704,
    enable: 'WMaxLimPctEna',
    value: 'WMaxLimPct',
    seconds: 'WMaxLimPctRvrtTms',
    revertEnable: 'WMaxLimPctEnaRvrt',
    revertValue: 'WMaxLimPctRvrt',
    remaining: 'WMaxLimPctRvrtRem',
  },
  {
    model: 704,
    enable: 'WSetEna',
    value: 'WSet',
    seconds: 'WSetRvrtTms',
    revertEnable: 'WSetEnaRvrt',
    revertValue: 'WSetRvrt',
    remaining: 'WSetRvrtRem',
  },
];

/** A SunSpec device: "SunS" at the base, the common model with its identity, the models given, the end marker. */
export function defineSunspecDevice(options: SunspecDeviceOptions): ControlledDevice {
  const { serial, manufacturer = 'Wattmesh', model = 'Simulated', version = '1', base = 40_000 } = options;
  const common = { id: 1, values: { Mn: manufacturer, Md: model, Vr: version, SN: serial } };
  const models = [common, ...options.models].map(({ id, values }) => ({ definition: requireModel(id), values }));
  const size = models.reduce((sum, { definition }) => sum + definition.size, 4);
  const image = new RegisterImage(base, new Uint16Array(size));
  image.words.set([0x5375, 0x6e53]);
  let address = base + 2;
  for (const { definition, values } of models) {
    image.place(definition, address, { ...values, ID: definition.id, L: definition.size - 2 });
    address += definition.size;
  }
  image.words.set([0xffff, 0], address - base);
  const ids = new Set(models.map(({ definition }) => definition.id));
  const isHeld = ({ model: id, enable }: DeviceReversion): boolean =>
    ids.has(id) && image.valueOf(id, enable) !== undefined;
  return new ControlledDevice(image, REVERSIONS.filter(isHeld), options);
}

function requireModel(id: number): NonNullable<ReturnType<typeof findModel>> {
  const definition = findModel(id);
  if (definition === undefined) throw new RangeError(`no table of SunSpec model ${id}: generate one`);
  return definition;
}
