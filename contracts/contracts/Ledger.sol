// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ISettlement} from "./ISettlement.sol";
import {LaneLib} from "./LaneLib.sol";
import {Mandates} from "./Mandates.sol";

/// @title What members own
/// @dev Invariant: `token.balanceOf(this) >= sum(balances) + sum(exits)`, equal but for gifts. Only three things lower
/// a balance: an exit and a withdrawal of the member itself, and a debit that the member's mandate covers.
abstract contract Ledger is Mandates, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using LaneLib for uint256;

    struct Standing {
        uint64 exitMicro;
        uint64 withdrawalNonce;
    }

    struct Batch {
        uint256 memberCount;
        /// First interval after the period.
        uint256 periodEnd;
        int256 sum;
        uint256 moved;
    }

    bytes32 private constant WITHDRAWAL_TYPEHASH =
        keccak256("Withdrawal(bytes32 memberId,uint64 amountMicro,address to,uint64 expiresAt,uint64 nonce)");
    uint256 private constant GROUP_BYTES = 24;

    IERC20 public immutable token;

    /// @dev Four 64-bit balances a word, by `memberIndex >> 2`.
    mapping(uint256 group => uint256 word) private _balances;
    mapping(uint256 memberIndex => Standing standing) private _standings;

    constructor(IERC20 token_) {
        if (address(token_).code.length == 0) revert Settlement__NotAContract(address(token_));
        token = token_;
    }

    /// @inheritdoc ISettlement
    function deposit(uint256 memberIndex, uint64 amountMicro) external nonReentrant {
        if (memberIndex >= registry.memberCount()) revert Settlement__UnknownMember(memberIndex);
        _deposit(memberIndex, msg.sender, amountMicro);
    }

    /// @inheritdoc ISettlement
    function depositWithPermit(
        uint256 memberIndex,
        uint64 amountMicro,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        address wallet = _walletOf(memberIndex);
        IERC20Permit(address(token)).permit(wallet, address(this), amountMicro, deadline, v, r, s);
        _deposit(memberIndex, wallet, amountMicro);
    }

    /// @inheritdoc ISettlement
    function requestExit(uint256 memberIndex, uint64 amountMicro) external {
        if (msg.sender != _walletOf(memberIndex)) revert Settlement__NotTheMember(memberIndex, msg.sender);
        _debit(memberIndex, amountMicro);
        _standings[memberIndex].exitMicro += amountMicro;
        emit ExitRequested(memberIndex, amountMicro);
    }

    /// @inheritdoc ISettlement
    function finishExit(uint256 memberIndex) external nonReentrant {
        uint64 amountMicro = _standings[memberIndex].exitMicro;
        if (amountMicro == 0) revert Settlement__NothingToPay(memberIndex);
        address wallet = _walletOf(memberIndex);
        _standings[memberIndex].exitMicro = 0;
        emit ExitFinished(memberIndex, wallet, amountMicro);
        token.safeTransfer(wallet, amountMicro);
    }

    /// @inheritdoc ISettlement
    function withdrawBySignature(Withdrawal calldata withdrawal, bytes calldata signature) external nonReentrant {
        if (block.timestamp > withdrawal.expiresAt) revert Settlement__SignatureExpired(withdrawal.expiresAt);
        (uint256 memberIndex, address wallet) = registry.findMember(withdrawal.memberId);
        uint64 next = _standings[memberIndex].withdrawalNonce;
        if (withdrawal.nonce != next) revert Settlement__NonceUsed(withdrawal.nonce, next);
        bytes32 structHash = keccak256(abi.encode(WITHDRAWAL_TYPEHASH, withdrawal));
        _checkSignature(wallet, structHash, signature);
        _standings[memberIndex].withdrawalNonce = next + 1;
        _debit(memberIndex, withdrawal.amountMicro);
        emit Withdrawn(memberIndex, withdrawal.to, withdrawal.amountMicro);
        token.safeTransfer(withdrawal.to, withdrawal.amountMicro);
    }

    /// @inheritdoc ISettlement
    function account(
        uint256 memberIndex
    )
        external
        view
        returns (uint64 balanceMicro, uint64 exitMicro, uint64 capMicroPerPeriod, uint64 expiryInterval, uint64 fromInterval)
    {
        balanceMicro = _balances[memberIndex >> 2].get64(memberIndex);
        exitMicro = _standings[memberIndex].exitMicro;
        (uint256 cap, uint256 expiry) = _limitOf(memberIndex);
        (capMicroPerPeriod, expiryInterval, fromInterval) = (uint64(cap), uint64(expiry), _consentOf(memberIndex));
    }

    /// @inheritdoc ISettlement
    function nonces(uint256 memberIndex) external view returns (uint64 mandateNonce, uint64 withdrawalNonce) {
        return (_mandateNonces[memberIndex], _standings[memberIndex].withdrawalNonce);
    }

    /// @dev Moves a batch: zero-sum, nobody below zero, every debit within the mandate in force for the whole period.
    /// @return moved sum of the credits
    function _move(bytes calldata packed, uint256 periodEnd) internal returns (uint256 moved) {
        if (packed.length % GROUP_BYTES != 0) revert Settlement__BadBatchLength(packed.length);
        Batch memory batch = Batch(registry.memberCount(), periodEnd, 0, 0);
        for (uint256 offset = 0; offset < packed.length; offset += GROUP_BYTES) {
            uint256 deltas = uint192(bytes24(packed[offset:]));
            if (deltas != 0) _moveGroup(batch, offset / GROUP_BYTES, deltas);
        }
        if (batch.sum != 0) revert Settlement__NotZeroSum(batch.sum);
        return batch.moved;
    }

    /// @dev Moves four members' amounts with one write.
    function _moveGroup(Batch memory batch, uint256 group, uint256 deltas) private {
        uint256 word = _balances[group];
        // Unchecked: an amount has 48 bits and every result is held to its lane, so nothing overflows 256 bits.
        unchecked {
            for (uint256 lane = 0; lane < 4; ++lane) {
                int256 delta = int48(uint48(deltas >> (144 - 48 * lane)));
                if (delta == 0) continue;
                uint256 memberIndex = group * 4 + lane;
                if (memberIndex >= batch.memberCount) revert Settlement__UnknownMember(memberIndex);
                uint256 balance = uint64(word >> (64 * lane));
                batch.sum += delta;
                if (delta > 0) {
                    if (balance + uint256(delta) > type(uint64).max) revert Settlement__BalanceOverflow(memberIndex);
                    batch.moved += uint256(delta);
                    word += uint256(delta) << (64 * lane);
                } else {
                    uint256 debit = uint256(-delta);
                    _checkDebit(memberIndex, debit, batch.periodEnd);
                    if (debit > balance) revert Settlement__InsufficientBalance(memberIndex, balance, debit);
                    word -= debit << (64 * lane);
                }
            }
        }
        _balances[group] = word;
    }

    function _deposit(uint256 memberIndex, address from, uint64 amountMicro) private {
        if (amountMicro == 0) revert Settlement__ZeroAmount();
        uint256 word = _balances[memberIndex >> 2];
        uint256 balance = uint256(word.get64(memberIndex)) + amountMicro;
        if (balance > type(uint64).max) revert Settlement__BalanceOverflow(memberIndex);
        _balances[memberIndex >> 2] = word.set64(memberIndex, uint64(balance));
        emit Deposited(memberIndex, from, amountMicro);
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(from, address(this), amountMicro);
        if (token.balanceOf(address(this)) != before + amountMicro) revert Settlement__TokenTookAFee();
    }

    function _debit(uint256 memberIndex, uint64 amountMicro) private {
        if (amountMicro == 0) revert Settlement__ZeroAmount();
        uint256 word = _balances[memberIndex >> 2];
        uint64 balance = word.get64(memberIndex);
        if (amountMicro > balance) revert Settlement__InsufficientBalance(memberIndex, balance, amountMicro);
        _balances[memberIndex >> 2] = word.set64(memberIndex, balance - amountMicro);
    }

    function _walletOf(uint256 memberIndex) private view returns (address wallet) {
        (, wallet) = registry.memberAt(memberIndex);
    }
}
