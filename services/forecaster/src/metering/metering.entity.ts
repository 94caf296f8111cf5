import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('metering')
export class MeteringEntity {
  @PrimaryColumn({ name: 'meter_id', type: 'text' })
  meterId!: string;

  @Index()
  @PrimaryColumn({ name: 'interval_start', type: 'timestamptz' })
  intervalStart!: Date;

  @Column({ name: 'site_id', type: 'text' })
  siteId!: string;

  @Column({ name: 'meter_role', type: 'text' })
  meterRole!: 'load' | 'generation';

  /** Consumption of a load meter, generation of an inverter. */
  @Column({ name: 'energy_wh', type: 'double precision' })
  energyWh!: number;

  /** Preliminary 0, final 1, correction-n 1 + n: the highest is the best known. */
  @Column({ name: 'run_number', type: 'integer' })
  runNumber!: number;
}
