// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlement} from "./ISettlement.sol";
import {LeafLib} from "./LeafLib.sol";

/// @title Roots of the community's intervals, and proofs against them
/// @dev A ring with one word per interval, so that in steady state a commit writes only words that exist. An interval's
/// earlier runs stay provable, because its digest is chained over all its headers.
abstract contract IntervalLog is ISettlement {
    struct Progress {
        uint32 newestInterval;
        uint32 committedIntervals;
        uint32 executedSeq;
        uint32 openedSeq;
        uint32 nextStart;
        uint64 pausedUntil;
        /// Interval with which the newest consent of any member begins.
        uint32 newestConsent;
    }

    uint256 internal constant INTERVAL_S = 900;
    /// @notice Intervals kept: 85 days.
    uint256 public constant INTERVAL_RING = 8_192;
    /// @dev Keeps every sum of interval numbers within 32 bits.
    uint256 private constant MAX_INTERVAL = type(uint32).max >> 1;

    /// @inheritdoc ISettlement
    bytes32 public immutable communityId;
    /// @inheritdoc ISettlement
    uint32 public immutable startInterval;
    /// @inheritdoc ISettlement
    bool public immutable isRealTime;

    Progress internal _progress;
    /// @dev interval (32 bits) | run (16) | digest chained over the interval's headers (208)
    uint256[INTERVAL_RING] private _intervals;

    constructor(Terms memory terms) {
        if (terms.communityId == 0 || terms.startInterval == 0 || terms.startInterval > MAX_INTERVAL)
            revert Settlement__BadTerms();
        (communityId, startInterval, isRealTime) = (terms.communityId, terms.startInterval, terms.isRealTime);
        _progress.nextStart = terms.startInterval;
    }

    /// @inheritdoc ISettlement
    function committedRun(uint64 interval) external view returns (bool isCommitted, uint16 run, bytes26 digest) {
        uint256 word = _intervals[interval % INTERVAL_RING];
        if (interval != 0 && word >> 224 == interval) return (true, uint16(word >> 208), bytes26(uint208(word)));
    }

    /// @inheritdoc ISettlement
    function verifyTrade(
        Header[] calldata history,
        uint16 run,
        LeafLib.Trade calldata trade,
        LeafProof calldata proof
    ) external view returns (bool) {
        if (!_isCommitted(history)) return false;
        for (uint256 i = 0; i < history.length; ++i) {
            Header calldata header = history[i];
            if (header.run != run) continue;
            bytes32 leaf = LeafLib.hashTrade(_place(header, proof), trade);
            return proof.index < header.tradeCount && _isInTree(header, leaf, proof);
        }
        return false;
    }

    /// @inheritdoc ISettlement
    function verifyAccount(
        Header[] calldata history,
        uint16 run,
        LeafLib.AccountRow calldata row,
        LeafProof calldata proof
    ) external view returns (bool) {
        if (!_isCommitted(history)) return false;
        for (uint256 i = 0; i < history.length; ++i) {
            Header calldata header = history[i];
            if (header.run != run) continue;
            bytes32 leaf = LeafLib.hashAccount(_place(header, proof), row);
            bool isAccount = proof.index >= header.tradeCount && proof.index < header.leafCount;
            return isAccount && _isInTree(header, leaf, proof);
        }
        return false;
    }

    /// @dev Records a header in the ring and counts it in `progress_`, which the caller stores.
    function _record(Progress memory progress_, Header calldata header) internal {
        uint64 interval = header.interval;
        bool isEmpty = header.leafCount == 0;
        bool hasRoot = header.root != 0;
        if (interval < startInterval || interval > MAX_INTERVAL || isEmpty == hasRoot || header.tradeCount > header.leafCount)
            revert Settlement__BadHeader(interval, header.run);
        if (isRealTime && (interval + 1) * INTERVAL_S > block.timestamp) revert Settlement__IntervalNotOver(interval);
        uint256 newest = progress_.newestInterval;
        if (newest != 0 && interval > newest + INTERVAL_RING)
            revert Settlement__IntervalTooFarAhead(interval, uint64(newest + INTERVAL_RING));

        uint256 word = _intervals[interval % INTERVAL_RING];
        uint64 kept = uint64(word >> 224);
        if (interval < kept) revert Settlement__IntervalTooOld(interval, kept);
        bool isFirst = interval > kept;
        uint16 keptRun = uint16(word >> 208);
        if (!isFirst && header.run <= keptRun) revert Settlement__RunNotRising(interval, header.run, keptRun);

        uint256 digest = _chain(isFirst ? 0 : uint208(word), header);
        _intervals[interval % INTERVAL_RING] = (uint256(interval) << 224) | (uint256(header.run) << 208) | digest;
        if (isFirst) ++progress_.committedIntervals;
        if (interval > newest) progress_.newestInterval = uint32(interval);
        emit IntervalCommitted(
            interval,
            header.run,
            header.tradeCount,
            header.leafCount,
            header.sharedWh,
            header.priceMicroPerKwh,
            header.root,
            header.dataHash
        );
    }

    /// @dev Whether these are all headers of one interval, as committed and in order.
    function _isCommitted(Header[] calldata history) private view returns (bool) {
        if (history.length == 0) return false;
        uint256 digest = 0;
        for (uint256 i = 0; i < history.length; ++i) digest = _chain(digest, history[i]);
        uint64 interval = history[history.length - 1].interval;
        uint256 word = _intervals[interval % INTERVAL_RING];
        return word >> 224 == interval && uint208(word) == digest;
    }

    function _isInTree(Header calldata header, bytes32 leaf, LeafProof calldata proof) private pure returns (bool) {
        if (proof.siblings.length != LeafLib.depthOf(header.leafCount)) return false;
        return LeafLib.rootOf(leaf, proof.index, proof.siblings) == header.root;
    }

    function _place(Header calldata header, LeafProof calldata proof) private view returns (LeafLib.Place memory place) {
        place.chainId = block.chainid;
        place.settlement = address(this);
        place.communityId = communityId;
        place.interval = header.interval;
        place.run = header.run;
        place.index = proof.index;
        place.salt = proof.salt;
    }

    function _chain(uint256 previous, Header calldata header) private pure returns (uint256) {
        return uint208(uint256(keccak256(abi.encode(previous, header))));
    }
}
