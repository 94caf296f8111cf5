/** A provider that says whether its part of the service can do its work; `/health/ready` asks all of them. */
export abstract class ReadinessCheck {
  abstract readonly name: string;

  abstract isReady(): boolean | Promise<boolean>;
}
