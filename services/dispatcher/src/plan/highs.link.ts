import highsModule, { type Highs } from 'highs';
import type { LinearProgram, LpSession, OpenLp } from './linear-program.ts';

const OPTIMAL = 7;
// The package's types describe its CommonJS form; what Node imports is the loader itself.
const loadHighs = highsModule as unknown as typeof highsModule.default;

/** Loads HiGHS (WebAssembly) and returns how to open a program in it. Every session must be disposed: it owns native memory. */
export async function loadSolver(): Promise<OpenLp> {
  const highs = await loadHighs();
  return (program) => openSession(highs, program);
}

function openSession(highs: Highs, program: LinearProgram): LpSession {
  const numCols = program.costs.length;
  const numRows = program.rowLower.length;
  const model = highs.createModel({
    numCols,
    numRows,
    colCost: program.costs,
    colLower: program.lower,
    colUpper: program.upper,
    rowLower: program.rowLower,
    rowUpper: program.rowUpper,
    matrix: {
      format: 'csr',
      numRows,
      numCols,
      starts: program.starts,
      indices: program.indices,
      values: program.values,
    },
  });
  model.options.set({ output_flag: false, random_seed: 0, solver: 'simplex' });
  return {
    solve() {
      model.run();
      if (model.getModelStatus() !== OPTIMAL) return undefined;
      return { objective: model.getObjectiveValue(), columns: model.getSolution().colValue };
    },
    setBounds: (column, lower, upper) => void model.changeColBounds(column, lower, upper),
    setCost: (column, cost) => void model.changeColCost(column, cost),
    dispose: () => model.dispose(),
  };
}
