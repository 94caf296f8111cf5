/** Something the person who started Wattmesh can mend: printed as one line, exit code 2. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}
