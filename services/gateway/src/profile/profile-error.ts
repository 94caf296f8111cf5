export type ProfileErrorCode = 'PROFILE_UNKNOWN' | 'PROFILE_MISMATCH' | 'PROFILE_READ_ONLY' | 'PROFILE_VALUE';

/** A profile that does not exist or does not fit the device, or a set-point the device cannot hold. */
export class ProfileError extends Error {
  readonly code: ProfileErrorCode;
  readonly retriable = false;

  constructor(code: ProfileErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ProfileError';
    this.code = code;
  }
}
