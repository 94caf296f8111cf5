/** A linear program as a solver takes it: minimise `costs . x` with bounds on columns and rows, rows in CSR form. */
export interface LinearProgram {
  costs: number[];
  lower: number[];
  upper: number[];
  rowLower: number[];
  rowUpper: number[];
  starts: number[];
  indices: number[];
  values: number[];
}

export interface LpSolution {
  objective: number;
  columns: Float64Array;
}

/** A program held by a solver, to be changed and solved again. */
export interface LpSession {
  /** The optimum; undefined where the program has none. */
  solve(): LpSolution | undefined;
  setBounds(column: number, lower: number, upper: number): void;
  setCost(column: number, cost: number): void;
  dispose(): void;
}

export type OpenLp = (program: LinearProgram) => LpSession;

/**
 * An empty program to which columns and rows are added; both return their index.
 *
 * Example: `const x = addColumn(lp, { cost: 2, upper: 5 }); addRow(lp, { lower: 3 }, [[x, 1]])` minimises 2x with 3 <= x <= 5.
 */
export function emptyProgram(): LinearProgram {
  return { costs: [], lower: [], upper: [], rowLower: [], rowUpper: [], starts: [0], indices: [], values: [] };
}

/** Adds a column; its lower bound is 0 and its upper bound infinite unless told. */
export function addColumn(program: LinearProgram, column: { cost?: number; lower?: number; upper?: number }): number {
  program.lower.push(column.lower ?? 0);
  program.upper.push(column.upper ?? Infinity);
  return program.costs.push(column.cost ?? 0) - 1;
}

/** Adds a row `lower <= sum of value x column <= upper`; a side that is not told is open. */
export function addRow(
  program: LinearProgram,
  bounds: { lower?: number; upper?: number },
  entries: readonly (readonly [column: number, value: number])[],
): number {
  for (const [column, value] of entries) {
    program.indices.push(column);
    program.values.push(value);
  }
  program.starts.push(program.indices.length);
  program.rowLower.push(bounds.lower ?? -Infinity);
  return program.rowUpper.push(bounds.upper ?? Infinity) - 1;
}
