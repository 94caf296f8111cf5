/**
 * A provider that says whether its part of the service can still make progress; `/health/live` asks all of them, and a process
 * that answers no is started anew. It looks at what the process itself knows: no database, no broker, nothing to wait for.
 */
export abstract class LivenessCheck {
  abstract readonly name: string;

  abstract isLive(): boolean;
}
