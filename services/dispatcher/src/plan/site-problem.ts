/** A storage device as a plan sees it. Energies in Wh at the cells, powers in W at the terminals. */
export interface BatteryProblem {
  deviceId: string;
  capacityWh: number;
  /** State of charge at the start of the horizon, 0 to capacity; it may lie outside its limits (C11). */
  socWh: number;
  /** Owner's guard rail: no plan may use the energy below. */
  minWh: number;
  maxWh: number;
  maxChargeW: number;
  maxDischargeW: number;
  /** One-way efficiency, the square root of the round trip's (C12). */
  efficiency: number;
  wearMicroPerKwh: number;
}

export interface ChargerProblem {
  deviceId: string;
  maxW: number;
  /** A car takes this much or nothing. */
  minW: number;
  /** Energy the plugged-in EV still wants. */
  wantedWh: number;
  /** Interval by whose end the energy is due. */
  dueIndex: number;
}

export interface RackProblem {
  deviceId: string;
  maxW: number;
  idleW: number;
  /** Worth of the computing that one kWh above idle does. */
  valueMicroPerKwh: number;
}

/** Prices of one interval as one site expects them; import and export are two products (C8). */
export interface PriceStep {
  /** Supplier's retail price and feed-in price: no limit on the amount. */
  retailMicroPerKwh: number;
  feedInMicroPerKwh: number;
  /** Community energy: what a buyer pays, charges included, and what a seller gets. */
  communityBuyMicroPerKwh: number;
  communitySellMicroPerKwh: number;
  /** Power the site may expect to buy from and to sell to its neighbours. */
  buyableW: number;
  sellableW: number;
  /** Preference between intervals of one price; steers the plan, is never part of a cost told. */
  tieMicroPerKwh: number;
}

/** Everything that decides one site's plan. All arrays have one entry per interval of the horizon. */
export interface SiteProblem {
  siteId: string;
  firstIntervalStartMs: number;
  /** Length of each interval in hours; the first may have begun. */
  durationH: number[];
  /** Median consumption and generation, W. */
  loadW: number[];
  generationW: number[];
  /** What the plan may count on at the connection, W: the envelope less what the forecast may be wrong by. */
  importLimitW: number[];
  exportLimitW: number[];
  prices: PriceStep[];
  /** Present where generation may be curtailed. */
  inverter?: { deviceId: string; ratedW: number };
  batteries: BatteryProblem[];
  chargers: ChargerProblem[];
  racks: RackProblem[];
}
