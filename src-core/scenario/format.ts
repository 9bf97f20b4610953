/** What a scenario's JSON says of itself. */
export const SCENARIO_FORMAT = 'pagewalk/scenario';
export const SCENARIO_VERSION = 1;
