import { AbiCoder, dataSlice, encodeBytes32String, id, keccak256, sha256 } from 'ethers';
import {
  referenceAccount,
  referenceNode,
  referenceProof,
  referenceRoot,
  referenceTrade,
  type AccountLeaf,
  type Place,
  type TradeLeaf,
} from './reference-tree.ts';

/** Where `deployContracts` puts the contracts on a fresh test chain. */
const SETTLEMENT = '0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0';
const REGISTRY = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const CHAIN_ID = 31_337;
const COMMUNITY = 'village';
const INTERVAL = 1_975_680;
const LARGEST = Number.MAX_SAFE_INTEGER;
const SIZES = [
  [0, 1],
  [1, 1],
  [1, 2],
  [2, 3],
  [3, 5],
  [7, 9],
  [4, 13],
] as const;

const TRADES: TradeLeaf[] = [
  { seller: 'home-1', buyer: 'home-2', energyWh: 1234, priceMicroPerKwh: 135_000, amountMicro: 166_590 },
  { seller: 'home-3', buyer: 'village-battery', energyWh: 1, priceMicroPerKwh: -50_000, amountMicro: -50 },
  { seller: 'home-17', buyer: 'village-rack', energyWh: 0, priceMicroPerKwh: 0, amountMicro: 0 },
  {
    seller: 'a',
    buyer: 'a-name-of-thirty-one-characters',
    energyWh: LARGEST,
    priceMicroPerKwh: -LARGEST,
    amountMicro: LARGEST,
  },
];

const NOTHING = { importWh: 0, exportWh: 0, boughtWh: 0, soldWh: 0, residualImportWh: 0, residualExportWh: 0 };
const ACCOUNTS: AccountLeaf[] = [
  {
    memberId: 'home-1',
    importWh: 10,
    exportWh: 2500,
    boughtWh: 0,
    soldWh: 1234,
    residualImportWh: 10,
    residualExportWh: 1266,
    tradeMicro: -166_590,
    supplyMicro: -61_100,
    mandateHash: id('mandate of home-1'),
  },
  {
    memberId: 'residual',
    ...NOTHING,
    residualExportWh: 17,
    tradeMicro: 0,
    supplyMicro: -850,
    mandateHash: `0x${'0'.repeat(64)}`,
  },
  {
    memberId: 'supplier',
    ...NOTHING,
    importWh: LARGEST,
    tradeMicro: LARGEST,
    supplyMicro: -LARGEST,
    mandateHash: `0x${'f'.repeat(64)}`,
  },
];

const saltOf = (name: string) => dataSlice(id(name), 0, 16);
const placeOf = (index: number, run: number): Place => ({
  chainId: CHAIN_ID,
  settlement: SETTLEMENT,
  communityId: COMMUNITY,
  interval: INTERVAL,
  run,
  index,
  salt: saltOf(`salt ${run} ${index}`),
});

function treeOf([tradeCount, accountCount]: readonly [number, number], run: number) {
  const leaves = Array.from({ length: tradeCount + accountCount }, (_, index) => {
    const place = placeOf(index, run);
    const isTrade = index < tradeCount;
    const fields = isTrade ? TRADES[index % TRADES.length]! : ACCOUNTS[(index - tradeCount) % ACCOUNTS.length]!;
    const hash = isTrade ? referenceTrade(place, fields as TradeLeaf) : referenceAccount(place, fields as AccountLeaf);
    return { kind: isTrade ? 'trade' : 'account', index, salt: place.salt, fields, hash };
  });
  const hashes = leaves.map((leaf) => leaf.hash);
  return {
    run,
    tradeCount,
    leafCount: hashes.length,
    leaves: leaves.map((leaf) => ({ ...leaf, siblings: referenceProof(hashes, leaf.index) })),
    root: referenceRoot(hashes),
  };
}

const abi = AbiCoder.defaultAbiCoder();

