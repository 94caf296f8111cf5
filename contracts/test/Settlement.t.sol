// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Handler} from "./Handler.sol";

/// @notice Invariants I1 to I7 and I10 of the settlement under random play, and proof that the play goes deep.
contract SettlementInvariantTest {
    Handler private _handler;

    function setUp() public {
        _handler = new Handler();
        for (uint256 i = 0; i < _handler.ACTORS(); ++i) _handler.deposit(i, 1_000_000);
        for (uint256 i = 0; i < _handler.MANDATED(); ++i) _handler.mandate(i, 50_000, 40);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_solvency() public view {
        require(_handler.token().balanceOf(address(_handler.settlement())) == _handler.owed(), "I1 owes what it has not");
    }

    function invariant_nothingIsMadeOrLost() public view {
        uint256 paidIn = 0;
        uint256 paidOut = 0;
        for (uint256 i = 0; i < _handler.ACTORS(); ++i) {
            paidIn += _handler.paidIn(i);
            paidOut += _handler.paidOut(i);
        }
        require(paidIn == paidOut + _handler.owed(), "I1 money was made or lost");
    }

    function invariant_whoSignedNothingNeverLoses() public view {
        for (uint256 i = _handler.MANDATED(); i < _handler.ACTORS(); ++i) {
            (uint64 balance, uint64 pending, , , ) = _handler.settlement().account(i);
            require(uint256(balance) + pending + _handler.paidOut(i) >= _handler.paidIn(i), "I4 lost without consent");
        }
    }

    function invariant_rules() public view {
        require(!_handler.overMandate(), "I4 debit above the mandate");
        require(!_handler.doubleInterval(), "I2 interval settled twice");
        require(!_handler.replayed(), "I2 I3 replay");
        require(!_handler.exitTrapped(), "I5 exit refused");
        require(!_handler.strangerHeard(), "I6 stranger heard");
        require(!_handler.windowBroken(), "I7 window or order broken");
        require(!_handler.badBatchMoved(), "I4 bad batch moved money");
        require(!_handler.honestBatchRefused(), "I10 honest batch refused");
    }

    /// @notice The same play from fixed seeds reaches every deep state, so that green invariants mean something.
    function test_playReachesDeepStates() public {
        for (uint256 step = 0; step < 900; ++step) _play(uint256(keccak256(abi.encode("seed", step))));
        invariant_solvency();
        invariant_nothingIsMadeOrLost();
        invariant_whoSignedNothingNeverLoses();
        invariant_rules();
        require(_handler.executes() >= 10, "few executions");
        require(_handler.refusedBatches() >= 5, "few refused batches");
        require(_handler.revokes() >= 3, "few revocations");
        require(_handler.pausedExits() >= 1, "no exit while paused");
        require(_handler.expiredMandates() >= 1, "no expired mandate");
        require(_handler.shortfalls() >= 1, "no shortfall");
    }

    /// @notice I10: after any play the market goes on as soon as a pause is over and the bad batches are taken back.
    function testFuzz_marketNeverHalts(uint256 seed) public {
        for (uint256 step = 0; step < 40; ++step) _play(uint256(keccak256(abi.encode(seed, step))));
        while (_handler.isPaused()) _handler.warp(100 hours - 1);
        _handler.revoke();
        _handler.deposit(0, 10_000);
        _handler.mandate(0, 10_000, 40);
        for (uint256 i = 0; i < 6; ++i) _handler.commit(0, 0);
        uint256 before = _handler.executes();
        uint256 wealth = _handler.balanceOf(5);
        _handler.open(0, 0, 5, 4_321);
        _handler.commit(0, 0);
        _handler.execute(true, 0);
        require(_handler.executes() == before + 1 && _handler.balanceOf(5) >= wealth, "I10 the market halted");
        invariant_solvency();
        invariant_rules();
    }

    /// @notice Credits and debits of 48 bits, signs included, move exactly what they say.
    function testFuzz_laneArithmetic(uint32 amount, uint8 payer, uint8 payee) public {
        uint256 from = payer % 4;
        uint256 to = payee % 6;
        amount = 1 + (amount % 50_000);
        uint256 fromBefore = _handler.balanceOf(from);
        uint256 toBefore = _handler.balanceOf(to);
        for (uint256 i = 0; i < 2; ++i) _handler.commit(0, 0);
        _handler.open(0, from, to, amount - 1);
        _handler.commit(0, 0);
        _handler.execute(true, 0);
        require(_handler.executes() == 1, "not executed");
        if (from == to) require(_handler.balanceOf(from) == fromBefore, "moved");
        else {
            require(_handler.balanceOf(from) == fromBefore - amount, "debit");
            require(_handler.balanceOf(to) == toBefore + amount, "credit");
        }
    }

    function _play(uint256 dice) private {
        uint8 kind = uint8(dice >> 8);
        uint256 a = dice >> 16;
        uint32 n = uint32(dice >> 128);
        uint256 action = dice % 22;
        if (action < 4) _handler.commit(kind, uint16(n));
        else if (action < 8) _handler.open(kind, a, dice >> 64, n % 60_000);
        else if (action < 12) _handler.execute(action != 8, kind);
        else if (action == 12) _handler.deposit(a, n % 100_000);
        else if (action == 13) _handler.mandate(a, n % 100_000, kind);
        else if (action == 14) _handler.exit(a, n);
        else if (action == 15) _handler.finish(a);
        else if (action == 16) _handler.withdraw(a, n % 1_000);
        else if (action == 17) _handler.revoke();
        else if (action == 18) _handler.stranger(a, kind);
        else if (action == 19) (kind % 8 == 0) ? _handler.pause(0) : _handler.warp(n);
        else _handler.mandate(a, n % 100_000, kind);
    }
}
