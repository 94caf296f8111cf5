import { HORIZON } from '../features/panel.ts';
import type { QuantityTraits } from '../features/quantities.ts';
import type { SiteContext } from '../features/site-context.ts';
import type { Window } from '../features/window.ts';

/** A window of one site and issue with the energy measured over its horizon; NaN is missing. */
export interface SiteExample {
  context: SiteContext;
  issue: number;
  window: Window;
  actualWh: Float32Array;
}

/** Quarters between two issues of the examples: 3 hours. */
const ISSUE_STRIDE = 12;

/**
 * Examples of every site for issues from `first` whose whole horizon ends by `end`, issue by issue. Where nothing was measured over the
 * horizon there is no example; quarters without light are NaN, for a forecast of a dark quarter proves nothing.
 */
export function makeExamples(
  contexts: readonly SiteContext[],
  traits: QuantityTraits,
  span: { first: number; end: number },
): SiteExample[] {
  const examples: SiteExample[] = [];
  for (let issue = span.first; issue + HORIZON <= span.end; issue += ISSUE_STRIDE) {
    for (const context of contexts) {
      const valuesWh = traits.valuesOf(context);
      const window = traits.buildWindow(context, issue);
      if (!valuesWh || !window) continue;
      const actualWh = Float32Array.from({ length: HORIZON }, (_, step) => {
        const value = valuesWh[issue + step] ?? NaN;
        return value === 0 && window.scaleWh[step] === 0 ? NaN : value;
      });
      if (!actualWh.every(Number.isNaN)) examples.push({ context, issue, window, actualWh });
    }
  }
  return examples;
}
