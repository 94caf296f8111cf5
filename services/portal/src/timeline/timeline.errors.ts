import { DomainError } from '@wattmesh/platform';

export class RangeTooLongError extends DomainError {
  readonly code = 'PORTAL_RANGE_TOO_LONG';
  override readonly httpStatus = 400;

  constructor(what: string) {
    super(`the range holds more than ${what}: ask for a shorter one, or for a longer step`);
  }
}

export class RangeEmptyError extends DomainError {
  readonly code = 'PORTAL_RANGE_EMPTY';
  override readonly httpStatus = 400;

  constructor() {
    super('the range is empty: give a `to` after `from`');
  }
}
