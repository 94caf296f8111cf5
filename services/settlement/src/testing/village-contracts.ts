import {
  deployContracts,
  depositFor,
  encodeHeader,
  encodeMandate,
  mandateTypedData,
  registerMembers,
  setMandates,
  settlementAbi,
  type Deployment,
  type Mandate,
} from '@wattmesh/contracts';
import type { TestChain } from '@wattmesh/contracts/test-chain';
import type { AccountRow, Trade } from '@wattmesh/events';
import { Contract, encodeBytes32String, type HDNodeWallet } from 'ethers';
import type { MemberProofs } from '../proof/proof.service.ts';
import { verifyLeaf } from '../tree/build-tree.ts';
import { hashLeaf } from '../tree/hash-leaf.ts';
import { mandate, MEMBERS, QUARTER, START, walletOf } from './a-village.ts';

/** A settlement contract with four funded members; the residual account trades with nobody and signs nothing. */
export async function deployVillage(chain: TestChain, windowIntervals: number): Promise<Deployment> {
  const operator = chain.walletAt(0);
  const deployed = await deployContracts(operator, { communityId: 'village', periodIntervals: 2, windowIntervals });
  await registerMembers(
    operator,
    deployed.registry,
    MEMBERS.map((memberId) => ({ memberId, wallet: walletOf(memberId).address })),
  );
  await depositFor(
    operator,
    deployed,
    MEMBERS.map((memberId) => ({ memberId, totalMicro: 2_000_000 })),
  );
  for (const memberId of ['home-1', 'home-2', 'supplier']) await consent(operator, deployed, mandate(memberId));
  return deployed;
}

/** Sets a mandate that its member signs; anyone may relay it. */
export async function consent(relay: HDNodeWallet, contracts: Deployment, terms: Mandate): Promise<void> {
  const { chainId } = await relay.provider!.getNetwork();
  const { domain, types } = mandateTypedData(Number(chainId), contracts.settlement);
  const signature = await walletOf(terms.memberId).signTypedData(domain, types, encodeMandate(terms));
  await setMandates(relay, contracts, [{ mandate: terms, signature }]);
}

export async function balancesOf(chain: TestChain, contracts: Deployment): Promise<number[]> {
  const settlement = new Contract(contracts.settlement, settlementAbi, chain.ethers);
  const accounts = await Promise.all(MEMBERS.map((_, index) => settlement.getFunction('account')(index)));
  return accounts.map((each) => Number(each[0]));
}
export async function commitsOf(chain: TestChain, contracts: Deployment): Promise<string[]> {
  const settlement = new Contract(contracts.settlement, settlementAbi, chain.ethers);
  const events = await settlement.queryFilter(settlement.filters['IntervalCommitted']!(), 0);
  return events.map((event) =>
    'args' in event ? `${event.args['run']} ${Number(event.args['interval']) - START / QUARTER}` : '',
  );
}

/** Whether both the contract and the tree's own file accept every leaf. */
export async function areProven(chain: TestChain, contracts: Deployment, proofs: MemberProofs): Promise<boolean> {
  const settlement = new Contract(contracts.settlement, settlementAbi, chain.ethers);
  const history = proofs.history.map(encodeHeader);
  const { root, leafCount } = proofs;
  const verdicts = proofs.leaves.map(async ({ place, leaf, siblings }): Promise<boolean> => {
    const { sellerMemberId, buyerMemberId, memberId, ...rest } = leaf.fields as AccountRow & Trade;
    const trade = () => ({
      ...rest,
      seller: encodeBytes32String(sellerMemberId),
      buyer: encodeBytes32String(buyerMemberId),
    });
    const fields = leaf.kind === 'trade' ? trade() : { ...rest, memberId: encodeBytes32String(memberId) };
    const verify = settlement.getFunction(leaf.kind === 'trade' ? 'verifyTrade' : 'verifyAccount');
    const isOnChain = (await verify(history, place.run, fields, {
      index: place.index,
      salt: place.salt,
      siblings,
    })) as boolean;
    return isOnChain && verifyLeaf({ leaf: hashLeaf(place, leaf), index: place.index, siblings, root, leafCount });
  });
  return (await Promise.all(verdicts)).every(Boolean);
}
