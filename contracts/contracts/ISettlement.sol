// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlementErrors} from "./ISettlementErrors.sol";
import {LeafLib} from "./LeafLib.sol";

/// @title Settlement of one community's shared energy
/// @notice Holds the settlement currency, keeps what each member owns, records one salted Merkle root per delivery
/// interval and run, and moves netted amounts once per settlement period within the caps that members signed.
/// @dev Amounts are micro-units (1e-6) of the currency, energies Wh, prices micro-units per kWh. A member is named
/// by its index in the registry. Interval numbers are Unix seconds of the interval's start divided by 900.
interface ISettlement is ISettlementErrors {
    /// @notice What is published of one interval and run.
    /// @dev Leaves `0 .. tradeCount - 1` of the tree are trades, `tradeCount .. leafCount - 1` are account rows.
    struct Header {
        /// Unix seconds of the interval's start / 900.
        uint64 interval;
        /// 0 preliminary, 1 final, 1 + n correction-n.
        uint16 run;
        uint32 tradeCount;
        /// Trades and account rows together; 0 (with a zero root) for an interval without any.
        uint32 leafCount;
        uint64 sharedWh;
        int64 priceMicroPerKwh;
        bytes32 root;
        /// Hash of the run's full record off chain, so that an auditor knows that nothing was swapped.
        bytes32 dataHash;
    }

    /// @notice A member's consent to trade, signed once with its wallet (EIP-712).
    struct Mandate {
        bytes32 memberId;
        bytes32 communityId;
        int64 priceFloorMicroPerKwh;
        int64 priceCeilingMicroPerKwh;
        /// Most that one settlement period may debit; more than 2^40 - 1 counts as that, 0 withdraws the consent.
        uint64 capMicroPerPeriod;
        /// Unix seconds. A period is covered if its last interval ends no later than this, and was not committed yet
        /// when the member's consent began (a mandate that follows one in force continues its consent).
        uint64 expiresAt;
        /// At least the member's `mandateNonce`; using one makes all lower ones void.
        uint64 nonce;
    }

    /// @notice A member's signed order to pay out (EIP-712), so that someone else may bear the gas.
    struct Withdrawal {
        bytes32 memberId;
        uint64 amountMicro;
        address to;
        /// Unix seconds of the block's time.
        uint64 expiresAt;
        /// Exactly the member's `withdrawalNonce`.
        uint64 nonce;
    }

    /// @notice Where a leaf stands in the tree of its interval and run.
    struct LeafProof {
        uint32 index;
        bytes16 salt;
        /// Sibling hashes from the leaf up; as many as the tree is deep.
        bytes32[] siblings;
    }

    /// @notice What is fixed for ever when a community's settlement is deployed.
    struct Terms {
        bytes32 communityId;
        /// First interval of the community; none before it is ever committed or debited.
        uint32 startInterval;
        /// Intervals that must be committed after a period's opening before it executes, 0 to `MAX_WINDOW_INTERVALS`.
        uint32 windowIntervals;
        /// Least distance of the starts of two periods: what "per period" in a mandate means. 1 to `MAX_PERIOD_INTERVALS`.
        uint32 periodIntervals;
        /// In the field true: an interval is committed only after its end by the block's time, so that an operator cannot
        /// run ahead of time and debit many periods' caps at once. False where time is simulated.
        bool isRealTime;
    }

    /// @notice An interval's root was recorded; a later run of the interval stands beside it, never replaces it.
    event IntervalCommitted(
        uint64 indexed interval,
        uint16 indexed run,
        uint32 tradeCount,
        uint32 leafCount,
        uint64 sharedWh,
        int64 priceMicroPerKwh,
        bytes32 root,
        bytes32 dataHash
    );
    /// @notice The netted amounts of a settlement period were announced; `netHash` is the keccak256 of the batch.
    event PeriodOpened(uint64 indexed seq, uint64 firstInterval, uint16 intervalCount, bytes32 netHash);
    /// @notice The netted amounts moved; `packed` is the batch as executed.
    event PeriodExecuted(uint64 indexed seq, uint64 firstInterval, uint16 intervalCount, uint256 movedMicro, bytes packed);
    /// @notice Open periods from `seq` up to `lastSeq` were taken back; their numbers and intervals are free again.
    event PeriodsRevoked(uint64 indexed seq, uint64 lastSeq);
    event Deposited(uint256 indexed memberIndex, address indexed from, uint64 amountMicro);
    event MandateSet(uint256 indexed memberIndex, bytes32 indexed mandateHash, uint64 capMicroPerPeriod, uint64 expiresAt, uint64 nonce);
    event ExitRequested(uint256 indexed memberIndex, uint64 amountMicro);
    event ExitFinished(uint256 indexed memberIndex, address indexed to, uint64 amountMicro);
    event Withdrawn(uint256 indexed memberIndex, address indexed to, uint64 amountMicro);
    event Paused(uint64 until);
    event Unpaused();

    // ------------------------------------------------------------------ money of the members

    /// @notice Pays `amountMicro` from the caller into a member's account.
    function deposit(uint256 memberIndex, uint64 amountMicro) external;

