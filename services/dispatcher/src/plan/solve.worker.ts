import { parentPort } from 'node:worker_threads';
import { loadSolver } from './highs.link.ts';
import { planCommunity, type CommunityPlan, type CommunityProblem } from './plan-community.ts';

export interface SolveRequest {
  id: number;
  problem: CommunityProblem;
}

export type SolveAnswer = { id: number; plan: CommunityPlan; solveMs: number } | { id: number; error: string };

// Runs from source under Node's type stripping: this file and what it imports hold erasable types only.
const loading = loadSolver();

parentPort?.on('message', ({ id, problem }: SolveRequest) => {
  void loading
    .then((open): SolveAnswer => {
      const startedMs = performance.now();
      const plan = planCommunity(problem, open);
      return { id, plan, solveMs: performance.now() - startedMs };
    })
    .catch((error: unknown): SolveAnswer => ({ id, error: String(error) }))
    .then((answer) => parentPort?.postMessage(answer));
});
