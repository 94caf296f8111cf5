// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRegistry} from "../contracts/IRegistry.sol";
import {ISettlement} from "../contracts/ISettlement.sol";
import {Registry} from "../contracts/Registry.sol";
import {Settlement} from "../contracts/Settlement.sol";
import {TestCurrency} from "../contracts/TestCurrency.sol";

interface Vm {
    function addr(uint256 key) external pure returns (address);
    function prank(address sender) external;
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function warp(uint256 time) external;
}

/// @notice Does to a settlement what members, an operator and strangers may try, and remembers in flags what must never
/// succeed and what must never fail. Actors 0 to 3 sign mandates, 4 and 5 never do.
contract Handler {
    struct Batch {
        int48[8] deltas;
        bytes packed;
        uint64 firstInterval;
        uint64 executableFrom;
    }

    Vm internal constant VM = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    uint256 public constant ACTORS = 6;
    uint256 public constant MANDATED = 4;
    uint64 internal constant START = 1_000;
    uint32 internal constant WINDOW = 1;
    uint32 internal constant PERIOD = 2;
    bytes32 internal constant COMMUNITY = "village";

    Registry public registry;
    TestCurrency public token;
    Settlement public settlement;

    uint256[ACTORS] public paidIn;
    uint256[ACTORS] public paidOut;
    /// @dev What the actor's present mandate allows, as the actor understands it.
    uint256[ACTORS] public cap;
    uint256[ACTORS] public covered;
    uint64[ACTORS] private _nonce;
    mapping(uint64 seq => Batch batch) private _batches;
    uint64 private _newest = START - 1;
    uint64 private _executedEnd = START;
    uint256 private _time = 1_000_000;

    /// Violations: each must stay false.
    bool public overMandate;
    bool public doubleInterval;
    bool public windowBroken;
    bool public exitTrapped;
    bool public strangerHeard;
    bool public badBatchMoved;
    bool public honestBatchRefused;
    bool public replayed;

    /// Reach: what the campaign has seen.
    uint256 public executes;
    uint256 public refusedBatches;
    uint256 public revokes;
    uint256 public pausedExits;
    uint256 public expiredMandates;
    uint256 public shortfalls;

    constructor() {
        VM.warp(_time);
        registry = new Registry(address(this), address(this));
        token = new TestCurrency(address(this));
        ISettlement.Terms memory terms = ISettlement.Terms(COMMUNITY, uint32(START), WINDOW, PERIOD, false);
        settlement = new Settlement(registry, token, address(this), address(this), terms);
        token.approve(address(settlement), type(uint256).max);
        IRegistry.Member[] memory members = new IRegistry.Member[](ACTORS);
        for (uint256 i = 0; i < ACTORS; ++i) members[i] = IRegistry.Member(idOf(i), walletOf(i));
        registry.registerMembers(members);
    }

    // ------------------------------------------------------------------ members

    function deposit(uint256 actor, uint32 amount) public {
        actor %= ACTORS;
        if (amount == 0) return;
        token.mint(address(this), amount);
        settlement.deposit(actor, amount);
        paidIn[actor] += amount;
    }

    function mandate(uint256 actor, uint32 amount, uint8 intervals) public {
        actor %= MANDATED;
        uint64 expiry = _newest + 1 + (intervals % 48);
        ISettlement.Mandate memory m =
            ISettlement.Mandate(idOf(actor), COMMUNITY, -5, 5, amount, expiry * 900 + (intervals % 3) * 400, _nonce[actor]);
        bytes memory signature = _sign(actor, settlement.hashMandate(m));
        settlement.setMandate(m, signature);
        _nonce[actor]++;
        (cap[actor], covered[actor]) = (amount, expiry);
        try settlement.setMandate(m, signature) {
            replayed = true;
        } catch {}
    }

    function exit(uint256 actor, uint32 amount) public {
        actor %= ACTORS;
        (uint64 balance, , , , ) = settlement.account(actor);
        uint64 wanted = balance == 0 ? 0 : 1 + (amount % balance);
        if (wanted == 0) return;
        VM.prank(walletOf(actor));
        try settlement.requestExit(actor, wanted) {
            if (isPaused()) ++pausedExits;
        } catch {
            exitTrapped = true;
        }
    }

    function finish(uint256 actor) public {
        actor %= ACTORS;
        (, uint64 pending, , , ) = settlement.account(actor);
        try settlement.finishExit(actor) {
            paidOut[actor] += pending;
        } catch {
            if (pending != 0) exitTrapped = true;
        }
    }

    function withdraw(uint256 actor, uint32 amount) public {
        actor %= ACTORS;
        (uint64 balance, , , , ) = settlement.account(actor);
        if (balance == 0) return;
        (, uint64 nonce) = settlement.nonces(actor);
        ISettlement.Withdrawal memory w =
            ISettlement.Withdrawal(idOf(actor), 1 + (amount % balance), walletOf(actor), uint64(_time + 1), nonce);
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Withdrawal(bytes32 memberId,uint64 amountMicro,address to,uint64 expiresAt,uint64 nonce)"),
                w
            )
        );
        bytes memory signature = _sign(actor, structHash);
        try settlement.withdrawBySignature(w, signature) {
            paidOut[actor] += w.amountMicro;
        } catch {
            exitTrapped = true;
        }
        try settlement.withdrawBySignature(w, signature) {
            replayed = true;
        } catch {}
    }

    // ------------------------------------------------------------------ operator

    function commit(uint8 ahead, uint16 run) public {
        if (isPaused()) return;
        uint64 interval = _newest + 1 + (ahead % 2);
        ISettlement.Header[] memory headers = new ISettlement.Header[](1);
        headers[0] = ISettlement.Header(interval, run, 0, 1, 7, -3, bytes32(uint256(1)), 0);
        settlement.commit(headers);
        _newest = interval;
        try settlement.commit(headers) {
            replayed = true;
        } catch {}
    }

    /// @dev `kind` 0 to 4 is honest; others take from who never signed, above a cap, above a balance, or make money.
    function open(uint8 kind, uint256 payer, uint256 payee, uint32 amount) public {
        (uint64 newest, , , uint64 opened, uint64 next, ) = settlement.progress();
        if (isPaused() || newest == 0 || next > newest) return;
        payer %= MANDATED;
        payee %= ACTORS;
        uint256 debit = 0;
        if (kind % 9 < 5) debit = _payable(payer, next) == 0 ? 0 : 1 + (amount % _payable(payer, next));
        if (kind % 9 == 5) (payer, debit) = (MANDATED, amount);
        if (kind % 9 == 6) debit = cap[payer] + 1;
        if (kind % 9 == 7) debit = balanceOf(payer) + 1;
        Batch storage batch = _batches[opened + 1];
        int48[8] memory deltas;
        deltas[payee] += int48(int256(debit));
        deltas[payer] -= int48(int256(debit));
        if (kind % 9 == 8) deltas[payee] += 1;
        batch.deltas = deltas;
        batch.packed = abi.encodePacked(
            abi.encodePacked(deltas[0], deltas[1], deltas[2], deltas[3]),
            abi.encodePacked(deltas[4], deltas[5], deltas[6], deltas[7])
        );
        (batch.firstInterval, batch.executableFrom) = (next, _committed() + WINDOW);
        settlement.openPeriod(opened + 1, next, 1, keccak256(batch.packed));
    }

    function execute(bool isNext, uint8 any) public {
        (, , uint64 executed, uint64 opened, , ) = settlement.progress();
        if (opened == 0) return;
        uint64 seq = isNext ? executed + 1 : 1 + (any % opened);
        Batch memory batch = _batches[seq];
        uint256[ACTORS] memory before;
        for (uint256 i = 0; i < ACTORS; ++i) before[i] = balanceOf(i);
        bool isHonest = _isHonest(batch, before);
        bool isDue = seq == executed + 1 && seq <= opened && _committed() >= batch.executableFrom && !isPaused();
        VM.prank(address(0xBEEF));
        try settlement.execute(seq, batch.firstInterval, 1, batch.packed) {
            ++executes;
            if (!isDue) windowBroken = true;
            if (!isHonest) badBatchMoved = true;
            if (batch.firstInterval < _executedEnd) doubleInterval = true;
            _executedEnd = batch.firstInterval + PERIOD;
            for (uint256 i = 0; i < ACTORS; ++i) {
                uint256 left = balanceOf(i);
                bool isLoss = left < before[i];
                if (isLoss && (before[i] - left > cap[i] || batch.firstInterval + 1 > covered[i])) overMandate = true;
            }
        } catch {
            if (isDue && isHonest) honestBatchRefused = true;
            if (isDue) ++refusedBatches;
        }
    }

    function revoke() public {
        (, , uint64 executed, uint64 opened, , ) = settlement.progress();
        if (opened == executed) return;
        settlement.revokePeriod(executed + 1);
        ++revokes;
    }

    function pause(uint8 chance) public {
        if (chance % 4 != 0) return;
        try settlement.pause() {} catch {}
    }

    function warp(uint32 time) public {
        _time += time % 100 hours;
        VM.warp(_time);
    }

    /// @dev Everything that is not the stranger's to do.
    function stranger(uint256 actor, uint8 what) public {
        actor %= ACTORS;
        address who = address(0xBAD);
        ISettlement.Mandate memory m = ISettlement.Mandate(idOf(actor), COMMUNITY, 0, 0, 1, (_newest + 90) * 900, 1_000);
        bytes memory signature = _signWith(99, settlement.hashMandate(m));
        bytes[7] memory calls = [
            abi.encodeCall(settlement.requestExit, (actor, 1)),
            abi.encodeCall(settlement.setMandate, (m, signature)),
            abi.encodeCall(settlement.commit, (new ISettlement.Header[](1))),
            abi.encodeCall(settlement.openPeriod, (1, START, 1, 0)),
            abi.encodeCall(settlement.revokePeriod, (1)),
            abi.encodeCall(settlement.pause, ()),
            abi.encodeCall(settlement.unpause, ())
        ];
        VM.prank(who);
        (bool isHeard, ) = address(settlement).call(calls[what % 7]);
        VM.prank(who);
        (bool isMoved, ) = address(registry).call(abi.encodeCall(registry.changeWallet, (idOf(actor), who)));
        if (isHeard || isMoved) strangerHeard = true;
    }

    // ------------------------------------------------------------------ what is there

    function isPaused() public view returns (bool) {
        (, , , , , uint64 until) = settlement.progress();
        return _time < until;
    }

    function balanceOf(uint256 actor) public view returns (uint256 balance) {
        (balance, , , , ) = settlement.account(actor);
    }

    function owed() public view returns (uint256 sum) {
        for (uint256 i = 0; i < ACTORS; ++i) {
            (uint64 balance, uint64 pending, , , ) = settlement.account(i);
            sum += uint256(balance) + pending;
        }
    }

    function idOf(uint256 actor) public pure returns (bytes32) {
        return bytes32(abi.encodePacked("home-", bytes1(uint8(48 + actor))));
    }

    function walletOf(uint256 actor) public pure returns (address) {
        return VM.addr(1 + actor);
    }

    function _committed() private view returns (uint64 committed) {
        (, committed, , , , ) = settlement.progress();
    }

    function _payable(uint256 actor, uint64 firstInterval) private view returns (uint256) {
        (, , , , uint64 from) = settlement.account(actor);
        if (firstInterval + 1 > covered[actor] || firstInterval + 1 <= from) return 0;
        return balanceOf(actor) < cap[actor] ? balanceOf(actor) : cap[actor];
    }

    function _isHonest(Batch memory batch, uint256[ACTORS] memory balances) private returns (bool) {
        int256 sum = 0;
        bool isHonest = true;
        for (uint256 i = 0; i < ACTORS; ++i) {
            sum += batch.deltas[i];
            if (batch.deltas[i] >= 0) continue;
            uint256 debit = uint256(-int256(batch.deltas[i]));
            if (batch.firstInterval + 1 > covered[i]) ++expiredMandates;
            if (debit > balances[i]) ++shortfalls;
            isHonest = isHonest && debit <= _payable(i, batch.firstInterval);
        }
        return isHonest && sum == 0;
    }

    function _sign(uint256 actor, bytes32 structHash) private view returns (bytes memory) {
        return _signWith(1 + actor, structHash);
    }

    function _signWith(uint256 key, bytes32 structHash) private view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Wattmesh Settlement"),
                keccak256("1"),
                block.chainid,
                address(settlement)
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, keccak256(abi.encodePacked("\x19\x01", domain, structHash)));
        return abi.encodePacked(r, s, v);
    }
}