    /// @notice Like `deposit`, from the member's own wallet by an EIP-2612 permit; anyone may relay it.
    function depositWithPermit(uint256 memberIndex, uint64 amountMicro, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Sets a member's cap by the member's own signature; anyone may relay it.
    function setMandate(Mandate calldata mandate, bytes calldata signature) external;

    /// @notice Takes `amountMicro` of the caller's own account out of the ledger at once: no batch can touch it any more.
    /// @dev Never pausable; needs no operator.
    function requestExit(uint256 memberIndex, uint64 amountMicro) external;

    /// @notice Pays out to the member's wallet what it requested; anyone may call it.
    /// @dev Never pausable; needs no operator. Separate from the request, so that a token that refuses a wallet
    /// cannot hold a member inside the ledger.
    function finishExit(uint256 memberIndex) external;

    /// @notice Pays out by the member's own signature; anyone may relay it. Never pausable.
    function withdrawBySignature(Withdrawal calldata withdrawal, bytes calldata signature) external;

    // ------------------------------------------------------------------ settlement

    /// @notice Records roots of intervals. Operator only; per interval the run must rise, so a repeat reverts.
    function commit(Header[] calldata headers) external;

    /// @notice Announces the netted amounts of a settlement period. Operator only; `seq` rises by one from 1, a
    /// period starts at least `periodIntervals` after the start of the one before and not within it, and its last
    /// interval is committed. What corrections change in older intervals enters the next period's amounts.
    /// @param netHash keccak256 of the batch that `execute` will be given.
    function openPeriod(uint64 seq, uint64 firstInterval, uint16 intervalCount, bytes32 netHash) external;

    /// @notice Moves the netted amounts of the oldest open period. Anyone may call it once `windowIntervals` further
    /// intervals have been committed after the opening.
    /// @param packed one int48 (big-endian, micro-units, positive is a credit) per member in index order, zeros up to a
    /// multiple of four members. The amounts sum to zero; nobody goes below zero; a debit stays within the mandate.
    function execute(uint64 seq, uint64 firstInterval, uint16 intervalCount, bytes calldata packed) external;

    /// @notice Takes back the open period `seq` and all opened after it, so that a batch that cannot execute never halts
    /// the market. Operator only, never pausable. Numbers and intervals are free again.
    function revokePeriod(uint64 seq) external;

    /// @notice Stops `commit`, `openPeriod` and `execute` for at most `PAUSE_S`; ends by itself. Guardian only.
    function pause() external;

    /// @notice Ends a pause early. Guardian only.
    function unpause() external;

    // ------------------------------------------------------------------ views

    /// @notice The one community that settles here.
    function communityId() external view returns (bytes32);

    /// @notice First interval of the community.
    function startInterval() external view returns (uint32);

    /// @notice Whether intervals are held to the block's time.
    function isRealTime() external view returns (bool);

    /// @notice Intervals committed after a period's opening before it executes.
    function windowIntervals() external view returns (uint32);

    /// @notice Least distance of the starts of two periods.
    function periodIntervals() external view returns (uint32);

    /// @notice What a member owns and what it consented to. A period may debit the member if it ends (exclusive) after
    /// `fromInterval` and not after `expiryInterval`.
    /// @return balanceMicro balance in the ledger
    /// @return exitMicro requested and not paid out yet
    /// @return capMicroPerPeriod cap of the mandate
    /// @return expiryInterval first interval that the mandate does not cover; at most 2^24 - 1 after the community's start
    /// @return fromInterval first interval that was not committed yet when the consent began
    function account(
        uint256 memberIndex
    )
        external
        view
        returns (uint64 balanceMicro, uint64 exitMicro, uint64 capMicroPerPeriod, uint64 expiryInterval, uint64 fromInterval);

    /// @notice Next nonces that a member's signatures must use.
    function nonces(uint256 memberIndex) external view returns (uint64 mandateNonce, uint64 withdrawalNonce);

    /// @notice Newest run committed of an interval; `isCommitted` false where none is known (any more).
    /// @return isCommitted whether the ring still holds the interval
    /// @return run the newest run
    /// @return digest chained over all headers of the interval, first 26 bytes.
    function committedRun(uint64 interval) external view returns (bool isCommitted, uint16 run, bytes26 digest);

    /// @notice How far settlement has come.
    /// @return newestInterval highest interval committed
    /// @return committedIntervals number of intervals committed, the unit of windows
    /// @return executedSeq last period executed
    /// @return openedSeq last period opened
    /// @return nextStart earliest first interval of the next period
    /// @return pausedUntil block time at which a pause ends
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
        );

    /// @notice EIP-712 struct hash of a mandate: the `mandateHash` of account rows.
    function hashMandate(Mandate calldata mandate) external pure returns (bytes32);

    /// @notice Whether a trade stands in the tree of an interval's run.
    /// @param history every header committed of the interval, in order (one per run)
    /// @param run which of them the proof is for
    function verifyTrade(
        Header[] calldata history,
        uint16 run,
        LeafLib.Trade calldata trade,
        LeafProof calldata proof
    ) external view returns (bool);

    /// @notice Whether an account row stands in the tree of an interval's run; parameters like `verifyTrade`.
    function verifyAccount(
        Header[] calldata history,
        uint16 run,
        LeafLib.AccountRow calldata row,
        LeafProof calldata proof
    ) external view returns (bool);
}
