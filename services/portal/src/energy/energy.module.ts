import { Module } from '@nestjs/common';
import { EnergyController } from './energy.controller.ts';
import { EnergyStore } from './energy.store.ts';
import { PartitionStore } from './partition.store.ts';

@Module({ controllers: [EnergyController], providers: [EnergyStore, PartitionStore] })
export class EnergyModule {}
