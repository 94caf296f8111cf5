// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Why the settlement refuses a call
interface ISettlementErrors {
    error Settlement__ZeroAddress();
    error Settlement__BadTerms();
    error Settlement__BadWindow(uint32 windowIntervals, uint32 maximum);
    error Settlement__BadPeriodLength(uint32 periodIntervals, uint32 maximum);
    error Settlement__NotAContract(address token);
    error Settlement__IsPaused(uint64 until);
    error Settlement__NotPaused();
    error Settlement__PauseCoolingDown(uint64 until);
    error Settlement__NoHeaders();
    error Settlement__BadHeader(uint64 interval, uint16 run);
    error Settlement__IntervalTooOld(uint64 interval, uint64 kept);
    error Settlement__IntervalTooFarAhead(uint64 interval, uint64 latest);
    error Settlement__IntervalNotOver(uint64 interval);
    error Settlement__RunNotRising(uint64 interval, uint16 run, uint16 committedRun);
    error Settlement__WrongSequence(uint64 seq, uint64 expected);
    error Settlement__TooManyOpenPeriods();
    error Settlement__BadPeriod(uint64 firstInterval, uint16 intervalCount);
    error Settlement__PeriodOverlaps(uint64 firstInterval, uint64 earliest);
    error Settlement__PeriodNotCommitted(uint64 lastInterval, uint64 newestInterval);
    error Settlement__NotOpen(uint64 seq);
    error Settlement__WrongBatch(uint64 seq);
    error Settlement__WindowOpen(uint64 seq, uint256 committedIntervals, uint256 executableFrom);
    error Settlement__BadBatchLength(uint256 length);
    error Settlement__NotZeroSum(int256 sumMicro);
    error Settlement__UnknownMember(uint256 memberIndex);
    error Settlement__InsufficientBalance(uint256 memberIndex, uint256 balanceMicro, uint256 debitMicro);
    error Settlement__OverMandate(uint256 memberIndex, uint256 capMicro, uint256 debitMicro);
    error Settlement__MandateExpired(uint256 memberIndex, uint256 expiryInterval);
    error Settlement__BeforeConsent(uint256 memberIndex, uint256 fromInterval);
    error Settlement__BalanceOverflow(uint256 memberIndex);
    error Settlement__WrongCommunity(bytes32 communityId);
    error Settlement__BadPriceLimits(int64 floorMicroPerKwh, int64 ceilingMicroPerKwh);
    error Settlement__NonceUsed(uint64 nonce, uint64 next);
    error Settlement__SignatureExpired(uint64 expiresAt);
    error Settlement__BadSignature();
    error Settlement__ZeroAmount();
    error Settlement__NotTheMember(uint256 memberIndex, address caller);
    error Settlement__NothingToPay(uint256 memberIndex);
    error Settlement__TokenTookAFee();
}
