// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Leaves and nodes of an interval's tree
/// @notice The one definition on chain of what a proof is about; `test/vectors.json` holds every other one to it.
/// @dev Plain salted binary tree in index order: a leaf's index fixes its path, so no index can be claimed twice.
/// Depth is the least `d` with `2^d >= leafCount`; missing leaves are zero words, which no leaf ever hashes to.
library LeafLib {
    bytes32 internal constant DOMAIN_TRADE = keccak256("wattmesh.trade.v1");
    bytes32 internal constant DOMAIN_ACCOUNT = keccak256("wattmesh.account.v1");
    bytes32 internal constant DOMAIN_NODE = keccak256("wattmesh.node.v1");

    /// @notice What a leaf is bound to: it verifies on one chain, one contract, one interval and run, one index.
    struct Place {
        uint256 chainId;
        address settlement;
        bytes32 communityId;
        uint64 interval;
        uint16 run;
        uint32 index;
        /// 16 random bytes; ABI encoding pads them with zeros on the right.
        bytes16 salt;
    }

    struct Trade {
        bytes32 seller;
        bytes32 buyer;
        uint64 energyWh;
        int64 priceMicroPerKwh;
        int64 amountMicro;
    }

    /// @dev Amounts: positive is a debit.
    struct AccountRow {
        bytes32 memberId;
        uint64 importWh;
        uint64 exportWh;
        uint64 boughtWh;
        uint64 soldWh;
        uint64 residualImportWh;
        uint64 residualExportWh;
        int64 tradeMicro;
        int64 supplyMicro;
        bytes32 mandateHash;
    }

    /// @notice keccak256(abi.encode(DOMAIN_TRADE, chainId, settlement, communityId, interval, run, index, salt, fields...))
    function hashTrade(Place memory place, Trade memory trade) internal pure returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TRADE, place, trade));
    }

    /// @notice keccak256(abi.encode(DOMAIN_ACCOUNT, chainId, settlement, communityId, interval, run, index, salt, fields...))
    function hashAccount(Place memory place, AccountRow memory row) internal pure returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_ACCOUNT, place, row));
    }

    /// @notice keccak256(abi.encode(DOMAIN_NODE, left, right))
    function hashNode(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_NODE, left, right));
    }

    /// @notice Depth of a tree of `leafCount` leaves; one leaf is its own root.
    function depthOf(uint32 leafCount) internal pure returns (uint256 depth) {
        while ((uint256(1) << depth) < leafCount) ++depth;
    }

    /// @notice Root reached from a leaf at `index` by its siblings, from the leaf up.
    function rootOf(bytes32 leaf, uint32 index, bytes32[] calldata siblings) internal pure returns (bytes32 node) {
        node = leaf;
        for (uint256 level = 0; level < siblings.length; ++level) {
            bool isRight = (index >> level) & 1 == 1;
            node = isRight ? hashNode(siblings[level], node) : hashNode(node, siblings[level]);
        }
    }
}
