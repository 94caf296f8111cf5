const WH_PER_KWH = 1000n;

/**
 * Money for energy at a price, in whole micro-units, rounded down: what a payer is debited.
 *
 * Every rounding of this market favours the member (debits down, credits up) and the supplier carries the dust, less than
 * one micro-unit a line. As floor(a) + floor(b) <= floor(a + b), a bill made of several lines can then never exceed the
 * tariff bill made of one. Exact for all safe integers, negative prices included.
 *
 * @example debitOfEnergy(1500, 333_333); // 499_999 (exactly 499_999.5)
 */
export function debitOfEnergy(energyWh: number, priceMicroPerKwh: number): number {
  return exactAmount(energyWh, priceMicroPerKwh).floor;
}

/** The same rounded up: what a receiver is credited. */
export function creditOfEnergy(energyWh: number, priceMicroPerKwh: number): number {
  return 0 - debitOfEnergy(energyWh, -priceMicroPerKwh);
}

/**
 * Credits for several energies at one price: they sum to the credit of their sum, each less than a micro-unit from exact.
 *
 * Method: largest remainder of the exact amounts; the units go to the largest fractions, equal ones in order.
 *
 * @example creditsOfEnergies([1, 1], 500); // [1, 0]
 */
export function creditsOfEnergies(energiesWh: readonly number[], priceMicroPerKwh: number): number[] {
  const exact = energiesWh.map((energyWh) => exactAmount(energyWh, priceMicroPerKwh));
  const total = creditOfEnergy(
    energiesWh.reduce((all, energyWh) => all + energyWh, 0),
    priceMicroPerKwh,
  );
  const left = total - exact.reduce((all, amount) => all + amount.floor, 0);
  const order = exact.map((_, index) => index).sort((a, b) => exact[b]!.thousandths - exact[a]!.thousandths || a - b);
  const winners = new Set(order.slice(0, left));
  return exact.map((amount, index) => amount.floor + (winners.has(index) ? 1 : 0));
}

function exactAmount(energyWh: number, priceMicroPerKwh: number): { floor: number; thousandths: number } {
  const product = energyWh * priceMicroPerKwh;
  if (Number.isSafeInteger(product)) {
    const floor = Math.floor(product / 1000) + 0;
    return { floor, thousandths: product - floor * 1000 };
  }
  const exact = BigInt(energyWh) * BigInt(priceMicroPerKwh);
  const thousandths = ((exact % WH_PER_KWH) + WH_PER_KWH) % WH_PER_KWH;
  return { floor: Number((exact - thousandths) / WH_PER_KWH), thousandths: Number(thousandths) };
}