const MANDATES = [
  {
    memberId: 'home-1',
    priceFloorMicroPerKwh: -50_000,
    priceCeilingMicroPerKwh: 300_000,
    capMicroPerPeriod: 5_000_000,
    expiresAt: '2027-01-01T00:00:00.000Z',
    nonce: 0,
  },
  {
    memberId: 'supplier',
    priceFloorMicroPerKwh: -LARGEST,
    priceCeilingMicroPerKwh: LARGEST,
    capMicroPerPeriod: LARGEST,
    expiresAt: '2100-12-31T23:59:59.999Z',
    nonce: 7,
  },
];

function mandateVector(fields: (typeof MANDATES)[number]) {
  const type =
    'Mandate(bytes32 memberId,bytes32 communityId,int64 priceFloorMicroPerKwh,int64 priceCeilingMicroPerKwh,uint64 capMicroPerPeriod,uint64 expiresAt,uint64 nonce)';
  const hash = keccak256(
    abi.encode(
      ['bytes32', 'bytes32', 'bytes32', 'int64', 'int64', 'uint64', 'uint64', 'uint64'],
      [
        id(type),
        encodeBytes32String(fields.memberId),
        encodeBytes32String(COMMUNITY),
        fields.priceFloorMicroPerKwh,
        fields.priceCeilingMicroPerKwh,
        fields.capMicroPerPeriod,
        Math.floor(Date.parse(fields.expiresAt) / 1000),
        fields.nonce,
      ],
    ),
  );
  return { mandate: { ...fields, communityId: COMMUNITY }, hash };
}

const BATCHES: Record<number, number>[] = [
  {},
  { 0: -5, 2: 5 },
  { 3: 1, 4: -1 },
  { 0: 2 ** 47 - 1, 1: -(2 ** 47 - 1) },
  { 0: 100, 1: -40, 5: -61, 8: 1 },
];

/** Big-endian two's complement of 6 bytes, credits positive, groups of four members. */
function batchVector(deltas: Record<number, number>) {
  const members = Object.keys(deltas).map((key) => Number(key) + 1);
  const bytes = Buffer.alloc(Math.ceil(Math.max(0, ...members) / 4) * 24);
  for (const [key, delta] of Object.entries(deltas)) bytes.writeIntBE(delta, Number(key) * 6, 6);
  const packed = `0x${bytes.toString('hex')}`;
  return { deltas, packed, netHash: keccak256(packed) };
}

function meteringVector() {
  const metering = {
    meterId: 'home-1-meter',
    intervalStart: '2026-05-07T00:00:00.000Z',
    importWh: 1250,
    exportWh: 0,
    counters: { startImportWh: 1_000_000, endImportWh: 1_001_250, startExportWh: 77, endExportWh: 77 },
    quality: 'estimated',
    run: 'correction-2',
  };
  const encoded = abi.encode(
    ['uint256', 'address', 'bytes32', 'uint64', 'uint64', 'uint64', 'uint64[4]', 'uint8', 'uint16'],
    [
      CHAIN_ID,
      REGISTRY,
      encodeBytes32String(metering.meterId),
      1_778_112_000,
      1250,
      0,
      [1_000_000, 1_001_250, 77, 77],
      1,
      3,
    ],
  );
  return { registry: REGISTRY, metering, encoded, sha256: sha256(encoded) };
}

/** Vectors of leaves, nodes and roots: what every implementation of the tree must reproduce. */
export function makeVectors() {
  return {
    note: 'Generated by contracts/scripts/make-vectors.mjs from an independent reference. Ids are text here and bytes32 on chain; salt is bytes16; padding leaves are zero words; trades come first.',
    chainId: CHAIN_ID,
    settlement: SETTLEMENT,
    communityId: COMMUNITY,
    interval: INTERVAL,
    domains: { trade: id('wattmesh.trade.v1'), account: id('wattmesh.account.v1'), node: id('wattmesh.node.v1') },
    nodes: [
      [id('left'), id('right')],
      [id('right'), id('left')],
      [id('left'), `0x${'0'.repeat(64)}`],
    ].map(([left, right]) => ({ left, right, hash: referenceNode(left!, right!) })),
    trees: SIZES.map((size, run) => treeOf(size, run)),
    mandates: MANDATES.map(mandateVector),
    batches: BATCHES.map(batchVector),
    meterings: [meteringVector()],
  };
}
