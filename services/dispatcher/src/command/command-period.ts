/** Period of the correction loop in the field, simulated seconds. */
export const COMMAND_PERIOD_S = 60;
