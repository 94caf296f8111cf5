// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IRegistry} from "./IRegistry.sol";
import {ISettlement} from "./ISettlement.sol";
import {IntervalLog} from "./IntervalLog.sol";
import {Ledger} from "./Ledger.sol";
import {Mandates} from "./Mandates.sol";

/// @title Settlement of one community: roots of intervals, periods of netted amounts, pauses
/// @dev Periods live in a ring too: in steady state an opening writes only words that exist. The admin role grants and takes
/// the operator and guardian roles and can do nothing else.
contract Settlement is Ledger, AccessControl {
    bytes32 public constant OPERATOR_ROLE = keccak256("OPERATOR_ROLE");
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");
    uint32 public constant MAX_WINDOW_INTERVALS = 288;
    uint32 public constant MAX_PERIOD_INTERVALS = 2_976;
    uint32 public constant MAX_OPEN_PERIODS = 32;
    uint64 public constant PAUSE_S = 72 hours;
    /// @notice Least time from the end of a pause to the next.
    uint64 public constant PAUSE_COOL_DOWN_S = 72 hours;
    /// @dev Larger than `MAX_OPEN_PERIODS`, so that the period before the oldest open one is still there.
    uint256 private constant PERIOD_RING = 64;

    /// @inheritdoc ISettlement
    uint32 public immutable windowIntervals;
    /// @inheritdoc ISettlement
    uint32 public immutable periodIntervals;

    /// @dev earliest next first interval (32 bits) | executable from this number of committed intervals (32) | digest (192)
    uint256[PERIOD_RING] private _periods;

    modifier whenNotPaused() {
        if (block.timestamp < _progress.pausedUntil) revert Settlement__IsPaused(_progress.pausedUntil);
        _;
    }

    constructor(
        IRegistry registry_,
        IERC20 token_,
        address admin,
        address operator,
        Terms memory terms
    ) IntervalLog(terms) Mandates(registry_) Ledger(token_) {
        if (admin == address(0) || operator == address(0)) revert Settlement__ZeroAddress();
        if (terms.windowIntervals > MAX_WINDOW_INTERVALS)
            revert Settlement__BadWindow(terms.windowIntervals, MAX_WINDOW_INTERVALS);
        if (terms.periodIntervals == 0 || terms.periodIntervals > MAX_PERIOD_INTERVALS)
            revert Settlement__BadPeriodLength(terms.periodIntervals, MAX_PERIOD_INTERVALS);
        (windowIntervals, periodIntervals) = (terms.windowIntervals, terms.periodIntervals);
        _periods[0] = uint256(terms.startInterval) << 224;
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(GUARDIAN_ROLE, admin);
        _grantRole(OPERATOR_ROLE, operator);
    }

    /// @inheritdoc ISettlement
    function commit(Header[] calldata headers) external onlyRole(OPERATOR_ROLE) whenNotPaused {
        if (headers.length == 0) revert Settlement__NoHeaders();
        Progress memory now_ = _progress;
        for (uint256 i = 0; i < headers.length; ++i) _record(now_, headers[i]);
        _progress = now_;
    }

    /// @inheritdoc ISettlement
    function openPeriod(
        uint64 seq,
        uint64 firstInterval,
        uint16 intervalCount,
        bytes32 netHash
    ) external onlyRole(OPERATOR_ROLE) whenNotPaused {
        Progress memory now_ = _progress;
        if (seq != now_.openedSeq + 1) revert Settlement__WrongSequence(seq, now_.openedSeq + 1);
        if (now_.openedSeq - now_.executedSeq == MAX_OPEN_PERIODS) revert Settlement__TooManyOpenPeriods();
        if (firstInterval == 0 || intervalCount == 0 || intervalCount > MAX_PERIOD_INTERVALS)
            revert Settlement__BadPeriod(firstInterval, intervalCount);
        if (firstInterval < now_.nextStart)
            revert Settlement__PeriodOverlaps(firstInterval, now_.nextStart);
        if (firstInterval > now_.newestInterval || firstInterval + intervalCount - 1 > now_.newestInterval)
            revert Settlement__PeriodNotCommitted(firstInterval, now_.newestInterval);

        uint256 length = intervalCount > periodIntervals ? intervalCount : periodIntervals;
        uint256 nextFirst = firstInterval + length;
        uint256 executableFrom = uint256(now_.committedIntervals) + windowIntervals;
        _periods[seq % PERIOD_RING] =
            (nextFirst << 224) | (executableFrom << 192) | _periodDigest(seq, firstInterval, intervalCount, netHash);
        (now_.openedSeq, now_.nextStart) = (uint32(seq), uint32(nextFirst));
        _progress = now_;
        emit PeriodOpened(seq, firstInterval, intervalCount, netHash);
    }

    /// @inheritdoc ISettlement
    function execute(
        uint64 seq,
        uint64 firstInterval,
        uint16 intervalCount,
        bytes calldata packed
    ) external whenNotPaused nonReentrant {
        Progress memory now_ = _progress;
        if (seq != now_.executedSeq + 1) revert Settlement__WrongSequence(seq, now_.executedSeq + 1);
        if (seq > now_.openedSeq) revert Settlement__NotOpen(seq);
        uint256 period = _periods[seq % PERIOD_RING];
        if (uint192(period) != _periodDigest(seq, firstInterval, intervalCount, keccak256(packed)))
            revert Settlement__WrongBatch(seq);
        uint32 executableFrom = uint32(period >> 192);
        if (now_.committedIntervals < executableFrom)
            revert Settlement__WindowOpen(seq, now_.committedIntervals, executableFrom);

        _progress.executedSeq = uint32(seq);
        uint256 moved = _move(packed, firstInterval + intervalCount);
        emit PeriodExecuted(seq, firstInterval, intervalCount, moved, packed);
    }

    /// @inheritdoc ISettlement
    function revokePeriod(uint64 seq) external onlyRole(OPERATOR_ROLE) {
        Progress memory now_ = _progress;
        if (seq <= now_.executedSeq || seq > now_.openedSeq) revert Settlement__NotOpen(seq);
        _progress.openedSeq = uint32(seq - 1);
        _progress.nextStart = uint32(_periods[(seq - 1) % PERIOD_RING] >> 224);
        emit PeriodsRevoked(seq, now_.openedSeq);
    }

    /// @inheritdoc ISettlement
    function pause() external onlyRole(GUARDIAN_ROLE) {
        uint64 last = _progress.pausedUntil;
        if (last != 0 && block.timestamp < last + PAUSE_COOL_DOWN_S)
            revert Settlement__PauseCoolingDown(last + PAUSE_COOL_DOWN_S);
        uint64 until = uint64(block.timestamp) + PAUSE_S;
        _progress.pausedUntil = until;
        emit Paused(until);
    }

    /// @inheritdoc ISettlement
    function unpause() external onlyRole(GUARDIAN_ROLE) {
        if (block.timestamp >= _progress.pausedUntil) revert Settlement__NotPaused();
        _progress.pausedUntil = uint64(block.timestamp);
        emit Unpaused();
    }

    /// @inheritdoc ISettlement
    function progress()
        external
        view
        returns (
            uint64 newestInterval,
            uint64 committedIntervals,
            uint64 executedSeq,
            uint64 openedSeq,
            uint64 nextStart,
            uint64 pausedUntil
        )
    {
        Progress memory p = _progress;
        return (p.newestInterval, p.committedIntervals, p.executedSeq, p.openedSeq, p.nextStart, p.pausedUntil);
    }

    function _periodDigest(
        uint64 seq,
        uint64 firstInterval,
        uint16 intervalCount,
        bytes32 netHash
    ) private pure returns (uint256) {
        return uint192(uint256(keccak256(abi.encode(seq, firstInterval, intervalCount, netHash))));
    }
}
