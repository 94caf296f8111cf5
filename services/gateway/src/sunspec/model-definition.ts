/** Types of the SunSpec information model; all big-endian. */
export type PointType =
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'acc16'
  | 'acc32'
  | 'acc64'
  | 'enum16'
  | 'enum32'
  | 'bitfield16'
  | 'bitfield32'
  | 'bitfield64'
  | 'float32'
  | 'float64'
  | 'sunssf'
  | 'count'
  | 'string'
  | 'ipaddr'
  | 'ipv6addr'
  | 'eui48'
  | 'pad';

/** [name, type, registers, flags (W writable, M mandatory, S static), scale factor, unit, symbols] */
export type PointRow = readonly [
  name: string,
  type: string,
  size: number,
  flags?: string,
  scale?: string | number,
  unit?: string,
  symbols?: Readonly<Record<string, number>>,
];

export interface ModelTable {
  readonly id: number;
  readonly name: string;
  readonly label: string;
  readonly points: readonly PointRow[];
}

export interface PointDefinition {
  readonly name: string;
  readonly type: PointType;
  /** First register, counted from the model's ID register. */
  readonly offset: number;
  /** Registers. */
  readonly size: number;
  /** The scale factor point of the same model, or a constant power of ten; undefined where the value is not scaled. */
  readonly scale: PointDefinition | number | undefined;
  readonly unit: string | undefined;
  readonly isWritable: boolean;
  readonly isMandatory: boolean;
  readonly symbols: Readonly<Record<string, number>> | undefined;
}

export interface ModelDefinition {
  readonly id: number;
  readonly name: string;
  readonly label: string;
  /** Registers, ID and L included. */
  readonly size: number;
  readonly points: readonly PointDefinition[];
  readonly byName: ReadonlyMap<string, PointDefinition>;
}

/** Definition of a model from its table: offsets are the running sum of the sizes. */
export function defineModel(table: ModelTable): ModelDefinition {
  const { id, name, label } = table;
  const byName = new Map<string, PointDefinition>();
  let size = 0;
  for (const row of table.points) {
    byName.set(row[0], definePoint(row, size));
    size += row[2];
  }
  const points = table.points.map((row) => linkScale(byName, row));
  for (const point of points) byName.set(point.name, point);
  return { id, name, label, size, points, byName };
}

function definePoint(row: PointRow, offset: number): PointDefinition {
  const [name, type, size, flags = '', , unit, symbols] = row;
  return {
    name,
    type: type as PointType,
    offset,
    size,
    scale: undefined,
    unit: unit === '' ? undefined : unit,
    isWritable: flags.includes('W'),
    isMandatory: flags.includes('M'),
    symbols,
  };
}

function linkScale(byName: ReadonlyMap<string, PointDefinition>, row: PointRow): PointDefinition {
  const [name, , , , scale = ''] = row;
  const point = byName.get(name);
  const factor = typeof scale === 'number' || scale === '' ? scale : byName.get(scale);
  if (point === undefined || factor === undefined)
    throw new RangeError(`${name}: no scale factor ${scale} in its model`);
  return factor === '' ? point : { ...point, scale: factor };
}
