import type { OrderPlaced } from '@wattmesh/events';
import { BIG_INTEGER, INSTANT } from '@wattmesh/platform/database';
import { Column, Entity, Generated, PrimaryColumn } from 'typeorm';

@Entity('standing_order')
export class OrderEntity {
  @PrimaryColumn({ name: 'order_id', type: 'uuid' })
  orderId!: string;

  /** Counts orders in the order they were taken: the last one of a side stands. */
  @Generated('increment')
  @Column({ ...BIG_INTEGER })
  number!: number;

  @Column({ name: 'community_id', type: 'text' })
  communityId!: string;

  @Column({ ...INSTANT, name: 'valid_from' })
  validFrom!: string;

  @Column({ type: 'jsonb' })
  placed!: OrderPlaced;
}
