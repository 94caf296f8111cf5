/** A scenario, or what its run is given (data, options, a saved world), cannot be used; the message is one line that says what to do. */
export class ScenarioError extends Error {
  readonly code = 'SCENARIO_INVALID';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ScenarioError';
  }
}
