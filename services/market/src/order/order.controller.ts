import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { OrderPlaced } from '@wattmesh/events';
import { PlaceOrder } from './order.schema.ts';
import { OrderService } from './order.service.ts';

@Controller('orders')
export class OrderController {
  constructor(private readonly orders: OrderService) {}

  @Post()
  @HttpCode(200)
  place(@Body({ schema: PlaceOrder }) body: PlaceOrder): Promise<OrderPlaced> {
    return this.orders.place(body);
  }
}
