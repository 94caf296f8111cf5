import { hashNode } from './hash-leaf.ts';

/** Levels of a tree, the padded leaves first, the root alone at the end. */
export interface SaltedTree {
  readonly root: string;
  readonly levels: readonly (readonly string[])[];
}

const EMPTY = `0x${'0'.repeat(64)}`;

/**
 * Builds the index-ordered binary tree of an interval and run from its leaf hashes.
 *
 * Method: leaves stand in their order, padded with zero words to a power of two; a node hashes its two children in order,
 * so an index fixes its path. One leaf is its own root, no leaf gives the zero word. O(n) hashes.
 *
 * @example buildTree([a, b, c]).root === hashNode(hashNode(a, b), hashNode(c, EMPTY)); // true
 */
export function buildTree(leaves: readonly string[]): SaltedTree {
  let width = 1;
  while (width < leaves.length) width *= 2;
  let level: readonly string[] = [...leaves, ...Array<string>(width - leaves.length).fill(EMPTY)];
  const levels = [level];
  while (level.length > 1) {
    const below = level;
    level = Array.from({ length: below.length / 2 }, (_, index) => hashNode(below[2 * index]!, below[2 * index + 1]!));
    levels.push(level);
  }
  return { root: level[0]!, levels };
}

/** Siblings of a leaf from the leaf up. Throws a RangeError where the index is outside the tree. */
export function proveLeaf(tree: SaltedTree, index: number): string[] {
  const path = tree.levels.slice(0, -1).map((level, depth) => level[Math.floor(index / 2 ** depth) ^ 1]);
  if (path.some((sibling) => sibling === undefined)) throw new RangeError(`the tree has no leaf ${index}`);
  return path as string[];
}

/** Whether a leaf at an index reaches the root of a tree of `leafCount` leaves by its siblings. */
export function verifyLeaf(claim: {
  leaf: string;
  index: number;
  siblings: readonly string[];
  root: string;
  leafCount: number;
}): boolean {
  const { leaf, index, siblings, root, leafCount } = claim;
  let depth = 0;
  while (2 ** depth < leafCount) depth += 1;
  if (siblings.length !== depth || !Number.isInteger(index) || index < 0 || index >= leafCount) return false;
  return reachRoot(leaf, index, siblings) === root;
}

/** Root that a leaf at an index reaches by its siblings from the leaf up, whichever tree that is of. */
export function reachRoot(leaf: string, index: number, siblings: readonly string[]): string {
  return siblings.reduce(
    (node, sibling, level) =>
      Math.floor(index / 2 ** level) % 2 === 1 ? hashNode(sibling, node) : hashNode(node, sibling),
    leaf,
  );
}
